#include "core/backend/cuda/kernels/direct_convolution.h"
#include "core/backend/cuda/primitives/fast_divider.h"
#include "core/backend/cuda/primitives/launch.h"
#include "core/backend/cuda/primitives/mma.h"

// One picture gives a convolution too few outputs to fill a GPU with the large
// tiles that many need. Here a block computes a small tile, 16 channels of a
// few dozen pixels, and its warps part the sum over taps and channels among
// them: hundreds of blocks, each done in a few steps. Tiles are so small that
// operands go from memory, through the first cache, straight into registers.

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

constexpr int kWarps = static_cast<int>(kThreads) / kLanes;
constexpr int kOutputs = 16;  // channels of a tile: rows of the weights
constexpr int kPixels = 8;    // of one product
constexpr int kDepth = 16;    // channels of a step: of one tap
constexpr int kMostWindow = 16;
// Steps whose loads are under way while one is multiplied: weights come from
// the GPU's memory, whose latency is that of many products.
constexpr int kAhead = 3;
// Of channels in shared memory, so that no two lanes meet in a bank.
constexpr int kRow = kOutputs + 4;

// From what number of blocks on a GPU is busy with tiles of twice the pixels.
constexpr int64_t kManyBlocks = 128;
constexpr int64_t kMostPixels = 16384;

struct Shape {
  int32_t height;
  int32_t width;
  int32_t pitch;  // channels of a pixel
  int32_t out_pitch;
  int64_t step;  // from one group's first pixel to the next's
  int64_t out_step;
  int32_t stride_h;
  int32_t stride_w;
  int32_t pad_top;
  int32_t pad_left;
  int32_t kernel_h;
  int32_t group_channels;
  int32_t pixels;  // of all pictures' outputs
  int32_t steps;   // taps times steps of one tap
  bool relu;
  FastDivider out_width;
  FastDivider out_height;
  FastDivider group_outputs;
  FastDivider steps_of_tap;
  FastDivider kernel_w;
};

// Which rows and columns of a window lie inside the picture, a bit each.
struct Window {
  int32_t offset;  // of its first tap in the source, which may be outside
  uint32_t inside;

  __device__ __forceinline__ bool Holds(uint32_t ky, uint32_t kx) const {
    return (inside >> ky & inside >> (kMostWindow + kx) & 1u) != 0;
  }
};

__device__ __forceinline__ uint32_t BitsInside(int32_t first, int32_t kernel,
                                               int32_t extent) {
  const int32_t from = min(max(-first, 0), kMostWindow);
  const int32_t to = min(max(extent - first, 0), kernel);
  return to > from ? (1u << to) - (1u << from) : 0u;
}

__device__ __forceinline__ Window WindowOf(const Shape& shape, int32_t pixel) {
  if (pixel >= shape.pixels) return {0, 0};
  uint32_t x = static_cast<uint32_t>(pixel);
  uint32_t y = shape.out_width.Split(&x);
  const uint32_t sample = shape.out_height.Split(&y);
  const int32_t top = static_cast<int32_t>(y) * shape.stride_h - shape.pad_top;
  const int32_t left =
      static_cast<int32_t>(x) * shape.stride_w - shape.pad_left;
  return {((static_cast<int32_t>(sample) * shape.height + top) * shape.width +
           left) *
              shape.pitch,
          BitsInside(top, shape.kernel_h, shape.height) |
              BitsInside(left, static_cast<int32_t>(shape.kernel_w.divisor()),
                         shape.width)
                  << kMostWindow};
}

// What one step multiplies. A product does not mind in which order its depth is
// summed, so that a lane takes four channels that lie together where the
// product's layout has two pairs, in the weights and in the source alike.
template <int kTiles>
struct Step {
  uint32_t weights[4];
  uint32_t source[kTiles][2];
};

