#include "core/backend/cuda/kernels/column_sums.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

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
__global__ void SumStripes(int64_t rows, int64_t columns, TowerMap from,
                           TowerMap to, const T* __restrict__ dst,
                           const T* __restrict__ gradient,
                           T* __restrict__ masked, float* partial, T* whole) {
  __shared__ float sums[kRowThreads][kStripe * kCount];
  const int lane = static_cast<int>(threadIdx.x % kStripe);
  const int row_thread = static_cast<int>(threadIdx.x / kStripe);
  const int64_t column = (int64_t{blockIdx.x} * kStripe + lane) * kCount;
  float sum[kCount] = {};
  if (column < columns) {
    const int64_t step = int64_t{gridDim.y} * kRowThreads;
    const int64_t read = from.At(0, static_cast<uint32_t>(column));
    const int64_t written = to.At(0, static_cast<uint32_t>(column));
    for (int64_t row = int64_t{blockIdx.y} * kRowThreads + row_thread;
         row < rows; row += kRowsTogether * step) {
      Packed<T, kCount> gradients[kRowsTogether];
      Packed<T, kCount> outputs[kRowsTogether];
#pragma unroll
      for (int k = 0; k < kRowsTogether; ++k) {
        const int64_t at = read + (row + k * step) * from.tower_channels();
        if (row + k * step >= rows) continue;
        gradients[k] = LoadPacked<kCount>(gradient + at);
        if (dst != nullptr) outputs[k] = LoadPacked<kCount>(dst + at);
      }
#pragma unroll
      for (int k = 0; k < kRowsTogether; ++k) {
        if (row + k * step >= rows) continue;
        float g[kCount];
        gradients[k].Unpack(g);
        if (dst != nullptr) {
          float y[kCount];
          outputs[k].Unpack(y);
#pragma unroll
          for (int i = 0; i < kCount; ++i) g[i] = y[i] <= 0.0f ? 0.0f : g[i];
        }
        if (masked != nullptr) {
          StoreSome<kCount>(g, written + (row + k * step) * to.tower_channels(),
                            masked);
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
__global__ void AddPartsKernel(int64_t parts, int64_t columns,
                               const float* partial, T* sums) {
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

}  // namespace

int64_t ColumnSumScratch(int64_t rows, int64_t columns) {
  return PartsOf(rows) * columns * 4;
}

Status MaskAndSumColumns(cudaStream_t stream, DType dtype, const TowerMap& from,
                         const void* dst, const void* gradient,
                         const TowerMap& to, void* masked, void* sums,
                         void* scratch) {
  return WithType(dtype, [&](auto type) -> Status {
    using T = decltype(type);
    const int64_t rows = from.rows();
    const int64_t columns = from.channels();
    const int64_t parts = PartsOf(rows);
    T* whole = parts == 1 ? static_cast<T*>(sums) : nullptr;
    float* partial =
        sums != nullptr && parts > 1 ? static_cast<float*>(scratch) : nullptr;
    const bool vectors = from.tower_channels() % kVector == 0 &&
                         to.tower_channels() % kVector == 0;
    const int64_t stripe = kStripe * (vectors ? kVector : 1);
    const dim3 grid = {static_cast<unsigned>((columns + stripe - 1) / stripe),
                       static_cast<unsigned>(parts), 1};
    auto* kernel = vectors ? SumStripes<T, kVector> : SumStripes<T, 1>;
    ALEXNET_RETURN_IF_ERROR(Launch(
        stream, "a bias gradient", grid, kThreads, kernel, rows, columns, from,
        to, static_cast<const T*>(dst), static_cast<const T*>(gradient),
        static_cast<T*>(masked), partial, whole));
    if (partial == nullptr) return Status();
    return AddParts(stream, dtype, parts, columns, partial, sums);
  });
}

Status AddParts(cudaStream_t stream, DType dtype, int64_t parts,
                int64_t columns, const float* partial, void* sums) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const dim3 blocks = {static_cast<unsigned>((columns + kLanes - 1) / kLanes),
                         1, 1};
    return Launch(stream, "a bias gradient", blocks, kThreads,
                  AddPartsKernel<T>, parts, columns, partial,
                  static_cast<T*>(sums));
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
