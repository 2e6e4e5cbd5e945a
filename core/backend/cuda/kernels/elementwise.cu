#include "core/backend/cuda/kernels/elementwise.h"
#include "core/backend/cuda/kernels/fast_divider.h"
#include "core/backend/cuda/kernels/launch.h"

namespace alexnet::cuda {
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
    for (int i = 0; i < kCount; ++i) g[i] *= ActivationSlope(kind, y[i]);
    StoreSome<kCount>(g, at, src_gradient);
  });
}

// kCount elements of a row a thread.
template <typename T, int kCount>
__global__ void BiasKernel(uint32_t count, FastDivider row, bool relu,
                           const T* bias, T* values) {
  const uint32_t i = ThreadNumber();
  if (i >= count) return;
  uint32_t place = i;
  row.Split(&place);
  float value[kCount];
  LoadSome<kCount>(values, int64_t{i} * kCount, value);
  if (bias != nullptr) {
    float added[kCount];
    LoadSome<kCount>(bias, int64_t{place} * kCount, added);
#pragma unroll
    for (int k = 0; k < kCount; ++k) value[k] += added[k];
  }
  if (relu) {
#pragma unroll
    for (int k = 0; k < kCount; ++k) {
      value[k] = Activated(ActivationKind::kRelu, value[k]);
    }
  }
  StoreSome<kCount>(value, int64_t{i} * kCount, values);
}

// What a dropout kernel knows.
struct Dropping {
  DropoutRule rule;
  uint32_t layer;
  int64_t channels;
  int64_t pixels;
};

__device__ __forceinline__ float FactorOf(const Dropping& dropping,
                                          const RandomState& state,
                                          int64_t unit) {
  const PhiloxBlock draw =
      DropoutDraw(state, dropping.layer, static_cast<uint32_t>(unit / 4));
  return dropping.rule.Factor(draw.v[unit % 4]);
}

// Blobs of one pixel: units lie in the order of their numbers, so that a draw
// is for four that lie together.
template <typename T>
__global__ void FlatDropout(Dropping dropping, int64_t count,
                            const RandomState* random, const T* from, T* to) {
  const RandomState state = *random;
  // Global number of this batch's first unit.
  const int64_t before = int64_t{state.first_sample} * dropping.channels;
  ForMyElements<T>(count, [&]<int kCount>(int64_t at) {
    float x[kCount];
    LoadSome<kCount>(from, at, x);
    if (kCount == kVector && before % 4 == 0) {
      const uint32_t block = static_cast<uint32_t>((before + at) / 4);
#pragma unroll
      for (int i = 0; i < kCount; i += 4) {
        const PhiloxBlock draw =
            DropoutDraw(state, dropping.layer, block + i / 4);
#pragma unroll
        for (int k = 0; k < 4 && i + k < kCount; ++k) {
          x[i + k] *= dropping.rule.Factor(draw.v[k]);
        }
      }
    } else {
#pragma unroll 1
      for (int i = 0; i < kCount; ++i) {
        x[i] *= FactorOf(dropping, state, before + at + i);
      }
    }
    StoreSome<kCount>(x, at, to);
  });
}

// NHWC blobs: neighbours on the device are far apart in number, and each unit
// takes a draw of its own.
template <typename T>
__global__ void MapDropout(Dropping dropping, FastDivider channels,
                           FastDivider pixels, uint32_t count,
                           const RandomState* random, const T* from, T* to) {
  const uint32_t i = ThreadNumber();
  if (i >= count) return;
  const RandomState state = *random;
  uint32_t c = i;
  uint32_t pixel = channels.Split(&c);
  const uint32_t sample = pixels.Split(&pixel);
  const int64_t unit =
      ((int64_t{state.first_sample} + sample) * dropping.channels + c) *
          dropping.pixels +
      pixel;
  to[i] = FromFloat<T>(ToFloat(from[i]) * FactorOf(dropping, state, unit));
}

// Sums over columns in two steps: each block sums some rows of a stripe of
// columns, then the blocks' sums are added up.

constexpr int kStripe = 8;  // threads across the columns
constexpr int kRowThreads = static_cast<int>(kThreads) / kStripe;
constexpr int64_t kMostParts = 256;  // blocks down the rows
constexpr int64_t kRowsOfThread = 8;

