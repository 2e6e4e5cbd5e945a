#include "core/backend/cuda/kernels/activation.h"
#include "core/backend/cuda/kernels/locally_connected.h"
#include "core/backend/cuda/primitives/fast_divider.h"
#include "core/backend/cuda/primitives/launch.h"

// Three products, each of many small matrices: of every position of the output,
// forward and for its weights, and of every pixel of the source, which gathers
// from the windows over it. A block computes a tile of one of them; what it
// multiplies is found by the product's own A and B.

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

constexpr int kTile = 32;  // rows, columns, and the depth of a step
constexpr int kRowsApart = static_cast<int>(kThreads) / kTile;
constexpr int kSums = kTile / kRowsApart;  // of a thread

struct Geometry {
  LocalShape shape;
  FastDivider channels;
  FastDivider kernel_w;
  FastDivider out;
  int32_t positions;
  int32_t taps;  // of a patch, channels included

  explicit Geometry(const LocalShape& of)
      : shape(of),
        channels(static_cast<uint32_t>(of.channels)),
        kernel_w(static_cast<uint32_t>(of.kernel_w)),
        out(static_cast<uint32_t>(of.out)),
        positions(of.out_height * of.out_width),
        taps(of.kernel_h * of.kernel_w * of.channels) {}

  // Of an output, in a blob of the output's shape.
  __device__ __forceinline__ int64_t OutputAt(int32_t sample, int32_t position,
                                              int32_t o) const {
    return (int64_t{sample} * positions + position) * shape.out + o;
  }
  __device__ __forceinline__ int64_t WeightAt(int32_t o, int32_t position,
                                              int32_t tap) const {
    return (int64_t{o} * positions + position) * taps + tap;
  }
  // One tap of the patch that a position sees.
  template <typename T>
  __device__ __forceinline__ float Tap(const T* src, int32_t sample,
                                       int32_t position, int32_t tap) const {
    uint32_t c = static_cast<uint32_t>(tap);
    uint32_t kx = channels.Split(&c);
    const uint32_t ky = kernel_w.Split(&kx);
    const int32_t y = position / shape.out_width * shape.stride_h -
                      shape.pad_top + static_cast<int32_t>(ky);
    const int32_t x = position % shape.out_width * shape.stride_w -
                      shape.pad_left + static_cast<int32_t>(kx);
    if (y < 0 || y >= shape.height || x < 0 || x >= shape.width) return 0.0f;
    return ToFloat(
        src[((int64_t{sample} * shape.height + y) * shape.width + x) *
                shape.channels +
            c]);
  }
};

// dst (samples, out) = patches (samples, taps) weights^T (taps, out).
template <typename T>
struct ForwardProduct {
  Geometry geometry;
  const T* src;
  const T* weight;
  const T* bias;
  T* dst;
  bool relu;

  // Whether neighbours in depth lie together, else those in rows or columns.
  static constexpr bool kDepthOfA = true;
  static constexpr bool kDepthOfB = true;

  int64_t items() const { return geometry.positions; }
  __host__ __device__ int32_t rows() const { return geometry.shape.batch; }
  __host__ __device__ int32_t columns() const { return geometry.shape.out; }
  __device__ int32_t Depth(int32_t) const { return geometry.taps; }
  __device__ float A(int32_t item, int32_t row, int32_t k) const {
    return geometry.Tap(src, row, item, k);
  }
  __device__ float B(int32_t item, int32_t k, int32_t column) const {
    return ToFloat(weight[geometry.WeightAt(column, item, k)]);
  }
  __device__ void Store(int32_t item, int32_t row, int32_t column,
                        float sum) const {
    if (bias != nullptr) {
      sum += ToFloat(bias[int64_t{item} * geometry.shape.out + column]);
    }
    if (relu) sum = Activated(ActivationKind::kRelu, sum);
    dst[geometry.OutputAt(row, item, column)] = FromFloat<T>(sum);
  }
};

// Weight gradient (out, taps) = gradient^T (out, samples) patches.
template <typename T>
struct WeightProduct {
  Geometry geometry;
  const T* src;
  const T* gradient;
  T* weight_gradient;

  static constexpr bool kDepthOfA = false;
  static constexpr bool kDepthOfB = false;

