#include "core/backend/cuda/nvidia/cudnn_descriptor.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

Status FromCudnn(const CudnnFunctions& cudnn, cudnnStatus_t status,
                 const std::string& what) {
  if (status == CUDNN_STATUS_SUCCESS) return Status();
  std::array<char, 512> detail{};
  cudnn.GetLastErrorString(detail.data(), detail.size());
  const std::string told =
      fmt::format("{} failed in cuDNN: {} {}", what,
                  cudnn.GetErrorString(status), detail.data());
  // Codes 3000 to 3999 say that something is not supported.
  if (status / 1000 == CUDNN_STATUS_NOT_SUPPORTED / 1000) {
    return UnsupportedError(told);
  }
  if (status == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED ||
      status == CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED) {
    return OutOfMemoryError(told + "; use a smaller batch");
  }
  ALEXNET_RETURN_IF_ERROR(CheckDevice(what));
  return InternalError(told);
}

Descriptor::Descriptor(const CudnnFunctions& cudnn,
                       cudnnBackendDescriptorType_t type)
    : cudnn_(&cudnn) {
  status_ = cudnn_->CreateDescriptor(type, &descriptor_);
}

Descriptor::~Descriptor() {
  if (descriptor_ != nullptr && birthplace_.Here())
    cudnn_->DestroyDescriptor(descriptor_);
}

Descriptor::Descriptor(Descriptor&& other) noexcept
    : cudnn_(other.cudnn_),
      descriptor_(std::exchange(other.descriptor_, nullptr)),
      status_(other.status_) {}

Descriptor& Descriptor::Set(cudnnBackendAttributeName_t name,
                            cudnnBackendAttributeType_t type, int64_t count,
                            const void* values) {
  if (status_ == CUDNN_STATUS_SUCCESS) {
    status_ = cudnn_->SetAttribute(descriptor_, name, type, count, values);
  }
  return *this;
}

Descriptor& Descriptor::SetInt(cudnnBackendAttributeName_t name,
                               int64_t value) {
  return Set(name, CUDNN_TYPE_INT64, 1, &value);
}

Descriptor& Descriptor::SetInts(cudnnBackendAttributeName_t name,
                                std::span<const int64_t> values) {
  return Set(name, CUDNN_TYPE_INT64, static_cast<int64_t>(values.size()),
             values.data());
}

Descriptor& Descriptor::SetType(cudnnBackendAttributeName_t name,
                                cudnnDataType_t value) {
  return Set(name, CUDNN_TYPE_DATA_TYPE, 1, &value);
}

Descriptor& Descriptor::SetFloat(cudnnBackendAttributeName_t name,
                                 float value) {
  return Set(name, CUDNN_TYPE_FLOAT, 1, &value);
}

Descriptor& Descriptor::SetBool(cudnnBackendAttributeName_t name, bool value) {
  return Set(name, CUDNN_TYPE_BOOLEAN, 1, &value);
}

Descriptor& Descriptor::SetHandle(cudnnBackendAttributeName_t name,
                                  cudnnHandle_t handle) {
  return Set(name, CUDNN_TYPE_HANDLE, 1, &handle);
}

Descriptor& Descriptor::SetDescriptor(cudnnBackendAttributeName_t name,
                                      const Descriptor& value) {
  const cudnnBackendDescriptor_t raw = value.get();
  return Set(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &raw);
}

Descriptor& Descriptor::SetDescriptors(
    cudnnBackendAttributeName_t name,
    std::span<const Descriptor* const> values) {
  std::vector<cudnnBackendDescriptor_t> raw;
  for (const Descriptor* value : values) raw.push_back(value->get());
  return Set(name, CUDNN_TYPE_BACKEND_DESCRIPTOR,
             static_cast<int64_t>(raw.size()), raw.data());
}

Descriptor& Descriptor::SetPointers(cudnnBackendAttributeName_t name,
                                    std::span<const void* const> values) {
  return Set(name, CUDNN_TYPE_VOID_PTR, static_cast<int64_t>(values.size()),
             values.data());
}

Status Descriptor::Finalize(const std::string& what) {
  if (status_ == CUDNN_STATUS_SUCCESS) status_ = cudnn_->Finalize(descriptor_);
  return FromCudnn(*cudnn_, status_, what);
}

Result<int64_t> Descriptor::GetInt(cudnnBackendAttributeName_t name) const {
  int64_t value = 0;
  int64_t count = 0;
  ALEXNET_RETURN_IF_ERROR(
      FromCudnn(*cudnn_,
                cudnn_->GetAttribute(descriptor_, name, CUDNN_TYPE_INT64, 1,
                                     &count, &value),
                "reading a number"));
  return value;
}

Result<std::vector<cudnnBackendNumericalNote_t>> Descriptor::GetNotes(
    cudnnBackendAttributeName_t name) const {
  std::vector<cudnnBackendNumericalNote_t> notes(
      CUDNN_NUMERICAL_NOTE_TYPE_COUNT);
  const int64_t room = static_cast<int64_t>(notes.size());
  int64_t count = 0;
  ALEXNET_RETURN_IF_ERROR(FromCudnn(
      *cudnn_,
      cudnn_->GetAttribute(descriptor_, name, CUDNN_TYPE_NUMERICAL_NOTE, room,
                           &count, notes.data()),
      "reading an algorithm's notes"));
  notes.resize(static_cast<size_t>(std::min(count, room)));
  return notes;
}

Result<cudnnBackendKnobType_t> Descriptor::GetKnob(
    cudnnBackendAttributeName_t name) const {
  cudnnBackendKnobType_t knob{};
  int64_t count = 0;
  ALEXNET_RETURN_IF_ERROR(
      FromCudnn(*cudnn_,
                cudnn_->GetAttribute(descriptor_, name, CUDNN_TYPE_KNOB_TYPE, 1,
                                     &count, &knob),
                "reading a knob"));
  return knob;
}

Status Descriptor::GetDescriptor(cudnnBackendAttributeName_t name,
                                 Descriptor* value) const {
  cudnnBackendDescriptor_t raw = value->descriptor_;
  int64_t count = 0;
  return FromCudnn(
      *cudnn_,
      cudnn_->GetAttribute(descriptor_, name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                           &count, &raw),
      "reading a descriptor");
}

Result<int64_t> Descriptor::GetDescriptors(cudnnBackendAttributeName_t name,
                                           std::span<Descriptor> values) const {
  std::vector<cudnnBackendDescriptor_t> raw;
  for (const Descriptor& value : values) raw.push_back(value.descriptor_);
  int64_t count = 0;
  ALEXNET_RETURN_IF_ERROR(FromCudnn(
      *cudnn_,
      cudnn_->GetAttribute(descriptor_, name, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                           static_cast<int64_t>(raw.size()), &count,
                           raw.data()),
      "reading descriptors"));
  // It tells how many there are, which may be more than were asked for.
  return std::min(count, static_cast<int64_t>(raw.size()));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
