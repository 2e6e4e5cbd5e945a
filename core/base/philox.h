// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel Random
// Numbers: As Easy as 1, 2, 3" (SC 2011). A draw is a pure function of a 64-bit
// key and a 128-bit counter, so what a run draws does not depend on threads,
// ranks or order; the same code runs on host and device.

#ifndef ALEXNET_CORE_BASE_PHILOX_H_
#define ALEXNET_CORE_BASE_PHILOX_H_

#include <array>
#include <cstdint>

#include "core/base/host_device.h"

namespace alexnet {

struct PhiloxKey {
  uint32_t lo = 0;
  uint32_t hi = 0;

  ALEXNET_HOST_DEVICE static constexpr PhiloxKey FromSeed(uint64_t seed) {
    return {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)};
  }
};

struct PhiloxCounter {
  uint32_t x = 0;
  uint32_t y = 0;
  uint32_t z = 0;
  uint32_t w = 0;
};

struct PhiloxBlock {
  uint32_t v[4];
};

ALEXNET_HOST_DEVICE inline PhiloxBlock Philox4x32(PhiloxKey key,
                                                  PhiloxCounter counter) {
  constexpr uint32_t kMultiplier0 = 0xD2511F53u;
  constexpr uint32_t kMultiplier1 = 0xCD9E8D57u;
  constexpr uint32_t kWeyl0 = 0x9E3779B9u;
  constexpr uint32_t kWeyl1 = 0xBB67AE85u;
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = static_cast<uint64_t>(kMultiplier0) * counter.x;
    const uint64_t p1 = static_cast<uint64_t>(kMultiplier1) * counter.z;
    counter = {static_cast<uint32_t>(p1 >> 32) ^ counter.y ^ key.lo,
               static_cast<uint32_t>(p1),
               static_cast<uint32_t>(p0 >> 32) ^ counter.w ^ key.hi,
               static_cast<uint32_t>(p0)};
    key.lo += kWeyl0;
    key.hi += kWeyl1;
  }
  return {{counter.x, counter.y, counter.z, counter.w}};
}

// Uniform in [0, 1), 24 bits: exact in float32.
ALEXNET_HOST_DEVICE inline float PhiloxUniform(uint32_t bits) {
  return static_cast<float>(bits >> 8) * 0x1.0p-24f;
}

// What a stream of draws is for. Each purpose is the top word of the counter,
// so that two purposes never share a draw. Numbers are part of a checkpoint's
// meaning and never change.
enum class RandomPurpose : uint32_t {
  kWeightInit = 1,    // counter: (element / 4, 0, tensor index)
  kShuffle = 2,       // counter: (position, epoch)
  kAugmentation = 3,  // counter: (draw, epoch, sample index)
  kDropout = 4,       // counter: (unit / 4, layer, step)
  kSplit = 5,         // held-out choice: (sample index)
  kSelfCheck = 6,     // self-check input: (element / 4)
  kDemo = 7,          // the demo's pictures
  kSynthetic = 8,     // synthetic benchmark data and labels
};

// Draws words one after another from one (key, purpose, a, b) stream. Host
// only.
class PhiloxStream {
 public:
  PhiloxStream(uint64_t seed, RandomPurpose purpose, uint32_t a = 0,
               uint32_t b = 0)
      : key_(PhiloxKey::FromSeed(seed)),
        counter_{0, a, b, static_cast<uint32_t>(purpose)} {}

  uint32_t NextWord() {
    if (used_ == 4) {
      block_ = Philox4x32(key_, counter_);
      ++counter_.x;
      used_ = 0;
    }
    return block_.v[used_++];
  }
  // Uniform in [0, 1).
  float Uniform() { return PhiloxUniform(NextWord()); }
  // Uniform in {0, ..., n - 1} without modulo bias (Lemire's method); n >= 1.
  uint32_t Below(uint32_t n);
  // Standard normal (Box-Muller; the second value of a pair is kept).
  float Normal();

 private:
  PhiloxKey key_;
  PhiloxCounter counter_;
  PhiloxBlock block_{};
  int used_ = 4;
  bool has_spare_ = false;
  float spare_ = 0.0f;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_PHILOX_H_
