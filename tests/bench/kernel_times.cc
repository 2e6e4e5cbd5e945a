#include "tests/bench/kernel_times.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "core/exec/graph.h"
#include "core/network/presets.h"

namespace alexnet::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 7;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Of `work`, recorded as a plan's step is: on a device, where a launch takes as
// long as a small kernel, many times in one program.
Result<double> TimeOf(Device& device, const std::function<Status()>& work,
                      double seconds) {
  const int together = device.is_host() ? 1 : 20;
  ALEXNET_ASSIGN_OR_RETURN(const auto program, device.Record([&]() -> Status {
    for (int i = 0; i < together; ++i) ALEXNET_RETURN_IF_ERROR(work());
    return Status();
  }));
  ALEXNET_ASSIGN_OR_RETURN(const double milliseconds,
                           MedianMilliseconds(
                               [&](int count) -> Status {
                                 for (int i = 0; i < count; ++i) {
                                   ALEXNET_RETURN_IF_ERROR(program->Launch());
                                 }
                                 return device.Finish();
                               },
                               kRounds, seconds));
  return milliseconds / together;
}

// A pass's milliseconds and its rate: of arithmetic, or of memory where there
// is none.
void PrintPass(double milliseconds, double flops, double bytes) {
  if (milliseconds <= 0) {
    std::printf("%10s %14s", "-", "");
  } else if (flops > 0) {
    std::printf("%10.3f %7.0f GFLOP/s", milliseconds,
                1e-6 * flops / milliseconds);
  } else {
    std::printf("%10.3f %9.0f GB/s", milliseconds, 1e-6 * bytes / milliseconds);
  }
}

struct Totals {
  double forward = 0;
  double backward = 0;
};

class NodeTimer {
 public:
  NodeTimer(Backend& backend, const KernelTimesOptions& options,
            const NetworkInfo& info)
      : device_(backend.device()), options_(options), info_(info) {}

  // `masked`: the next kernel masks the gradient that it gives this one.
  Status Time(const GraphNode& node, bool src_gradient, bool masked,
              Totals* totals) {
    Kernel& kernel = *node.kernel;
    buffers_.clear();
    const int64_t src_bytes = kernel.src_format().bytes;
    const int64_t dst_bytes = kernel.dst_format().bytes;
    ForwardArgs forward;
    ALEXNET_ASSIGN_OR_RETURN(forward.src, Numbers(src_bytes));
    ALEXNET_ASSIGN_OR_RETURN(forward.dst, Numbers(dst_bytes));
    ALEXNET_ASSIGN_OR_RETURN(forward.weight, Like(kernel.weight_layout()));
    ALEXNET_ASSIGN_OR_RETURN(forward.bias, Like(kernel.bias_layout()));
    ALEXNET_ASSIGN_OR_RETURN(forward.saved,
                             Numbers(kernel.memory().saved_bytes));
    ALEXNET_ASSIGN_OR_RETURN(forward.scratch,
                             Numbers(kernel.memory().scratch_bytes));
    ALEXNET_ASSIGN_OR_RETURN(void* random, Numbers(sizeof(RandomState)));
    forward.random = static_cast<const RandomState*>(random);
    ALEXNET_ASSIGN_OR_RETURN(
        const double forward_ms,
        TimeOf(
            device_, [&] { return kernel.Forward(forward); },
            options_.seconds));
    double backward_ms = 0;
    if (options_.training) {
      BackwardArgs backward;
      backward.src = forward.src;
      backward.dst = forward.dst;
      backward.dst_gradient_masked = masked;
      ALEXNET_ASSIGN_OR_RETURN(backward.dst_gradient, Numbers(dst_bytes));
      if (src_gradient) {
        ALEXNET_ASSIGN_OR_RETURN(backward.src_gradient, Numbers(src_bytes));
      }
      backward.weight = forward.weight;
      ALEXNET_ASSIGN_OR_RETURN(backward.weight_gradient,
                               Like(kernel.weight_layout()));
      ALEXNET_ASSIGN_OR_RETURN(backward.bias_gradient,
                               Like(kernel.bias_layout()));
      backward.saved = forward.saved;
      backward.scratch = forward.scratch;
      backward.random = forward.random;
      ALEXNET_ASSIGN_OR_RETURN(
          backward_ms, TimeOf(
                           device_, [&] { return kernel.Backward(backward); },
                           options_.seconds));
    }
    Print(node, forward_ms, backward_ms, src_gradient);
    totals->forward += forward_ms;
    totals->backward += backward_ms;
    return Status();
  }

