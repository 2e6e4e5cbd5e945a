// Kernel: one layer compiled by a backend for one batch size. A kernel knows
// the layouts it wants and the memory it needs and owns neither blobs nor
// parameters: core/exec plans and passes them.
//
// Thread safety: Forward and Backward of one kernel may run on several threads
// at once only with different `scratch`, `saved` and outputs.

#ifndef ALEXNET_CORE_BACKEND_KERNEL_H_
#define ALEXNET_CORE_BACKEND_KERNEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/backend/format.h"
#include "core/backend/update.h"
#include "core/backend/weight_type.h"
#include "core/base/status.h"
#include "core/network/network.h"
#include "core/tensor/tensor.h"

namespace alexnet {

struct KernelRequest {
  const Layer* layer = nullptr;
  int layer_index = 0;
  BlobPart part;                        // what a random layer draws for
  const LayerShapes* shapes = nullptr;  // batch 1
  int64_t batch = 1;
  Format src;  // what the producer offers; the kernel may want another
  std::optional<ActivationKind> fused;  // applied to the output
  // A pooling layer that is applied to the layer's output, which is then given
  // nowhere, and its shapes; null: none. Only where the backend CanPool.
  const Layer* pooling = nullptr;
  const LayerShapes* pooling_shapes = nullptr;
  // Who reads the output, past activations and layers that compute nothing, so
  // that the kernel can lay it out as that one wants it; null where nobody of
  // this graph does.
  const Layer* reader = nullptr;
  bool training = false;
  bool src_gradient = false;  // whether Backward will be asked for one
  // The source came out of a ReLU that its producer's kernel applies.
  bool src_rectified = false;
  WeightType weight_dtype =
      WeightType::kF32;  // inference only: narrower weights
};

struct KernelMemory {
  int64_t saved_bytes = 0;  // written by Forward in training, read by Backward
  int64_t scratch_bytes = 0;  // for the duration of a call
  bool backward_reads_src = false;
  bool backward_reads_dst = false;
  bool in_place = false;  // dst may be src, dst_gradient may be src_gradient
  // Of a rectified source Backward gives the gradient of what went into the
  // ReLU, zero where the source is.
  bool masks_src_gradient = false;
  // Forward takes as long as reading the weights does: worth a
  // Backend::Prefetch.
  bool weight_bound = false;
  // Backward can also give the source gradient's sums: its producer's bias
  // gradient, where the gradient is that of what the bias was added to.
  bool sums_src_gradient = false;
};

// How a kernel wants one parameter. Gradients and momenta have the same layout,
// so that updates are elementwise; padding in it is zero and stays zero.
class ParameterLayout {
 public:
  virtual ~ParameterLayout() = default;
  virtual int64_t bytes() const = 0;
  virtual int64_t elements() const = 0;  // includes padding
  // Of the packed elements: float32 in training; narrower in inference, where
  // KernelRequest asks or the backend computes so.
  virtual DType dtype() const { return DType::kF32; }
  // Training: of the weights that kernels read and the gradients that they
  // write; elements that are laid out as the packed ones. Where it is not kF32,
  // kernels are given a rounded copy of the packed parameter.
  virtual DType compute_dtype() const { return DType::kF32; }
  // Equal keys mean equal bytes: packed parameters are shared by this.
  virtual std::string key() const = 0;
  // True where a dense row-major tensor of this dtype, as a model file holds
  // it, can be used as it is, without packing.
  virtual bool dense() const = 0;
  // Between tensors and packed elements, both in the host's memory.
  virtual Status Pack(const TensorView& tensor, void* packed) const = 0;
  // To dense row-major float32.
  virtual Status Unpack(const void* packed, float* dense) const = 0;
};

struct ForwardArgs {
  const void* src = nullptr;
  void* dst = nullptr;
  const void* weight = nullptr;  // packed
  const void* bias = nullptr;    // packed
  void* saved = nullptr;
  void* scratch = nullptr;
  const RandomState* random = nullptr;  // in the device's memory
};

struct BackwardArgs {
  const void* src = nullptr;
  const void* dst = nullptr;
  const void* dst_gradient = nullptr;  // laid out as dst
  // The reader of dst has masked dst_gradient: it masks_src_gradient.
  bool dst_gradient_masked = false;
  void* src_gradient = nullptr;  // laid out as src; null: not wanted
  // Sums of the source's gradient, in its type, by channel over samples and
  // pixels; null: not wanted. Only of a kernel that sums_src_gradient, with
  // src_gradient.
  void* src_sums = nullptr;
  const void* weight = nullptr;
  void* weight_gradient = nullptr;  // overwritten; null: not wanted (frozen)
  void* bias_gradient = nullptr;    // likewise
  const void* saved = nullptr;
  void* scratch = nullptr;
  const RandomState* random = nullptr;  // in the device's memory
};

class Kernel {
 public:
  virtual ~Kernel() = default;
  virtual std::string Name() const = 0;  // layer and algorithm, for traces
  virtual const Format& src_format() const = 0;
  virtual const Format& dst_format() const = 0;
  virtual const KernelMemory& memory() const = 0;
  // Null where the layer has no such parameter.
  virtual const ParameterLayout* weight_layout() const { return nullptr; }
  virtual const ParameterLayout* bias_layout() const { return nullptr; }
  // Training behaviour (dropout, saved data) follows KernelRequest::training.
  virtual Status Forward(const ForwardArgs& args) = 0;
  // Only of kernels made for training.
  virtual Status Backward(const BackwardArgs& args) = 0;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_KERNEL_H_
