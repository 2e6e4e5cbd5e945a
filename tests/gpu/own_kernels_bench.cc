#include <cstdint>
#include <cstdio>
#include <vector>

#include "core/network/network.h"
#include "tests/bench/kernel_times.h"
#include "tests/gpu/bench.h"

namespace alexnet::bench {
namespace {

struct OwnKernel {
  const char* name;
  LayerSpec spec;
  Shape in;  // batch 1
  int64_t batch;
  // What backward must read and write, in sources and in outputs; forward reads
  // one source and writes one output.
  double backward_src;
  double backward_dst;
};

std::vector<OwnKernel> OwnKernels(int64_t batch) {
  Pooling pooling;
  pooling.window = Window::Square(3, 2);
  Lrn norm;
  norm.groups = 2;
  Lrn within;
  within.region = LrnRegion::kWithinChannel;
  return {{"LRN", norm, {1, 96, 55, 55}, batch, 2, 1},
          {"LRN within maps", within, {1, 256, 27, 27}, batch, 2, 1},
          {"max pooling", pooling, {1, 96, 55, 55}, batch, 1, 1},
          {"dropout", Dropout{0.5f}, {1, 4096}, 64 * batch, 1, 1},
          {"dropout of maps", Dropout{0.5f}, {1, 256, 6, 6}, 32 * batch, 1, 1}};
}

void Report(const std::string& name, Precision precision, double mib,
            double milliseconds, double bytes) {
  std::printf(
      "{\"kernel\": \"%s\", \"precision\": \"%s\", \"mib\": %.0f, "
      "\"milliseconds\": %.4f, \"gbps\": %.1f}\n",
      name.c_str(), PrecisionName(precision), mib, milliseconds,
      bytes / milliseconds / 1e6);
  std::fflush(stdout);
}

// Milliseconds of one of many that are waited for together.
Result<double> TimeOf(Device& device, const std::function<Status()>& one,
                      const GpuBenchOptions& options) {
  return MedianMilliseconds(
      [&](int count) -> Status {
        for (int i = 0; i < count; ++i) ALEXNET_RETURN_IF_ERROR(one());
        return device.Finish();
      },
      options.rounds, options.seconds / 5);
}

Status TimeKernel(const OwnKernel& subject, Precision precision,
                  Backend& backend, const GpuBenchOptions& options) {
  Network network;
  network.name = subject.name;
  network.channels = subject.in[1];
  network.height = subject.in.rank() > 2 ? subject.in[2] : 1;
  network.width = subject.in.rank() > 3 ? subject.in[3] : 1;
  network.layers = {{subject.name, subject.spec}};
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info, InferNetwork(network));
  KernelRequest request;
  request.layer = &network.layers[0];
  request.shapes = &info.layers[0];
  request.batch = subject.batch;
  request.src = Format::Dense(WithBatch(info.layers[0].in, subject.batch));
  request.training = true;
  request.src_gradient = true;
  request.src_rectified = true;
  return backend.Run([&]() -> Status {
    Device& device = backend.device();
    ALEXNET_ASSIGN_OR_RETURN(const auto kernel, backend.CreateKernel(request));
    const int64_t src = kernel->src_format().bytes;
    const int64_t dst = kernel->dst_format().bytes;
    std::vector<AlignedBuffer> buffers;
    const auto numbers = [&](int64_t bytes) -> Result<void*> {
      ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer buffer, NumbersOn(device, bytes));
      buffers.push_back(std::move(buffer));
      return static_cast<void*>(buffers.back().data());
    };
    ForwardArgs forward;
    BackwardArgs backward;
    ALEXNET_ASSIGN_OR_RETURN(forward.src, numbers(src));
    ALEXNET_ASSIGN_OR_RETURN(forward.dst, numbers(dst));
    ALEXNET_ASSIGN_OR_RETURN(backward.src_gradient, numbers(src));
    ALEXNET_ASSIGN_OR_RETURN(forward.saved,
                             numbers(kernel->memory().saved_bytes));
    ALEXNET_ASSIGN_OR_RETURN(forward.scratch,
                             numbers(kernel->memory().scratch_bytes));
    ALEXNET_ASSIGN_OR_RETURN(void* random, numbers(sizeof(RandomState)));
    backward.src = forward.src;
    backward.dst = backward.dst_gradient = forward.dst;
    backward.saved = forward.saved;
    backward.scratch = forward.scratch;
    forward.random = backward.random = static_cast<RandomState*>(random);
    ALEXNET_ASSIGN_OR_RETURN(
        const double forward_ms,
        TimeOf(
            device, [&] { return kernel->Forward(forward); }, options));
    ALEXNET_ASSIGN_OR_RETURN(
        const double backward_ms,
        TimeOf(
            device, [&] { return kernel->Backward(backward); }, options));
    const double src_bytes = static_cast<double>(src);
    const double dst_bytes = static_cast<double>(dst);
    const double saved = static_cast<double>(kernel->memory().saved_bytes);
    const double mib = src_bytes / (1 << 20);
    const std::string name = subject.name;
    Report(name + " forward", precision, mib, forward_ms,
           src_bytes + dst_bytes + saved);
    Report(name + " backward", precision, mib, backward_ms,
           subject.backward_src * src_bytes + subject.backward_dst * dst_bytes +
               saved);
    return Status();
  });
}

