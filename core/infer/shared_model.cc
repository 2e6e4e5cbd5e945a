#include "core/infer/shared_model.h"

#include "core/parallel/parameter_slices.h"

namespace alexnet {

std::shared_ptr<PackedParameters> SharedModel::Find(
    const Key& key,
    const std::function<std::shared_ptr<ParameterSource>()>& source) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<PackedParameters>& packed = packed_[key];
  if (packed == nullptr) packed = std::make_shared<PackedParameters>(source());
  return packed;
}

std::shared_ptr<PackedParameters> SharedModel::Packed(const Backend& backend) {
  const Computer computer = backend.computer();
  return Find({computer.device, computer.precision, {}},
              [&] { return ParametersOf(model_); });
}

std::shared_ptr<PackedParameters> SharedModel::Packed(const Backend& backend,
                                                      const ParallelPlan& plan,
                                                      int rank) {
  std::vector<int64_t> all;
  for (const ParameterPlacement& parameter : plan.parameters) {
    const Range& rows = parameter.rows[static_cast<size_t>(rank)];
    all.push_back(rows.begin);
    all.push_back(rows.end);
  }
  bool whole = true;
  for (size_t p = 0; p < plan.parameters.size(); ++p) {
    whole = whole && all[2 * p] == 0 &&
            all[2 * p + 1] == model_->info().parameters[p].shape[0];
  }
  if (whole) return Packed(backend);
  const Computer computer = backend.computer();
  return Find({computer.device, computer.precision, std::move(all)},
              [&] { return SourceOfRank(ParametersOf(model_), plan, rank); });
}

}  // namespace alexnet
