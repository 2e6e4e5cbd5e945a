#include "core/backend/cuda/nvidia/cudnn_graph.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>
#include <utility>

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

using Extents = std::array<int64_t, 4>;

// Of buffers, and as much as an algorithm asks for.
constexpr int64_t kAlignment = 16;

// Of a tensor of which the first one is aligned so and the others follow each
// `step` bytes later.
int64_t AlignmentOf(int64_t step) {
  int64_t alignment = kAlignment;
  while (step % alignment != 0) alignment /= 2;
  return alignment;
}

cudnnDataType_t TypeOf(Precision precision) {
  return precision == Precision::kBf16 ? CUDNN_DATA_BFLOAT16 : CUDNN_DATA_FLOAT;
}

// Blobs are (N, C, H, W) in extents and NHWC in strides; `stride_channels`: of
// the tower, where this is one group of it.
Extents BlobStrides(const Extents& extents, int64_t stride_channels) {
  return {extents[2] * extents[3] * stride_channels, 1,
          extents[3] * stride_channels, stride_channels};
}

class GraphTensors {
 public:
  // `steps`: from one group's tensors to the next's, which the same plan
  // computes; 0 where all groups are computed at once.
  GraphTensors(const CudnnFunctions& cudnn, const GroupSteps& steps,
               std::vector<Descriptor>* parts)
      : cudnn_(cudnn), steps_(steps), parts_(parts) {}

  // The tensor's index among the parts.
  Result<size_t> Add(cudnnDataType_t type, const Extents& extents,
                     const Extents& strides, int64_t id, bool is_virtual) {
    Descriptor tensor(cudnn_, CUDNN_BACKEND_TENSOR_DESCRIPTOR);
    tensor.SetType(CUDNN_ATTR_TENSOR_DATA_TYPE, type)
        .SetInts(CUDNN_ATTR_TENSOR_DIMENSIONS, extents)
        .SetInts(CUDNN_ATTR_TENSOR_STRIDES, strides)
        .SetInt(CUDNN_ATTR_TENSOR_UNIQUE_ID, id)
        .SetInt(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, AlignmentOf(StepOf(id)))
        .SetBool(CUDNN_ATTR_TENSOR_IS_VIRTUAL, is_virtual);
    ALEXNET_RETURN_IF_ERROR(tensor.Finalize("describing a tensor"));
    parts_->push_back(std::move(tensor));
    return parts_->size() - 1;
  }

 private:
  int64_t StepOf(int64_t id) const {
    switch (id) {
      case kTensorA:
        return steps_.a;
      case kTensorB:
        return steps_.b;
      case kTensorBias:
        return steps_.bias;
      case kTensorMask:
      case kTensorOut:
        return steps_.out;
      default:
        return 0;  // between operations, nowhere in memory
    }
  }

  const CudnnFunctions& cudnn_;
  const GroupSteps steps_;
  std::vector<Descriptor>* parts_;
};

// The attributes of a convolution's operation, by pass.
struct PassNames {
  cudnnBackendDescriptorType_t operation;
  cudnnBackendAttributeName_t source;
  cudnnBackendAttributeName_t weight;
  cudnnBackendAttributeName_t output;
  cudnnBackendAttributeName_t convolution;
  cudnnBackendAttributeName_t alpha;
  cudnnBackendAttributeName_t beta;
};

PassNames NamesOf(ConvolutionPass pass) {
  switch (pass) {
    case ConvolutionPass::kSourceGradient:
      return {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA};
    case ConvolutionPass::kWeightGradient:
      return {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA};
    case ConvolutionPass::kForward:
      break;
  }
  return {CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA};
}

// Which of the operands is what.
struct PassTensors {
  int64_t source;
  int64_t weight;
  int64_t output;
};

PassTensors TensorsOf(ConvolutionPass pass) {
  switch (pass) {
    case ConvolutionPass::kSourceGradient:
      return {kTensorOut, kTensorB, kTensorA};
    case ConvolutionPass::kWeightGradient:
      return {kTensorA, kTensorOut, kTensorB};
    case ConvolutionPass::kForward:
      break;
  }
  return {kTensorA, kTensorB, kTensorOut};
}

