#include <type_traits>

#include "core/backend/cuda/kernels/lrn_map.h"
#include "core/backend/cuda/primitives/launch.h"

// A block walks down some columns of a map, row by row, and a thread keeps the
// last rows of its column and four of its channels. A window's sum is one down
// the thread's own rows, then one across what the neighbours have of theirs, so
// that a block reads every element once.

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

constexpr int kFour = kHalfVector;      // channels of a thread
constexpr int kMostColumns = 32;        // of a block
constexpr int kMostGroups = 32;         // of four channels, likewise
constexpr int64_t kEnoughBlocks = 256;  // to keep a large GPU busy
constexpr int kLeastRows = 8;           // of a strip
constexpr int kAhead = 2;               // rows that are loaded early

struct Columns {
  LrnNumbers numbers;
  // Samples are counted through all towers of the source.
  int32_t channels = 0;  // of a tower of the source
  int32_t height = 0;
  int32_t width = 0;
  int32_t columns = 0;       // of a block
  int32_t groups = 0;        // likewise
  int32_t margin = 0;        // columns that a block leaves to its neighbour
  int32_t tiles = 1;         // blocks across the map
  int32_t group_blocks = 1;  // blocks across the channels
  int32_t rows = 0;          // that a block writes
  int64_t blocks = 0;        // beside each other
  int32_t strips = 1;        // and below each other
  bool same = true;          // whether the output lies as the source does
  TowerMap dst;
  FastDivider batch;

  unsigned threads() const { return static_cast<unsigned>(columns * groups); }
};

// `reach`: of the windows, to each side, all together.
Columns ColumnsOf(const Lrn& layer, const LrnShape& shape, int32_t reach) {
  Columns c;
  c.numbers = NumbersOf(layer);
  c.channels = shape.channels / shape.src_towers;
  c.same = shape.src_towers == shape.dst_towers;
  c.dst = shape.dst();
  c.batch = FastDivider(static_cast<uint32_t>(shape.batch));
  c.height = shape.height;
  c.width = shape.width;
  c.columns = std::min(shape.width, kMostColumns);
  if (shape.width > kMostColumns) {
    c.margin = reach;
    const int32_t step = kMostColumns - 2 * reach;
    c.tiles = (shape.width - 2 * reach + step - 1) / step;
  }
  const int32_t groups = c.channels / kFour;
  const int32_t most =
      std::min(static_cast<int32_t>(kThreads) / c.columns, kMostGroups);
  c.group_blocks = (groups + most - 1) / most;
  c.groups = (groups + c.group_blocks - 1) / c.group_blocks;
  c.blocks = shape.batch * shape.src_towers * c.tiles * c.group_blocks;
  c.rows = shape.height;
  while (c.blocks * c.strips < kEnoughBlocks && c.rows > kLeastRows) {
    c.rows = (c.rows + 1) / 2;
    c.strips = (shape.height + c.rows - 1) / c.rows;
  }
  return c;
}

// What a block's threads tell each other of a row: four numbers each, with
// margins of zeros.
template <int kHalf>
class SharedRow {
 public:
  __device__ __forceinline__ void Clear(int32_t columns, int32_t groups) {
    const int32_t all = (columns + 2 * kHalf) * groups;
    for (int32_t i = static_cast<int32_t>(threadIdx.x); i < all;
         i += static_cast<int32_t>(blockDim.x)) {
      values_[i] = float4{0.0f, 0.0f, 0.0f, 0.0f};
    }
  }

  // values <- what the columns up to kHalf away have, added up. Meets all
  // threads of the block once, between writing and reading.
  __device__ __forceinline__ void SumAcross(int32_t groups, float* values) {
    const int32_t me = static_cast<int32_t>(threadIdx.x) + kHalf * groups;
    values_[me] = float4{values[0], values[1], values[2], values[3]};
    __syncthreads();
    float4 sum = values_[me - kHalf * groups];
#pragma unroll
    for (int d = 1 - kHalf; d <= kHalf; ++d) {
      const float4 other = values_[me + d * groups];
      sum.x += other.x, sum.y += other.y, sum.z += other.z, sum.w += other.w;
    }
    values[0] = sum.x, values[1] = sum.y, values[2] = sum.z, values[3] = sum.w;
  }

