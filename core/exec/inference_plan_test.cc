#include "core/exec/inference_plan.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/reference/reference_backend.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/exec/test_networks.h"

namespace alexnet {
namespace {

using testing::EveryLayerNetwork;
using testing::LayerByLayer;
using testing::PlainNetwork;
using testing::RelativeError;
using testing::TestImages;
using testing::TestParameters;

std::shared_ptr<PackedParameters> Parameters(const Network& network) {
  return std::make_shared<PackedParameters>(
      TensorsAsSource(TestParameters(network)));
}

InferenceOptions Options(int64_t batch, std::vector<std::string> keep = {}) {
  InferenceOptions options;
  options.batch = batch;
  options.keep = std::move(keep);
  return options;
}

Result<std::unique_ptr<InferencePlan>> CompilePlan(
    const Network& network, const InferenceOptions& options) {
  return InferencePlan::Compile(network, CreateReferenceBackend(),
                                Parameters(network), options);
}

TEST(InferencePlanTest, GivesWhatTheLayersGiveOneByOne) {
  const Network network = EveryLayerNetwork();
  constexpr int64_t kBatch = 3;
  const std::vector<float> images = TestImages(network, kBatch);
  const auto expected =
      LayerByLayer(network, TestParameters(network), images, kBatch);

  const auto plan = CompilePlan(network, Options(kBatch));
  ASSERT_TRUE(plan.ok()) << plan.status().ToString();
  EXPECT_EQ((*plan)->info().classes, 5);
  std::vector<float> output(kBatch * 5);
  std::vector<float> logits(kBatch * 5);
  for (int repeat = 0; repeat < 2; ++repeat) {
    const Status status =
        (*plan)->Run(images.data(), output.data(), logits.data());
    ASSERT_TRUE(status.ok()) << status.ToString();
    EXPECT_LT(RelativeError(output, expected.back()), 1e-5);
    EXPECT_LT(RelativeError(logits, expected[expected.size() - 2]), 1e-5);
  }
}

TEST(InferencePlanTest, KeepsTheLayersAskedFor) {
  const Network network = EveryLayerNetwork();
  const std::vector<float> images = TestImages(network, 2);
  const auto expected =
      LayerByLayer(network, TestParameters(network), images, 2);
  InferenceOptions options = Options(2);
  for (const Layer& layer : network.layers) options.keep.push_back(layer.name);
  const auto plan = CompilePlan(network, options);
  ASSERT_TRUE(plan.ok()) << plan.status().ToString();
  std::vector<float> output(2 * 5);
  std::vector<float> logits(2 * 5);
  ASSERT_TRUE((*plan)->Run(images.data(), output.data(), logits.data()).ok());
  for (size_t i = 0; i < expected.size(); ++i) {
    std::vector<float> blob(expected[i].size());
    const Status status = (*plan)->Blob(network.layers[i].name, blob.data());
    ASSERT_TRUE(status.ok()) << status.ToString();
    EXPECT_LT(RelativeError(blob, expected[i]), 1e-5) << network.layers[i].name;
  }
  EXPECT_LT(RelativeError(output, expected.back()), 1e-5);
}

TEST(InferencePlanTest, EachKernelIsTimedAndNothingElseChanges) {
  const Network network = EveryLayerNetwork();
  const std::vector<float> images = TestImages(network, 2);
  const auto plan = CompilePlan(network, Options(2));
  ASSERT_TRUE(plan.ok()) << plan.status().ToString();
  std::vector<float> before(2 * 5), after(2 * 5);
  ASSERT_TRUE((*plan)->Run(images.data(), before.data()).ok());
  const auto nodes = (*plan)->Nodes();
  std::vector<double> seconds(nodes.size(), -1.0);
  ASSERT_TRUE((*plan)->TimeNodes(images.data(), seconds).ok());
  ASSERT_TRUE((*plan)->Run(images.data(), after.data()).ok());
  EXPECT_EQ(before, after);
  // Each layer is some kernel's, but for those that compute nothing: dropout,
  // and pooling to the size that is there.
  std::vector<int> kernels(network.layers.size(), 0);
  for (size_t i = 0; i < nodes.size(); ++i) {
    EXPECT_GE(seconds[i], 0.0);
    for (const int layer : {nodes[i].layer, nodes[i].fused}) {
      if (layer >= 0) ++kernels[static_cast<size_t>(layer)];
    }
  }
  for (size_t i = 0; i < kernels.size(); ++i) {
    const Layer& layer = network.layers[i];
    const bool nothing = As<Dropout>(layer) != nullptr || layer.name == "pool4";
    EXPECT_EQ(kernels[i], nothing ? 0 : 1) << layer.name;
  }
}

TEST(InferencePlanTest, EachLayerAloneCanBeKept) {
  const Network network = EveryLayerNetwork();
  const std::vector<float> images = TestImages(network, 1);
  const auto expected =
      LayerByLayer(network, TestParameters(network), images, 1);
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const std::string& name = network.layers[i].name;
    const auto plan = CompilePlan(network, Options(1, {name}));
    ASSERT_TRUE(plan.ok()) << plan.status().ToString();
    std::vector<float> output(5);
    std::vector<float> blob(expected[i].size());
    ASSERT_TRUE((*plan)->Run(images.data(), output.data()).ok());
    ASSERT_TRUE((*plan)->Blob(name, blob.data()).ok());
    EXPECT_LT(RelativeError(blob, expected[i]), 1e-5) << name;
    EXPECT_LT(RelativeError(output, expected.back()), 1e-5) << name;
  }
}

TEST(InferencePlanTest, SharesMemoryBetweenBlobs) {
  const Network network = EveryLayerNetwork();
  InferenceOptions options = Options(4);
  const auto lean = CompilePlan(network, options);
  for (const Layer& layer : network.layers) options.keep.push_back(layer.name);
  const auto full = CompilePlan(network, options);
  ASSERT_TRUE(lean.ok() && full.ok());
  // The two largest neighbours: conv1 or relu1, which share, and norm1.
  const int64_t largest = 4 * 6 * 12 * 12 * 8;
  EXPECT_EQ((*lean)->arena_bytes(), 2 * largest);
  EXPECT_GT((*full)->arena_bytes(), 3 * largest);
}

TEST(InferencePlanTest, WithoutASoftmaxTheOutputIsTheLogits) {
  Network network = PlainNetwork();
  network.layers.pop_back();
  const std::vector<float> images = TestImages(network, 1);
  const auto expected =
      LayerByLayer(network, TestParameters(network), images, 1);
  const auto plan = CompilePlan(network, {});
  ASSERT_TRUE(plan.ok());
  std::vector<float> output(4);
  std::vector<float> logits(4);
  ASSERT_TRUE((*plan)->Run(images.data(), output.data(), logits.data()).ok());
  EXPECT_EQ(output, logits);
  EXPECT_LT(RelativeError(logits, expected.back()), 1e-5);
}

TEST(InferencePlanTest, NetworksOfOneLayerWork) {
  for (const LayerSpec& spec :
       {LayerSpec(Dropout{}), LayerSpec(AdaptiveAveragePooling{1, 1}),
        LayerSpec(Activation{})}) {
    Network network;
    network.name = "one";
    network.channels = 4;
    network.height = 1;
    network.width = 1;
    network.layers = {{"only", spec}};
    const std::vector<float> images = TestImages(network, 2);
    const auto expected = LayerByLayer(network, {}, images, 2);
    for (const std::vector<std::string>& keep :
         {std::vector<std::string>{}, std::vector<std::string>{"only"}}) {
      const auto plan = CompilePlan(network, Options(2, keep));
      ASSERT_TRUE(plan.ok()) << plan.status().ToString();
      std::vector<float> output(8);
      std::vector<float> logits(8);
      ASSERT_TRUE(
          (*plan)->Run(images.data(), output.data(), logits.data()).ok());
      EXPECT_LT(RelativeError(output, expected[0]), 1e-6);
      EXPECT_EQ(logits, output);
    }
  }
}

TEST(InferencePlanTest, RectifiesAfterPoolingWhatNobodyAsksFor) {
  const Network network = PlainNetwork();
  const std::vector<float> images = TestImages(network, 2);
  const auto expected =
      LayerByLayer(network, TestParameters(network), images, 2);
  for (const std::vector<std::string>& keep :
       {std::vector<std::string>{}, {"relu1"}, {"conv1"}, {"pool1"}}) {
    const auto plan = InferencePlan::Compile(
                          network, CreateCpuBackend({.threads = 1}).value(),
                          Parameters(network), Options(2, keep))
                          .value();
    std::vector<float> output(expected.back().size());
    ASSERT_TRUE(plan->Run(images.data(), output.data()).ok());
    EXPECT_LT(RelativeError(output, expected.back()), 1e-5);
    const std::string text = plan->Describe();
    const bool asked = !keep.empty() && keep[0] != "pool1";
    EXPECT_EQ(text.find("maximum and ReLU") == std::string::npos, asked)
        << text;
  }
}

TEST(InferencePlanTest, RefusesUnknownLayersByName) {
  const auto plan = CompilePlan(PlainNetwork(), Options(1, {"conv9"}));
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.status().code(), StatusCode::kNotFound);
  EXPECT_NE(plan.status().message().find("conv9"), std::string::npos);
  EXPECT_NE(plan.status().message().find("relu2"), std::string::npos);
}