Result<Descriptor> DescribeWindow(const CudnnFunctions& cudnn,
                                  const ConvolutionProblem& problem) {
  const std::array<int64_t, 2> strides = {problem.stride_h, problem.stride_w};
  const std::array<int64_t, 2> before = {problem.pad_top, problem.pad_left};
  const std::array<int64_t, 2> after = {problem.pad_bottom, problem.pad_right};
  const std::array<int64_t, 2> dilations = {1, 1};
  const cudnnConvolutionMode_t mode = CUDNN_CROSS_CORRELATION;
  Descriptor window(cudnn, CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
  window.SetInt(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, 2)
      .SetType(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_DATA_FLOAT)
      .Set(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, 1,
           &mode)
      .SetInts(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, before)
      .SetInts(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, after)
      .SetInts(CUDNN_ATTR_CONVOLUTION_DILATIONS, dilations)
      .SetInts(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, strides);
  ALEXNET_RETURN_IF_ERROR(window.Finalize("describing a convolution"));
  return window;
}

// A tensor's part in an operation on elements, and its place in `parts`.
using Operand = std::pair<cudnnBackendAttributeName_t, size_t>;

// `what` describes it in errors.
Result<Descriptor> DescribePointwise(const CudnnFunctions& cudnn,
                                     std::vector<Descriptor>* parts,
                                     cudnnPointwiseMode_t mode,
                                     const char* what,
                                     std::initializer_list<Operand> operands) {
  Descriptor pointwise(cudnn, CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
  pointwise.Set(CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, 1, &mode)
      .SetType(CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_DATA_FLOAT);
  ALEXNET_RETURN_IF_ERROR(pointwise.Finalize(what));
  Descriptor operation(cudnn, CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
  operation.SetDescriptor(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR,
                          pointwise);
  for (const auto& [attribute, part] : operands) {
    operation.SetDescriptor(attribute, (*parts)[part]);
  }
  ALEXNET_RETURN_IF_ERROR(operation.Finalize(what));
  parts->push_back(std::move(pointwise));
  return operation;
}

// y = x + b, element by element.
Result<Descriptor> DescribeSum(const CudnnFunctions& cudnn,
                               std::vector<Descriptor>* parts, size_t x,
                               size_t b, size_t y) {
  return DescribePointwise(cudnn, parts, CUDNN_POINTWISE_ADD,
                           "describing a bias",
                           {{CUDNN_ATTR_OPERATION_POINTWISE_XDESC, x},
                            {CUDNN_ATTR_OPERATION_POINTWISE_BDESC, b},
                            {CUDNN_ATTR_OPERATION_POINTWISE_YDESC, y}});
}

// dx = dy, or zero where x, which came out of a ReLU, is.
Result<Descriptor> DescribeMask(const CudnnFunctions& cudnn,
                                std::vector<Descriptor>* parts, size_t x,
                                size_t dy, size_t dx) {
  return DescribePointwise(cudnn, parts, CUDNN_POINTWISE_RELU_BWD,
                           "describing a mask",
                           {{CUDNN_ATTR_OPERATION_POINTWISE_XDESC, x},
                            {CUDNN_ATTR_OPERATION_POINTWISE_DYDESC, dy},
                            {CUDNN_ATTR_OPERATION_POINTWISE_DXDESC, dx}});
}

}  // namespace

Result<std::unique_ptr<ConvolutionGraph>> ConvolutionGraph::Describe(
    const CudnnFunctions& cudnn, const CudnnTarget& target,
    const ConvolutionProblem& problem, const ConvolutionForm& form) {
  std::unique_ptr<ConvolutionGraph> graph(
      new ConvolutionGraph(cudnn, target, problem));
  ALEXNET_RETURN_IF_ERROR(graph->Build(problem, form));
  return graph;
}

std::vector<CudnnPlan> ConvolutionGraph::Plans(bool fixed_order,
                                               size_t most) const {
  std::vector<CudnnPlan> plans;
  for (const CudnnConfig& config : Configs(fixed_order)) {
    if (plans.size() == most) break;
    Result<CudnnPlan> plan = Plan(config);
    if (plan.ok()) plans.push_back(*std::move(plan));
  }
  return plans;
}

Status ConvolutionGraph::Build(const ConvolutionProblem& problem,
                               const ConvolutionForm& form) {
  const int64_t divisor = form.one_group ? problem.groups : 1;
  const cudnnDataType_t type = TypeOf(problem.precision);
  const PassNames names = NamesOf(problem.pass);
  const PassTensors ids = TensorsOf(problem.pass);
  const Extents source = {problem.batch, problem.channels / divisor,
                          problem.height, problem.width};
  const Extents weight = {problem.out_channels / divisor,
                          problem.channels / problem.groups, problem.kernel_h,
                          problem.kernel_w};
  const Extents output = {problem.batch, problem.out_channels / divisor,
                          problem.out_height, problem.out_width};
  const Extents output_strides =
      BlobStrides(output, PitchOf(problem, problem.out_channels));
  const Extents source_strides =
      BlobStrides(source, PitchOf(problem, problem.channels));
  const bool bias = form.fused && problem.bias;
  const bool mask = form.fused && problem.mask;

  GraphTensors tensors(
      cudnn_, form.one_group ? GroupStepsOf(problem) : GroupSteps{}, &parts_);
  // Between fused operations values stay in float32.
  ALEXNET_ASSIGN_OR_RETURN(
      const size_t x,
      mask ? tensors.Add(CUDNN_DATA_FLOAT, source, source_strides, 'x',
                         /*is_virtual=*/true)
           : tensors.Add(type, source, source_strides, ids.source,
                         /*is_virtual=*/false));
  ALEXNET_ASSIGN_OR_RETURN(
      const size_t w, tensors.Add(type, weight, BlobStrides(weight, weight[1]),
                                  ids.weight, /*is_virtual=*/false));
  ALEXNET_ASSIGN_OR_RETURN(
      const size_t y,
      bias ? tensors.Add(CUDNN_DATA_FLOAT, output, output_strides, 'y',
                         /*is_virtual=*/true)
           : tensors.Add(type, output, output_strides, ids.output,
                         /*is_virtual=*/false));

  ALEXNET_ASSIGN_OR_RETURN(Descriptor window, DescribeWindow(cudnn_, problem));
  Descriptor convolution(cudnn_, names.operation);
  convolution.SetDescriptor(names.source, parts_[x])
      .SetDescriptor(names.weight, parts_[w])
      .SetDescriptor(names.output, parts_[y])
      .SetDescriptor(names.convolution, window)
      .SetFloat(names.alpha, 1.0f)
      .SetFloat(names.beta, 0.0f);
  ALEXNET_RETURN_IF_ERROR(convolution.Finalize("describing a convolution"));
  parts_.push_back(std::move(window));
  std::vector<Descriptor> operations;
  operations.reserve(2);
  operations.push_back(std::move(convolution));

  if (bias) {
    const Extents extents = {1, output[1], 1, 1};
    const Extents strides = {output[1], 1, output[1], output[1]};
    ALEXNET_ASSIGN_OR_RETURN(
        const size_t b,
        tensors.Add(type, extents, strides, kTensorBias, /*is_virtual=*/false));
    ALEXNET_ASSIGN_OR_RETURN(
        const size_t sum, tensors.Add(type, output, output_strides, kTensorOut,
                                      /*is_virtual=*/false));
    ALEXNET_ASSIGN_OR_RETURN(Descriptor add,
                             DescribeSum(cudnn_, &parts_, y, b, sum));
    operations.push_back(std::move(add));
  }
  if (mask) {
    ALEXNET_ASSIGN_OR_RETURN(
        const size_t rectified,
        tensors.Add(type, source, source_strides, kTensorMask,
                    /*is_virtual=*/false));
    ALEXNET_ASSIGN_OR_RETURN(const size_t masked,
                             tensors.Add(type, source, source_strides,
                                         ids.source, /*is_virtual=*/false));
    ALEXNET_ASSIGN_OR_RETURN(
        Descriptor select, DescribeMask(cudnn_, &parts_, rectified, x, masked));
    operations.push_back(std::move(select));
  }

  std::vector<const Descriptor*> pointers;
  for (const Descriptor& operation : operations) pointers.push_back(&operation);
  graph_.SetDescriptors(CUDNN_ATTR_OPERATIONGRAPH_OPS, pointers);
  if (target_.handle != nullptr) {
    graph_.SetHandle(CUDNN_ATTR_OPERATIONGRAPH_HANDLE, target_.handle);
  }
  ALEXNET_RETURN_IF_ERROR(graph_.Finalize("describing a graph"));
  for (Descriptor& operation : operations) {
    parts_.push_back(std::move(operation));
  }
  return Status();
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