 private:
  // The most that (columns + 2 kHalf) * groups can be, with kHalf at most 2:
  // of 8 columns and 32 groups.
  float4 values_[(8 + 4) * kMostGroups];
};

// Where a thread works.
struct Place {
  bool inside;     // the map has the column, and the blob the channels
  bool mine;       // and the block writes them
  int32_t at;      // of the element in the map's first row, in the source
  int32_t pitch;   // from row to row
  int32_t dst_at;  // likewise in the output
  int32_t dst_pitch;
  int32_t first;  // row that the block writes
  int32_t end;    // of those rows

  __device__ explicit Place(const Columns& c) {
    const int32_t thread = static_cast<int32_t>(threadIdx.x);
    uint32_t block = blockIdx.x;
    const int32_t group_block =
        static_cast<int32_t>(block % static_cast<uint32_t>(c.group_blocks));
    block /= static_cast<uint32_t>(c.group_blocks);
    const int32_t tile =
        static_cast<int32_t>(block % static_cast<uint32_t>(c.tiles));
    const int32_t sample =
        static_cast<int32_t>(block / static_cast<uint32_t>(c.tiles));
    const int32_t column = thread / c.groups;
    const int32_t x = tile * (c.columns - 2 * c.margin) + column;
    const int32_t channel =
        (group_block * c.groups + thread % c.groups) * kFour;
    inside = x < c.width && channel < c.channels;
    mine = inside && (tile == 0 || column >= c.margin) &&
           (tile == c.tiles - 1 || column < c.columns - c.margin);
    pitch = c.width * c.channels;
    at = inside ? sample * c.height * pitch + x * c.channels + channel : 0;
    dst_at = at;
    dst_pitch = pitch;
    if (!c.same && inside) {
      uint32_t n = static_cast<uint32_t>(sample);
      const uint32_t tower = c.batch.Split(&n);
      dst_pitch = c.width * c.dst.tower_channels();
      dst_at = static_cast<int32_t>(
          c.dst.At(int64_t{n} * c.height * c.width + x,
                   tower * static_cast<uint32_t>(c.channels) +
                       static_cast<uint32_t>(channel)));
    }
    first = static_cast<int32_t>(blockIdx.y) * c.rows;
    end = min(first + c.rows, c.height);
  }
};

// Zeros outside of the map.
template <typename T>
__device__ __forceinline__ Packed<T, kFour> LoadRow(const Columns& columns,
                                                    const Place& place,
                                                    const T* blob, int32_t y,
                                                    int32_t at, int32_t pitch) {
  if (!place.inside || y < 0 || y >= columns.height) return {};
  return LoadPacked<kFour>(blob + at + y * pitch);
}
template <typename T>
__device__ __forceinline__ Packed<T, kFour> LoadSource(const Columns& columns,
                                                       const Place& place,
                                                       const T* blob,
                                                       int32_t y) {
  return LoadRow(columns, place, blob, y, place.at, place.pitch);
}
template <typename T>
__device__ __forceinline__ Packed<T, kFour> LoadOutput(const Columns& columns,
                                                       const Place& place,
                                                       const T* blob,
                                                       int32_t y) {
  return LoadRow(columns, place, blob, y, place.dst_at, place.dst_pitch);
}

// Sum of squares down the rows that a thread has.
template <int kSize>
__device__ __forceinline__ void SumSquares(const float (&x)[kSize][kFour],
                                           float* sum) {
#pragma unroll
  for (int c = 0; c < kFour; ++c) {
    sum[c] = x[0][c] * x[0][c];
#pragma unroll
    for (int row = 1; row < kSize; ++row) sum[c] += x[row][c] * x[row][c];
  }
}

