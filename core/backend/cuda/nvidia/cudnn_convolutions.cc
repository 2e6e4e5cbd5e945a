#include "core/backend/cuda/nvidia/cudnn_convolutions.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "core/backend/cuda/kernels/activation.h"
#include "core/backend/cuda/kernels/direct_operation.h"
#include "core/backend/cuda/math/candidates.h"
#include "core/backend/cuda/runtime/captured_graph.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

std::string KeyOf(const ConvolutionProblem& p) {
  return fmt::format(
      "convolution {} {} n{} c{} {}x{} o{} {}x{} k{}x{} s{}x{} p{},{},{},{} "
      "g{} t{} {}{}{}",
      static_cast<int>(p.pass), static_cast<int>(p.precision), p.batch,
      p.channels, p.height, p.width, p.out_channels, p.out_height, p.out_width,
      p.kernel_h, p.kernel_w, p.stride_h, p.stride_w, p.pad_top, p.pad_left,
      p.pad_bottom, p.pad_right, p.groups, p.towers, p.bias, p.relu,
      p.mask ? " masked" : "");
}

const void* Offset(const void* data, int64_t bytes) {
  return data == nullptr ? nullptr
                         : static_cast<const std::byte*>(data) + bytes;
}
void* Offset(void* data, int64_t bytes) {
  return static_cast<std::byte*>(data) + bytes;
}

class CudnnConvolution : public Operation {
 public:
  CudnnConvolution(const CudnnFunctions& cudnn, cudnnHandle_t handle,
                   std::shared_ptr<ConvolutionGraph> graph, CudnnPlan plan,
                   const ConvolutionProblem& problem,
                   const ConvolutionForm& form)
      : cudnn_(cudnn),
        handle_(handle),
        graph_(std::move(graph)),
        plan_(std::move(plan)),
        problem_(problem),
        form_(form) {}

  int64_t workspace_bytes() const override { return plan_.workspace_bytes; }
  std::string Name() const override {
    std::string name = "cuDNN";
    if (form_.one_group) name += ", group by group";
    if (!form_.fused && (problem_.bias || problem_.relu)) {
      name += ", bias and ReLU apart";
    }
    if (masks()) name += ", masked";
    return name;
  }

  bool masks() const override { return form_.fused && problem_.mask; }

  Status Run(const KernelStream& stream, const Operands& operands) override {
    // What was set last, for this or for another operation, may be another.
    ALEXNET_RETURN_IF_ERROR(FromCudnn(cudnn_,
                                      cudnn_.SetStream(handle_, stream.stream),
                                      "setting the stream"));
    const int64_t groups = form_.one_group ? problem_.groups : 1;
    const GroupSteps steps = GroupStepsOf(problem_);
    for (int64_t g = 0; g < groups; ++g) {
      Operands group = operands;
      group.a = Offset(operands.a, g * steps.a);
      group.b = Offset(operands.b, g * steps.b);
      group.bias = Offset(operands.bias, g * steps.bias);
      group.mask = Offset(operands.mask, g * steps.out);
      group.out = Offset(operands.out, g * steps.out);
      ALEXNET_RETURN_IF_ERROR(Execute(group));
    }
    if (form_.fused || !(problem_.bias || problem_.relu)) return Status();
    const TowerMap out(
        problem_.batch * problem_.out_height * problem_.out_width,
        problem_.out_channels, problem_.towers);
    return AddBiasAndActivate(stream, ComputeType(problem_.precision), out,
                              operands.out, operands.bias, problem_.relu, out,
                              operands.out);
  }

