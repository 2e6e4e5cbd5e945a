#include "core/exec/parameters.h"

#include <fmt/core.h>

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

Status PackOnto(Device& device, const ParameterLayout& layout,
                const TensorView& tensor, void* packed, void* working) {
  if (device.is_host() && working == nullptr) {
    return layout.Pack(tensor, packed);
  }
  ALEXNET_ASSIGN_OR_RETURN(
      AlignedBuffer host,
      AlignedBuffer::Allocate(layout.bytes(), /*zero=*/true));
  ALEXNET_RETURN_IF_ERROR(layout.Pack(tensor, host.data()));
  const int64_t narrow_bytes =
      layout.elements() * DTypeSize(layout.compute_dtype());
  AlignedBuffer narrow;
  if (working != nullptr) {
    ALEXNET_ASSIGN_OR_RETURN(narrow, AlignedBuffer::Allocate(narrow_bytes));
    NarrowFromFloat(reinterpret_cast<const float*>(host.data()),
                    layout.elements(), layout.compute_dtype(), narrow.data());
  }
  Status sent =
      device.Upload(host.data(), layout.bytes(), packed, Queue::kCompute);
  if (sent.ok() && working != nullptr) {
    sent = device.Upload(narrow.data(), narrow_bytes, working, Queue::kCompute);
  }
  const Status done = device.Finish();  // the host's side goes
  return sent.ok() ? done : sent;
}

Result<const void*> PackedParameters::Get(int parameter,
                                          const ParameterLayout& layout,
                                          Device& device) {
  const std::lock_guard lock(mutex_);
  const auto key = std::make_pair(parameter, layout.key());
  if (const auto found = packed_.find(key); found != packed_.end()) {
    return static_cast<const void*>(found->second.data());
  }
  ALEXNET_ASSIGN_OR_RETURN(const TensorView tensor, source_->Get(parameter));
  if (device.is_host() && layout.dense() && tensor.dtype == layout.dtype() &&
      tensor.bytes() == layout.bytes()) {
    return tensor.data;
  }
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer buffer,
                           device.Allocate(layout.bytes(), /*zero=*/true));
  ALEXNET_RETURN_IF_ERROR(PackOnto(device, layout, tensor, buffer.data(),
                                   /*working=*/nullptr));
  source_->Release(parameter);
  const void* packed = buffer.data();
  packed_.emplace(key, std::move(buffer));
  return packed;
}

Status PackedParameters::Reload(int parameter, const ParameterLayout& layout,
                                Device& device) {
  const std::lock_guard lock(mutex_);
  const auto found = packed_.find(std::make_pair(parameter, layout.key()));
  if (found == packed_.end()) return Status();  // it is the source's own memory
  ALEXNET_ASSIGN_OR_RETURN(const TensorView tensor, source_->Get(parameter));
  ALEXNET_RETURN_IF_ERROR(PackOnto(device, layout, tensor, found->second.data(),
                                   /*working=*/nullptr));
  source_->Release(parameter);
  return Status();
}

}  // namespace alexnet