// In the arrays of rows below, row y has a place of its own until row
// y + kSize comes; loops are unrolled by kSize so that places are registers.
template <int kSize>
__device__ constexpr int PlaceAbove(int place, int rows) {
  return (place + kSize - rows) % kSize;
}

template <typename T, int kSize>
__global__ void ForwardColumns(Columns columns, const T* src, T* dst) {
  BeginEarly();
  constexpr int kHalf = kSize / 2;
  __shared__ SharedRow<kHalf> rows[2];  // in turns: one meeting a row
  const Place place(columns);
  for (auto& row : rows) row.Clear(columns.columns, columns.groups);
  __syncthreads();
  const int32_t begin = place.first - kHalf;
  const int32_t end = place.end + kHalf;
  Packed<T, kFour> coming[kSize];
#pragma unroll
  for (int p = 0; p < kAhead; ++p) {
    coming[p] = LoadSource(columns, place, src, begin + p);
  }
  float x[kSize][kFour] = {};
  for (int32_t start = begin; start < end; start += kSize) {
#pragma unroll
    for (int p = 0; p < kSize; ++p) {
      const int32_t y = start + p;
      if (y >= end) break;
      coming[(p + kAhead) % kSize] =
          LoadSource(columns, place, src, y + kAhead);
      coming[p].Unpack(x[p]);
      float sum[kFour];
      SumSquares(x, sum);
      rows[y & 1].SumAcross(columns.groups, sum);
      const int32_t done = y - kHalf;
      if (done < place.first || !place.mine) continue;
      const float(&middle)[kFour] = x[PlaceAbove<kSize>(p, kHalf)];
      float out[kFour];
#pragma unroll
      for (int c = 0; c < kFour; ++c) {
        const float base = columns.numbers.k + columns.numbers.a * sum[c];
        out[c] = middle[c] * PowersOfThreeQuarters(base).beta;
      }
      StoreSome<kFour>(out, place.dst_at + done * place.dst_pitch, dst);
    }
  }
}

// dx_j = g_j s_j^-beta - 2 a beta x_j sum over i whose window holds j of
// g_i x_i s_i^(-beta - 1). The sums of squares are those of half a window above
// the row that was read last, the sums over i of half a window above that.
// Registers are kept to what lets two blocks run at a time, except where they
// would not do.
template <typename T, int kSize, bool kRectified>
__global__ void __launch_bounds__(kThreads, sizeof(T) == 2 ? 2 : 1)
    BackwardColumns(Columns columns, const T* src, const T* dst_gradient,
                    T* src_gradient) {
  constexpr int kHalf = kSize / 2;
  __shared__ SharedRow<kHalf> squares;
  __shared__ SharedRow<kHalf> shares;
  const Place place(columns);
  squares.Clear(columns.columns, columns.groups);
  shares.Clear(columns.columns, columns.groups);
  __syncthreads();
  const int32_t begin = place.first - 2 * kHalf;
  const int32_t end = place.end + 2 * kHalf;
  Packed<T, kFour> coming_x[kSize];
  Packed<T, kFour> coming_g[kSize];
#pragma unroll
  for (int p = 0; p < kAhead; ++p) {
    coming_x[p] = LoadSource(columns, place, src, begin + p);
    coming_g[p] = LoadOutput(columns, place, dst_gradient, begin + p - kHalf);
  }
  const float factor = 2.0f * columns.numbers.a * columns.numbers.beta;
  float x[kSize][kFour] = {};
  float own[kSize][kFour] = {};
  float share[kSize][kFour] = {};  // what elements add to their windows' sums
  for (int32_t start = begin; start < end; start += kSize) {
#pragma unroll
    for (int p = 0; p < kSize; ++p) {
      const int32_t y = start + p;
      if (y >= end) break;
      coming_x[(p + kAhead) % kSize] =
          LoadSource(columns, place, src, y + kAhead);
      coming_g[(p + kAhead) % kSize] =
          LoadOutput(columns, place, dst_gradient, y + kAhead - kHalf);
      coming_x[p].Unpack(x[p]);
      float sum[kFour];
      SumSquares(x, sum);
      squares.SumAcross(columns.groups, sum);
      const int32_t middle_row = y - kHalf;
      const bool there =
          place.inside && middle_row >= 0 && middle_row < columns.height;
      const int middle = PlaceAbove<kSize>(p, kHalf);
      float g[kFour];
      coming_g[p].Unpack(g);
#pragma unroll
      for (int c = 0; c < kFour; ++c) {
        const float base = columns.numbers.k + columns.numbers.a * sum[c];
        const LrnPowers powers = PowersOfThreeQuarters(base);
        own[middle][c] = g[c] * powers.beta;
        share[middle][c] =
            there ? g[c] * x[middle][c] * powers.beta_plus_one : 0.0f;
      }
#pragma unroll
      for (int c = 0; c < kFour; ++c) {
        sum[c] = share[0][c];
#pragma unroll
        for (int row = 1; row < kSize; ++row) sum[c] += share[row][c];
      }
      shares.SumAcross(columns.groups, sum);
      const int32_t done = y - 2 * kHalf;
      if (done < place.first || !place.mine) continue;
      const int last = PlaceAbove<kSize>(p, 2 * kHalf);
      float dx[kFour];
#pragma unroll
      for (int c = 0; c < kFour; ++c) {
        const float value = x[last][c];
        dx[c] = own[last][c] - factor * value * sum[c];
        if (kRectified && value <= 0.0f) dx[c] = 0.0f;
      }
      StoreSome<kFour>(dx, place.at + done * place.pitch, src_gradient);
    }
  }
}