 private:
  Result<void*> Numbers(int64_t bytes) {
    ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer buffer, NumbersOn(device_, bytes));
    buffers_.push_back(std::move(buffer));
    return static_cast<void*>(buffers_.back().data());
  }
  Result<void*> Like(const ParameterLayout* layout) {
    return Numbers(layout == nullptr ? 0 : layout->bytes());
  }

  void Print(const GraphNode& node, double forward_ms, double backward_ms,
             bool src_gradient) const {
    const Kernel& kernel = *node.kernel;
    const int64_t macs =
        node.layer < 0 ? 0 : info_.layers[static_cast<size_t>(node.layer)].macs;
    const double flops =
        2.0 * static_cast<double>(macs) * static_cast<double>(options_.batch);
    const KernelMemory& memory = kernel.memory();
    const double src = static_cast<double>(kernel.src_format().bytes);
    const double dst = static_cast<double>(kernel.dst_format().bytes);
    const double saved = static_cast<double>(memory.saved_bytes);
    std::printf("%-46.46s", kernel.Name().c_str());
    PrintPass(forward_ms, flops, src + dst + saved);
    PrintPass(backward_ms, (src_gradient ? 2 : 1) * flops,
              src + dst + saved + (memory.backward_reads_src ? src : 0) +
                  (memory.backward_reads_dst ? dst : 0));
    std::printf("\n");
  }

  Device& device_;
  const KernelTimesOptions& options_;
  const NetworkInfo& info_;
  std::vector<AlignedBuffer> buffers_;
};

}  // namespace

Result<AlignedBuffer> NumbersOn(Device& device, int64_t bytes) {
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer host, AlignedBuffer::Allocate(bytes));
  for (int64_t i = 0; i + 4 <= bytes; i += 4) {
    // The upper half of a float32 is a bfloat16 of its value: twice the same.
    const float value = 0.01f * static_cast<float>(1 + i / 4 % 7);
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    bits = (bits & 0xffff0000u) | bits >> 16;
    std::memcpy(host.data() + i, &bits, sizeof(bits));
  }
  if (device.is_host()) return host;
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer there,
                           device.Allocate(bytes, /*zero=*/true));
  ALEXNET_RETURN_IF_ERROR(
      device.Upload(host.data(), bytes, there.data(), Queue::kCompute));
  ALEXNET_RETURN_IF_ERROR(device.Finish());
  return there;
}

Result<double> MedianMilliseconds(const std::function<Status(int)>& run,
                                  int rounds, double seconds) {
  // What is loaded late, and what is recorded at a second run.
  ALEXNET_RETURN_IF_ERROR(run(2));
  const Clock::time_point trial = Clock::now();
  ALEXNET_RETURN_IF_ERROR(run(1));
  const int count = std::clamp(
      static_cast<int>(seconds / rounds / SecondsSince(trial)), 1, 10000);
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    const Clock::time_point start = Clock::now();
    ALEXNET_RETURN_IF_ERROR(run(count));
    times.push_back(1e3 * SecondsSince(start) / count);
  }
  const auto middle = times.begin() + rounds / 2;
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

Status PrintKernelTimes(Backend& backend, const KernelTimesOptions& options) {
  ALEXNET_ASSIGN_OR_RETURN(const Preset preset, MakePreset(options.preset));
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info,
                           InferNetwork(preset.network));
  GraphOptions graph_options;
  graph_options.batch = options.batch;
  graph_options.training = options.training;
  graph_options.layers = info.logits_layer + 1;
  ALEXNET_ASSIGN_OR_RETURN(
      const Graph graph,
      BuildGraph(preset.network, info, backend, graph_options));
  return backend.Run([&]() -> Status {
    Totals totals;
    NodeTimer timer(backend, options, info);
    std::printf("%s, batch %lld, on %s\n%-46s%10s %14s%10s\n",
                options.preset.c_str(), static_cast<long long>(options.batch),
                backend.name().c_str(), "kernel", "forward ms", "",
                options.training ? "backward" : "");
    bool first = true;
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
      const bool masked =
          i + 1 < graph.nodes.size() &&
          graph.nodes[i + 1].kernel->memory().masks_src_gradient;
      ALEXNET_RETURN_IF_ERROR(
          timer.Time(graph.nodes[i], !first, masked, &totals));
      if (graph.nodes[i].weight >= 0) first = false;
    }
    std::printf("%-46s%10.3f %14s%10.3f %11.0f images/s\n", "total",
                totals.forward, "", totals.backward,
                1e3 * static_cast<double>(options.batch) /
                    (totals.forward + totals.backward));
    return Status();
  });
}

}  // namespace alexnet::bench
