#include "core/exec/self_check.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "core/backend/reference/reference_backend.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/base/philox.h"
#include "core/exec/test_networks.h"

namespace alexnet {
namespace {

using testing::EveryLayerNetwork;
using testing::LayerByLayer;
using testing::RelativeError;
using testing::TestParameters;

SelfCheck Compute(const Network& network, const SelfCheckOptions& options) {
  return ComputeSelfCheck(network, CreateReferenceBackend(),
                          std::make_shared<PackedParameters>(
                              TensorsAsSource(TestParameters(network))),
                          options)
      .value();
}

TEST(SelfCheckTest, TheInputIsWhatTheFormatSays) {
  const Network network = EveryLayerNetwork();
  const std::vector<float> input = SelfCheckInput(network, 42, 2.5f);
  ASSERT_EQ(input.size(), 3u * 12 * 12);
  for (uint32_t i = 0; i < input.size(); ++i) {
    const PhiloxBlock block =
        Philox4x32(PhiloxKey::FromSeed(42), {i / 4, 0, 0, 6});
    const float u = PhiloxUniform(block.v[i % 4]);
    EXPECT_EQ(input[i], (2.0f * u - 1.0f) * 2.5f);
  }
}

TEST(SelfCheckTest, HoldsLogitsAndTheNormOfEveryLayer) {
  const Network network = EveryLayerNetwork();
  const SelfCheck check = Compute(network, {.key = 7, .input_scale = 1.5f});
  EXPECT_EQ(check.key, 7u);
  EXPECT_EQ(check.input_scale, 1.5f);
  const auto outputs = LayerByLayer(network, TestParameters(network),
                                    SelfCheckInput(network, 7, 1.5f), 1);
  EXPECT_LT(RelativeError(check.logits, outputs[outputs.size() - 2]), 1e-5);
  ASSERT_EQ(check.layer_norms.size(), network.layers.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    double squared = 0.0;
    for (const float x : outputs[i]) squared += static_cast<double>(x) * x;
    EXPECT_NEAR(check.layer_norms[i], std::sqrt(squared),
                1e-5 * std::sqrt(squared));
  }
}

TEST(SelfCheckTest, AcceptsWhatIsWithinTheTolerance) {
  const Network network = EveryLayerNetwork();
  const SelfCheck expected = Compute(network, {});
  SelfCheck actual = expected;
  auto same = CompareSelfCheck(network, expected, actual, DType::kF32);
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(same->error, 0.0);
  EXPECT_TRUE(same->passed());

  actual.layer_norms[4] *= 1.001;
  const auto off = CompareSelfCheck(network, expected, actual, DType::kF32);
  EXPECT_FALSE(off->passed());
  EXPECT_EQ(off->worst, network.layers[4].name);
  EXPECT_NEAR(off->error, 1e-3, 1e-6);
  EXPECT_TRUE(
      CompareSelfCheck(network, expected, actual, DType::kF16)->passed());
}

TEST(SelfCheckTest, LogitsAreComparedWithTheLargest) {
  const Network network = EveryLayerNetwork();
  SelfCheck expected = Compute(network, {});
  expected.logits = {1e-6f, 0.0f, -2.0f, 1.0f, 0.5f};
  SelfCheck actual = expected;
  actual.logits[0] += 1e-3f;
  const auto off = CompareSelfCheck(network, expected, actual, DType::kF32);
  EXPECT_EQ(off->worst, "logits");
  EXPECT_NEAR(off->error, 5e-4, 1e-6);
}

TEST(SelfCheckTest, NaNNeverPasses) {
  const Network network = EveryLayerNetwork();
  const SelfCheck expected = Compute(network, {});
  SelfCheck actual = expected;
  actual.logits[1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(
      CompareSelfCheck(network, expected, actual, DType::kBF16)->passed());
}

TEST(SelfCheckTest, RefusesACheckOfAnotherNetwork) {
  const Network network = EveryLayerNetwork();
  const SelfCheck expected = Compute(network, {});
  SelfCheck other = expected;
  other.layer_norms.pop_back();
  EXPECT_EQ(
      CompareSelfCheck(network, other, expected, DType::kF32).status().code(),
      StatusCode::kDataLoss);
}

}  // namespace
}  // namespace alexnet
