#include "core/backend/cpu/cpu_backend.h"

#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

#include "core/backend/cpu/instruction_set.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/update.h"
#include "core/base/cpu.h"
#include "core/base/worker.h"

namespace alexnet {
namespace {

constexpr int kMostThreads = 1024;

class CpuBackend : public Backend {
 public:
  explicit CpuBackend(int threads) : worker_(threads) {}

  std::string name() const override { return "cpu"; }
  int threads() const override { return worker_.threads(); }
  int asked_threads() const { return worker_.asked(); }

  Status Run(const std::function<Status()>& work) override {
    return worker_.Run(work);
  }

  bool CanFuse(const Layer& layer, ActivationKind activation) const override {
    const auto* pooling = As<Pooling>(layer);
    return activation == ActivationKind::kRelu &&
           (As<Convolution>(layer) != nullptr ||
            As<FullyConnected>(layer) != nullptr ||
            As<LocallyConnected>(layer) != nullptr ||
            (pooling != nullptr && pooling->kind == PoolKind::kMax));
  }

  // On the worker's team, whose size kernels plan their scratch by.
  Result<std::unique_ptr<Kernel>> CreateKernel(
      const KernelRequest& request) override {
    return MakeOnWorker([&] {
      return std::visit(
          [&](const auto& layer) { return cpu::MakeKernel(layer, request); },
          request.layer->spec);
    });
  }

  Result<std::unique_ptr<Kernel>> CreateReorder(const Format& from,
                                                const Format& to) override {
    return MakeOnWorker([&] { return cpu::MakeReorder(from, to); });
  }

  Status Loss(const LossArgs& args) override {
    cpu::SoftmaxCrossEntropy(args);
    return Status();
  }

  Result<std::unique_ptr<Updater>> CreateUpdater(std::vector<SgdTensor> tensors,
                                                 Queue) override {
    return MakeHostUpdater(std::move(tensors),
                           {cpu::MomentumUpdate, cpu::SumOfSquares});
  }

 private:
  template <typename Make>
  Result<std::unique_ptr<Kernel>> MakeOnWorker(const Make& make) {
    std::unique_ptr<Kernel> kernel;
    ALEXNET_RETURN_IF_ERROR(worker_.Run([&]() -> Status {
      ALEXNET_ASSIGN_OR_RETURN(kernel, make());
      return Status();
    }));
    return kernel;
  }

  Worker worker_;
};

}  // namespace

Result<std::shared_ptr<Backend>> CreateCpuBackend(
    const CpuBackendOptions& options) {
  if (options.threads < 0 || options.threads > kMostThreads) {
    return InvalidArgumentError(
               fmt::format("must be 0 (all there are) to {}, not {}",
                           kMostThreads, options.threads))
        .WithField("threads");
  }
  ALEXNET_RETURN_IF_ERROR(cpu::CheckInstructionSetLimit());
  const int threads = options.threads > 0 ? options.threads : AvailableCpus();
  auto backend = std::make_shared<CpuBackend>(threads);
  if (options.warn && backend->threads() < backend->asked_threads()) {
    options.warn(fmt::format(
        "computes on {} in place of {} threads: the system starts no more "
        "(ulimit -u, ulimit -v or the container's limit)",
        backend->threads(), backend->asked_threads()));
  }
  return std::shared_ptr<Backend>(std::move(backend));
}

}  // namespace alexnet
