#include "tools/alexnet/seeing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

namespace alexnet::cli {
namespace {

std::vector<std::string> LayerNames(const Model& model) {
  std::vector<std::string> names;
  for (const LayerInfo& layer : model.layers()) names.emplace_back(layer.name);
  return names;
}

// The views of an even picture of the same size.
std::vector<float> EvenViews(const Session& session, const alexnet_image& like,
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

// Views before they were normalized: where black and white would be says what a
// value is, whatever the mean and the factors.
std::vector<Raster> Crops(const Model& model, const Session& session,
                          const alexnet_image& picture,
                          const std::vector<float>& views) {
  const std::vector<float> black = EvenViews(session, picture, 0);
  const std::vector<float> white = EvenViews(session, picture, 255);
  const auto level = [&](size_t at) {
    const double whole = double{white[at]} - double{black[at]};
    const double value = 255 * (double{views[at]} - double{black[at]}) / whole;
    // 0 for what is not a number, too.
    return value > 0 ? static_cast<uint8_t>(std::lround(std::min(value, 255.0)))
                     : uint8_t{0};
  };
  const bool blue_first =
      model.preprocessing().channel_order == ALEXNET_CHANNELS_BGR;
  const SessionInfo info = session.info();
  const auto channels = static_cast<size_t>(info.channels);
  const auto area = static_cast<size_t>(info.height * info.width);
  std::vector<Raster> crops;
  for (size_t view = 0; view < static_cast<size_t>(info.views); ++view) {
    Raster& crop = crops.emplace_back(static_cast<uint32_t>(info.width),
                                      static_cast<uint32_t>(info.height));
    for (size_t place = 0; place < area; ++place) {
      uint8_t* const pixel = crop.rgba.data() + 4 * place;
      for (size_t colour = 0; colour < 3; ++colour) {
        const size_t channel = channels == 1 ? 0
                               : blue_first  ? 2 - colour
                                             : colour;
        pixel[colour] = level((view * channels + channel) * area + place);
      }
      pixel[3] = 255;
    }
  }
  return crops;
}

// Of the ten views, whose order is the model's.
std::string ViewName(int32_t view_order, size_t view) {
  static constexpr std::array<const char*, 5> kCaffe = {
      "top left", "top right", "bottom left", "bottom right", "centre"};
  static constexpr std::array<const char*, 5> kConvnet = {
      "top left", "top right", "centre", "bottom left", "bottom right"};
  const char* const place =
      (view_order == ALEXNET_VIEWS_CONVNET ? kConvnet : kCaffe)[view % 5];
  return std::string(place) + (view < 5 ? "" : ", mirrored");
}

void SeeTenCrops(const Model& model, const alexnet_image& picture,
                 SessionOptions options, const Limits& limits, Seen& seen) {
  const std::string last = LayerNames(model).back();
  const char* const kept = last.c_str();
  options.ten_crop = 1;
  options.batch = 0;
  options.activations = &kept;
  options.activation_count = 1;
  Session session(model, options);
  const std::vector<float> views = session.preprocess(picture);
  const auto classes = static_cast<size_t>(session.info().classes);
  std::vector<float> row(classes);
  session.run(views, 1, row, limits);
  seen.ten_crop_top = session.top(row);
  const std::vector<Raster> crops = Crops(model, session, picture, views);
  const int32_t order = model.preprocessing().view_order;
  const std::span<const float> votes = session.activation(0).values;
  for (size_t view = 0; view < crops.size(); ++view) {
    seen.crops.push_back(
        {ViewName(order, view), crops[view],
         session.top(votes.subspan(view * classes, classes), 1)[0]});
  }
}

}  // namespace

Seen See(const Model& model, const std::string& picture,
         const SessionOptions& options, const Limits& limits) {
  const std::vector<std::string> names = LayerNames(model);
  std::vector<const char*> kept;
  kept.reserve(names.size());
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
  const Raster crop = Crops(model, session, image.view(), view)[0];
  Seen seen{picture, crop, {}, {}, {}, {}, {}, {}};
  for (size_t i = 0; i < names.size(); ++i) {
    const Activation given = session.activation(i);
    seen.layers.push_back({names[i],
                           {given.shape.begin() + 1, given.shape.end()},
                           {given.values.begin(), given.values.end()}});
  }
  if (model.info().classifies != 0) {
    seen.top = session.top(row);
    seen.saliency =
        FindSaliency(session, view, seen.top[0].class_index, limits);
    SeeTenCrops(model, image.view(), options, limits, seen);
    own.batch = 8;
    own.activation_count = 0;
    Session several(model, own);
    seen.occlusion =
        Occlude(several, view, EvenViews(several, image.view(), 128),
                seen.top[0].class_index, limits);
  }
  return seen;
}

}  // namespace alexnet::cli
