// Descriptor: one object of cuDNN's backend (graph) API.

#ifndef ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_DESCRIPTOR_H_
#define ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_DESCRIPTOR_H_

#include <cudnn.h>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "core/backend/cuda/nvidia/nvidia_libraries.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/birthplace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// OK, or `status` and what cuDNN said of it. kUnsupported where it says that it
// has nothing for what was asked.
Status FromCudnn(const CudnnFunctions& cudnn, cudnnStatus_t status,
                 const std::string& what);

// Movable. Setters may follow each other; the first error is kept and Finalize
// gives it.
class Descriptor {
 public:
  Descriptor(const CudnnFunctions& cudnn, cudnnBackendDescriptorType_t type);
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&&) = delete;

  Descriptor& Set(cudnnBackendAttributeName_t name,
                  cudnnBackendAttributeType_t type, int64_t count,
                  const void* values);
  Descriptor& SetInt(cudnnBackendAttributeName_t name, int64_t value);
  Descriptor& SetInts(cudnnBackendAttributeName_t name,
                      std::span<const int64_t> values);
  Descriptor& SetType(cudnnBackendAttributeName_t name, cudnnDataType_t value);
  Descriptor& SetFloat(cudnnBackendAttributeName_t name, float value);
  Descriptor& SetBool(cudnnBackendAttributeName_t name, bool value);
  Descriptor& SetHandle(cudnnBackendAttributeName_t name, cudnnHandle_t handle);
  Descriptor& SetDescriptor(cudnnBackendAttributeName_t name,
                            const Descriptor& value);
  Descriptor& SetDescriptors(cudnnBackendAttributeName_t name,
                             std::span<const Descriptor* const> values);
  Descriptor& SetPointers(cudnnBackendAttributeName_t name,
                          std::span<const void* const> values);
  // `what` for the error.
  Status Finalize(const std::string& what);

  // Of a finalized descriptor.
  Result<int64_t> GetInt(cudnnBackendAttributeName_t name) const;
  Result<std::vector<cudnnBackendNumericalNote_t>> GetNotes(
      cudnnBackendAttributeName_t name) const;
  Result<cudnnBackendKnobType_t> GetKnob(
      cudnnBackendAttributeName_t name) const;
  Status GetDescriptor(cudnnBackendAttributeName_t name,
                       Descriptor* value) const;
  // Fills the first of `values`, as many as there are and fit; gives how many.
  Result<int64_t> GetDescriptors(cudnnBackendAttributeName_t name,
                                 std::span<Descriptor> values) const;
  cudnnBackendDescriptor_t get() const { return descriptor_; }

 private:
  const Birthplace birthplace_;
  const CudnnFunctions* cudnn_;
  cudnnBackendDescriptor_t descriptor_ = nullptr;
  cudnnStatus_t status_ = CUDNN_STATUS_SUCCESS;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_DESCRIPTOR_H_
