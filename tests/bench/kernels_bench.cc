// Where a network's time goes: every kernel of a compiled preset by itself.
//
// usage: kernels_bench PRESET BATCH {infer|train} [THREADS]
//
// Forward and backward times are medians; GFLOP/s count two operations per
// multiply-accumulate, each backward pass as one forward per gradient made.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/exec/graph.h"
#include "core/network/presets.h"
#include "core/tensor/tensor.h"

namespace alexnet {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRuns = 9;

// Filled with small positive values: zeros would be unfairly fast, denormals
// unfairly slow.
Result<AlignedBuffer> MakeBuffer(int64_t bytes) {
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer buffer,
                           AlignedBuffer::Allocate(bytes, true));
  auto* values = reinterpret_cast<float*>(buffer.data());
  for (int64_t i = 0; i < bytes / 4; ++i) {
    values[i] = 0.01f * static_cast<float>(i % 7);
  }
  return buffer;
}

double MedianMilliseconds(const std::function<Status()>& run) {
  if (!run().ok()) return -1;
  std::vector<double> times;
  for (int i = 0; i < kRuns; ++i) {
    const Clock::time_point start = Clock::now();
    if (!run().ok()) return -1;
    times.push_back(
        std::chrono::duration<double, std::milli>(Clock::now() - start)
            .count());
  }
  std::nth_element(times.begin(), times.begin() + kRuns / 2, times.end());
  return times[kRuns / 2];
}

struct Totals {
  double forward = 0;
  double backward = 0;
};

Status TimeNode(const GraphNode& node, const NetworkInfo& info, int64_t batch,
                bool training, bool src_gradient, Totals* totals) {
  Kernel& kernel = *node.kernel;
  const auto size = [](const ParameterLayout* layout) {
    return layout == nullptr ? int64_t{64} : layout->bytes();
  };
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer src,
                           MakeBuffer(kernel.src_format().bytes));
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer dst,
                           MakeBuffer(kernel.dst_format().bytes));
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer src_gradients,
                           MakeBuffer(kernel.src_format().bytes));
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer weight,
                           MakeBuffer(size(kernel.weight_layout())));
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer bias,
                           MakeBuffer(size(kernel.bias_layout())));
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer weight_gradient,
                           MakeBuffer(size(kernel.weight_layout())));
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer bias_gradient,
                           MakeBuffer(size(kernel.bias_layout())));
  ALEXNET_ASSIGN_OR_RETURN(
      AlignedBuffer saved,
      AlignedBuffer::Allocate(kernel.memory().saved_bytes));
  ALEXNET_ASSIGN_OR_RETURN(
      AlignedBuffer scratch,
      AlignedBuffer::Allocate(kernel.memory().scratch_bytes));
  const RandomState random;
  ForwardArgs forward{src.data(),  dst.data(),   weight.data(),
                      bias.data(), saved.data(), scratch.data(),
                      &random};
  const double forward_ms =
      MedianMilliseconds([&] { return kernel.Forward(forward); });
  double backward_ms = 0;
  if (training) {
    BackwardArgs backward;
    backward.src = src.data();
    backward.dst = dst.data();
    backward.dst_gradient = dst.data();
    backward.src_gradient = src_gradient ? src_gradients.data() : nullptr;
    backward.weight = weight.data();
    backward.weight_gradient = weight_gradient.data();
    backward.bias_gradient = bias_gradient.data();
    backward.saved = saved.data();
    backward.scratch = scratch.data();
    backward.random = &random;
    backward_ms = MedianMilliseconds([&] { return kernel.Backward(backward); });
  }
  const double flops =
      node.layer < 0
          ? 0
          : 2e-6 *
                static_cast<double>(
                    info.layers[static_cast<size_t>(node.layer)].macs * batch);
  const double passes = src_gradient ? 2 : 1;
  std::printf("%-52.52s %9.2f ms %7.1f GFLOP/s %9.2f ms %7.1f GFLOP/s\n",
              kernel.Name().c_str(), forward_ms, flops / forward_ms,
              backward_ms, backward_ms > 0 ? passes * flops / backward_ms : 0);
  totals->forward += forward_ms;
  totals->backward += backward_ms;
  return Status();
}

Status Run(const std::string& name, int64_t batch, bool training, int threads) {
  ALEXNET_ASSIGN_OR_RETURN(const Preset preset, MakePreset(name));
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info,
                           InferNetwork(preset.network));
  ALEXNET_ASSIGN_OR_RETURN(const std::shared_ptr<Backend> backend,
                           CreateCpuBackend({.threads = threads}));
  GraphOptions options;
  options.batch = batch;
  options.training = training;
  options.layers = info.logits_layer + 1;
  ALEXNET_ASSIGN_OR_RETURN(const Graph graph,
                           BuildGraph(preset.network, info, *backend, options));
  return backend->Run([&]() -> Status {
    Totals totals;
    bool first = true;
    for (const GraphNode& node : graph.nodes) {
      ALEXNET_RETURN_IF_ERROR(
          TimeNode(node, info, batch, training, !first, &totals));
      if (node.weight >= 0) first = false;
    }
    std::printf(
        "%-52s %9.2f ms %17s %9.2f ms   %.1f images/s\n", "total",
        totals.forward, "", totals.backward,
        1e3 * static_cast<double>(batch) / (totals.forward + totals.backward));
    return Status();
  });
}

}  // namespace
}  // namespace alexnet

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: kernels_bench PRESET BATCH {infer|train} [THREADS]\n",
               stderr);
    return 2;
  }
  const alexnet::Status status = alexnet::Run(
      argv[1], std::atoll(argv[2]), std::strcmp(argv[3], "train") == 0,
      argc > 4 ? std::atoi(argv[4]) : 0);
  if (status.ok()) return 0;
  std::fprintf(stderr, "kernels_bench: %s\n", status.ToString().c_str());
  return 1;
}