TEST(InferencePlanTest, RefusesToReadWhatItDoesNotKeep) {
  const auto plan = CompilePlan(PlainNetwork(), Options(1, {"fc2"}));
  ASSERT_TRUE(plan.ok());
  std::vector<float> blob(12);
  EXPECT_EQ((*plan)->Blob("fc3", blob.data()).code(),
            StatusCode::kFailedPrecondition);
}

TEST(InferencePlanTest, RefusesBatchesOutOfRange) {
  for (const int64_t batch :
       {int64_t{0}, int64_t{-1}, int64_t{65537}, int64_t{1} << 62}) {
    const auto plan = CompilePlan(PlainNetwork(), Options(batch));
    ASSERT_FALSE(plan.ok());
    EXPECT_EQ(plan.status().field(), "batch");
  }
}

TEST(InferencePlanTest, RefusesNullImages) {
  const auto plan = CompilePlan(PlainNetwork(), {});
  ASSERT_TRUE(plan.ok());
  float output[4];
  EXPECT_EQ((*plan)->Run(nullptr, output).code(), StatusCode::kInvalidArgument);
}

TEST(InferencePlanTest, MissingParametersAreNamed) {
  const Network network = PlainNetwork();
  std::vector<Tensor> tensors = TestParameters(network);
  tensors.resize(2);  // conv1 only
  const auto plan = InferencePlan::Compile(
      network, CreateReferenceBackend(),
      std::make_shared<PackedParameters>(TensorsAsSource(std::move(tensors))),
      {});
  ASSERT_FALSE(plan.ok());
  EXPECT_NE(plan.status().message().find("fc2.weight"), std::string::npos);
}

TEST(InferencePlanTest, DescribesItsKernels) {
  const auto plan = CompilePlan(EveryLayerNetwork(), Options(2));
  ASSERT_TRUE(plan.ok());
  const std::string text = (*plan)->Describe();
  for (const char* part : {"conv1", "norm2", "fc6", "prob", "(2, 6, 12, 12)"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  // Left out in inference.
  EXPECT_EQ(text.find("drop5"), std::string::npos) << text;
  EXPECT_EQ(text.find("pool4"), std::string::npos) << text;
}

}  // namespace
}  // namespace alexnet
