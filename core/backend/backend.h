// Backend: makes kernels for one device. `reference` is plain float64 loops,
// the oracle of the tests; `cpu` has vectorized kernels; `cuda` is
// cuDNN, cuBLASLt and our own kernels on an NVIDIA GPU.

#ifndef ALEXNET_CORE_BACKEND_BACKEND_H_
#define ALEXNET_CORE_BACKEND_BACKEND_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/collectives.h"
#include "core/backend/device.h"
#include "core/backend/format.h"
#include "core/backend/kernel.h"
#include "core/backend/pixels.h"
#include "core/backend/precision.h"
#include "core/backend/rank_memory.h"
#include "core/backend/update.h"
#include "core/base/status.h"

namespace alexnet {

// What a backend computes on and how, for those who want the same again.
struct Computer {
  std::string device = "cpu";  // as options name it: "cuda:0"
  std::string hardware = "";   // of a GPU: "NVIDIA H200"
  Precision precision = Precision::kF32;
  bool tuned = false;
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string name() const = 0;
  virtual Computer computer() const { return {.device = name()}; }
  // Worker threads; what a result's bits may depend on.
  virtual int threads() const = 0;
  // Where its kernels' blobs and parameters lie.
  virtual Device& device() { return Device::Host(); }
  // What a person may want to know of how it was set up.
  virtual std::vector<std::string> Notes() { return {}; }

  // Runs `work` where this backend's kernels must run (its own team). All
  // Forward, Backward, Loss and Sgd calls are made inside.
  virtual Status Run(const std::function<Status()>& work) = 0;
  // Waits until the device has reached `fence`. Outside of Run, so that others
  // run their work meanwhile.
  virtual Status Await(Fence& fence) {
    const auto wait = [&] { return device().WaitOnHost(fence); };
    return Run(std::cref(wait));
  }

  // Whether the kernel of `layer` can apply the activation to its output.
  virtual bool CanFuse(const Layer& layer, ActivationKind activation) const = 0;
  // Whether CreateKernel can make one kernel of the request's layer and of the
  // pooling that it names.
  virtual bool CanPool(const KernelRequest& /*request*/) const { return false; }
  virtual Result<std::unique_ptr<Kernel>> CreateKernel(
      const KernelRequest& request) = 0;
  // A kernel that copies between two formats of one shape; backward copies the
  // gradient the other way.
  virtual Result<std::unique_ptr<Kernel>> CreateReorder(const Format& from,
                                                        const Format& to) = 0;

  virtual int64_t LossScratchBytes(int64_t /*batch*/) const { return 0; }
  virtual Status Loss(const LossArgs& args) = 0;
  // One whose kernels run in the device's `queue`.
  virtual Result<std::unique_ptr<Updater>> CreateUpdater(
      std::vector<SgdTensor> tensors, Queue queue) = 0;
  Result<std::unique_ptr<Updater>> CreateUpdater(
      std::vector<SgdTensor> tensors) {
    return CreateUpdater(std::move(tensors), Queue::kCompute);
  }

  // Cuts the network's input out of 8-bit pictures and normalizes it, as
  // RenderView does on the host, into a blob of a format that CreateReorder
  // makes of dense ones. Backends on the host have it done by the data pipeline
  // and refuse.
  virtual Status RenderPixels(const PixelArgs& args, const Format& format,
                              void* blob);

  // In the device's kSide: brings what kernels will read nearer to them, as
  // much of it as has room there. Changes nothing.
  virtual Status Prefetch(const void* /*data*/, int64_t /*bytes*/) {
    return Status();
  }

  // In the device's kCompute.
  virtual Status MoveRows(const RowMove& move);
  // Likewise. On the host of float32 only, which is what gradients there are.
  virtual Status Add(const Addition& addition);
  // In its kExchange. Backends on the host refuse: there whoever runs the
  // ranks' queue adds.
  virtual Status SumRanks(const RankSum& sum);

  // By rank, between the devices of `ranks`, backends of this kind of which
  // this is one, no two on one device; they must outlive what comes back.
  // kUnsupported where there is no library for it.
  virtual Result<std::vector<std::unique_ptr<Collectives>>> LinkDevices(
      const std::vector<std::shared_ptr<Backend>>& ranks);

  // Likewise between ranks that are processes, of which this is one: what it
  // shows the others; `first`: of rank 0.
  virtual Result<LinkOffer> OfferLink(bool first);
  // With the offer of rank 0. Waits for the others for as long as `check`,
  // which is asked again and again, is OK; what it fails with comes back.
  virtual Result<std::unique_ptr<Collectives>> JoinLink(
      const LinkOffer& first, int rank, int size,
      const std::function<Status()>& check);

  // How many units (elements of one sample) are zero for every sample of the
  // blob, into the device's memory. This one takes N equal runs of float32
  // whose padding is zero, which is what dense and channel-blocked layouts are;
  // a backend with others overrides it.
  virtual Status CountDeadUnits(const Format& format, const void* blob,
                                int64_t* count) const;
  // Where the units of one sample lie, padding too: how many elements.
  virtual int64_t UnitPositions(const Format& format) const;
  // By position: 1 where the unit is not zero for a sample of the blob, else
  // what was there. Likewise.
  virtual Status MarkAliveUnits(const Format& format, const void* blob,
                                float* marks) const;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_BACKEND_H_
