#include "core/backend/cuda/kernels/rank_memory.h"
#include "core/backend/cuda/primitives/fast_divider.h"
#include "core/backend/cuda/primitives/half.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// The pointers of a RankSum, by value.
struct SumTable {
  const void* in[RankSum::kMost];
  void* out[RankSum::kMost];
  int ins;
  int outs;
};

// How elements of type T are added.
template <typename T>
struct AsTheyAre {
  using Sum = T;
  __device__ static Sum Widen(T value) { return value; }
  __device__ static T Narrow(Sum sum) { return sum; }
};
template <typename T>
struct InFloat {
  using Sum = float;
  __device__ static Sum Widen(T value) { return ToFloat(value); }
  __device__ static T Narrow(Sum sum) { return FromFloat<T>(sum); }
};

// A launch covers so many elements at most, and threads take several.
constexpr int64_t kMostThreads = 1 << 20;

template <typename T, typename Adding>
__global__ void SumKernel(SumTable table, int64_t count) {
  const int64_t threads = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t i = ThreadNumber(); i < count; i += threads) {
    auto sum = Adding::Widen(static_cast<const T*>(table.in[0])[i]);
    for (int rank = 1; rank < table.ins; ++rank) {
      sum += Adding::Widen(static_cast<const T*>(table.in[rank])[i]);
    }
    const T narrow = Adding::Narrow(sum);
    for (int rank = 0; rank < table.outs; ++rank) {
      static_cast<T*>(table.out[rank])[i] = narrow;
    }
  }
}

template <typename T, typename Adding>
Status LaunchSum(cudaStream_t stream, const SumTable& table, int64_t count) {
  const int64_t threads = count < kMostThreads ? count : kMostThreads;
  const unsigned blocks =
      static_cast<unsigned>((threads + kThreads - 1) / kThreads);
  return Launch(stream, "the sum over ranks", dim3{blocks, 1, 1}, kThreads,
                SumKernel<T, Adding>, table, count);
}

__global__ void MoveRowsKernel(uint32_t count, FastDivider columns,
                               RowMove move) {
  const uint32_t i = ThreadNumber();
  if (i >= count) return;
  uint32_t column = i;
  const int64_t row = columns.Split(&column);
  const float value = move.from[row * move.from_stride + column];
  float* const to = move.to + row * move.to_stride + column;
  *to = move.add ? *to + value : value;
}

}  // namespace

Status SumRanks(cudaStream_t stream, const RankSum& sum) {
  if (sum.in.empty() || sum.in.size() > RankSum::kMost ||
      sum.out.size() > RankSum::kMost) {
    return InternalError("a sum over too many ranks");
  }
  if (sum.count <= 0) return Status();
  SumTable table = {};
  for (const void* in : sum.in) table.in[table.ins++] = in;
  for (void* out : sum.out) table.out[table.outs++] = out;
  switch (sum.type) {
    case ElementType::kF32:
      return LaunchSum<float, AsTheyAre<float>>(stream, table, sum.count);
    case ElementType::kF64:
      return LaunchSum<double, AsTheyAre<double>>(stream, table, sum.count);
    case ElementType::kI64:
      return LaunchSum<uint64_t, AsTheyAre<uint64_t>>(stream, table, sum.count);
    case ElementType::kF16:
      return LaunchSum<Half, InFloat<Half>>(stream, table, sum.count);
    case ElementType::kBF16:
      return LaunchSum<Bf16, InFloat<Bf16>>(stream, table, sum.count);
    case ElementType::kByte:
      break;
  }
  return InternalError("bytes cannot be summed");
}

Status MoveRows(cudaStream_t stream, const RowMove& move) {
  const int64_t count = move.rows * move.columns;
  if (count <= 0) return Status();
  return LaunchEach(stream, "moving parts of a blob", count, MoveRowsKernel,
                    count, FastDivider(static_cast<uint32_t>(move.columns)),
                    move);
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
