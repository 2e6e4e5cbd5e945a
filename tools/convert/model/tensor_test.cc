#include "tools/convert/model/tensor.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "core/tensor/dtype.h"

namespace alexnet::convert {
namespace {

std::vector<float> Iota(size_t count) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), 0.0f);
  return values;
}

Tensor Dense(const std::vector<float>& values, const Extents& shape) {
  return DenseTensor("t", ElementType::kF32, shape,
                     std::as_bytes(std::span(values)), nullptr);
}

std::vector<float> Read(const Tensor& tensor,
                        const ReleaseMemory& release = {}) {
  Validate(tensor);
  std::vector<float> values;
  Stream(
      tensor, ElementType::kF32,
      [&](int64_t first, Bytes chunk) {
        EXPECT_EQ(first, static_cast<int64_t>(values.size()));
        const size_t before = values.size();
        values.resize(before + chunk.size() / 4);
        std::memcpy(values.data() + before, chunk.data(), chunk.size());
      },
      release);
  EXPECT_EQ(static_cast<int64_t>(values.size()), tensor.elements());
  return values;
}

TEST(TensorTest, GivesDenseMemoryAsItIs) {
  const std::vector<float> values = Iota(24);
  EXPECT_EQ(Read(Dense(values, {2, 3, 4})), values);
}

TEST(TensorTest, PermutesAsAnIndexLoopDoes) {
  const std::vector<float> values = Iota(2 * 3 * 4 * 5);
  const Tensor hwio = Dense(values, {2, 3, 4, 5});
  const Tensor oihw = Permuted(hwio, {3, 2, 0, 1});
  EXPECT_EQ(oihw.shape, (Extents{5, 4, 2, 3}));
  const std::vector<float> read = Read(oihw);
  for (int o = 0; o < 5; ++o) {
    for (int i = 0; i < 4; ++i) {
      for (int h = 0; h < 2; ++h) {
        for (int w = 0; w < 3; ++w) {
          EXPECT_EQ(read[static_cast<size_t>(((o * 4 + i) * 2 + h) * 3 + w)],
                    values[static_cast<size_t>(((h * 3 + w) * 4 + i) * 5 + o)]);
        }
      }
    }
  }
}

TEST(TensorTest, ReversesAnAxisThereAndBack) {
  const std::vector<float> values = Iota(2 * 3 * 2);
  const Tensor tensor = Dense(values, {2, 3, 2});
  EXPECT_EQ(Read(Reversed(tensor, 1)),
            (std::vector<float>{4, 5, 2, 3, 0, 1, 10, 11, 8, 9, 6, 7}));
  EXPECT_EQ(Read(Reversed(Reversed(tensor, 1), 1)), values);
}

TEST(TensorTest, TurnsHwcRowsIntoChw) {
  // One unit over two channels of 2 x 2, stored (h, w, c).
  const std::vector<float> values = {0, 10, 1, 11, 2, 12, 3, 13};
  const Tensor split = Split(Dense(values, {1, 8}), 1, {2, 2, 2});
  EXPECT_EQ(Read(Permuted(split, {0, 3, 1, 2})),
            (std::vector<float>{0, 1, 2, 3, 10, 11, 12, 13}));
}

TEST(TensorTest, PutsTowersTogether) {
  const std::vector<float> a = Iota(4);
  const std::vector<float> b = {100, 101, 102, 103};
  Tensor tensor = Dense(a, {2, 2});
  tensor.shape = {2, 4};
  Part other = tensor.parts[0];
  other.at = {0, 2};
  other.memory = std::as_bytes(std::span(b));
  other.scale = 0.5f;
  tensor.parts.push_back(other);
  EXPECT_EQ(Read(tensor), (std::vector<float>{0, 1, 50, 50.5, 2, 3, 51, 51.5}));
}

TEST(TensorTest, ChunksOfAWideTransposedTensorAreInOrder) {
  constexpr int64_t kRows = 3000;
  constexpr int64_t kColumns = 2000;
  const std::vector<float> values = Iota(kRows * kColumns);
  uint64_t released = 0;
  const std::vector<float> read = Read(
      Permuted(Dense(values, {kRows, kColumns}), {1, 0}), [&](Bytes range) {
        released += range.size();
        EXPECT_GE(range.data(), std::as_bytes(std::span(values)).data());
        EXPECT_LE(range.data() + range.size(),
                  std::as_bytes(std::span(values)).data() + values.size() * 4);
      });
  EXPECT_GE(released, values.size() * 4);
  for (int64_t c = 0; c < kColumns; c += 7) {
    for (int64_t r = 0; r < kRows; r += 11) {
      ASSERT_EQ(read[static_cast<size_t>(c * kRows + r)],
                values[static_cast<size_t>(r * kColumns + c)]);
    }
  }
}

TEST(TensorTest, TransposesWhatIsNoMultipleOfALine) {
  // As fc6 of a file with rows flattened (h, w, c), in both directions.
  constexpr int64_t kOut = 39;
  constexpr int64_t kC = 5;
  constexpr int64_t kH = 6;
  constexpr int64_t kW = 7;
  const std::vector<float> values = Iota(kOut * kC * kH * kW);
  const auto release = [&](Bytes range) {
    EXPECT_GE(range.data(), std::as_bytes(std::span(values)).data());
    EXPECT_LE(range.data() + range.size(),
              std::as_bytes(std::span(values)).data() + values.size() * 4);
  };
  const Tensor hwco =
      Split(Dense(values, {kH * kW * kC, kOut}), 0, {kH, kW, kC});
  const std::vector<float> ochw = Read(Permuted(hwco, {3, 2, 0, 1}), release);
  const std::vector<float> back =
      Read(Permuted(Dense(ochw, {kOut, kC, kH, kW}), {2, 3, 1, 0}));
  EXPECT_EQ(back, values);
  for (int64_t o = 0; o < kOut; ++o) {
    for (int64_t c = 0; c < kC; ++c) {
      for (int64_t y = 0; y < kH; ++y) {
        for (int64_t x = 0; x < kW; ++x) {
          ASSERT_EQ(
              ochw[static_cast<size_t>(((o * kC + c) * kH + y) * kW + x)],
              values[static_cast<size_t>(((y * kW + x) * kC + c) * kOut + o)]);
        }
      }
    }
  }
}

