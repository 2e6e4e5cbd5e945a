#include "tools/alexnet/seeing.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace alexnet::cli {
namespace {

std::vector<std::string> LayerNames(const Model& model) {
  std::vector<std::string> names;
  for (const LayerInfo& layer : model.layers()) names.emplace_back(layer.name);
  return names;
}

// The view of an even picture of the same size.
std::vector<float> EvenView(const Session& session, const alexnet_image& like,
                            uint8_t level) {
  const auto pixels =
      static_cast<size_t>(like.width) * static_cast<size_t>(like.height);
  const std::vector<uint8_t> grey(pixels, level);
  alexnet_image even = {};
  even.pixels = grey.data();
  even.width = like.width;
  even.height = like.height;
  even.channels = 1;
  return session.preprocess(even);
}

// A view's pixels before they were normalized: where black and white would be
// says what a value is, whatever the mean and the factors.
Raster Crop(const Session& session, const alexnet_image& picture,
            const std::vector<float>& view, bool blue_first) {
  const std::vector<float> black = EvenView(session, picture, 0);
  const std::vector<float> white = EvenView(session, picture, 255);
  const SessionInfo info = session.info();
  const auto area = static_cast<size_t>(info.height * info.width);
  const auto level = [&](size_t at) {
    const double whole = double{white[at]} - double{black[at]};
    const double value = 255 * (double{view[at]} - double{black[at]}) / whole;
    // Nor for what is not a number.
    return value > 0 ? static_cast<uint8_t>(std::lround(std::min(value, 255.0)))
                     : uint8_t{0};
  };
  Raster crop(static_cast<uint32_t>(info.width),
              static_cast<uint32_t>(info.height));
  for (size_t place = 0; place < area; ++place) {
    uint8_t* const pixel = crop.rgba.data() + 4 * place;
    for (size_t colour = 0; colour < 3; ++colour) {
      const size_t channel = info.channels == 1 ? 0
                             : blue_first       ? 2 - colour
                                                : colour;
      pixel[colour] = level(channel * area + place);
    }
    pixel[3] = 255;
  }
  return crop;
}

}  // namespace

Seen See(const Model& model, const std::string& picture,
         const SessionOptions& options, const Limits& limits) {
  const std::vector<std::string> names = LayerNames(model);
  std::vector<const char*> kept;
  for (const std::string& name : names) kept.push_back(name.c_str());
  SessionOptions own = options;
  own.batch = 1;
  own.activations = kept.data();
  own.activation_count = kept.size();
  Session session(model, own);
  const Image image = Image::load(picture, options.max_pixels);
  const std::vector<float> view = session.preprocess(image.view());
  std::vector<float> row(static_cast<size_t>(session.info().classes));
  session.run(view, 1, row, limits);
  const bool blue_first =
      model.preprocessing().channel_order == ALEXNET_CHANNELS_BGR;
  Seen seen{picture, Crop(session, image.view(), view, blue_first), {}, {}};
  if (model.info().classifies != 0) seen.top = session.top(row);
  for (size_t i = 0; i < names.size(); ++i) {
    const Activation given = session.activation(i);
    seen.layers.push_back({names[i],
                           {given.shape.begin() + 1, given.shape.end()},
                           {given.values.begin(), given.values.end()}});
  }
  return seen;
}

}  // namespace alexnet::cli
