#include "tools/convert/model/preprocessing_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "tools/convert/base/errors.h"

namespace alexnet::convert {
namespace {

using Json = nlohmann::ordered_json;

bool HasImage(const Preprocessing& p) {
  return p.mean_kind == ALEXNET_MEAN_IMAGE_AT_CROP ||
         p.mean_kind == ALEXNET_MEAN_IMAGE_AT_CENTRE;
}

// The image's average, per channel.
void SetMeanColour(Preprocessing* p) {
  const int channels = p->channel_order == ALEXNET_CHANNELS_GRAY ? 1 : 3;
  const size_t area = static_cast<size_t>(p->mean_image_height) *
                      static_cast<size_t>(p->mean_image_width);
  for (int c = 0; c < channels; ++c) {
    double sum = 0.0;
    const float* plane = p->mean_image + static_cast<size_t>(c) * area;
    for (size_t i = 0; i < area; ++i) sum += plane[i];
    p->mean[c] = static_cast<float>(sum / static_cast<double>(area));
  }
  p->mean_kind = ALEXNET_MEAN_CHANNEL;
}

template <size_t kSize>
void Take(const Json& values, float (&to)[kSize]) {
  const auto numbers = values.get<std::vector<float>>();
  if (numbers.size() != kSize)
    throw Damaged(kPreprocessingKey, "has odd lists");
  std::copy(numbers.begin(), numbers.end(), to);
}

}  // namespace

std::string EncodePreprocessing(const Preprocessing& preprocessing) {
  Preprocessing p = preprocessing;
  if (HasImage(p) && p.mean_image != nullptr) SetMeanColour(&p);
  return Json{{"channel_order", p.channel_order},
              {"resize_rule", p.resize_rule},
              {"resize_filter", p.resize_filter},
              {"resize", p.resize},
              {"crop", {p.crop_height, p.crop_width}},
              {"scale", p.scale},
              {"mean_kind", p.mean_kind},
              {"mean", std::span<const float, 3>(p.mean)},
              {"stddev", std::span<const float, 3>(p.stddev)},
              {"view_order", p.view_order},
              {"color_stddev", std::span<const float, 3>(p.color_stddev)},
              {"color_axes", std::span<const float, 9>(p.color_axes)}}
      .dump();
}

Preprocessing DecodePreprocessing(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    Preprocessing p;
    p.channel_order = json.at("channel_order");
    p.resize_rule = json.at("resize_rule");
    p.resize_filter = json.at("resize_filter");
    p.resize = json.at("resize");
    p.crop_height = json.at("crop").at(0);
    p.crop_width = json.at("crop").at(1);
    p.scale = json.at("scale");
    p.mean_kind = json.at("mean_kind");
    Take(json.at("mean"), p.mean);
    Take(json.at("stddev"), p.stddev);
    p.view_order = json.at("view_order");
    Take(json.at("color_stddev"), p.color_stddev);
    Take(json.at("color_axes"), p.color_axes);
    if (HasImage(p)) p.mean_kind = ALEXNET_MEAN_NONE;
    return p;
  } catch (const Json::exception&) {
    throw Damaged(kPreprocessingKey, "is not what this library writes there");
  }
}

}  // namespace alexnet::convert
