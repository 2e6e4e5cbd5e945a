#include "core/backend/cuda/nvidia/cudnn_plans.h"

#include <utility>

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// More than any layer of the family needs; what asks for more is slow anyway.
constexpr int64_t kMostWorkspace = int64_t{1} << 30;
constexpr int kHeuristics = 32;  // configurations that a heuristic is asked for

bool Suits(const CudnnFunctions& cudnn, const Descriptor& config,
           const CudnnPlanRequest& request) {
  Descriptor engine(cudnn, CUDNN_BACKEND_ENGINE_DESCRIPTOR);
  if (!config.GetDescriptor(CUDNN_ATTR_ENGINECFG_ENGINE, &engine).ok()) {
    return false;
  }
  const auto notes = engine.GetNotes(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE);
  if (!notes.ok()) return false;
  for (const cudnnBackendNumericalNote_t note : *notes) {
    switch (note) {
      case CUDNN_NUMERICAL_NOTE_TENSOR_CORE:
        // Float32 on tensor cores is TF32.
        if (request.precision == Precision::kF32) return false;
        break;
      case CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS:
      case CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION:
      // Their transforms lose digits that the precision promises.
      case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6:
      case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13:
        return false;
      case CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC:
        if (request.fixed_order) return false;
        break;
      default:
        break;
    }
  }
  return true;
}

void AddPlans(const CudnnFunctions& cudnn, const CudnnTarget& target,
              const Descriptor& graph, const CudnnPlanRequest& request,
              cudnnBackendHeurMode_t mode, std::vector<CudnnPlan>* plans) {
  Descriptor heuristic(cudnn, CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  heuristic.SetDescriptor(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph)
      .Set(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, 1, &mode);
  if (target.properties != nullptr) {
    heuristic.SetDescriptor(CUDNN_ATTR_ENGINEHEUR_DEVICEPROP,
                            *target.properties);
  }
  if (!heuristic.Finalize("asking for algorithms").ok()) return;
  std::vector<Descriptor> configs;
  configs.reserve(kHeuristics);
  for (int i = 0; i < kHeuristics; ++i) {
    configs.emplace_back(cudnn, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
  }
  const Result<int64_t> count =
      heuristic.GetDescriptors(CUDNN_ATTR_ENGINEHEUR_RESULTS, configs);
  const int64_t found = count.ok() ? *count : 0;
  for (int64_t i = 0;
       i < found && static_cast<int>(plans->size()) < request.most; ++i) {
    const Descriptor& config = configs[static_cast<size_t>(i)];
    if (!Suits(cudnn, config, request)) continue;
    Descriptor plan(cudnn, CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
    plan.SetDescriptor(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, config);
    if (target.properties != nullptr) {
      plan.SetDescriptor(CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP,
                         *target.properties);
    } else {
      plan.SetHandle(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, target.handle);
    }
    // What a heuristic proposes need not work on this device.
    if (!plan.Finalize("making a plan").ok()) continue;
    const Result<int64_t> workspace =
        plan.GetInt(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE);
    if (!workspace.ok() || *workspace > kMostWorkspace) continue;
    plans->push_back({std::move(plan), *workspace});
  }
}

}  // namespace

std::vector<CudnnPlan> PlansOf(const CudnnFunctions& cudnn,
                               const CudnnTarget& target,
                               const Descriptor& graph,
                               const CudnnPlanRequest& request) {
  std::vector<CudnnPlan> plans;
  AddPlans(cudnn, target, graph, request, CUDNN_HEUR_MODE_A, &plans);
  if (plans.empty()) {
    AddPlans(cudnn, target, graph, request, CUDNN_HEUR_MODE_FALLBACK, &plans);
  }
  return plans;
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
