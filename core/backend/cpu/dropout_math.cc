#include "core/backend/cpu/dropout_math.h"

#include <algorithm>

#include "core/backend/cpu/simd.h"
#include "core/base/philox.h"

namespace alexnet::cpu {
namespace {

constexpr int kBlocks = kDropoutRun / 4;

// The words of blocks whose counters follow `counter` in x.
ALEXNET_SIMD_CLONES void DrawBlocks(const PhiloxKey& key,
                                    const PhiloxCounter& counter,
                                    uint32_t* words) {
  for (int i = 0; i < kBlocks; ++i) {
    PhiloxCounter own = counter;
    own.x += static_cast<uint32_t>(i);
    const PhiloxBlock block = Philox4x32(key, own);
    for (int k = 0; k < 4; ++k) words[4 * i + k] = block.v[k];
  }
}

ALEXNET_SIMD_CLONES void Keep(const uint32_t* words, float rate, int64_t count,
                              const float* in, float* out) {
  const float scale = 1.0f / (1.0f - rate);
  for (int64_t i = 0; i < count; ++i) {
    out[i] = PhiloxUniform(words[i]) >= rate ? in[i] * scale : 0.0f;
  }
}

}  // namespace

void DropUnits(const DropoutMask& mask, int64_t first, int64_t count,
               int64_t begin, int64_t end, const float* in, float* out) {
  const PhiloxKey key = PhiloxKey::FromSeed(mask.random.seed);
  for (int64_t run = begin; run < end; ++run) {
    const int64_t number = (first / kDropoutRun + run) * kDropoutRun;
    const int64_t from = std::max(number, first);
    const int64_t to = std::min(number + kDropoutRun, first + count);
    if (from >= to) continue;
    uint32_t words[kDropoutRun];
    DrawBlocks(key,
               {static_cast<uint32_t>(number / 4), mask.layer, mask.random.step,
                static_cast<uint32_t>(RandomPurpose::kDropout)},
               words);
    Keep(words + (from - number), mask.rate, to - from, in + (from - first),
         out + (from - first));
  }
}

}  // namespace alexnet::cpu
