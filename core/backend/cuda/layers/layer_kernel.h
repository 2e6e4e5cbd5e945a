// The CUDA kernels one by one; CreateCudaBackend is the way to them.

#ifndef ALEXNET_CORE_BACKEND_CUDA_LAYERS_LAYER_KERNEL_H_
#define ALEXNET_CORE_BACKEND_CUDA_LAYERS_LAYER_KERNEL_H_

#include <cuda_runtime.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/runtime/cuda_device.h"
#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/kernel.h"
#include "core/backend/precision.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// What kernels are made of and run on. Outlives them.
struct Engine {
  CudaDevice& device;
  MathLibrary& math;
  Precision precision;
};

// What all kernels have.
class LayerKernel : public Kernel {
 public:
  std::string Name() const override { return name_; }
  const Format& src_format() const override { return src_; }
  const Format& dst_format() const override { return dst_; }
  const KernelMemory& memory() const override { return memory_; }

 protected:
  LayerKernel(const Engine& engine, bool training)
      : stream_(engine.device.compute()),
        forward_stream_(stream_,
                        !training && engine.device.capability() >= kEarliest),
        dtype_(ComputeType(engine.precision)) {}

  const cudaStream_t stream_;
  // What Forward launches into. A prediction's kernels are short, so that to
  // begin them is a good part of what they take.
  const KernelStream forward_stream_;
  const DType dtype_;  // of blobs
  std::string name_;
  Format src_;
  Format dst_;
  KernelMemory memory_;
};

// Parts of a kernel's scratch memory, each aligned for any device code.
class ScratchPlan {
 public:
  // The part's offset.
  int64_t Add(int64_t bytes) {
    const int64_t offset = bytes_;
    bytes_ += (bytes + 255) / 256 * 256;
    return offset;
  }
  int64_t bytes() const { return bytes_; }

 private:
  int64_t bytes_ = 0;
};

inline void* At(void* scratch, int64_t offset) {
  return static_cast<std::byte*>(scratch) + offset;
}

using KernelResult = Result<std::unique_ptr<Kernel>>;

// One for each type of layer, whose options `request` has too.
KernelResult MakeKernel(const Convolution&, const Engine& engine,
                        const KernelRequest& request);
KernelResult MakeKernel(const FullyConnected&, const Engine& engine,
                        const KernelRequest& request);
KernelResult MakeKernel(const Pooling&, const Engine& engine,
                        const KernelRequest& request);
KernelResult MakeKernel(const AdaptiveAveragePooling&, const Engine& engine,
                        const KernelRequest& request);
KernelResult MakeKernel(const Lrn&, const Engine& engine,
                        const KernelRequest& request);
KernelResult MakeKernel(const Activation&, const Engine& engine,
                        const KernelRequest& request);
KernelResult MakeKernel(const Dropout&, const Engine& engine,
                        const KernelRequest& request);
KernelResult MakeKernel(const Softmax&, const Engine& engine,
                        const KernelRequest& request);
KernelResult MakeKernel(const LocallyConnected&, const Engine& engine,
                        const KernelRequest& request);

// Of the layer and the pooling of `request`, of which CanPool holds.
bool CanPool(const KernelRequest& request);
KernelResult MakeLrnPooling(const Engine& engine, const KernelRequest& request);

KernelResult MakeReorder(const Engine& engine, const Format& from,
                         const Format& to);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_LAYERS_LAYER_KERNEL_H_