  int64_t items() const { return geometry.positions; }
  __host__ __device__ int32_t rows() const { return geometry.shape.out; }
  __host__ __device__ int32_t columns() const { return geometry.taps; }
  __device__ int32_t Depth(int32_t) const { return geometry.shape.batch; }
  __device__ float A(int32_t item, int32_t row, int32_t k) const {
    return ToFloat(gradient[geometry.OutputAt(k, item, row)]);
  }
  __device__ float B(int32_t item, int32_t k, int32_t column) const {
    return geometry.Tap(src, k, item, column);
  }
  __device__ void Store(int32_t item, int32_t row, int32_t column,
                        float sum) const {
    weight_gradient[geometry.WeightAt(row, item, column)] = FromFloat<T>(sum);
  }
};

// First and number of the windows over one coordinate.
struct WindowRange {
  int32_t first;
  int32_t count;
};

__device__ __forceinline__ WindowRange RangeOver(int32_t coordinate,
                                                 int32_t pad, int32_t kernel,
                                                 int32_t stride,
                                                 int32_t outputs) {
  const int32_t from = coordinate + pad - kernel + 1;
  const int32_t first = from > 0 ? (from + stride - 1) / stride : 0;
  const int32_t last = min((coordinate + pad) / stride, outputs - 1);
  return {first, max(last - first + 1, 0)};
}

// Source gradient (samples, channels) of a pixel: the depth is each window over
// it, and each of its outputs.
template <typename T>
struct SourceProduct {
  Geometry geometry;
  const T* gradient;
  const T* weight;
  T* src_gradient;

  static constexpr bool kDepthOfA = true;
  static constexpr bool kDepthOfB = false;

  int64_t items() const {
    return int64_t{geometry.shape.height} * geometry.shape.width;
  }
  __host__ __device__ int32_t rows() const { return geometry.shape.batch; }
  __host__ __device__ int32_t columns() const {
    return geometry.shape.channels;
  }
  __device__ WindowRange Rows(int32_t item) const {
    const LocalShape& shape = geometry.shape;
    return RangeOver(item / shape.width, shape.pad_top, shape.kernel_h,
                     shape.stride_h, shape.out_height);
  }
  __device__ WindowRange Columns(int32_t item) const {
    const LocalShape& shape = geometry.shape;
    return RangeOver(item % shape.width, shape.pad_left, shape.kernel_w,
                     shape.stride_w, shape.out_width);
  }
  __device__ int32_t Depth(int32_t item) const {
    return Rows(item).count * Columns(item).count * geometry.shape.out;
  }
  // The window and the output that a number in depth is.
  struct Place {
    int32_t y;
    int32_t x;
    int32_t o;
  };
  __device__ Place PlaceOf(int32_t item, int32_t k) const {
    uint32_t o = static_cast<uint32_t>(k);
    const int32_t window = static_cast<int32_t>(geometry.out.Split(&o));
    const WindowRange columns = Columns(item);
    return {Rows(item).first + window / columns.count,
            columns.first + window % columns.count, static_cast<int32_t>(o)};
  }
  __device__ float A(int32_t item, int32_t row, int32_t k) const {
    const Place place = PlaceOf(item, k);
    const int32_t position = place.y * geometry.shape.out_width + place.x;
    return ToFloat(gradient[geometry.OutputAt(row, position, place.o)]);
  }
  __device__ float B(int32_t item, int32_t k, int32_t column) const {
    const LocalShape& shape = geometry.shape;
    const Place place = PlaceOf(item, k);
    const int32_t position = place.y * shape.out_width + place.x;
    const int32_t ky =
        item / shape.width + shape.pad_top - place.y * shape.stride_h;
    const int32_t kx =
        item % shape.width + shape.pad_left - place.x * shape.stride_w;
    const int32_t tap = (ky * shape.kernel_w + kx) * shape.channels + column;
    return ToFloat(weight[geometry.WeightAt(place.o, position, tap)]);
  }
  __device__ void Store(int32_t item, int32_t row, int32_t column,
                        float sum) const {
    const LocalShape& shape = geometry.shape;
    const int64_t pixel = int64_t{row} * shape.height * shape.width + item;
    src_gradient[pixel * shape.channels + column] = FromFloat<T>(sum);
  }
};