int64_t PartsOf(int64_t rows) {
  const int64_t parts =
      (rows + kRowThreads * kRowsOfThread - 1) / (kRowThreads * kRowsOfThread);
  return std::clamp<int64_t>(parts, 1, kMostParts);
}

// kCount columns a thread. A part's sums go to `partial`; where there is but
// one part, to `whole`. Either may be null.
template <typename T, int kCount>
__global__ void SumStripes(int64_t rows, int64_t columns,
                           const T* __restrict__ dst,
                           const T* __restrict__ gradient,
                           T* __restrict__ masked, float* partial, T* whole) {
  __shared__ float sums[kRowThreads][kStripe * kCount];
  const int lane = static_cast<int>(threadIdx.x % kStripe);
  const int row_thread = static_cast<int>(threadIdx.x / kStripe);
  const int64_t column = (int64_t{blockIdx.x} * kStripe + lane) * kCount;
  float sum[kCount] = {};
  if (column < columns) {
    const int64_t step = int64_t{gridDim.y} * kRowThreads;
#pragma unroll 4
    for (int64_t row = int64_t{blockIdx.y} * kRowThreads + row_thread;
         row < rows; row += step) {
      const int64_t at = row * columns + column;
      float g[kCount];
      LoadSome<kCount>(gradient, at, g);
      if (dst != nullptr) {
        float y[kCount];
        LoadSome<kCount>(dst, at, y);
#pragma unroll
        for (int i = 0; i < kCount; ++i) g[i] = y[i] > 0.0f ? g[i] : 0.0f;
        StoreSome<kCount>(g, at, masked);
      }
#pragma unroll
      for (int i = 0; i < kCount; ++i) sum[i] += g[i];
    }
  }
#pragma unroll
  for (int i = 0; i < kCount; ++i) sums[row_thread][lane * kCount + i] = sum[i];
  __syncthreads();
  const int mine = static_cast<int>(threadIdx.x);
  const int64_t first = int64_t{blockIdx.x} * kStripe * kCount;
  if (mine >= kStripe * kCount || first + mine >= columns) return;
  float total = 0.0f;
  for (int row = 0; row < kRowThreads; ++row) total += sums[row][mine];
  if (partial != nullptr) partial[blockIdx.y * columns + first + mine] = total;
  if (whole != nullptr) whole[first + mine] = FromFloat<T>(total);
}

// A block 32 columns, a warp every eighth part.
template <typename T>
__global__ void AddParts(int64_t parts, int64_t columns, const float* partial,
                         T* sums) {
  constexpr int kWarps = static_cast<int>(kThreads) / kLanes;
  __shared__ float of_warps[kWarps][kLanes];
  const int lane = static_cast<int>(threadIdx.x) % kLanes;
  const int warp = static_cast<int>(threadIdx.x) / kLanes;
  const int64_t column = int64_t{blockIdx.x} * kLanes + lane;
  float sum = 0.0f;
  if (column < columns) {
#pragma unroll 8
    for (int64_t part = warp; part < parts; part += kWarps) {
      sum += partial[part * columns + column];
    }
  }
  of_warps[warp][lane] = sum;
  __syncthreads();
  if (warp != 0 || column >= columns) return;
  for (int other = 1; other < kWarps; ++other) sum += of_warps[other][lane];
  sums[column] = FromFloat<T>(sum);
}

template <typename T>
__global__ void ZeroKernel(uint32_t count, FastDivider period,
                           const uint8_t* zero, T* values) {
  const uint32_t i = ThreadNumber();
  if (i >= count) return;
  uint32_t place = i;
  period.Split(&place);
  if (zero[place] != 0) values[i] = FromFloat<T>(0.0f);
}

template <typename T>
__global__ void CountZerosKernel(int64_t samples, int64_t units, const T* blob,
                                 unsigned long long* count) {
  const int64_t unit = ThreadNumber();
  int dead = unit < units ? 1 : 0;
  for (int64_t n = 0; n < samples && dead != 0; ++n) {
    if (ToFloat(blob[n * units + unit]) != 0.0f) dead = 0;
  }
  const int sum = BlockSum(dead);
  if (threadIdx.x == 0 && sum > 0) {
    atomicAdd(count, static_cast<unsigned long long>(sum));
  }
}

}  // namespace

