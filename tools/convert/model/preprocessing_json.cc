#include "tools/convert/model/preprocessing_json.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "core/base/json.h"
#include "tools/convert/base/errors.h"

namespace alexnet::convert {
namespace {

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

template <typename T>
void TakeOne(const Json& value, T* to) {
  *to = value.Get<T>();
}

template <size_t kSize>
void Take(const Json& values, float (&to)[kSize]) {
  const auto numbers = values.Get<std::vector<float>>();
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
              {"crop", std::array{p.crop_height, p.crop_width}},
              {"scale", p.scale},
              {"mean_kind", p.mean_kind},
              {"mean", std::span<const float, 3>(p.mean)},
              {"stddev", std::span<const float, 3>(p.stddev)},
              {"view_order", p.view_order},
              {"color_stddev", std::span<const float, 3>(p.color_stddev)},
              {"color_axes", std::span<const float, 9>(p.color_axes)}}
      .Text(-1);
}

Preprocessing DecodePreprocessing(const std::string& text) {
  try {
    const std::optional<Json> parsed = Json::Parse(text);
    if (!parsed) throw JsonError("no JSON");
    const Json& json = *parsed;
    Preprocessing p;
    TakeOne(json.at("channel_order"), &p.channel_order);
    TakeOne(json.at("resize_rule"), &p.resize_rule);
    TakeOne(json.at("resize_filter"), &p.resize_filter);
    TakeOne(json.at("resize"), &p.resize);
    TakeOne(json.at("crop").at(0), &p.crop_height);
    TakeOne(json.at("crop").at(1), &p.crop_width);
    TakeOne(json.at("scale"), &p.scale);
    TakeOne(json.at("mean_kind"), &p.mean_kind);
    Take(json.at("mean"), p.mean);
    Take(json.at("stddev"), p.stddev);
    TakeOne(json.at("view_order"), &p.view_order);
    Take(json.at("color_stddev"), p.color_stddev);
    Take(json.at("color_axes"), p.color_axes);
    if (HasImage(p)) p.mean_kind = ALEXNET_MEAN_NONE;
    return p;
  } catch (const JsonError&) {
    throw Damaged(kPreprocessingKey, "is not what this library writes there");
  }
}

}  // namespace alexnet::convert