template <typename Product>
__global__ void ProductKernel(Product product, FastDivider tiles) {
  BeginEarly();
  __shared__ float a[kTile][kTile + 1];
  __shared__ float b[kTile][kTile + 1];
  uint32_t tile = blockIdx.x;
  const int32_t item = static_cast<int32_t>(tiles.Split(&tile));
  const int32_t first_column = static_cast<int32_t>(tile) * kTile;
  const int32_t first_row = static_cast<int32_t>(blockIdx.y) * kTile;
  const int32_t depth = product.Depth(item);
  const int lane = static_cast<int>(threadIdx.x) % kTile;
  const int line = static_cast<int>(threadIdx.x) / kTile;
  float sum[kSums] = {};
  for (int32_t step = 0; step < depth; step += kTile) {
    __syncthreads();  // the step before may still be read
    for (int i = line; i < kTile; i += kRowsApart) {
      const int row = Product::kDepthOfA ? i : lane;
      const int k = Product::kDepthOfA ? lane : i;
      a[row][k] = first_row + row < product.rows() && step + k < depth
                      ? product.A(item, first_row + row, step + k)
                      : 0.0f;
    }
    for (int i = line; i < kTile; i += kRowsApart) {
      const int column = Product::kDepthOfB ? i : lane;
      const int k = Product::kDepthOfB ? lane : i;
      b[k][column] =
          first_column + column < product.columns() && step + k < depth
              ? product.B(item, step + k, first_column + column)
              : 0.0f;
    }
    __syncthreads();
    for (int k = 0; k < kTile; ++k) {
#pragma unroll
      for (int i = 0; i < kSums; ++i) {
        sum[i] += a[line + i * kRowsApart][k] * b[k][lane];
      }
    }
  }
  const int32_t column = first_column + lane;
  if (column >= product.columns()) return;
#pragma unroll
  for (int i = 0; i < kSums; ++i) {
    const int32_t row = first_row + line + i * kRowsApart;
    if (row < product.rows()) product.Store(item, row, column, sum[i]);
  }
}

template <typename Product>
Status Run(const KernelStream& stream, const char* what,
           const Product& product) {
  const int64_t columns = (product.columns() + kTile - 1) / kTile;
  const int64_t rows = (product.rows() + kTile - 1) / kTile;
  constexpr int64_t kMostRows = 65535;  // of a grid
  if (columns * product.items() > INT32_MAX || rows > kMostRows) {
    return UnsupportedError(
        "a locally connected layer too large for one launch; use a smaller "
        "batch");
  }
  const dim3 grid = {static_cast<unsigned>(columns * product.items()),
                     static_cast<unsigned>(rows), 1};
  return Launch(stream, what, grid, kThreads, ProductKernel<Product>, product,
                FastDivider(static_cast<uint32_t>(columns)));
}

}  // namespace

Status LocalForward(const KernelStream& stream, const LocalShape& shape,
                    DType dtype, bool relu, const void* src, const void* weight,
                    const void* bias, void* dst) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    return Run(stream, "a locally connected layer",
               ForwardProduct<T>{Geometry(shape), static_cast<const T*>(src),
                                 static_cast<const T*>(weight),
                                 static_cast<const T*>(bias),
                                 static_cast<T*>(dst), relu});
  });
}

Status LocalWeightGradient(cudaStream_t stream, const LocalShape& shape,
                           DType dtype, const void* src,
                           const void* dst_gradient, void* weight_gradient) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    return Run(stream, "weight gradients of a locally connected layer",
               WeightProduct<T>{Geometry(shape), static_cast<const T*>(src),
                                static_cast<const T*>(dst_gradient),
                                static_cast<T*>(weight_gradient)});
  });
}

Status LocalSourceGradient(cudaStream_t stream, const LocalShape& shape,
                           DType dtype, const void* dst_gradient,
                           const void* weight, void* src_gradient) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    return Run(
        stream, "source gradients of a locally connected layer",
        SourceProduct<T>{Geometry(shape), static_cast<const T*>(dst_gradient),
                         static_cast<const T*>(weight),
                         static_cast<T*>(src_gradient)});
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
