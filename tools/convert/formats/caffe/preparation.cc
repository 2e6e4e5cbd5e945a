#include "tools/convert/formats/caffe/preparation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace alexnet::convert::caffe {
namespace {

constexpr int64_t kMaxChannels = 65536;

// Whether the layer reads pictures from somewhere, as they are.
bool ReadsPictures(const LayerParameter& layer) {
  return layer.type() == "Data" || layer.type() == "ImageData";
}

// One value is of all channels.
std::vector<float> MeanOf(const LayerParameter& layer, size_t channels) {
  const auto& values = layer.transform_param().mean_value();
  std::vector<float> mean(values.begin(), values.end());
  if (mean.size() == 1) mean.assign(channels, mean[0]);
  if (mean.empty() || mean.size() == channels) return mean;
  throw Damaged("layer \"" + layer.name() + "\"",
                fmt::format("subtracts {} mean values from {} channels",
                            mean.size(), channels));
}

void Take(const LayerParameter& layer, ForeignModel* model) {
  const auto channels = static_cast<size_t>(model->layers->channels);
  const TransformationParameter& transform = layer.transform_param();
  const float scale = transform.scale();
  if (!(scale > 0.0f)) {
    throw Unsupported("layer \"" + layer.name() + "\"",
                      fmt::format("multiplies pictures by {}", scale));
  }
  std::vector<float> mean = MeanOf(layer, channels);
  model->mean_image = transform.mean_file();
  model->pixels = ChannelMap{std::vector<double>(channels, scale),
                             std::vector<double>(channels, 0.0)};
  std::string less = "no mean";
  if (!mean.empty()) {
    less = fmt::format("the mean {}", fmt::join(mean, ", "));
    model->mean = Mean{static_cast<int64_t>(channels), 1, 1, std::move(mean)};
  } else if (!model->mean_image.empty()) {
    less = "the mean image \"" + model->mean_image + "\"";
  }
  model->notes.push_back(fmt::format(
      "pictures are prepared as layer \"{}\" says: 0..255 less {}, times {}",
      layer.name(), less, scale));
}

}  // namespace

void FindPreparation(const std::vector<const Net*>& nets, ForeignModel* model) {
  if (model->layers->channels < 1 || model->layers->channels > kMaxChannels) {
    return;  // which is refused where the layers are placed
  }
  const LayerParameter* taken = nullptr;
  for (const Net* net : nets) {
    for (const NetLayer& layer : net->layers) {
      const LayerParameter& p = layer.parameter;
      if (!ReadsPictures(p)) continue;
      if (!OnlyTests(p) && !model->mirrors) {
        model->mirrors = p.transform_param().mirror();
      }
      const bool better =
          taken == nullptr || (OnlyTrains(*taken) && !OnlyTrains(p));
      if (better) taken = &p;
    }
    if (taken != nullptr) break;
  }
  if (taken != nullptr) Take(*taken, model);
}

}  // namespace alexnet::convert::caffe
