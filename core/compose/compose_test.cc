// Models that are put together, and written again.

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "core/compose/build_model.h"
#include "core/compose/model_builder.h"
#include "core/compose/save_copy.h"
#include "core/network/own_network.h"

namespace alexnet {
namespace {

std::span<const std::byte> BytesOf(const std::vector<float>& values) {
  return std::as_bytes(std::span<const float>(values));
}

// A fully connected layer of 3 x 2 x 2 inputs and two classes.
Preset Tiny() {
  Preset preset = BlankNetwork("tiny", 3, 2, 2).value();
  FullyConnected layer;
  layer.out_features = 2;
  layer.weight.init = {InitKind::kGaussian, 0.5f};
  EXPECT_TRUE(AppendLayer({"fc", layer}, &preset.network).ok());
  EXPECT_TRUE(AppendLayer({"prob", Softmax{}}, &preset.network).ok());
  return preset;
}

std::vector<float> Counting(size_t count) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i) / 7.0f;
  return values;
}

TEST(OwnNetworkTest, LayersThatDoNotFitAreLeftOut) {
  Preset preset = Tiny();
  EXPECT_FALSE(AppendLayer({"relu", Activation{}}, &preset.network).ok());
  EXPECT_EQ(preset.network.layers.size(), 2u);
  EXPECT_FALSE(BlankNetwork("x", 2, 8, 8).ok());
  EXPECT_FALSE(BlankNetwork("x", 3, 0, 8).ok());
}

TEST(ModelBuilderTest, ChunksInOrderMakeAModel) {
  const auto builder = ModelBuilder::Create(Tiny()).value();
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
  EXPECT_EQ(write("fc.scale", 0, bias).code(), StatusCode::kNotFound);
  EXPECT_FALSE(builder->SetLabels({"one"}).ok());
  ASSERT_TRUE(builder->SetLabels({"one", "two"}).ok());

  const auto model = builder->Build({});
  ASSERT_TRUE(model.ok()) << model.status().ToString();
  EXPECT_EQ((*model)->Label(1), "two");
  ASSERT_NE((*model)->self_check(), nullptr);
  const TensorView stored = (*model)->Parameter(0).value();
  EXPECT_EQ(std::memcmp(stored.data, weight.data(), 96), 0);

  // A model that was built stays as it is.
  ASSERT_TRUE(write("fc.weight", 0, Counting(24)).ok());
  const auto from = ModelBuilder::Create(*model);
  ASSERT_TRUE(
      from->WriteTensor("fc.bias", DType::kF32, 0, BytesOf({5.0f, 6.0f})).ok());
  const auto second = from->Build({});
  ASSERT_TRUE(second.ok()) << second.status().ToString();
  EXPECT_EQ((*second)->Parameter(1)->f32()[0], 5.0f);
  EXPECT_EQ((*model)->Parameter(1)->f32()[0], 1.0f);
  EXPECT_EQ((*second)->provenance().parent_hash, (*model)->file_hash());
}

TEST(InitialModelTest, AMeanImageIsPlainUntilThereIsData) {
  const Preset preset = MakePreset("cifar10").value();
  ASSERT_TRUE(preset.preprocessing.lacks_mean_image());
  const auto model = InitialModel(preset, 3, {});
  ASSERT_TRUE(model.ok()) << model.status().ToString();
  const MeanImage& mean = *(*model)->preprocessing().mean_image;
  EXPECT_EQ(mean.channels, 3);
  EXPECT_NEAR(mean.values.front(), 123.68f * preset.preprocessing.scale, 1e-4);
  EXPECT_EQ(mean.values[0], mean.values[1]);
}

TEST(SaveCopyTest, OtherTypesHaveASelfCheckOfTheirOwn) {
  const auto model = InitialModel(Tiny(), 3, {}).value();
  CopyOptions options;
  options.dtype = DType::kBF16;
  const std::string path = ::testing::TempDir() + "/bf16.alexnet";
  ASSERT_TRUE(SaveCopy(*model, path, options, {}).ok());
  const auto narrow = LoadModel(path);
  ASSERT_TRUE(narrow.ok()) << narrow.status().ToString();
  EXPECT_EQ((*narrow)->Parameter(0)->dtype, DType::kBF16);
  EXPECT_NE((*narrow)->self_check()->logits, model->self_check()->logits);
  options.dtype = DType::kF32;  // which it has
  const auto same = SerializeCopy(*model, options, {});
  ASSERT_TRUE(same.ok()) << same.status().ToString();
  EXPECT_EQ((*LoadModelFromBytes(*same))->self_check()->logits,
            model->self_check()->logits);
}

}  // namespace
}  // namespace alexnet
