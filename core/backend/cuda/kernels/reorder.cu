#include "core/backend/cuda/kernels/reorder.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// The family's first layer: blocks of 4 x 4 pixels of 3 channels.
constexpr int kFirstBlock = 4;
constexpr int kFirstChannels = 3;

bool IsFirstLayer(const BlobMap& map) {
  return map.block == kFirstBlock && map.channels == kFirstChannels;
}

// A thread a run. `value(c, y, x)` is asked for what lies inside. `kFirst`: of
// IsFirstLayer, whose runs are written four elements at a time.
template <bool kFirst, typename T, typename Value>
__device__ __forceinline__ void WriteRun(const BlobMap& map,
                                         const RunPlace& place, T* to,
                                         const Value& value) {
  const bool row_inside = place.y >= 0 && place.y < map.height;
  const auto at = [&](int32_t dx, int32_t c) {
    const int32_t x = place.x + dx;
    const bool inside = row_inside && x >= 0 && x < map.width;
    return inside ? value(c, place.y, x) : 0.0f;
  };
  if constexpr (kFirst) {
    float elements[kFirstBlock * kFirstChannels];
#pragma unroll
    for (int dx = 0; dx < kFirstBlock; ++dx) {
#pragma unroll
      for (int c = 0; c < kFirstChannels; ++c) {
        elements[dx * kFirstChannels + c] = at(dx, c);
      }
    }
#pragma unroll
    for (int i = 0; i < kFirstBlock * kFirstChannels; i += kHalfVector) {
      StoreSome<kHalfVector>(elements + i, i, to);
    }
  } else {
    for (int32_t dx = 0; dx < map.block; ++dx) {
      for (int32_t c = 0; c < map.tower_channels(); ++c) {
        *to++ = FromFloat<T>(at(dx, place.channel + c));
      }
    }
  }
}

__device__ __forceinline__ int64_t DenseIndex(const BlobMap& map,
                                              int64_t sample, int32_t c,
                                              int32_t y, int32_t x) {
  return ((sample * map.channels + c) * map.height + y) * map.width + x;
}

template <typename T, bool kFirst>
__global__ void FromDenseKernel(RunFinder finder, uint32_t runs,
                                const float* dense, T* blob) {
  BeginEarly();
  const uint32_t run = ThreadNumber();
  if (run >= runs) return;
  const BlobMap& map = finder.map();
  const RunPlace place = finder.Find(run);
  WriteRun<kFirst>(map, place, blob + int64_t{run} * map.run_elements(),
                   [&](int32_t c, int32_t y, int32_t x) {
                     return dense[DenseIndex(map, place.sample, c, y, x)];
                   });
}

template <typename T>
__global__ void ToDenseKernel(RunFinder finder, uint32_t runs, const T* blob,
                              float* dense) {
  BeginEarly();
  const uint32_t run = ThreadNumber();
  if (run >= runs) return;
  const BlobMap& map = finder.map();
  const RunPlace place = finder.Find(run);
  const int32_t channels = map.tower_channels();
  const T* from = blob + int64_t{run} * channels;
  for (int32_t c = 0; c < channels; ++c) {
    dense[DenseIndex(map, place.sample, place.channel + c, place.y, place.x)] =
        ToFloat(from[c]);
  }
}

template <typename T, bool kFirst>
__global__ void RenderKernel(RunFinder finder, uint32_t runs, PixelArgs args,
                             T* blob) {
  const uint32_t run = ThreadNumber();
  if (run >= runs) return;
  const BlobMap& map = finder.map();
  const RunPlace place = finder.Find(run);
  const PixelView view = args.views[place.sample];
  const uint8_t* pixels = args.pixels + place.sample * args.canvas.bytes();
  WriteRun<kFirst>(map, place, blob + int64_t{run} * map.run_elements(),
                   [&](int32_t c, int32_t y, int32_t x) {
                     return ViewPixel(pixels, args.canvas, view, args.mean,
                                      map.width, c, y, x);
                   });
}

// Blobs of one pixel are dense but for their type.
template <typename From, typename To>
__global__ void ConvertKernel(uint32_t count, const From* from, To* to) {
  BeginEarly();
  const uint32_t i = ThreadNumber();
  if (i < count) to[i] = FromFloat<To>(ToFloat(from[i]));
}

bool IsFlat(const BlobMap& map) {
  return map.block == 1 && map.towers == 1 && map.height == 1 && map.width == 1;
}

}  // namespace

Status FromDense(const KernelStream& stream, const BlobMap& map, DType dtype,
                 int64_t batch, const float* dense, void* blob) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    if (IsFlat(map)) {
      const int64_t count = batch * map.channels;
      return LaunchEach(stream, "converting a blob", count,
                        ConvertKernel<float, T>, count, dense,
                        static_cast<T*>(blob));
    }
    const int64_t runs = batch * map.runs();
    auto* kernel = IsFirstLayer(map) ? FromDenseKernel<T, true>
                                     : FromDenseKernel<T, false>;
    return LaunchEach(stream, "reordering a blob", runs, kernel,
                      RunFinder(map, batch), runs, dense,
                      static_cast<T*>(blob));
  });
}

Status ToDense(const KernelStream& stream, const BlobMap& map, DType dtype,
               int64_t batch, const void* blob, float* dense) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    if (IsFlat(map)) {
      const int64_t count = batch * map.channels;
      return LaunchEach(stream, "converting a blob", count,
                        ConvertKernel<T, float>, count,
                        static_cast<const T*>(blob), dense);
    }
    const int64_t runs = batch * map.runs();
    return LaunchEach(stream, "reordering a blob", runs, ToDenseKernel<T>,
                      RunFinder(map, batch), runs, static_cast<const T*>(blob),
                      dense);
  });
}

Status RenderViews(cudaStream_t stream, const BlobMap& map, DType dtype,
                   int64_t batch, const PixelArgs& args, void* blob) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const int64_t runs = batch * map.runs();
    auto* kernel =
        IsFirstLayer(map) ? RenderKernel<T, true> : RenderKernel<T, false>;
    return LaunchEach(stream, "rendering pictures", runs, kernel,
                      RunFinder(map, batch), runs, args, static_cast<T*>(blob));
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
