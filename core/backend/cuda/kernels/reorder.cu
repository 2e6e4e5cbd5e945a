#include "core/backend/cuda/kernels/launch.h"
#include "core/backend/cuda/kernels/reorder.h"

namespace alexnet::cuda {
namespace {

// A thread a run. `value(sample, c, y, x)` is asked for what lies inside.
template <typename T, typename Value>
__device__ __forceinline__ void WriteRun(const RunFinder& finder, uint32_t run,
                                         T* blob, const Value& value) {
  const BlobMap& map = finder.map();
  const RunPlace place = finder.Find(run);
  T* to = blob + int64_t{run} * map.run_elements();
  for (int32_t dx = 0; dx < map.block; ++dx) {
    const int32_t x = place.x + dx;
    const bool inside =
        x >= 0 && x < map.width && place.y >= 0 && place.y < map.height;
    for (int32_t c = 0; c < map.channels; ++c) {
      *to++ = FromFloat<T>(inside ? value(place.sample, c, place.y, x) : 0.0f);
    }
  }
}

__device__ __forceinline__ int64_t DenseIndex(const BlobMap& map,
                                              int64_t sample, int32_t c,
                                              int32_t y, int32_t x) {
  return ((sample * map.channels + c) * map.height + y) * map.width + x;
}

template <typename T>
__global__ void FromDenseKernel(RunFinder finder, uint32_t runs,
                                const float* dense, T* blob) {
  const uint32_t run = ThreadNumber();
  if (run >= runs) return;
  const BlobMap& map = finder.map();
  WriteRun(finder, run, blob,
           [&](int32_t sample, int32_t c, int32_t y, int32_t x) {
             return dense[DenseIndex(map, sample, c, y, x)];
           });
}

template <typename T>
__global__ void ToDenseKernel(RunFinder finder, uint32_t runs, const T* blob,
                              float* dense) {
  const uint32_t run = ThreadNumber();
  if (run >= runs) return;
  const BlobMap& map = finder.map();
  const RunPlace place = finder.Find(run);
  const T* from = blob + int64_t{run} * map.channels;
  for (int32_t c = 0; c < map.channels; ++c) {
    dense[DenseIndex(map, place.sample, c, place.y, place.x)] =
        ToFloat(from[c]);
  }
}

template <typename T>
__global__ void RenderKernel(RunFinder finder, uint32_t runs, PixelArgs args,
                             T* blob) {
  const uint32_t run = ThreadNumber();
  if (run >= runs) return;
  const int32_t width = finder.map().width;
  WriteRun(finder, run, blob,
           [&](int32_t sample, int32_t c, int32_t y, int32_t x) {
             return ViewPixel(args.pixels + sample * args.canvas.bytes(),
                              args.canvas, args.views[sample], args.mean, width,
                              c, y, x);
           });
}

// Blobs of one pixel are dense but for their type.
template <typename From, typename To>
__global__ void ConvertKernel(uint32_t count, const From* from, To* to) {
  const uint32_t i = ThreadNumber();
  if (i < count) to[i] = FromFloat<To>(ToFloat(from[i]));
}

bool IsFlat(const BlobMap& map) {
  return map.block == 1 && map.height == 1 && map.width == 1;
}

}  // namespace

Status FromDense(cudaStream_t stream, const BlobMap& map, DType dtype,
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
    return LaunchEach(stream, "reordering a blob", runs, FromDenseKernel<T>,
                      RunFinder(map), runs, dense, static_cast<T*>(blob));
  });
}

Status ToDense(cudaStream_t stream, const BlobMap& map, DType dtype,
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
                      RunFinder(map), runs, static_cast<const T*>(blob), dense);
  });
}

Status RenderViews(cudaStream_t stream, const BlobMap& map, DType dtype,
                   int64_t batch, const PixelArgs& args, void* blob) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const int64_t runs = batch * map.runs();
    return LaunchEach(stream, "rendering pictures", runs, RenderKernel<T>,
                      RunFinder(map), runs, args, static_cast<T*>(blob));
  });
}

}  // namespace alexnet::cuda
