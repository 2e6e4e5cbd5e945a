#include "core/backend/cuda/cuda_backend.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "core/backend/cuda/cuda_updater.h"
#include "core/backend/cuda/kernels/gemv.h"
#include "core/backend/cuda/kernels/rank_memory.h"
#include "core/backend/cuda/kernels/reorder.h"
#include "core/backend/cuda/kernels/softmax.h"
#include "core/backend/cuda/kernels/zeros.h"
#include "core/backend/cuda/layers/formats.h"
#include "core/backend/cuda/layers/layer_kernel.h"
#include "core/backend/cuda/math/device_links.h"
#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/runtime/cuda_device.h"
#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::inline ALEXNET_CUDA_RUNTIME {
namespace {

// The least compute capability that kernels are compiled for (defs.bzl of
// third_party/cuda), as 10 * major + minor.
constexpr int kLeast = 75;
// bfloat16 and TF32 need tensor cores that have them.
constexpr int kAmpere = 80;

class CudaBackend : public Backend {
 public:
  CudaBackend(std::unique_ptr<cuda::CudaDevice> device,
              std::unique_ptr<cuda::MathLibrary> math,
              const CudaBackendOptions& options, std::string hardware)
      : device_(std::move(device)),
        math_(std::move(math)),
        engine_{*device_, *math_, options.precision},
        computer_{.device = fmt::format("cuda:{}", options.device),
                  .hardware = std::move(hardware),
                  .precision = options.precision,
                  .tuned = options.tune} {}
  // The libraries close what they have on the device that is current.
  ~CudaBackend() override { static_cast<void>(device_->MakeCurrent()); }

  std::string name() const override {
    return fmt::format("{} {}", computer_.device,
                       PrecisionName(computer_.precision));
  }
  Computer computer() const override { return computer_; }
  int threads() const override { return 1; }
  Device& device() override { return *device_; }
  std::vector<std::string> Notes() override {
    const std::lock_guard lock(mutex_);
    return math_->Notes();
  }

  Status Run(const std::function<Status()>& work) override {
    const std::lock_guard lock(mutex_);
    const Status current = device_->MakeCurrent();
    return Settled(current.ok() ? work() : current);
  }

  Status Await(Fence& fence) override {
    Status reached = device_->MakeCurrent();
    if (reached.ok()) reached = device_->WaitOnHost(fence);
    if (reached.ok()) return reached;
    const std::lock_guard lock(mutex_);
    return Settled(reached);
  }

  bool CanFuse(const Layer& layer, ActivationKind activation) const override {
    return activation == ActivationKind::kRelu &&
           (As<Convolution>(layer) != nullptr ||
            As<FullyConnected>(layer) != nullptr ||
            As<LocallyConnected>(layer) != nullptr);
  }

  bool CanPool(const KernelRequest& request) const override {
    return cuda::CanPool(request);
  }

  Result<std::unique_ptr<Kernel>> CreateKernel(
      const KernelRequest& request) override {
    if (request.weight_dtype != WeightType::kF32) {
      return UnsupportedError(
                 "a GPU computes all layers in one precision; choose bf16 as "
                 "the precision in place of narrower weights")
          .WithField("weight_dtype");
    }
    // Timing algorithms takes the stream and the libraries.
    const std::lock_guard lock(mutex_);
    ALEXNET_RETURN_IF_ERROR(device_->MakeCurrent());
    return Settled(std::visit(
        [&](const auto& layer) {
          return cuda::MakeKernel(layer, engine_, request);
        },
        request.layer->spec));
  }

  Result<std::unique_ptr<Kernel>> CreateReorder(const Format& from,
                                                const Format& to) override {
    return cuda::MakeReorder(engine_, from, to);
  }

  int64_t LossScratchBytes(int64_t batch) const override {
    return cuda::LossScratch(batch);
  }
  Status Loss(const LossArgs& args) override {
    return cuda::Loss(device_->compute(), args);
  }
  Result<std::unique_ptr<Updater>> CreateUpdater(std::vector<SgdTensor> tensors,
                                                 Queue queue) override {
    return cuda::MakeUpdater(*device_, queue, tensors);
  }

  Status RenderPixels(const PixelArgs& args, const Format& format,
                      void* blob) override {
    ALEXNET_ASSIGN_OR_RETURN(const cuda::FormatView view, cuda::ViewOf(format));
    return cuda::RenderViews(device_->compute(), view.map, view.dtype,
                             format.shape[0], args, blob);
  }

