#include "core/backend/cuda/kernels/activation.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// Eight elements a thread, and the last few one by one.
template <typename T, typename Function>
__device__ __forceinline__ void ForMyElements(int64_t count,
                                              const Function& function) {
  const int64_t first = int64_t{ThreadNumber()} * kVector;
  if (first + kVector <= count) {
    function.template operator()<kVector>(first);
    return;
  }
  for (int64_t i = first; i < count; ++i) function.template operator()<1>(i);
}

int64_t ThreadsFor(int64_t count) { return (count + kVector - 1) / kVector; }

template <typename T>
__global__ void ActivateKernel(ActivationKind kind, int64_t count, const T* src,
                               T* dst) {
  BeginEarly();
  ForMyElements<T>(count, [&]<int kCount>(int64_t at) {
    float x[kCount];
    LoadSome<kCount>(src, at, x);
#pragma unroll
    for (int i = 0; i < kCount; ++i) x[i] = Activated(kind, x[i]);
    StoreSome<kCount>(x, at, dst);
  });
}

template <typename T>
__global__ void GradientKernel(ActivationKind kind, int64_t count, const T* dst,
                               const T* dst_gradient, T* src_gradient) {
  ForMyElements<T>(count, [&]<int kCount>(int64_t at) {
    float y[kCount];
    float g[kCount];
    LoadSome<kCount>(dst, at, y);
    LoadSome<kCount>(dst_gradient, at, g);
#pragma unroll
    for (int i = 0; i < kCount; ++i) g[i] = GradientBefore(kind, y[i], g[i]);
    StoreSome<kCount>(g, at, src_gradient);
  });
}

// kCount channels of a row a thread, in the order of `to`.
template <typename T, int kCount>
__global__ void BiasKernel(uint32_t count, TowerRows rows, TowerMap from,
                           const T* values, const T* bias, bool relu, T* out) {
  BeginEarly();
  const uint32_t i = ThreadNumber();
  if (i >= count) return;
  const TowerRows::Place place = rows.Find(i, kCount);
  float value[kCount];
  LoadSome<kCount>(values, from.At(place.row, place.channel), value);
  if (bias != nullptr) {
    float added[kCount];
    LoadSome<kCount>(bias, place.channel, added);
#pragma unroll
    for (int k = 0; k < kCount; ++k) value[k] += added[k];
  }
  if (relu) {
#pragma unroll
    for (int k = 0; k < kCount; ++k) {
      value[k] = Activated(ActivationKind::kRelu, value[k]);
    }
  }
  StoreSome<kCount>(value, int64_t{i} * kCount, out);
}

}  // namespace

Status Activate(const KernelStream& stream, ActivationKind kind, DType dtype,
                int64_t count, const void* src, void* dst) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    return LaunchEach(stream, "an activation", ThreadsFor(count),
                      ActivateKernel<T>, kind, count,
                      static_cast<const T*>(src), static_cast<T*>(dst));
  });
}

Status ActivationGradient(cudaStream_t stream, ActivationKind kind, DType dtype,
                          int64_t count, const void* dst,
                          const void* dst_gradient, void* src_gradient) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    return LaunchEach(
        stream, "an activation's gradient", ThreadsFor(count),
        GradientKernel<T>, kind, count, static_cast<const T*>(dst),
        static_cast<const T*>(dst_gradient), static_cast<T*>(src_gradient));
  });
}

Status AddBiasAndActivate(const KernelStream& stream, DType dtype,
                          const TowerMap& from, const void* values,
                          const void* bias, bool relu, const TowerMap& to,
                          void* out) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const bool vectors = from.tower_channels() % kVector == 0 &&
                         to.tower_channels() % kVector == 0;
    const int vector = vectors ? kVector : 1;
    const int64_t count = to.elements() / vector;
    auto* kernel = vectors ? BiasKernel<T, kVector> : BiasKernel<T, 1>;
    return LaunchEach(stream, "adding a bias", count, kernel, count,
                      TowerRows(to, vector), from,
                      static_cast<const T*>(values),
                      static_cast<const T*>(bias), relu, static_cast<T*>(out));
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
