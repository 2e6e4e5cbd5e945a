#include "core/exec/parameters.h"

#include <fmt/format.h>

#include <cstdint>

namespace alexnet {
namespace {

class TensorSource : public ParameterSource {
 public:
  explicit TensorSource(std::vector<Tensor> tensors)
      : tensors_(std::move(tensors)) {}

  Result<TensorView> Get(int parameter) override {
    if (parameter < 0 || static_cast<size_t>(parameter) >= tensors_.size()) {
      return InvalidArgumentError(
          fmt::format("there is no parameter {}: {} tensors were given",
                      parameter, tensors_.size()));
    }
    return tensors_[static_cast<size_t>(parameter)].view();
  }
  void Release(int) override {}

 private:
  const std::vector<Tensor> tensors_;
};

}  // namespace

std::shared_ptr<ParameterSource> TensorsAsSource(std::vector<Tensor> tensors) {
  return std::make_shared<TensorSource>(std::move(tensors));
}

Result<const void*> PackedParameters::Get(int parameter,
                                          const ParameterLayout& layout) {
  const std::lock_guard lock(mutex_);
  const auto key = std::make_pair(parameter, layout.key());
  if (const auto found = packed_.find(key); found != packed_.end()) {
    return static_cast<const void*>(found->second.data());
  }
  ALEXNET_ASSIGN_OR_RETURN(const TensorView tensor, source_->Get(parameter));
  if (layout.dense() && tensor.dtype == layout.dtype() &&
      tensor.bytes() == layout.bytes()) {
    return tensor.data;
  }
  ALEXNET_ASSIGN_OR_RETURN(
      AlignedBuffer buffer,
      AlignedBuffer::Allocate(layout.bytes(), /*zero=*/true));
  ALEXNET_RETURN_IF_ERROR(layout.Pack(tensor, buffer.data()));
  source_->Release(parameter);
  const void* packed = buffer.data();
  packed_.emplace(key, std::move(buffer));
  return packed;
}

}  // namespace alexnet
