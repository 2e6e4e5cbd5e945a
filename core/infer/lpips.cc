#include "core/infer/lpips.h"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <numeric>
#include <string>
#include <utility>

#include "core/network/network.h"
#include "core/preprocess/spec.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

constexpr size_t kMostLayers = 5;
constexpr double kLeastLength = 1e-10;

// The layers whose outputs are compared.
std::vector<int> ComparedLayers(const Network& network) {
  std::vector<int> compared;
  for (size_t i = 1; i < network.layers.size(); ++i) {
    const auto* activation = As<Activation>(network.layers[i]);
    if (activation != nullptr && activation->kind == ActivationKind::kRelu &&
        As<Convolution>(network.layers[i - 1]) != nullptr &&
        compared.size() < kMostLayers) {
      compared.push_back(static_cast<int>(i));
    }
  }
  return compared;
}

std::array<float, 3> MeanColour(const MeanImage& image) {
  std::array<float, 3> mean{};
  const size_t area =
      static_cast<size_t>(image.height) * static_cast<size_t>(image.width);
  for (size_t c = 0; c < static_cast<size_t>(image.channels); ++c) {
    const auto begin =
        image.values.begin() + static_cast<std::ptrdiff_t>(c * area);
    const double sum =
        std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(area), 0.0);
    mean[c] = static_cast<float>(sum / static_cast<double>(area));
  }
  return mean;
}

// The model's, of a whole picture as it is.
Preprocessing WholePicture(const Model& model, Size size) {
  Preprocessing preprocessing = model.preprocessing();
  preprocessing.resize_rule = ResizeRule::kNone;
  preprocessing.crop_height = size.height;
  preprocessing.crop_width = size.width;
  if (preprocessing.mean_image != nullptr) {
    preprocessing.mean = MeanColour(*preprocessing.mean_image);
    preprocessing.mean_kind = MeanKind::kChannel;
    preprocessing.mean_image = nullptr;
  }
  return preprocessing;
}

// Of one layer: `outputs` is (2, C, H, W), `weights` (C) or none.
double LayerDistance(const std::vector<float>& outputs, const Shape& shape,
                     std::span<const float> weights) {
  const auto channels = static_cast<size_t>(shape[1]);
  const auto area = static_cast<size_t>(shape[2] * shape[3]);
  const float* const f = outputs.data();
  const float* const g = f + channels * area;
  const auto length = [&](const float* values, size_t at) {
    double sum = 0.0;
    for (size_t c = 0; c < channels; ++c) {
      const double value = values[c * area + at];
      sum += value * value;
    }
    return std::sqrt(sum) + kLeastLength;
  };
  double total = 0.0;
  for (size_t at = 0; at < area; ++at) {
    const double f_length = length(f, at);
    const double g_length = length(g, at);
    for (size_t c = 0; c < channels; ++c) {
      const double difference =
          f[c * area + at] / f_length - g[c * area + at] / g_length;
      total += (weights.empty() ? 1.0 : double{weights[c]}) * difference *
               difference;
    }
  }
  return total / static_cast<double>(area);
}

// Refuses weights that are not those of the channels.
Status CheckWeights(const Network& network, const NetworkInfo& info,
                    const std::vector<int>& compared, size_t weights) {
  if (weights == 0) return Status();
  int64_t wanted = 0;
  std::string channels;
  for (const int layer : compared) {
    const int64_t here = info.layers[static_cast<size_t>(layer)].out[1];
    wanted += here;
    channels += fmt::format("{}{} of {}", channels.empty() ? "" : ", ", here,
                            network.layers[static_cast<size_t>(layer)].name);
  }
  if (weights == static_cast<size_t>(wanted)) return Status();
  return InvalidArgumentError(
             fmt::format("are {}, but the network has {} channels: {}; use the "
                         "weights that were learnt for it, or none",
                         weights, wanted, channels))
      .WithField("weights");
}

}  // namespace

Result<LpipsDistance> MeasureLpips(SharedModel& shared, const Image& first,
                                   const Image& second,
                                   std::span<const float> weights,
                                   const CompileOptions& given) {
  if (first.size() != second.size()) {
    return InvalidArgumentError(fmt::format(
        "the pictures are of {} x {} and {} x {} pixels; only pictures of one "
        "size are compared, position by position: resize or crop one of them",
        first.width, first.height, second.width, second.height));
  }
  const Model& model = *shared.model();
  const std::vector<int> compared = ComparedLayers(model.network());
  if (compared.empty()) {
    return FailedPreconditionError(
               "the network has no ReLU behind a convolution, whose outputs "
               "could be compared; use an AlexNet")
        .WithFile(model.path());
  }
  Network network = NetworkUpTo(model.network(), compared.back());
  network.height = first.height;
  network.width = first.width;
  const Result<NetworkInfo> info = InferNetwork(network);
  if (!info.ok()) {
    return info.status().WithContext(
        fmt::format("pictures of {} x {} pixels do not pass through the "
                    "network",
                    first.width, first.height));
  }
  ALEXNET_RETURN_IF_ERROR(
      CheckWeights(network, *info, compared, weights.size()));
  CompileOptions options = given;
  options.batch = 2;
  std::vector<std::string> names;
  for (const int layer : compared) {
    names.push_back(network.layers[static_cast<size_t>(layer)].name);
  }
  ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<Backend> backend,
                           MakeBackend(options));
  ALEXNET_ASSIGN_OR_RETURN(
      const std::unique_ptr<InferencePlan> plan,
      CompileNetwork(shared, network, std::move(backend), options, 2, names));
  const Preprocessing preprocessing = WholePicture(model, first.size());
  const int64_t each = info->layers.front().in.elements();
  std::vector<float> views(static_cast<size_t>(2 * each));
  ALEXNET_RETURN_IF_ERROR(RenderCentre(first, preprocessing, views.data()));
  ALEXNET_RETURN_IF_ERROR(
      RenderCentre(second, preprocessing, views.data() + each));
  std::vector<float> last(static_cast<size_t>(2 * info->classes));
  ALEXNET_RETURN_IF_ERROR(plan->Run(views.data(), last.data()));
  LpipsDistance distance;
  for (size_t i = 0; i < compared.size(); ++i) {
    const Shape& shape = info->layers[static_cast<size_t>(compared[i])].out;
    std::vector<float> outputs(static_cast<size_t>(2 * shape.elements()));
    ALEXNET_RETURN_IF_ERROR(plan->Blob(names[i], outputs.data()));
    const size_t channels = weights.empty() ? 0 : static_cast<size_t>(shape[1]);
    distance.layers.push_back(
        LayerDistance(outputs, shape, weights.first(channels)));
    weights = weights.subspan(channels);
    distance.total += distance.layers.back();
  }
  return distance;
}

}  // namespace alexnet
