#include "core/network/own_network.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "core/base/check.h"

namespace alexnet {
namespace {

Preprocessing DefaultPreprocessing(const Network& network) {
  Preprocessing preprocessing;
  preprocessing.order =
      network.channels == 1 ? ChannelOrder::kGray : ChannelOrder::kRgb;
  preprocessing.resize =
      static_cast<int>(std::max(network.height, network.width));
  preprocessing.crop_height = static_cast<int>(network.height);
  preprocessing.crop_width = static_cast<int>(network.width);
  preprocessing.scale = 1.0f / 255.0f;
  preprocessing.mean_kind = MeanKind::kChannel;
  preprocessing.mean = {0.5f, 0.5f, 0.5f};
  preprocessing.stddev = {0.25f, 0.25f, 0.25f};
  return preprocessing;
}

}  // namespace

Result<Preset> BlankNetwork(const std::string& name, int64_t channels,
                            int64_t height, int64_t width) {
  constexpr int64_t kLargestSide = 4096;
  if (channels != 1 && channels != 3) {
    return InvalidArgumentError(
               fmt::format("must be 1 (grey) or 3, not {}", channels))
        .WithField("channels");
  }
  ALEXNET_RETURN_IF_ERROR(CheckRange("height", height, 1, kLargestSide));
  ALEXNET_RETURN_IF_ERROR(CheckRange("width", width, 1, kLargestSide));
  Preset preset;
  preset.name = name;
  preset.network.name = name;
  preset.network.channels = channels;
  preset.network.height = height;
  preset.network.width = width;
  preset.preprocessing = DefaultPreprocessing(preset.network);
  return preset;
}

Status AppendLayer(Layer layer, Network* network) {
  network->layers.push_back(std::move(layer));
  Status status = InferNetwork(*network).status();
  if (!status.ok()) network->layers.pop_back();
  return status;
}

Status CheckPreprocessingOf(const Network& network,
                            const Preprocessing& preprocessing) {
  if (preprocessing.channels() != network.channels ||
      preprocessing.crop_height != network.height ||
      preprocessing.crop_width != network.width) {
    return InvalidArgumentError(
               fmt::format("gives {} x {} x {} views, but the network takes {} "
                           "x {} x {}",
                           preprocessing.channels(), preprocessing.crop_height,
                           preprocessing.crop_width, network.channels,
                           network.height, network.width))
        .WithField("preprocessing");
  }
  return ValidatePreprocessing(preprocessing, MeanImageRule::kMayBeMissing);
}

}  // namespace alexnet