Status Activate(cudaStream_t stream, ActivationKind kind, DType dtype,
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

Status AddBiasAndActivate(cudaStream_t stream, DType dtype, int64_t rows,
                          int64_t columns, bool relu, const void* bias,
                          void* values) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const bool vectors = columns % kVector == 0;
    const int64_t row = columns / (vectors ? kVector : 1);
    auto* kernel = vectors ? BiasKernel<T, kVector> : BiasKernel<T, 1>;
    return LaunchEach(stream, "adding a bias", rows * row, kernel, rows * row,
                      FastDivider(static_cast<uint32_t>(row)), relu,
                      static_cast<const T*>(bias), static_cast<T*>(values));
  });
}

Status ApplyDropout(cudaStream_t stream, const DropoutShape& shape, DType dtype,
                    const RandomState* random, const void* from, void* to) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const T* in = static_cast<const T*>(from);
    T* out = static_cast<T*>(to);
    const int64_t count = shape.batch * shape.channels * shape.pixels;
    const Dropping dropping = {DropoutRule(shape.rate), shape.layer,
                               shape.channels, shape.pixels};
    if (shape.pixels == 1) {
      return LaunchEach(stream, "dropout", ThreadsFor(count), FlatDropout<T>,
                        dropping, count, random, in, out);
    }
    return LaunchEach(stream, "dropout", count, MapDropout<T>, dropping,
                      FastDivider(static_cast<uint32_t>(shape.channels)),
                      FastDivider(static_cast<uint32_t>(shape.pixels)), count,
                      random, in, out);
  });
}

int64_t ColumnSumScratch(int64_t rows, int64_t columns) {
  return PartsOf(rows) * columns * 4;
}

Status MaskAndSumColumns(cudaStream_t stream, DType dtype, int64_t rows,
                         int64_t columns, const void* dst, const void* gradient,
                         void* masked, void* sums, void* scratch) {
  return WithType(dtype, [&](auto type) -> Status {
    using T = decltype(type);
    const int64_t parts = PartsOf(rows);
    T* whole = parts == 1 ? static_cast<T*>(sums) : nullptr;
    float* partial =
        sums != nullptr && parts > 1 ? static_cast<float*>(scratch) : nullptr;
    const bool vectors = columns % kVector == 0;
    const int64_t stripe = kStripe * (vectors ? kVector : 1);
    const dim3 grid = {static_cast<unsigned>((columns + stripe - 1) / stripe),
                       static_cast<unsigned>(parts), 1};
    auto* kernel = vectors ? SumStripes<T, kVector> : SumStripes<T, 1>;
    ALEXNET_RETURN_IF_ERROR(
        Launch(stream, "a bias gradient", grid, kThreads, kernel, rows, columns,
               static_cast<const T*>(dst), static_cast<const T*>(gradient),
               static_cast<T*>(masked), partial, whole));
    if (partial == nullptr) return Status();
    const dim3 blocks = {static_cast<unsigned>((columns + kLanes - 1) / kLanes),
                         1, 1};
    return Launch(stream, "a bias gradient", blocks, kThreads, AddParts<T>,
                  parts, columns, partial, static_cast<T*>(sums));
  });
}

Status ZeroPadding(cudaStream_t stream, DType dtype, int64_t count,
                   int64_t period, const uint8_t* zero, void* values) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    return LaunchEach(stream, "clearing padding", count, ZeroKernel<T>, count,
                      FastDivider(static_cast<uint32_t>(period)), zero,
                      static_cast<T*>(values));
  });
}

Status CountZeros(cudaStream_t stream, DType dtype, int64_t samples,
                  int64_t units, const void* blob, int64_t* count) {
  const char* what = "counting dead units";
  ALEXNET_RETURN_IF_ERROR(
      FromCuda(cudaMemsetAsync(count, 0, sizeof(*count), stream), what));
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    return LaunchEach(stream, what, units, CountZerosKernel<T>, samples, units,
                      static_cast<const T*>(blob),
                      reinterpret_cast<unsigned long long*>(count));
  });
}

}  // namespace alexnet::cuda
