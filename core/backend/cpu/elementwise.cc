#include "core/backend/cpu/elementwise.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "core/backend/cpu/simd.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

constexpr int64_t kGrain = 16384;  // elements that are worth a thread

ALEXNET_SIMD_CLONES void Relu(const float* src, int64_t count, float* dst) {
  for (int64_t i = 0; i < count; ++i) dst[i] = src[i] <= 0.0f ? 0.0f : src[i];
}

ALEXNET_SIMD_CLONES void MaskByOutput(const float* dst, const float* gradient,
                                      int64_t count, float* out) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = dst[i] <= 0.0f ? 0.0f : gradient[i];
  }
}

// tanh |x| = e / (e + 2) with e = exp(2 |x|) - 1 = 2^n exp(r) - 1 and
// |r| <= ln 2 / 2. Small x are as exact as large ones, since n is 0 for them;
// beyond 10 it is 1. Errors are below four units in the last place.
ALEXNET_SIMD_CLONES void Tanh(const float* src, int64_t count, float* dst) {
  constexpr float kLog2e = 1.44269504f;
  // ln 2 in two parts, of which the first times n is exact.
  constexpr float kLn2High = 0x1.62ep-1f;
  constexpr float kLn2Low = 0x1.0bfbe8p-15f;
  // Added, it leaves a number rounded in the lowest bits.
  constexpr float kRound = 0x1.8p23f;
  for (int64_t i = 0; i < count; ++i) {
    const float twice = 2.0f * std::fabs(src[i]);
    const float y = twice > 20.0f ? 20.0f : twice;  // NaN for NaN
    const float rounded = y * kLog2e + kRound;
    const float n = rounded - kRound;
    const float power =
        std::bit_cast<float>((std::bit_cast<uint32_t>(rounded) + 127u) << 23);
    const float r = (y - n * kLn2High) - n * kLn2Low;
    float sum = 1.0f / 5040;
    sum = sum * r + 1.0f / 720;
    sum = sum * r + 1.0f / 120;
    sum = sum * r + 1.0f / 24;
    sum = sum * r + 1.0f / 6;
    sum = sum * r + 0.5f;
    const float small = sum * (r * r) + r;  // exp(r) - 1
    const float e = small * power + (power - 1.0f);
    dst[i] = std::copysign(e / (e + 2.0f), src[i]);
  }
}

ALEXNET_SIMD_CLONES void ScaleByTanhSlope(const float* dst,
                                          const float* gradient, int64_t count,
                                          float* out) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = gradient[i] * (1.0f - dst[i] * dst[i]);
  }
}

ALEXNET_SIMD_CLONES void AddRow(const float* row, int64_t count, float* sum) {
  for (int64_t i = 0; i < count; ++i) sum[i] += row[i];
}

// Adds `pixels` rows of kChannels, `stride` floats apart, to `sums`.
template <int kChannels>
inline void AddPixels(const float* from, int64_t pixels, int64_t stride,
                      float* sums) {
  float plane[kChannels] = {};
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    for (int i = 0; i < kChannels; ++i) plane[i] += from[pixel * stride + i];
  }
  for (int i = 0; i < kChannels; ++i) sums[i] += plane[i];
}

ALEXNET_SIMD_CLONES void AddEight(const float* from, int64_t pixels,
                                  int64_t stride, float* sums) {
  AddPixels<8>(from, pixels, stride, sums);
}

ALEXNET_SIMD_CLONES void AddSixteen(const float* from, int64_t pixels,
                                    int64_t stride, float* sums) {
  AddPixels<16>(from, pixels, stride, sums);
}

}  // namespace

void ReluForward(const float* src, int64_t count, float* dst) {
  ParallelFor(count, kGrain, [&](int64_t begin, int64_t end) {
    Relu(src + begin, end - begin, dst + begin);
  });
}

void ReluBackward(const float* dst, const float* dst_gradient, int64_t count,
                  float* src_gradient) {
  ParallelFor(count, kGrain, [&](int64_t begin, int64_t end) {
    MaskByOutput(dst + begin, dst_gradient + begin, end - begin,
                 src_gradient + begin);
  });
}

void TanhForward(const float* src, int64_t count, float* dst) {
  ParallelFor(count, kGrain, [&](int64_t begin, int64_t end) {
    Tanh(src + begin, end - begin, dst + begin);
  });
}

void TanhBackward(const float* dst, const float* dst_gradient, int64_t count,
                  float* src_gradient) {
  ParallelFor(count, kGrain, [&](int64_t begin, int64_t end) {
    ScaleByTanhSlope(dst + begin, dst_gradient + begin, end - begin,
                     src_gradient + begin);
  });
}

void SumRows(const float* values, int64_t rows, int64_t columns, float* sum) {
  ParallelFor(columns, 256, [&](int64_t begin, int64_t end) {
    std::fill(sum + begin, sum + end, 0.0f);
    for (int64_t row = 0; row < rows; ++row) {
      AddRow(values + row * columns + begin, end - begin, sum + begin);
    }
  });
}

void SumPixels(const BlockedPixels& blob, const float* values, float* sums) {
  const bool wide = blob.block % 16 == 0;
  const auto add = wide ? AddSixteen : AddEight;
  const int64_t together = wide ? 16 : 8;
  const int64_t plane = blob.pixels * blob.block;
  ParallelFor(blob.channels / together, 1, [&](int64_t begin, int64_t end) {
    std::fill(sums + begin * together, sums + end * together, 0.0f);
    for (int64_t c = begin * together; c < end * together; c += together) {
      for (int64_t n = 0; n < blob.samples; ++n) {
        add(values +
                (n * (blob.channels / blob.block) + c / blob.block) * plane +
                c % blob.block,
            blob.pixels, blob.block, sums + c);
      }
    }
  });
}

}  // namespace alexnet::cpu