  Status Prefetch(const void* data, int64_t bytes) override {
    // The other half is for what the convolutions read meanwhile.
    return cuda::Prefetch(device_->side(), data,
                          std::min(bytes, device_->cache_bytes() / 2));
  }

  Status MoveRows(const RowMove& move) override {
    return cuda::MoveRows(device_->compute(), move);
  }
  Status Add(const Addition& addition) override {
    const std::array<const void*, 2> in = {addition.to, addition.from};
    return cuda::SumRanks(
        device_->compute(),
        {addition.type, in, {&addition.to, 1}, addition.count});
  }
  Status SumRanks(const RankSum& sum) override {
    return cuda::SumRanks(device_->exchange(), sum);
  }

  Result<std::vector<std::unique_ptr<Collectives>>> LinkDevices(
      const std::vector<std::shared_ptr<Backend>>& ranks) override {
    std::vector<cuda::CudaDevice*> devices;
    for (const auto& rank : ranks) {
      devices.push_back(&static_cast<cuda::CudaDevice&>(rank->device()));
    }
    return cuda::LinkDevices(devices);
  }

  Result<LinkOffer> OfferLink(bool first) override {
    return cuda::OfferLink(*device_, first);
  }
  Result<std::unique_ptr<Collectives>> JoinLink(
      const LinkOffer& first, int rank, int size,
      const std::function<Status()>& check) override {
    return cuda::JoinLink(*device_, first, rank, size, check);
  }

  Status CountDeadUnits(const Format& format, const void* blob,
                        int64_t* count) const override {
    ALEXNET_ASSIGN_OR_RETURN(const cuda::FormatView view, cuda::ViewOf(format));
    const int64_t samples = format.shape[0];
    return cuda::CountZeros(device_->compute(), view.dtype, samples,
                            format.shape.elements() / samples, view.map.towers,
                            blob, count);
  }
  int64_t UnitPositions(const Format& format) const override {
    return format.shape.elements() / format.shape[0];
  }
  Status MarkAliveUnits(const Format& format, const void* blob,
                        float* marks) const override {
    ALEXNET_ASSIGN_OR_RETURN(const cuda::FormatView view, cuda::ViewOf(format));
    return cuda::MarkNonzeros(device_->compute(), view.dtype, format.shape[0],
                              UnitPositions(format), view.map.towers, blob,
                              marks);
  }

 private:
  // What was sent before a failure may still use memory that its owner frees
  // next. Of ranks, which may wait for each other, each sees to it when they
  // have heard of the failure.
  template <typename Outcome>
  Outcome Settled(Outcome outcome) {
    if (!outcome.ok() && !device_->exchanges()) {
      static_cast<void>(device_->Finish());
    }
    return outcome;
  }

  std::recursive_mutex mutex_;  // kernels may be created inside Run
  const std::unique_ptr<cuda::CudaDevice> device_;
  const std::unique_ptr<cuda::MathLibrary> math_;
  const cuda::Engine engine_;
  const Computer computer_;
};

}  // namespace

Result<std::shared_ptr<Backend>> CreateCudaBackend(
    const CudaBackendOptions& options) {
  ALEXNET_ASSIGN_OR_RETURN(auto device, cuda::CudaDevice::Open(options.device));
  cudaDeviceProp properties;
  ALEXNET_RETURN_IF_ERROR(
      cuda::FromCuda(cudaGetDeviceProperties(&properties, options.device),
                     "asking for a GPU's properties"));
  const int capability = device->capability();
  if (capability < kLeast) {
    return UnsupportedError(
               fmt::format("{} is too old: it has compute capability {}.{}, "
                           "and 7.5 is needed. Use the device cpu",
                           properties.name, properties.major, properties.minor))
        .WithField("device");
  }
  if (options.precision != Precision::kF32 && capability < kAmpere) {
    return UnsupportedError(
               fmt::format("{} has no {}, which needs compute capability 8.0; "
                           "this one has {}.{}. Use f32",
                           properties.name, PrecisionName(options.precision),
                           properties.major, properties.minor))
        .WithField("precision");
  }
  cuda::MathOptions math_options;
  math_options.tune = options.tune;
  math_options.tuning_folder = options.tuning_folder;
  ALEXNET_ASSIGN_OR_RETURN(
      auto math, cuda::OpenMathLibrary(device->compute(), math_options));
  return std::shared_ptr<Backend>(std::make_shared<CudaBackend>(
      std::move(device), std::move(math), options, properties.name));
}

}  // namespace alexnet::inline ALEXNET_CUDA_RUNTIME
