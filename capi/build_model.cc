// Models made in memory.

#include <fmt/format.h>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "capi/model.h"
#include "core/exec/self_check.h"
#include "core/infer/session_options.h"

namespace alexnet::capi {
namespace {

// A source over tensors that somebody else keeps.
class BorrowedParameters final : public ParameterSource {
 public:
  explicit BorrowedParameters(std::vector<TensorView> views)
      : views_(std::move(views)) {}
  Result<TensorView> Get(int parameter) override {
    return views_[static_cast<size_t>(parameter)];
  }
  void Release(int /*parameter*/) override {}

 private:
  const std::vector<TensorView> views_;
};

}  // namespace

std::shared_ptr<PackedParameters> SharedModel::Packed(
    const std::string& backend) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<PackedParameters>& packed = packed_[backend];
  if (packed == nullptr) {
    packed = std::make_shared<PackedParameters>(ParametersOf(model_));
  }
  return packed;
}

Result<std::shared_ptr<const Model>> BuildModel(
    ModelContents contents, std::shared_ptr<const void> owner,
    const Interrupt& interrupt) {
  ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<Backend> backend,
                           MakeBackend({"reference"}));
  ALEXNET_ASSIGN_OR_RETURN(
      contents.self_check,
      ComputeSelfCheck(
          contents.network, std::move(backend),
          std::make_shared<PackedParameters>(
              std::make_shared<BorrowedParameters>(contents.parameters)),
          SelfCheckOptions(), interrupt));
  return ModelOf(std::move(contents), std::move(owner));
}

Result<DType> ReadDType(int32_t given, DType by_default, const char* field) {
  if (given == ALEXNET_DTYPE_DEFAULT) return by_default;
  if (given < ALEXNET_DTYPE_F32 || given > ALEXNET_DTYPE_BF16) {
    return InvalidArgumentError(
               fmt::format("{} is no ALEXNET_DTYPE; there are F32, F16 and "
                           "BF16",
                           given))
        .WithField(field);
  }
  return static_cast<DType>(given - ALEXNET_DTYPE_F32);
}

int32_t ToAbi(DType dtype) {
  return static_cast<int32_t>(dtype) + ALEXNET_DTYPE_F32;
}

}  // namespace alexnet::capi
