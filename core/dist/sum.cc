#include "core/dist/sum.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "core/tensor/dtype.h"

namespace alexnet {
namespace {

// Elements that are added at a time: the sum stays in the first-level cache.
constexpr int64_t kBlock = 1024;

const void* At(const void* data, int64_t bytes) {
  return static_cast<const std::byte*>(data) + bytes;
}
void* At(void* data, int64_t bytes) {
  return static_cast<std::byte*>(data) + bytes;
}

// T is what is added; unsigned for integers, since those wrap around. A fixed
// number of elements, so that it is vectorized.
template <typename T>
void AddBlock(const T* __restrict from, T* __restrict sum) {
  for (int64_t i = 0; i < kBlock; ++i) sum[i] += from[i];
}

template <typename T>
void Add(const T* from, int64_t count, T* sum) {
  if (count == kBlock) return AddBlock(from, sum);
  for (int64_t i = 0; i < count; ++i) sum[i] += from[i];
}

template <typename T>
void SumAsTheyAre(std::span<const void* const> in, int64_t count,
                  std::span<void* const> out) {
  constexpr int64_t kSize = sizeof(T);
  alignas(64) T sum[kBlock];
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t n = std::min(kBlock, count - begin);
    const auto bytes = static_cast<size_t>(n * kSize);
    std::memcpy(sum, At(in[0], begin * kSize), bytes);
    for (const void* more : in.subspan(1)) {
      Add(static_cast<const T*>(At(more, begin * kSize)), n, sum);
    }
    for (void* each : out) std::memcpy(At(each, begin * kSize), sum, bytes);
  }
}

void SumWidened(DType type, std::span<const void* const> in, int64_t count,
                std::span<void* const> out) {
  const int64_t size = DTypeSize(type);
  alignas(64) float sum[kBlock];
  alignas(64) float wide[kBlock];
  alignas(64) uint16_t narrow[kBlock];
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t n = std::min(kBlock, count - begin);
    WidenToFloat(type, At(in[0], begin * size), n, sum);
    for (const void* more : in.subspan(1)) {
      WidenToFloat(type, At(more, begin * size), n, wide);
      Add(wide, n, sum);
    }
    NarrowFromFloat(sum, n, type, narrow);
    for (void* each : out) {
      std::memcpy(At(each, begin * size), narrow,
                  static_cast<size_t>(n * size));
    }
  }
}

}  // namespace

void SumInOrder(ElementType type, std::span<const void* const> in,
                int64_t count, std::span<void* const> out) {
  switch (type) {
    case ElementType::kF32:
      return SumAsTheyAre<float>(in, count, out);
    case ElementType::kF64:
      return SumAsTheyAre<double>(in, count, out);
    case ElementType::kI64:
      return SumAsTheyAre<uint64_t>(in, count, out);
    case ElementType::kF16:
      return SumWidened(DType::kF16, in, count, out);
    case ElementType::kBF16:
      return SumWidened(DType::kBF16, in, count, out);
    case ElementType::kByte:
      return;
  }
}

}  // namespace alexnet
