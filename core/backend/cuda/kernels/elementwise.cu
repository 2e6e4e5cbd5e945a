#include "core/backend/cuda/kernels/elementwise.h"
#include "core/backend/cuda/primitives/fast_divider.h"
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

// Blobs of one pixel, channels in eights: units lie in the order of their
// numbers, so that a draw is for four that lie together.
template <typename T>
__global__ void FlatDropout(Dropping dropping, uint32_t eights,
                            const RandomState* random, const T* from, T* to) {
  const uint32_t i = ThreadNumber();
  if (i >= eights) return;
  const int64_t at = int64_t{i} * kVector;
  const Packed<T, kVector> packed = LoadPacked<kVector>(from + at);
  const RandomState state = *random;
  const int64_t unit = int64_t{state.first_sample} * dropping.channels + at;
  const auto block = static_cast<uint32_t>(unit / 4);
  float x[kVector];
  packed.Unpack(x);
#pragma unroll
  for (int four = 0; four < kVector; four += 4) {
    const PhiloxBlock draw =
        DropoutDraw(state, dropping.layer, block + four / 4);
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      x[four + k] *= dropping.rule.Factor(draw.v[k]);
    }
  }
  StoreSome<kVector>(x, at, to);
}

// NHWC blobs, channels in eights and pixels in fours, the four of a draw: eight
// channels of four pixels a thread.
template <typename T>
__global__ void MapDropout(Dropping dropping, FastDivider channel_eights,
                           FastDivider pixel_fours, uint32_t count,
                           const RandomState* random, const T* from, T* to) {
  const uint32_t i = ThreadNumber();
  if (i >= count) return;
  uint32_t eight = i;
  uint32_t four = channel_eights.Split(&eight);
  const int64_t at =
      int64_t{four} * 4 * dropping.channels + int64_t{eight} * kVector;
  Packed<T, kVector> packed[4];
#pragma unroll
  for (int k = 0; k < 4; ++k) {
    packed[k] = LoadPacked<kVector>(from + at + k * dropping.channels);
  }
  const RandomState state = *random;
  const uint32_t sample = pixel_fours.Split(&four);
  float x[4][kVector];
#pragma unroll
  for (int k = 0; k < 4; ++k) packed[k].Unpack(x[k]);
#pragma unroll
  for (int c = 0; c < kVector; ++c) {
    const int64_t row =
        (int64_t{state.first_sample} + sample) * dropping.channels +
        int64_t{eight} * kVector + c;
    const PhiloxBlock draw =
        DropoutDraw(state, dropping.layer,
                    static_cast<uint32_t>(row * (dropping.pixels / 4) + four));
#pragma unroll
    for (int k = 0; k < 4; ++k) x[k][c] *= dropping.rule.Factor(draw.v[k]);
  }
#pragma unroll
  for (int k = 0; k < 4; ++k) {
    StoreSome<kVector>(x[k], at + k * dropping.channels, to);
  }
}

// Any NHWC blob, each unit with a draw of its own.
template <typename T>
__global__ void AnyDropout(Dropping dropping, FastDivider channels,
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
  const PhiloxBlock draw =
      DropoutDraw(state, dropping.layer, static_cast<uint32_t>(unit / 4));
  to[i] =
      FromFloat<T>(ToFloat(from[i]) * dropping.rule.Factor(draw.v[unit % 4]));
}

// Sums over columns in two steps: each block sums some rows of a stripe of
// columns, then the blocks' sums are added up.

constexpr int kStripe = 8;  // threads across the columns
constexpr int kRowThreads = static_cast<int>(kThreads) / kStripe;
constexpr int64_t kMostParts = 256;  // blocks down the rows
constexpr int64_t kRowsOfThread = 8;
constexpr int kRowsTogether = 4;  // loaded before the first is stored

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
    for (int64_t row = int64_t{blockIdx.y} * kRowThreads + row_thread;
         row < rows; row += kRowsTogether * step) {
      Packed<T, kCount> gradients[kRowsTogether];
      Packed<T, kCount> outputs[kRowsTogether];
#pragma unroll
      for (int k = 0; k < kRowsTogether; ++k) {
        const int64_t at = (row + k * step) * columns + column;
        if (row + k * step >= rows) continue;
        gradients[k] = LoadPacked<kCount>(gradient + at);
        if (dst != nullptr) outputs[k] = LoadPacked<kCount>(dst + at);
      }
#pragma unroll
      for (int k = 0; k < kRowsTogether; ++k) {
        const int64_t at = (row + k * step) * columns + column;
        if (row + k * step >= rows) continue;
        float g[kCount];
        gradients[k].Unpack(g);
        if (dst != nullptr) {
          float y[kCount];
          outputs[k].Unpack(y);
#pragma unroll
          for (int i = 0; i < kCount; ++i) g[i] = y[i] > 0.0f ? g[i] : 0.0f;
          StoreSome<kCount>(g, at, masked);
        }
#pragma unroll
        for (int i = 0; i < kCount; ++i) sum[i] += g[i];
      }
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
    const bool eights = shape.channels % kVector == 0;
    if (eights && shape.pixels == 1) {
      return LaunchEach(stream, "dropout", count / kVector, FlatDropout<T>,
                        dropping, count / kVector, random, in, out);
    }
    const bool fours = eights && shape.pixels % 4 == 0;
    const int64_t channels = shape.channels / (fours ? kVector : 1);
    const int64_t pixels = shape.pixels / (fours ? 4 : 1);
    const int64_t threads = shape.batch * channels * pixels;
    auto* kernel = fours ? MapDropout<T> : AnyDropout<T>;
    return LaunchEach(stream, "dropout", threads, kernel, dropping,
                      FastDivider(static_cast<uint32_t>(channels)),
                      FastDivider(static_cast<uint32_t>(pixels)), threads,
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

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
