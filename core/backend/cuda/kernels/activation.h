// Activations, and a bias before one.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_ACTIVATION_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_ACTIVATION_H_

#include <cuda_runtime.h>

#include <cmath>
#include <cstdint>

#include "core/backend/cuda/kernels/tower_map.h"
#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/host_device.h"
#include "core/base/status.h"
#include "core/network/layer.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

ALEXNET_HOST_DEVICE inline float Activated(ActivationKind kind, float x) {
  if (kind == ActivationKind::kTanh) return tanhf(x);
  return x > 0.0f ? x : (x != x ? x : 0.0f);  // NaN goes on
}

// What a gradient `g` of the output `y` is before the activation.
ALEXNET_HOST_DEVICE inline float GradientBefore(ActivationKind kind, float y,
                                                float g) {
  if (kind == ActivationKind::kTanh) return g * (1.0f - y * y);
  return y <= 0.0f ? 0.0f : g;
}

// All pointers are the device's; source and target may be the same.
Status Activate(const KernelStream& stream, ActivationKind kind, DType dtype,
                int64_t count, const void* src, void* dst);
Status ActivationGradient(cudaStream_t stream, ActivationKind kind, DType dtype,
                          int64_t count, const void* dst,
                          const void* dst_gradient, void* src_gradient);
// out <- values + bias, a number for each channel, rectified if `relu`, and
// laid out anew where the maps, of the same rows and channels, differ; where
// they do not, `out` may be `values`. `bias` may be null.
Status AddBiasAndActivate(const KernelStream& stream, DType dtype,
                          const TowerMap& from, const void* values,
                          const void* bias, bool relu, const TowerMap& to,
                          void* out);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_ACTIVATION_H_
