#include "core/compose/model_builder.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "core/compose/build_model.h"
#include "core/compose/test_network.h"

namespace alexnet {
namespace {

std::span<const std::byte> BytesOf(const std::vector<float>& values) {
  return std::as_bytes(std::span<const float>(values));
}

std::vector<float> Counting(size_t count) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i) / 7.0f;
  return values;
}

TEST(ModelBuilderTest, ChunksInOrderMakeAModel) {
  const auto builder = ModelBuilder::Create(testing::TinyNetwork()).value();
  const std::vector<float> weight = Counting(24);
  const std::vector<float> bias = {1.0f, -1.0f};
  const std::vector<float> head(weight.begin(), weight.begin() + 10);
  const std::vector<float> tail(weight.begin() + 10, weight.end());
  const auto write = [&](const char* name, int64_t first,
                         const std::vector<float>& values) {
    return builder->WriteTensor(name, DType::kF32, first, BytesOf(values));
  };
  EXPECT_EQ(builder->Build({}).status().field(), "fc.weight");
  ASSERT_TRUE(write("fc.weight", 0, head).ok());
  EXPECT_EQ(write("fc.weight", 11, tail).field(), "fc.weight");
  EXPECT_FALSE(
      builder
          ->WriteTensor("fc.weight", DType::kF16, 10, BytesOf(tail).first(28))
          .ok());
  ASSERT_TRUE(write("fc.weight", 10, tail).ok());
  EXPECT_FALSE(write("fc.weight", 24, bias).ok());  // too many
  EXPECT_EQ(builder->Build({}).status().field(), "fc.bias");
  ASSERT_TRUE(write("fc.bias", 0, bias).ok());
  const Status unknown = write("fc.scale", 0, bias);
  EXPECT_EQ(unknown.code(), StatusCode::kNotFound);
  EXPECT_EQ(unknown.field(), "name");
  EXPECT_FALSE(builder->SetLabels({"one"}).ok());
  ASSERT_TRUE(builder->SetLabels({"one", "two"}).ok());

  const auto model = builder->Build({});
  ASSERT_TRUE(model.ok()) << model.status().ToString();
  EXPECT_EQ((*model)->Label(1), "two");
  ASSERT_NE((*model)->self_check(), nullptr);
  const TensorView stored = (*model)->Parameter(0).value();
  EXPECT_EQ(std::memcmp(stored.data, weight.data(), 96), 0);

  // A model that was built stays as it is.
  const std::vector<float> other(24, 3.0f);
  ASSERT_TRUE(write("fc.weight", 0, other).ok());
  const auto next = builder->Build({});
  ASSERT_TRUE(next.ok()) << next.status().ToString();
  EXPECT_EQ(std::memcmp((*next)->Parameter(0)->data, other.data(), 96), 0);
  EXPECT_EQ(std::memcmp((*model)->Parameter(0)->data, weight.data(), 96), 0);
}

TEST(ModelBuilderTest, WhatIsNotWrittenIsThatOfTheModelBefore) {
  const auto model = InitialModel(testing::TinyNetwork(), 3, {}).value();
  const auto builder = ModelBuilder::Create(model);
  ASSERT_TRUE(
      builder->WriteTensor("fc.bias", DType::kF32, 0, BytesOf({5.0f, 6.0f}))
          .ok());
  const auto second = builder->Build({});
  ASSERT_TRUE(second.ok()) << second.status().ToString();
  EXPECT_EQ((*second)->Parameter(1)->f32()[0], 5.0f);
  EXPECT_EQ(model->Parameter(1)->f32()[0], 0.0f);
  EXPECT_EQ(
      std::memcmp((*second)->Parameter(0)->data, model->Parameter(0)->data, 96),
      0);
  EXPECT_EQ((*second)->provenance().parent_hash, model->file_hash());
}

}  // namespace
}  // namespace alexnet
