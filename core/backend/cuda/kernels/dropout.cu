#include "core/backend/cuda/kernels/dropout.h"
#include "core/backend/cuda/primitives/fast_divider.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// What a dropout kernel knows.
struct Dropping {
  DropoutRule rule;
  uint32_t layer;
  int64_t channels;
  int64_t pixels;
  BlobPart part;

  // Of the part's unit `unit` in sample `sample`.
  __device__ int64_t Number(int64_t sample, int64_t unit) const {
    return part.Number(sample, unit, channels * pixels);
  }
};

// Blobs of one pixel, whole samples, channels in eights: units lie in the order
// of their numbers, so that a draw is for four that lie together.
template <typename T>
__global__ void FlatDropout(Dropping dropping, uint32_t eights,
                            const RandomState* random, const T* from, T* to) {
  const uint32_t i = ThreadNumber();
  if (i >= eights) return;
  const int64_t at = int64_t{i} * kVector;
  const Packed<T, kVector> packed = LoadPacked<kVector>(from + at);
  const RandomState state = *random;
  const int64_t unit = dropping.Number(0, at);
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

// NHWC blobs of whole samples, channels in eights and pixels in fours, the four
// of a draw: eight channels of four pixels a thread.
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
    const int64_t unit = dropping.Number(
        sample, (int64_t{eight} * kVector + c) * dropping.pixels + 4 * four);
    const PhiloxBlock draw =
        DropoutDraw(state, dropping.layer, static_cast<uint32_t>(unit / 4));
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
  const int64_t unit = dropping.Number(sample, c * dropping.pixels + pixel);
  const PhiloxBlock draw =
      DropoutDraw(state, dropping.layer, static_cast<uint32_t>(unit / 4));
  to[i] =
      FromFloat<T>(ToFloat(from[i]) * dropping.rule.Factor(draw.v[unit % 4]));
}

}  // namespace

Status ApplyDropout(cudaStream_t stream, const DropoutShape& shape, DType dtype,
                    const RandomState* random, const void* from, void* to) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const T* in = static_cast<const T*>(from);
    T* out = static_cast<T*>(to);
    const int64_t count = shape.batch * shape.channels * shape.pixels;
    const Dropping dropping = {DropoutRule(shape.rate), shape.layer,
                               shape.channels, shape.pixels, shape.part};
    const int64_t own = int64_t{shape.channels} * shape.pixels;
    const bool whole = shape.part.units == 0 || shape.part.units == own;
    const bool eights = whole && shape.channels % kVector == 0;
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

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
