// LinearBackward: the backward pass that layers with weights share: the ReLU's
// mask, the bias's gradient, the weights' and the source's.

#ifndef ALEXNET_CORE_BACKEND_CUDA_LAYERS_LINEAR_BACKWARD_H_
#define ALEXNET_CORE_BACKEND_CUDA_LAYERS_LINEAR_BACKWARD_H_

#include <cuda_runtime.h>

#include <cstdint>
#include <memory>

#include "core/backend/cuda/kernels/tower_map.h"
#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/runtime/branch.h"
#include "core/backend/cuda/runtime/cuda_device.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/kernel.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

class LinearBackward {
 public:
  // The output and its gradient, of `dtype`, are laid out as `given` says, the
  // gradient that both operations take as `taken`. `source_first`: the weights'
  // operation takes the source as its first operand, else as its second.
  // `source` may be null; else the weights' operation runs beside it. One that
  // masks takes the source as its mask.
  LinearBackward(DType dtype, const TowerMap& given, const TowerMap& taken,
                 bool relu, bool source_first,
                 std::shared_ptr<Operation> weight,
                 std::shared_ptr<Operation> source);

  // Before Run.
  Status Prepare(CudaDevice& device);
  int64_t scratch_bytes() const { return scratch_bytes_; }
  Status Run(cudaStream_t stream, const BackwardArgs& args);

 private:
  const DType dtype_;
  const TowerMap given_;
  const TowerMap taken_;
  const bool relu_;
  const bool source_first_;
  const std::shared_ptr<Operation> weight_;
  const std::shared_ptr<Operation> source_;
  std::unique_ptr<Branch> branch_;  // null: one operation is all there is
  int64_t weight_workspace_at_ = 0;
  int64_t source_workspace_at_ = 0;
  int64_t sums_at_ = 0;
  int64_t masked_at_ = 0;
  int64_t scratch_bytes_ = 0;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_LAYERS_LINEAR_BACKWARD_H_