TEST(TensorTest, StreamsAnAxisLongerThanAChunk) {
  const std::vector<float> values = Iota((1 << 21) + 5);
  const Tensor row = Dense(values, {1, static_cast<int64_t>(values.size())});
  EXPECT_EQ(Read(row), values);
  std::vector<float> backward(values.rbegin(), values.rend());
  EXPECT_EQ(Read(Reversed(row, 1)), backward);
}

TEST(TensorTest, RepeatsOneElementByZeroStrides) {
  const std::vector<float> one = {7};
  Tensor tensor = Dense(one, {1});
  tensor.shape = {3, 2};
  tensor.parts[0].at = {0, 0};
  tensor.parts[0].extents = {3, 2};
  tensor.parts[0].strides = {0, 0};
  EXPECT_EQ(Read(tensor), std::vector<float>(6, 7.0f));
}

TEST(TensorTest, ConvertsTypes) {
  const std::vector<double> doubles = {1.0, 0.1, -3.0};
  const Tensor f64 = DenseTensor("d", ElementType::kF64, {3},
                                 std::as_bytes(std::span(doubles)), nullptr);
  EXPECT_EQ(Read(f64), (std::vector<float>{1.0f, 0.1f, -3.0f}));
  std::vector<uint16_t> halves;
  Stream(f64, ElementType::kF16, [&](int64_t, Bytes chunk) {
    halves.resize(chunk.size() / 2);
    std::memcpy(halves.data(), chunk.data(), chunk.size());
  });
  EXPECT_EQ(halves, (std::vector<uint16_t>{FloatToHalf(1.0f), FloatToHalf(0.1f),
                                           FloatToHalf(-3.0f)}));
}

TEST(TensorTest, KeepsTheBitsOfNaN) {
  const std::vector<uint32_t> bits = {0x7fa12345u, 0xffc00001u};
  const Tensor tensor = DenseTensor("n", ElementType::kF32, {2},
                                    std::as_bytes(std::span(bits)), nullptr);
  std::vector<uint32_t> read(2);
  Stream(Reversed(tensor, 0), ElementType::kF32, [&](int64_t, Bytes chunk) {
    std::memcpy(read.data(), chunk.data(), chunk.size());
  });
  EXPECT_EQ(read, (std::vector<uint32_t>{0xffc00001u, 0x7fa12345u}));
}

TEST(TensorTest, ReadsUnalignedMemory) {
  std::vector<std::byte> memory(9);
  const float value = 2.5f;
  std::memcpy(memory.data() + 1, &value, 4);
  std::memcpy(memory.data() + 5, &value, 4);
  const Tensor tensor = DenseTensor("u", ElementType::kF32, {2},
                                    Bytes(memory).subspan(1), nullptr);
  EXPECT_EQ(Read(Reversed(tensor, 0)), (std::vector<float>{2.5f, 2.5f}));
}

TEST(TensorTest, RefusesImpossibleShapes) {
  for (const Extents& shape :
       {Extents{}, Extents{0}, Extents{-1}, Extents{2, -3},
        Extents{int64_t{1} << 40}, Extents{1 << 20, 1 << 20},
        Extents{INT64_MAX, INT64_MAX}, Extents(9, 1)}) {
    EXPECT_THROW(CheckedElements(shape, "t"), Error) << ExtentsText(shape);
  }
  const std::vector<float> values = Iota(6);
  EXPECT_THROW(Dense(values, {7}), Error);
  EXPECT_THROW(Dense(values, {5}), Error);
}

TEST(TensorTest, RefusesPartsThatReachBeyondTheirMemory) {
  const std::vector<float> values = Iota(6);
  const Tensor good = Dense(values, {2, 3});
  const auto refuse = [&](auto&& change) {
    Tensor bad = good;
    change(&bad.parts[0]);
    EXPECT_THROW(Validate(bad), Error);
  };
  refuse([](Part* part) { part->strides[0] = 4; });
  refuse([](Part* part) { part->strides[1] = -1; });
  refuse([](Part* part) { part->first = 1; });
  refuse([](Part* part) { part->first = -1; });
  refuse([](Part* part) { part->strides[0] = INT64_MAX; });
  refuse([](Part* part) { part->strides[0] = INT64_MIN; });
  refuse([](Part* part) { part->extents[1] = 2; });
  refuse([](Part* part) { part->extents[1] = 4; });
  refuse([](Part* part) { part->at[0] = 1; });
  refuse([](Part* part) { part->extents.pop_back(); });
}

TEST(TensorTest, RefusesPartsThatOverlap) {
  const std::vector<float> values = Iota(6);
  Tensor tensor = Dense(values, {2, 3});
  tensor.shape = {4, 3};
  tensor.parts.push_back(tensor.parts[0]);
  EXPECT_THROW(Validate(tensor), Error);
  tensor.parts[1].at = {2, 0};
  EXPECT_NO_THROW(Validate(tensor));
}

}  // namespace
}  // namespace alexnet::convert
