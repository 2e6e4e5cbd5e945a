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
#include "core/base/status.h"
#include "core/network/network.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// What random layers draw from: dropout's mask is a function of these and the
// unit's index alone (RandomPurpose::kDropout), so that it is recomputed and
// not stored, and does not depend on threads or ranks.
struct RandomState {
  uint64_t seed = 0;
  uint32_t step = 0;          // counts from the start of the run, not the epoch
  uint32_t first_sample = 0;  // this rank's first sample in the global batch
};

struct KernelRequest {
  const Layer* layer = nullptr;
  int layer_index = 0;
  const LayerShapes* shapes = nullptr;  // batch 1
  int64_t batch = 1;
  Format src;  // what the producer offers; the kernel may want another
  std::optional<ActivationKind> fused;  // applied to the output
  bool training = false;
  bool src_gradient = false;         // whether Backward will be asked for one
  DType weight_dtype = DType::kF32;  // inference only: narrower weights
};

struct KernelMemory {
  int64_t saved_bytes = 0;  // written by Forward in training, read by Backward
  int64_t scratch_bytes = 0;  // for the duration of a call
  bool backward_reads_src = false;
  bool backward_reads_dst = false;
  bool in_place = false;  // dst may be src, dst_gradient may be src_gradient
};

// How a kernel wants one parameter. Gradients and momenta have the same layout,
// so that updates are elementwise; padding in it is zero and stays zero.
class ParameterLayout {
 public:
  virtual ~ParameterLayout() = default;
  virtual int64_t bytes() const = 0;
  virtual int64_t elements() const = 0;  // float32 ones; includes padding
  // Of the packed elements: narrower than f32 only where KernelRequest asks.
  virtual DType dtype() const { return DType::kF32; }
  // Equal keys mean equal bytes: packed parameters are shared by this.
  virtual std::string key() const = 0;
  // True where a dense row-major tensor of this dtype, as a model file holds
  // it, can be used as it is, without packing.
  virtual bool dense() const = 0;
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
  RandomState random;
};

struct BackwardArgs {
  const void* src = nullptr;
  const void* dst = nullptr;
  const void* dst_gradient = nullptr;  // laid out as dst
  void* src_gradient = nullptr;        // laid out as src; null: not wanted
  const void* weight = nullptr;
  void* weight_gradient = nullptr;  // overwritten; null: not wanted (frozen)
  void* bias_gradient = nullptr;    // likewise
  const void* saved = nullptr;
  void* scratch = nullptr;
  RandomState random;
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
