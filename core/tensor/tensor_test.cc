#include "core/tensor/tensor.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace alexnet {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

Result<Shape> Make(const std::vector<int64_t>& extents) {
  return Shape::Create(extents);
}

TEST(ShapeTest, ExtentsRankAndElements) {
  const Shape shape{128, 3, 227, 227};
  EXPECT_EQ(shape.rank(), 4);
  EXPECT_EQ(shape[0], 128);
  EXPECT_EQ(shape[3], 227);
  EXPECT_EQ(shape.elements(), 19787136);  // 128 * 154587
  EXPECT_EQ(shape.ToString(), "(128, 3, 227, 227)");
}

TEST(ShapeTest, RankZeroHasOneElement) {
  EXPECT_EQ(Shape().elements(), 1);
  EXPECT_EQ(Shape().rank(), 0);
  EXPECT_EQ(Shape().ToString(), "()");
}

TEST(ShapeTest, EqualityNeedsTheSameRank) {
  EXPECT_EQ((Shape{2, 3}), (Shape{2, 3}));
  EXPECT_NE((Shape{2, 3}), (Shape{3, 2}));
  EXPECT_NE((Shape{2, 3}), (Shape{2, 3, 1}));
}

TEST(ShapeTest, CreateAcceptsWhatItCanHold) {
  const auto shape = Make({4096, 9216});
  ASSERT_TRUE(shape.ok());
  EXPECT_EQ(*shape, (Shape{4096, 9216}));
  EXPECT_TRUE(Make({}).ok());
  EXPECT_TRUE(Make({int64_t{1} << 20, int64_t{1} << 20}).ok());  // 2^40
}

TEST(ShapeTest, CreateRefusesTheRest) {
  const std::vector<std::vector<int64_t>> cases = {
      {1, 1, 1, 1, 1},
      {0},
      {3, 0},
      {-1},
      {std::numeric_limits<int64_t>::min()},
      {(int64_t{1} << 40) + 1},
      {int64_t{1} << 20, int64_t{1} << 20, 2},
      {kMost, kMost},
      // Wraps round to 0 in 64 bits.
      {int64_t{1} << 32, int64_t{1} << 32},
  };
  for (const auto& extents : cases) {
    EXPECT_EQ(Make(extents).status().code(), StatusCode::kInvalidArgument)
        << testing::PrintToString(extents);
  }
  EXPECT_NE(Make({3, -7}).status().message().find("(3, -7)"),
            std::string::npos);
}

TEST(TensorViewTest, BytesFollowTheType) {
  EXPECT_EQ((TensorView{nullptr, DType::kF32, {3, 5}}.bytes()), 60);
  EXPECT_EQ((TensorView{nullptr, DType::kBF16, {3, 5}}.bytes()), 30);
}

TEST(AlignedBufferTest, IsAlignedAndZeroedOnRequest) {
  for (const int64_t bytes : {0, 1, 63, 64, 65, 100000}) {
    auto buffer = AlignedBuffer::Allocate(bytes, /*zero=*/true);
    ASSERT_TRUE(buffer.ok());
    EXPECT_EQ(buffer->size(), bytes);
    EXPECT_NE(buffer->data(), nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer->data()) % 64, 0u);
    for (int64_t i = 0; i < bytes; ++i) {
      ASSERT_EQ(buffer->data()[i], std::byte{0});
    }
  }
}

TEST(AlignedBufferTest, MovesItsBytes) {
  auto first = AlignedBuffer::Allocate(10, /*zero=*/true);
  ASSERT_TRUE(first.ok());
  const std::byte* data = first->data();
  const AlignedBuffer second = *std::move(first);
  EXPECT_EQ(second.data(), data);
  EXPECT_EQ(second.size(), 10);
}

TEST(AlignedBufferTest, ImpossibleSizesAreErrors) {
  EXPECT_EQ(AlignedBuffer::Allocate(-1).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(AlignedBuffer::Allocate(kMost).status().code(),
            StatusCode::kOutOfMemory);
}

TEST(TensorTest, CreateFillsWithZeros) {
  auto tensor = Tensor::Create({2, 3}, DType::kF16);
  ASSERT_TRUE(tensor.ok());
  EXPECT_EQ(tensor->shape(), (Shape{2, 3}));
  EXPECT_EQ(tensor->dtype(), DType::kF16);
  EXPECT_EQ(tensor->elements(), 6);
  const TensorView view = tensor->view();
  EXPECT_EQ(view.bytes(), 12);
  EXPECT_EQ(view.data, tensor->data());
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(static_cast<const std::byte*>(view.data)[i], std::byte{0});
  }
}

TEST(TensorTest, CreateRefusesAShapeThatWasNotChecked) {
  EXPECT_EQ(Tensor::Create({0}).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Tensor::Create({kMost, kMost}).status().code(),
            StatusCode::kInvalidArgument);
}

TEST(TensorTest, CopyIsIndependent) {
  std::vector<float> values = {1, 2, 3, 4};
  auto copy = Tensor::Copy({values.data(), DType::kF32, {2, 2}});
  ASSERT_TRUE(copy.ok());
  values.assign(4, 0.0f);
  EXPECT_EQ(copy->shape(), (Shape{2, 2}));
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(copy->f32()[i], static_cast<float>(i + 1));
  }
  EXPECT_EQ(Tensor::Copy({nullptr, DType::kF32, {2, 2}}).status().code(),
            StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace alexnet
