#include "core/parallel/parameter_slices.h"

#include <fmt/core.h>

#include <cstddef>
#include <utility>
#include <vector>

namespace alexnet {
namespace {

class RankSource : public ParameterSource {
 public:
  RankSource(std::shared_ptr<ParameterSource> whole, std::vector<Range> rows)
      : whole_(std::move(whole)), rows_(std::move(rows)) {}

  Result<TensorView> Get(int parameter) override {
    ALEXNET_ASSIGN_OR_RETURN(const TensorView tensor, whole_->Get(parameter));
    const auto index = static_cast<size_t>(parameter);
    if (index >= rows_.size()) {
      return InvalidArgumentError(
          fmt::format("the plan has no parameter {}: its network has {}",
                      parameter, rows_.size()));
    }
    return RowsOf(tensor, rows_[index]);
  }
  void Release(int parameter) override { whole_->Release(parameter); }

 private:
  const std::shared_ptr<ParameterSource> whole_;
  const std::vector<Range> rows_;  // by parameter
};

int64_t RowBytes(const TensorView& tensor) {
  return tensor.bytes() / tensor.shape[0];
}

}  // namespace

Result<TensorView> RowsOf(const TensorView& tensor, const Range& rows) {
  if (tensor.shape.rank() == 0 || rows.begin < 0 || rows.empty() ||
      rows.end > tensor.shape[0]) {
    return InvalidArgumentError(fmt::format(
        "a tensor {} has no rows {} to {}; is it another network's?",
        tensor.shape.ToString(), rows.begin, rows.end));
  }
  std::vector<int64_t> extents(tensor.shape.extents().begin(),
                               tensor.shape.extents().end());
  extents[0] = rows.count();
  ALEXNET_ASSIGN_OR_RETURN(const Shape shape, Shape::Create(extents));
  const auto* data = static_cast<const std::byte*>(tensor.data);
  return TensorView{data + rows.begin * RowBytes(tensor), tensor.dtype, shape};
}

std::shared_ptr<ParameterSource> SourceOfRank(
    std::shared_ptr<ParameterSource> whole, const ParallelPlan& plan,
    int rank) {
  std::vector<Range> rows;
  for (const ParameterPlacement& parameter : plan.parameters) {
    rows.push_back(parameter.rows[static_cast<size_t>(rank)]);
  }
  return std::make_shared<RankSource>(std::move(whole), std::move(rows));
}

int SlicesOfWhole(const ParameterPlacement& placement) {
  return placement.by_samples ? 1 : static_cast<int>(placement.rows.size());
}

}  // namespace alexnet