template <int kTiles>
__device__ __forceinline__ Step<kTiles> LoadStep(const Shape& shape,
                                                 uint32_t step,
                                                 const Bf16* const (&rows)[2],
                                                 const Bf16* source,
                                                 const Window* windows) {
  Step<kTiles> loaded;
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    const uint2 words =
        *reinterpret_cast<const uint2*>(rows[i] + int64_t{step} * kDepth);
    loaded.weights[i] = words.x;
    loaded.weights[2 + i] = words.y;
  }
  uint32_t channel = step;
  uint32_t kx = shape.steps_of_tap.Split(&channel);
  const uint32_t ky = shape.kernel_w.Split(&kx);
  const int32_t tap =
      static_cast<int32_t>(ky * shape.width + kx) * shape.pitch +
      static_cast<int32_t>(channel) * kDepth;
#pragma unroll
  for (int t = 0; t < kTiles; ++t) {
    uint2 words = {0, 0};
    if (windows[t].Holds(ky, kx)) {
      words = *reinterpret_cast<const uint2*>(source + windows[t].offset + tap);
    }
    loaded.source[t][0] = words.x;
    loaded.source[t][1] = words.y;
  }
  return loaded;
}

// Block (x, y): kTiles * kPixels pixels from the x-th on, kOutputs channels
// from the y-th on.
template <int kTiles>
__global__ void __launch_bounds__(kThreads)
    ConvolveTile(Shape shape, const Bf16* source, const Bf16* weight,
                 const Bf16* bias, Bf16* out) {
  BeginEarly();
  constexpr int kTilePixels = kTiles * kPixels;
  __shared__ float sums[kWarps][kTilePixels][kRow];
  __shared__ Window of_pixels[kTilePixels];
  const int lane = static_cast<int>(threadIdx.x) % kLanes;
  const int warp = static_cast<int>(threadIdx.x) / kLanes;
  const int row = lane / 4;  // of weights, and pixel of a product
  const int quad = lane % 4;
  const int32_t first_pixel = static_cast<int32_t>(blockIdx.x) * kTilePixels;
  const uint32_t first_output = blockIdx.y * kOutputs;
  const uint32_t group = shape.group_outputs.Quotient(first_output);

  const int64_t filter = int64_t{shape.steps} * kDepth;
  const Bf16* const rows[2] = {
      weight + (first_output + row) * filter + quad * 4,
      weight + (first_output + row + 8) * filter + quad * 4};
  source += group * shape.step + quad * 4;
  if (threadIdx.x < kTilePixels) {
    of_pixels[threadIdx.x] =
        WindowOf(shape, first_pixel + static_cast<int32_t>(threadIdx.x));
  }
  __syncthreads();
  Window windows[kTiles];
#pragma unroll
  for (int t = 0; t < kTiles; ++t) windows[t] = of_pixels[t * kPixels + row];

  float products[kTiles][4] = {};
  const uint32_t steps = static_cast<uint32_t>(shape.steps);
  Step<kTiles> loaded[kAhead] = {};
#pragma unroll
  for (int i = 0; i < kAhead; ++i) {
    const uint32_t step = static_cast<uint32_t>(warp + i * kWarps);
    if (step < steps) {
      loaded[i] = LoadStep<kTiles>(shape, step, rows, source, windows);
    }
  }
  for (uint32_t first = static_cast<uint32_t>(warp); first < steps;
       first += kAhead * kWarps) {
#pragma unroll
    for (int i = 0; i < kAhead; ++i) {
      const uint32_t step = first + i * kWarps;
      if (step >= steps) break;
#pragma unroll
      for (int t = 0; t < kTiles; ++t) {
        MultiplyAdd(loaded[i].weights, loaded[i].source[t], products[t]);
      }
      const uint32_t next = step + kAhead * kWarps;
      if (next < steps) {
        loaded[i] = LoadStep<kTiles>(shape, next, rows, source, windows);
      }
    }
  }

#pragma unroll
  for (int t = 0; t < kTiles; ++t) {
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      sums[warp][t * kPixels + quad * 2 + i % 2][row + i / 2 * 8] =
          products[t][i];
    }
  }
  __syncthreads();
  const int tile_pixel = static_cast<int>(threadIdx.x) / 4;
  const int output = quad * 4;
  const int32_t pixel = first_pixel + tile_pixel;
  if (tile_pixel >= kTilePixels || pixel >= shape.pixels) return;
  float y[4] = {};
  if (bias != nullptr) LoadSome<4>(bias, first_output + output, y);