Status TimeSgd(Precision precision, Backend& backend,
               const GpuBenchOptions& options) {
  return backend.Run([&]() -> Status {
    Device& device = backend.device();
    const bool narrow = precision == Precision::kBf16;
    SgdTensor tensor;
    tensor.elements = options.sgd_elements;
    tensor.compute_dtype = narrow ? DType::kBF16 : DType::kF32;
    const int64_t wide = tensor.elements * 4;
    const int64_t small = tensor.elements * DTypeSize(tensor.compute_dtype);
    ALEXNET_ASSIGN_OR_RETURN(const auto weight, NumbersOn(device, wide));
    ALEXNET_ASSIGN_OR_RETURN(const auto velocity, NumbersOn(device, wide));
    ALEXNET_ASSIGN_OR_RETURN(const auto gradient, NumbersOn(device, small));
    ALEXNET_ASSIGN_OR_RETURN(const auto working, NumbersOn(device, small));
    ALEXNET_ASSIGN_OR_RETURN(const auto state, device.Allocate(64, true));
    ALEXNET_ASSIGN_OR_RETURN(const auto outcome, device.Allocate(64, true));
    const auto at = [](const AlignedBuffer& buffer) -> void* {
      return const_cast<std::byte*>(buffer.data());
    };
    tensor.weight = static_cast<float*>(at(weight));
    tensor.velocity = static_cast<float*>(at(velocity));
    tensor.gradient = at(gradient);
    if (narrow) tensor.working = at(working);
    ALEXNET_ASSIGN_OR_RETURN(const auto updater,
                             backend.CreateUpdater({tensor}));
    const auto update = [&]() -> Status {
      auto* found = static_cast<StepOutcome*>(at(outcome));
      ALEXNET_RETURN_IF_ERROR(updater->FindNorm(found));
      return updater->Update(static_cast<const StepState*>(at(state)), found);
    };
    ALEXNET_ASSIGN_OR_RETURN(const double milliseconds,
                             TimeOf(device, update, options));
    // Weights and velocities read and written; gradients read twice, since
    // their norm comes first.
    Report("norm and SGD", precision, static_cast<double>(wide) / (1 << 20),
           milliseconds,
           static_cast<double>(4 * wide) +
               static_cast<double>(small) * (narrow ? 3 : 2));
    return Status();
  });
}

}  // namespace

bool BenchOwnKernels(TunedBackends& backends, const GpuBenchOptions& options) {
  bool ok = true;
  const auto check = [&](const char* name, const Status& status) {
    if (status.ok()) return;
    std::printf("{\"kernel\": \"%s\", \"error\": \"%s\"}\n", name,
                Quotable(status).c_str());
    ok = false;
  };
  for (const Precision precision : {Precision::kBf16, Precision::kF32}) {
    const auto backend = backends.Get(precision);
    if (!backend.ok()) check("all", backend.status());
    if (!backend.ok()) continue;
    for (const OwnKernel& kernel : OwnKernels(options.kernel_batch)) {
      check(kernel.name, TimeKernel(kernel, precision, **backend, options));
    }
    check("SGD", TimeSgd(precision, **backend, options));
  }
  return ok;
}

}  // namespace alexnet::bench