// Calls function(T{}, std::integral_constant of the window's size).
template <typename Function>
Status WithVariant(const Lrn& layer, DType dtype, const Function& function) {
  return WithType(dtype, [&](auto type) {
    return layer.size == 3 ? function(type, std::integral_constant<int, 3>())
                           : function(type, std::integral_constant<int, 5>());
  });
}

template <typename... Parameters, typename... Arguments>
Status LaunchColumns(const KernelStream& stream, const char* what,
                     const Columns& columns, void (*kernel)(Parameters...),
                     Arguments... arguments) {
  const dim3 grid = {static_cast<unsigned>(columns.blocks),
                     static_cast<unsigned>(columns.strips), 1};
  return Launch(stream, what, grid, columns.threads(), kernel, columns,
                arguments...);
}

}  // namespace

bool SuitsLrnMap(const Lrn& layer, const LrnShape& shape) {
  return layer.region == LrnRegion::kWithinChannel &&
         (layer.size == 3 || layer.size == 5) && layer.beta == 0.75f &&
         shape.InVectors(kFour) && shape.elements() <= INT32_MAX;
}

Status LrnMapForward(const KernelStream& stream, const Lrn& layer,
                     const LrnShape& shape, DType dtype, const void* src,
                     void* dst) {
  return WithVariant(layer, dtype, [&](auto type, auto size) {
    using T = decltype(type);
    constexpr int kSize = decltype(size)::value;
    return LaunchColumns(stream, "LRN forward",
                         ColumnsOf(layer, shape, kSize / 2),
                         ForwardColumns<T, kSize>, static_cast<const T*>(src),
                         static_cast<T*>(dst));
  });
}

Status LrnMapBackward(cudaStream_t stream, const Lrn& layer,
                      const LrnShape& shape, DType dtype, bool rectified,
                      const void* src, const void* dst_gradient,
                      void* src_gradient) {
  return WithVariant(layer, dtype, [&](auto type, auto size) {
    using T = decltype(type);
    constexpr int kSize = decltype(size)::value;
    auto* kernel = rectified ? BackwardColumns<T, kSize, true>
                             : BackwardColumns<T, kSize, false>;
    return LaunchColumns(
        stream, "LRN backward", ColumnsOf(layer, shape, 2 * (kSize / 2)),
        kernel, static_cast<const T*>(src), static_cast<const T*>(dst_gradient),
        static_cast<T*>(src_gradient));
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