#pragma unroll
  for (int other = 0; other < kWarps; ++other) {
#pragma unroll
    for (int i = 0; i < 4; ++i) y[i] += sums[other][tile_pixel][output + i];
  }
  if (shape.relu) {
#pragma unroll
    for (int i = 0; i < 4; ++i) y[i] = y[i] < 0.0f ? 0.0f : y[i];
  }
  const uint32_t in_group =
      first_output - group * shape.group_outputs.divisor();
  StoreSome<4>(y,
               group * shape.out_step + int64_t{pixel} * shape.out_pitch +
                   in_group + output,
               out);
}

FastDivider DividerOf(int64_t divisor) {
  return FastDivider(static_cast<uint32_t>(divisor));
}

Shape ShapeOf(const ConvolutionProblem& p) {
  Shape shape;
  shape.height = static_cast<int32_t>(p.height);
  shape.width = static_cast<int32_t>(p.width);
  shape.pitch = static_cast<int32_t>(p.channels / p.towers);
  shape.out_pitch = static_cast<int32_t>(p.out_channels / p.towers);
  const bool apart = p.towers > 1;
  shape.step =
      p.channels / p.groups * (apart ? p.batch * p.height * p.width : 1);
  shape.out_step = p.out_channels / p.groups *
                   (apart ? p.batch * p.out_height * p.out_width : 1);
  shape.stride_h = static_cast<int32_t>(p.stride_h);
  shape.stride_w = static_cast<int32_t>(p.stride_w);
  shape.pad_top = static_cast<int32_t>(p.pad_top);
  shape.pad_left = static_cast<int32_t>(p.pad_left);
  shape.kernel_h = static_cast<int32_t>(p.kernel_h);
  const int64_t group_channels = p.channels / p.groups;
  shape.group_channels = static_cast<int32_t>(group_channels);
  shape.pixels = static_cast<int32_t>(p.batch * p.out_height * p.out_width);
  shape.steps =
      static_cast<int32_t>(p.kernel_h * p.kernel_w * (group_channels / kDepth));
  shape.relu = p.relu;
  shape.out_width = DividerOf(p.out_width);
  shape.out_height = DividerOf(p.out_height);
  shape.group_outputs = DividerOf(p.out_channels / p.groups);
  shape.steps_of_tap = DividerOf(group_channels / kDepth);
  shape.kernel_w = DividerOf(p.kernel_w);
  return shape;
}

}  // namespace

bool SuitsDirectConvolution(const ConvolutionProblem& p) {
  constexpr int64_t kMostElements = INT32_MAX / 2;
  return p.pass == ConvolutionPass::kForward &&
         p.precision == Precision::kBf16 &&
         p.channels / p.groups % kDepth == 0 &&
         p.out_channels / p.groups % kOutputs == 0 &&
         p.kernel_h <= kMostWindow && p.kernel_w <= kMostWindow &&
         p.batch * p.out_height * p.out_width <= kMostPixels &&
         p.batch * p.height * p.width * p.channels <= kMostElements;
}

Status DirectConvolution(const KernelStream& stream,
                         const ConvolutionProblem& problem,
                         const Operands& operands) {
  const Shape shape = ShapeOf(problem);
  const int64_t rows = problem.out_channels / kOutputs;
  const auto blocks = [&](int tiles) {
    return (shape.pixels + tiles * kPixels - 1) / (tiles * kPixels);
  };
  const bool many = blocks(8) * rows >= kManyBlocks;
  const dim3 grid = {static_cast<unsigned>(blocks(many ? 8 : 4)),
                     static_cast<unsigned>(rows), 1};
  auto* kernel = many ? ConvolveTile<8> : ConvolveTile<4>;
  return Launch(stream, "a convolution of few pictures", grid, kThreads, kernel,
                shape, static_cast<const Bf16*>(operands.a),
                static_cast<const Bf16*>(operands.b),
                static_cast<const Bf16*>(operands.bias),
                static_cast<Bf16*>(operands.out));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
