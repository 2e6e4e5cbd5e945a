#include "core/backend/cuda/layers/linear_backward.h"

#include <algorithm>
#include <utility>

#include "core/backend/cuda/kernels/column_sums.h"
#include "core/backend/cuda/layers/layer_kernel.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

LinearBackward::LinearBackward(DType dtype, int64_t rows, int64_t columns,
                               bool relu, bool source_first,
                               std::shared_ptr<Operation> weight,
                               std::shared_ptr<Operation> source)
    : dtype_(dtype),
      rows_(rows),
      columns_(columns),
      relu_(relu),
      source_first_(source_first),
      weight_(std::move(weight)),
      source_(std::move(source)) {
  int64_t workspace = weight_->workspace_bytes();
  if (source_ != nullptr) {
    workspace = std::max(workspace, source_->workspace_bytes());
  }
  ScratchPlan plan;
  workspace_at_ = plan.Add(workspace);
  sums_at_ = plan.Add(ColumnSumScratch(rows, columns));
  masked_at_ = plan.Add(relu ? rows * columns * DTypeSize(dtype) : 0);
  scratch_bytes_ = plan.bytes();
}

Status LinearBackward::Run(cudaStream_t stream, const BackwardArgs& args) {
  const void* gradient = args.dst_gradient;
  const bool mask = relu_ && !args.dst_gradient_masked;
  if (mask || args.bias_gradient != nullptr) {
    void* masked = mask ? At(args.scratch, masked_at_) : nullptr;
    ALEXNET_RETURN_IF_ERROR(MaskAndSumColumns(
        stream, dtype_, rows_, columns_, mask ? args.dst : nullptr, gradient,
        masked, args.bias_gradient, At(args.scratch, sums_at_)));
    if (mask) gradient = masked;
  }
  Operands operands;
  operands.workspace = At(args.scratch, workspace_at_);
  if (args.weight_gradient != nullptr) {
    operands.a = source_first_ ? args.src : gradient;
    operands.b = source_first_ ? gradient : args.src;
    operands.out = args.weight_gradient;
    ALEXNET_RETURN_IF_ERROR(weight_->Run(stream, operands));
  }
  if (args.src_gradient == nullptr) return Status();
  operands.a = gradient;
  operands.b = args.weight;
  operands.out = args.src_gradient;
  return source_->Run(stream, operands);
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
