#include "core/train/snapshot.h"

#include <fmt/core.h>

#include <cmath>
#include <string>
#include <utility>

namespace alexnet {
namespace {

Status CheckFinite(const Tensor& tensor, const std::string& name) {
  const int64_t count = tensor.shape().elements();
  int64_t wrong = 0;
  for (int64_t i = 0; i < count; ++i) {
    wrong += std::isfinite(tensor.f32()[i]) ? 0 : 1;
  }
  if (wrong == 0) return Status();
  return DivergedError(fmt::format("{} of {} values are not finite; go on from "
                                   "the last checkpoint",
                                   wrong, count))
      .WithField(name);
}

}  // namespace

Result<std::shared_ptr<Snapshot>> Snapshot::Create(const NetworkInfo& info) {
  std::shared_ptr<Snapshot> snapshot(new Snapshot(info));
  for (const ParameterInfo& parameter : info.parameters) {
    ALEXNET_ASSIGN_OR_RETURN(Tensor tensor, Tensor::Create(parameter.shape));
    snapshot->parameters_.push_back(std::move(tensor));
  }
  return snapshot;
}

Status Snapshot::ReadParameters(const ReadTensor& read) {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    ALEXNET_RETURN_IF_ERROR(read(static_cast<int>(i), parameters_[i].f32()));
    ALEXNET_RETURN_IF_ERROR(
        CheckFinite(parameters_[i], info_.parameters[i].name));
  }
  return Status();
}

Status Snapshot::ReadParameters(const TrainingPlan& plan) {
  return ReadParameters([&plan](int parameter, float* dense) {
    return plan.ReadParameter(parameter, dense);
  });
}

Status Snapshot::ReadMomenta(const ReadTensor& read) {
  const std::vector<ParameterInfo>& parameters = info_.parameters;
  if (momenta_.empty()) {
    std::vector<Tensor> momenta(parameters.size());
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].rule.rate == 0.0f) continue;
      ALEXNET_ASSIGN_OR_RETURN(momenta[i], Tensor::Create(parameters[i].shape));
    }
    momenta_ = std::move(momenta);
  }
  for (size_t i = 0; i < momenta_.size(); ++i) {
    if (momenta_[i].data() == nullptr) continue;
    ALEXNET_RETURN_IF_ERROR(read(static_cast<int>(i), momenta_[i].f32()));
    ALEXNET_RETURN_IF_ERROR(
        CheckFinite(momenta_[i], "the momentum of " + parameters[i].name));
  }
  return Status();
}

std::vector<TensorView> Snapshot::parameters() const {
  std::vector<TensorView> views;
  for (const Tensor& tensor : parameters_) views.push_back(tensor.view());
  return views;
}

std::vector<TensorView> Snapshot::momenta() const {
  std::vector<TensorView> views;
  for (size_t i = 0; i < momenta_.size(); ++i) {
    TensorView view = momenta_[i].view();
    view.shape = parameters_[i].shape();
    views.push_back(view);
  }
  return views;
}

Result<TensorView> Snapshot::Get(int parameter) {
  return parameters_[static_cast<size_t>(parameter)].view();
}

}  // namespace alexnet