 private:
  // cuDNN copies what it needs of the variant pack.
  Status Execute(const Operands& operands) const {
    std::array<int64_t, 4> ids = {kTensorA, kTensorB, kTensorOut,
                                  masks() ? kTensorMask : kTensorBias};
    std::array<const void*, 4> data = {operands.a, operands.b, operands.out,
                                       masks() ? operands.mask : operands.bias};
    const size_t count = masks() || (form_.fused && problem_.bias) ? 4 : 3;
    const void* workspace = operands.workspace;
    Descriptor pack(cudnn_, CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
    pack.SetPointers(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS,
                     std::span(data).first(count))
        .SetInts(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS,
                 std::span(ids).first(count))
        .SetPointers(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, {&workspace, 1});
    ALEXNET_RETURN_IF_ERROR(pack.Finalize("a convolution"));
    return FromCudnn(
        cudnn_, cudnn_.Execute(handle_, plan_.descriptor.get(), pack.get()),
        "a convolution");
  }

  const CudnnFunctions& cudnn_;
  const cudnnHandle_t handle_;
  const std::shared_ptr<ConvolutionGraph> graph_;  // the plan's
  const CudnnPlan plan_;
  const ConvolutionProblem problem_;
  const ConvolutionForm form_;
};

OperandBytes BytesOf(const ConvolutionProblem& p) {
  OperandBytes bytes;
  bytes.dtype = ComputeType(p.precision);
  const int64_t size = DTypeSize(bytes.dtype);
  const int64_t source = p.batch * p.height * p.width * p.channels * size;
  const int64_t output =
      p.batch * p.out_height * p.out_width * p.out_channels * size;
  const int64_t weight =
      p.out_channels * p.kernel_h * p.kernel_w * (p.channels / p.groups) * size;
  switch (p.pass) {
    case ConvolutionPass::kSourceGradient:
      bytes.a = output, bytes.b = weight, bytes.out = source;
      bytes.mask = p.mask ? source : 0;
      break;
    case ConvolutionPass::kWeightGradient:
      bytes.a = source, bytes.b = output, bytes.out = weight;
      break;
    case ConvolutionPass::kForward:
      bytes.a = source, bytes.b = weight, bytes.out = output;
      bytes.bias = p.out_channels * size;
      break;
  }
  return bytes;
}

}  // namespace

Result<std::unique_ptr<CudnnConvolutions>> CudnnConvolutions::Open(
    bool tune, const AlgorithmChoice& choice) {
  ALEXNET_ASSIGN_OR_RETURN(const CudnnFunctions* cudnn, LoadCudnn());
  std::unique_ptr<CudnnConvolutions> convolutions(
      new CudnnConvolutions(tune, choice, *cudnn));
  const std::lock_guard lock(CaptureMutex());
  ALEXNET_RETURN_IF_ERROR(FromCudnn(
      *cudnn, cudnn->Create(&convolutions->handle_), "opening the device"));
  return convolutions;
}

CudnnConvolutions::~CudnnConvolutions() {
  if (!birthplace_.Here()) return;
  chosen_.Clear();
  const std::lock_guard lock(CaptureMutex());
  if (handle_ != nullptr) cudnn_.Destroy(handle_);
}

Result<std::shared_ptr<Operation>> CudnnConvolutions::Make(
    const ConvolutionProblem& problem) {
  return chosen_.Get(KeyOf(problem), [&] { return Choose(problem); });
}

Result<std::unique_ptr<Operation>> CudnnConvolutions::Choose(
    const ConvolutionProblem& problem) {
  std::vector<Algorithm> algorithms;
  Status why;
  for (const ConvolutionForm& form : FormsOf(problem)) {
    AddAlgorithms(problem, form, &why, &algorithms);
  }
  if (tune_ && SuitsDirectConvolution(problem)) {
    algorithms.push_back(
        {"of few pictures", [problem]() -> Result<std::unique_ptr<Operation>> {
           return std::unique_ptr<Operation>(
               std::make_unique<DirectOperation>(problem));
         }});
  }
  auto chosen =
      algorithms.empty() && !why.ok()
          ? Result<std::unique_ptr<Operation>>(why)
          : choice_.Choose(KeyOf(problem), algorithms, BytesOf(problem));
  if (!chosen.ok()) return chosen.status().WithContext(KeyOf(problem));
  return chosen;
}

void CudnnConvolutions::AddAlgorithms(
    const ConvolutionProblem& problem, const ConvolutionForm& form, Status* why,
    std::vector<Algorithm>* algorithms) const {
  // Those that are compiled when they are asked for take seconds each: only the
  // favourite is tried, and only where it is timed.
  const bool compiled = form.fused && problem.mask;
  if (compiled && !tune_) return;
  auto described =
      ConvolutionGraph::Describe(cudnn_, {handle_, nullptr}, problem, form);
  if (!described.ok()) {
    *why = described.status();
    return;
  }
  const std::shared_ptr<ConvolutionGraph> graph = *std::move(described);
  for (CudnnConfig& found : graph->Configs(/*fixed_order=*/!tune_)) {
    const auto config = std::make_shared<CudnnConfig>(std::move(found));
    algorithms->push_back(
        {fmt::format("cuDNN {}{}{}", form.one_group ? "by group " : "",
                     form.fused ? "fused " : "", config->tag),
         [this, graph, config, problem,
          form]() -> Result<std::unique_ptr<Operation>> {
           ALEXNET_ASSIGN_OR_RETURN(CudnnPlan plan, graph->Plan(*config));
           return std::unique_ptr<Operation>(std::make_unique<CudnnConvolution>(
               cudnn_, handle_, graph, std::move(plan), problem, form));
         }});
    if (compiled) break;
  }
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
