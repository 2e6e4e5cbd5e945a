#include "core/backend/cuda/nvidia/cudnn_plans.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// More than any layer of the family needs; what asks for more is slow anyway.
constexpr int64_t kMostWorkspace = int64_t{1} << 30;
constexpr int kHeuristics = 64;  // configurations that a heuristic is asked for

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

Result<std::string> TagOf(const CudnnFunctions& cudnn,
                          const Descriptor& config) {
  Descriptor engine(cudnn, CUDNN_BACKEND_ENGINE_DESCRIPTOR);
  ALEXNET_RETURN_IF_ERROR(
      config.GetDescriptor(CUDNN_ATTR_ENGINECFG_ENGINE, &engine));
  ALEXNET_ASSIGN_OR_RETURN(const int64_t number,
                           engine.GetInt(CUDNN_ATTR_ENGINE_GLOBAL_INDEX));
  std::vector<Descriptor> knobs;
  knobs.reserve(CUDNN_KNOB_TYPE_COUNTS);
  for (int i = 0; i < CUDNN_KNOB_TYPE_COUNTS; ++i) {
    knobs.emplace_back(cudnn, CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR);
  }
  ALEXNET_ASSIGN_OR_RETURN(
      const int64_t count,
      config.GetDescriptors(CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, knobs));
  std::string tag = fmt::format("engine {}", number);
  for (int64_t i = 0; i < count; ++i) {
    const Descriptor& knob = knobs[static_cast<size_t>(i)];
    ALEXNET_ASSIGN_OR_RETURN(const cudnnBackendKnobType_t type,
                             knob.GetKnob(CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE));
    ALEXNET_ASSIGN_OR_RETURN(const int64_t value,
                             knob.GetInt(CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE));
    tag += fmt::format(" {}={}", static_cast<int>(type), value);
  }
  return tag;
}

void AddConfigs(const CudnnFunctions& cudnn, const CudnnTarget& target,
                const Descriptor& graph, const CudnnPlanRequest& request,
                cudnnBackendHeurMode_t mode,
                std::vector<CudnnConfig>* configs) {
  Descriptor heuristic(cudnn, CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  heuristic.SetDescriptor(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph)
      .Set(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, 1, &mode);
  if (target.properties != nullptr) {
    heuristic.SetDescriptor(CUDNN_ATTR_ENGINEHEUR_DEVICEPROP,
                            *target.properties);
  }
  if (!heuristic.Finalize("asking for algorithms").ok()) return;
  std::vector<Descriptor> found;
  found.reserve(kHeuristics);
  for (int i = 0; i < kHeuristics; ++i) {
    found.emplace_back(cudnn, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
  }
  const Result<int64_t> count =
      heuristic.GetDescriptors(CUDNN_ATTR_ENGINEHEUR_RESULTS, found);
  for (int64_t i = 0; i < (count.ok() ? *count : 0); ++i) {
    Descriptor& config = found[static_cast<size_t>(i)];
    if (!Suits(cudnn, config, request)) continue;
    auto tag = TagOf(cudnn, config);
    if (!tag.ok()) continue;
    const auto same = [&](const CudnnConfig& known) {
      return known.tag == *tag;
    };
    if (std::any_of(configs->begin(), configs->end(), same)) continue;
    configs->push_back({std::move(config), *std::move(tag)});
  }
}

}  // namespace

std::vector<CudnnConfig> ConfigsOf(const CudnnFunctions& cudnn,
                                   const CudnnTarget& target,
                                   const Descriptor& graph,
                                   const CudnnPlanRequest& request) {
  std::vector<CudnnConfig> configs;
  AddConfigs(cudnn, target, graph, request, CUDNN_HEUR_MODE_A, &configs);
  AddConfigs(cudnn, target, graph, request, CUDNN_HEUR_MODE_FALLBACK, &configs);
  return configs;
}

Result<CudnnPlan> MakePlan(const CudnnFunctions& cudnn,
                           const CudnnTarget& target,
                           const CudnnConfig& config) {
  Descriptor plan(cudnn, CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
  plan.SetDescriptor(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG,
                     config.descriptor);
  if (target.properties != nullptr) {
    plan.SetDescriptor(CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP,
                       *target.properties);
  } else {
    plan.SetHandle(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, target.handle);
  }
  ALEXNET_RETURN_IF_ERROR(plan.Finalize("making a plan"));
  ALEXNET_ASSIGN_OR_RETURN(
      const int64_t workspace,
      plan.GetInt(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE));
  if (workspace > kMostWorkspace) {
    return UnsupportedError(fmt::format("{} asks for {} bytes of work space",
                                        config.tag, workspace));
  }
  return CudnnPlan{std::move(plan), workspace};
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
