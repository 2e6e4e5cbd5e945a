#include "core/backend/cuda/layers/linear_backward.h"

#include <utility>

#include "core/backend/cuda/kernels/column_sums.h"
#include "core/backend/cuda/layers/layer_kernel.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

LinearBackward::LinearBackward(DType dtype, const TowerMap& given,
                               const TowerMap& taken, bool relu,
                               bool source_first,
                               std::shared_ptr<Operation> weight,
                               std::shared_ptr<Operation> source)
    : dtype_(dtype),
      given_(given),
      taken_(taken),
      relu_(relu),
      source_first_(source_first),
      weight_(std::move(weight)),
      source_(std::move(source)) {
  ScratchPlan plan;
  weight_workspace_at_ = plan.Add(weight_->workspace_bytes());
  source_workspace_at_ =
      plan.Add(source_ != nullptr ? source_->workspace_bytes() : 0);
  sums_at_ = plan.Add(ColumnSumScratch(given.rows(), given.channels()));
  const bool copies = relu || !given.InSame(taken);
  masked_at_ = plan.Add(copies ? given.elements() * DTypeSize(dtype) : 0);
  scratch_bytes_ = plan.bytes();
}

Status LinearBackward::Prepare(CudaDevice& device) {
  if (source_ == nullptr) return Status();
  ALEXNET_ASSIGN_OR_RETURN(branch_, Branch::Create(device));
  return Status();
}

Status LinearBackward::Run(cudaStream_t stream, const BackwardArgs& args) {
  const void* gradient = args.dst_gradient;
  const bool mask = relu_ && !args.dst_gradient_masked;
  const bool copy = mask || !given_.InSame(taken_);
  if (copy || args.bias_gradient != nullptr) {
    void* masked = copy ? At(args.scratch, masked_at_) : nullptr;
    ALEXNET_RETURN_IF_ERROR(MaskAndSumColumns(
        stream, dtype_, given_, mask ? args.dst : nullptr, gradient, taken_,
        masked, args.bias_gradient, At(args.scratch, sums_at_)));
    if (copy) gradient = masked;
  }
  // Neither reads what the other writes.
  const bool beside =
      args.weight_gradient != nullptr && args.src_gradient != nullptr;
  Operands operands;
  if (args.weight_gradient != nullptr) {
    operands.a = source_first_ ? args.src : gradient;
    operands.b = source_first_ ? gradient : args.src;
    operands.out = args.weight_gradient;
    operands.workspace = At(args.scratch, weight_workspace_at_);
    if (beside) ALEXNET_RETURN_IF_ERROR(branch_->Fork());
    ALEXNET_RETURN_IF_ERROR(
        weight_->Run(beside ? branch_->stream() : stream, operands));
  }
  if (args.src_gradient == nullptr) return Status();
  operands.a = gradient;
  operands.b = args.weight;
  operands.mask = source_->masks() ? args.src : nullptr;
  operands.out = args.src_gradient;
  operands.workspace = At(args.scratch, source_workspace_at_);
  ALEXNET_RETURN_IF_ERROR(source_->Run(stream, operands));
  return beside ? branch_->Join() : Status();
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
