#include "core/train/snapshot.h"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <numeric>
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

// In float64, by lanes that a processor adds at once.
double SquaredNorm(const float* values, int64_t count) {
  constexpr int64_t kLanes = 16;
  std::array<double, kLanes> sums = {};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      const double value = values[i + lane];
      sums[lane] += value * value;
    }
  }
  double sum = std::accumulate(sums.begin(), sums.end(), 0.0);
  for (; i < count; ++i) sum += static_cast<double>(values[i]) * values[i];
  return sum;
}

std::vector<double> SquaredNormsOf(const std::vector<Tensor>& tensors) {
  std::vector<double> norms;
  for (const Tensor& tensor : tensors) {
    norms.push_back(tensor.data() == nullptr
                        ? 0.0
                        : SquaredNorm(tensor.f32(), tensor.shape().elements()));
  }
  return norms;
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

Status Snapshot::ReadParameters(int64_t step, const ReadTensor& read) {
  if (parameters_step_ == step) return Status();
  parameters_step_ = kNotRead;
  ALEXNET_RETURN_IF_ERROR(ReadEachParameter(read));
  parameters_step_ = step;
  return Status();
}

Status Snapshot::ReadEachParameter(const ReadTensor& read) {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    ALEXNET_RETURN_IF_ERROR(read(static_cast<int>(i), parameters_[i].f32()));
    ALEXNET_RETURN_IF_ERROR(
        CheckFinite(parameters_[i], info_.parameters[i].name));
  }
  return Status();
}

Status Snapshot::ReadParameters(const TrainingPlan& plan) {
  parameters_step_ = kNotRead;
  return ReadEachParameter([&plan](int parameter, float* dense) {
    return plan.ReadParameter(parameter, dense);
  });
}

Status Snapshot::AllocateMomenta() {
  if (!momenta_.empty()) return Status();
  const std::vector<ParameterInfo>& parameters = info_.parameters;
  std::vector<Tensor> momenta(parameters.size());
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].rule.rate == 0.0f) continue;
    ALEXNET_ASSIGN_OR_RETURN(momenta[i], Tensor::Create(parameters[i].shape));
  }
  momenta_ = std::move(momenta);
  return Status();
}

Status Snapshot::ReadMomenta(int64_t step, const ReadTensor& read) {
  if (momenta_step_ == step) return Status();
  momenta_step_ = kNotRead;
  ALEXNET_RETURN_IF_ERROR(AllocateMomenta());
  for (size_t i = 0; i < momenta_.size(); ++i) {
    if (momenta_[i].data() == nullptr) continue;
    ALEXNET_RETURN_IF_ERROR(read(static_cast<int>(i), momenta_[i].f32()));
    ALEXNET_RETURN_IF_ERROR(CheckFinite(
        momenta_[i], "the momentum of " + info_.parameters[i].name));
  }
  momenta_step_ = step;
  return Status();
}

Result<std::vector<double>> Snapshot::ReadSquaredNorms(const ReadTensor& read) {
  momenta_step_ = kNotRead;
  ALEXNET_RETURN_IF_ERROR(AllocateMomenta());
  for (size_t i = 0; i < momenta_.size(); ++i) {
    if (momenta_[i].data() == nullptr) continue;
    ALEXNET_RETURN_IF_ERROR(read(static_cast<int>(i), momenta_[i].f32()));
  }
  return SquaredNormsOfMomenta();
}

std::vector<double> Snapshot::SquaredNormsOfParameters() const {
  return SquaredNormsOf(parameters_);
}

std::vector<double> Snapshot::SquaredNormsOfMomenta() const {
  return SquaredNormsOf(momenta_);
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
