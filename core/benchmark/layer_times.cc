#include "core/benchmark/layer_times.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/exec/inference_plan.h"
#include "core/exec/parameters.h"
#include "core/network/network.h"
#include "core/tensor/tensor.h"

namespace alexnet {
namespace {

constexpr int64_t kLeastRuns = 3;

// Values of no significance; no zeros, whose pages may all be one.
std::vector<float> SomeImages(const Network& network, int64_t batch) {
  std::vector<float> images(static_cast<size_t>(
      batch * network.channels * network.height * network.width));
  for (size_t i = 0; i < images.size(); ++i) {
    images[i] = 0.01f * static_cast<float>(1 + i % 7);
  }
  return images;
}

// A ceiling is what can be had: the least time of the runs that fit in here.
constexpr double kCeilingSeconds = 0.1;

enum class Pick { kMedian, kLeast };

// The times of a plan's kernels, in its order.
struct NodeTimes {
  std::vector<double> seconds;
  int64_t runs = 0;
};

Result<NodeTimes> TimePlan(InferencePlan& plan, const Network& network,
                           double seconds, Pick pick,
                           const Interrupt& interrupt) {
  using Clock = std::chrono::steady_clock;
  const std::vector<float> images = SomeImages(network, plan.batch());
  std::vector<double> once(plan.Nodes().size());
  // What is loaded late, or set up by a first run.
  ALEXNET_RETURN_IF_ERROR(plan.TimeNodes(images.data(), once));
  std::vector<std::vector<double>> times(once.size());
  const Clock::time_point start = Clock::now();
  NodeTimes result;
  while (result.runs < kLeastRuns ||
         std::chrono::duration<double>(Clock::now() - start).count() <
             seconds) {
    ALEXNET_RETURN_IF_ERROR(interrupt.Check());
    ALEXNET_RETURN_IF_ERROR(plan.TimeNodes(images.data(), once));
    for (size_t i = 0; i < once.size(); ++i) times[i].push_back(once[i]);
    ++result.runs;
  }
  for (std::vector<double>& node : times) {
    const size_t place = pick == Pick::kMedian ? node.size() / 2 : 0;
    const auto picked = node.begin() + static_cast<std::ptrdiff_t>(place);
    std::nth_element(node.begin(), picked, node.end());
    result.seconds.push_back(*picked);
  }
  return result;
}

struct Ceiling {
  double seconds = 0.0;  // of the layer
  int64_t macs = 0;
  int64_t parameter_bytes = 0;
};

// A network of one layer of weights, timed.
Result<Ceiling> TimeCeiling(const Network& network,
                            const std::shared_ptr<Backend>& backend,
                            const CompileOptions& options, int64_t batch,
                            const Interrupt& interrupt) {
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info, InferNetwork(network));
  std::vector<Tensor> tensors;
  for (const ParameterInfo& parameter : info.parameters) {
    ALEXNET_ASSIGN_OR_RETURN(Tensor tensor, Tensor::Create(parameter.shape));
    std::fill_n(tensor.f32(), tensor.elements(), 0.001f);
    tensors.push_back(std::move(tensor));
  }
  InferenceOptions compile;
  compile.batch = batch;
  compile.weight_dtype = options.weight_dtype;
  ALEXNET_ASSIGN_OR_RETURN(
      const std::unique_ptr<InferencePlan> plan,
      InferencePlan::Compile(network, backend,
                             std::make_shared<PackedParameters>(
                                 TensorsAsSource(std::move(tensors))),
                             compile));
  ALEXNET_ASSIGN_OR_RETURN(
      const NodeTimes times,
      TimePlan(*plan, network, kCeilingSeconds, Pick::kLeast, interrupt));
  Ceiling ceiling;
  ceiling.macs = info.macs * batch;
  ceiling.parameter_bytes = plan->parameter_bytes();
  const auto nodes = plan->Nodes();
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].layer >= 0) ceiling.seconds += times.seconds[i];
  }
  return ceiling;
}

// A matrix product, which no algorithm does with fewer multiplications.
Network LargeProduct() {
  Network network{"arithmetic", 512, 28, 28, {}};
  Convolution convolution;
  convolution.out_channels = 512;
  convolution.window = Window::Square(1, 1, 0);
  network.layers = {{"conv", convolution}};
  return network;
}

Network LargeFullyConnected() {
  Network network{"memory", 8192, 1, 1, {}};
  FullyConnected full;
  full.out_features = 8192;
  network.layers = {{"fc", full}};
  return network;
}

void Assign(const InferencePlan& plan, const NodeTimes& times,
            LayerTimes* result) {
  const auto nodes = plan.Nodes();
  for (size_t i = 0; i < nodes.size(); ++i) {
    const double milliseconds = 1e3 * times.seconds[i];
    if (nodes[i].layer < 0) {
      result->reorder_milliseconds += milliseconds;
      continue;
    }
    LayerTime& layer = result->layers[static_cast<size_t>(nodes[i].layer)];
    layer = {milliseconds, nodes[i].layer, nodes[i].algorithm};
    if (nodes[i].fused >= 0) {
      result->layers[static_cast<size_t>(nodes[i].fused)].computed_by =
          nodes[i].layer;
    }
  }
}

}  // namespace

Result<LayerTimes> TimeLayers(SharedModel& model, const CompileOptions& options,
                              double seconds, const Interrupt& interrupt) {
  ALEXNET_RETURN_IF_ERROR(CheckRange<double>("seconds", seconds, 0, 3'600));
  ALEXNET_RETURN_IF_ERROR(CheckBatch(options));
  if (!options.devices.empty()) {
    return InvalidArgumentError(
               "layers are timed on one device; give it as `device`")
        .WithField("devices");
  }
  ALEXNET_ASSIGN_OR_RETURN(const std::shared_ptr<Backend> backend,
                           MakeBackend(options));
  const Network& network = model.model()->network();
  LayerTimes result;
  result.device = backend->name();
  result.threads = backend->threads();
  result.batch = options.batch > 0 ? options.batch : 1;
  result.layers.resize(network.layers.size());
  InferenceOptions compile;
  compile.batch = result.batch;
  compile.weight_dtype = options.weight_dtype;
  {
    ALEXNET_ASSIGN_OR_RETURN(
        const std::unique_ptr<InferencePlan> plan,
        InferencePlan::Compile(network, backend, model.Packed(*backend),
                               compile));
    ALEXNET_ASSIGN_OR_RETURN(
        const NodeTimes times,
        TimePlan(*plan, network, seconds, Pick::kMedian, interrupt));
    result.runs = times.runs;
    Assign(*plan, times, &result);
  }
  const int64_t pictures = backend->device().is_host() ? 4 : 256;
  ALEXNET_ASSIGN_OR_RETURN(
      const Ceiling arithmetic,
      TimeCeiling(LargeProduct(), backend, options, pictures, interrupt));
  result.flops_per_second =
      2.0 * static_cast<double>(arithmetic.macs) / arithmetic.seconds;
  ALEXNET_ASSIGN_OR_RETURN(
      const Ceiling memory,
      TimeCeiling(LargeFullyConnected(), backend, options, 1, interrupt));
  result.bytes_per_second =
      static_cast<double>(memory.parameter_bytes) / memory.seconds;
  return result;
}

}  // namespace alexnet
