#include "core/exec/input_gradient_plan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/reference/reference_backend.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/exec/inference_plan.h"
#include "core/exec/parameters.h"
#include "core/exec/test_networks.h"

namespace alexnet {
namespace {

using testing::EveryLayerNetwork;
using testing::PlainNetwork;
using testing::RelativeError;
using testing::TestImages;
using testing::TestParameters;
using testing::TowersNetwork;

constexpr int64_t kBatch = 3;

std::vector<float> Gradients(const Network& network,
                             std::shared_ptr<Backend> backend,
                             const std::vector<float>& images,
                             const std::vector<int32_t>& units) {
  const auto source = TensorsAsSource(TestParameters(network));
  const auto plan =
      InputGradientPlan::Compile(network, std::move(backend), *source, kBatch);
  EXPECT_TRUE(plan.ok()) << plan.status().ToString();
  // Twice: a run leaves nothing behind.
  std::vector<float> gradients(images.size(), 7.0f);
  EXPECT_TRUE((*plan)
                  ->Run(images.data(), std::vector<int32_t>(kBatch, 0).data(),
                        gradients.data())
                  .ok());
  EXPECT_TRUE((*plan)->Run(images.data(), units.data(), gradients.data()).ok());
  return gradients;
}

// Logits in inference, by another plan.
class Logits {
 public:
  explicit Logits(const Network& network) {
    InferenceOptions options;
    options.batch = kBatch;
    plan_ =
        InferencePlan::Compile(network, CreateReferenceBackend(),
                               std::make_shared<PackedParameters>(
                                   TensorsAsSource(TestParameters(network))),
                               options)
            .value();
  }
  std::vector<float> operator()(const std::vector<float>& images) {
    const size_t size = static_cast<size_t>(kBatch * plan_->info().classes);
    std::vector<float> output(size);
    std::vector<float> logits(size);
    EXPECT_TRUE(plan_->Run(images.data(), output.data(), logits.data()).ok());
    return logits;
  }

 private:
  std::unique_ptr<InferencePlan> plan_;
};

TEST(InputGradientPlanTest, GradientsAreTheLogitsDifferences) {
  for (const Network& network : {EveryLayerNetwork(), TowersNetwork()}) {
    const std::vector<float> images = TestImages(network, kBatch);
    const std::vector<int32_t> units = {1, 0, 2};
    const std::vector<float> gradients =
        Gradients(network, CreateReferenceBackend(), images, units);
    Logits logits(network);
    const size_t each = images.size() / kBatch;
    const size_t classes = logits(images).size() / kBatch;
    double largest = 0.0;
    // Some of them, in every sample.
    for (size_t i = 0; i < images.size(); i += 17) {
      const size_t n = i / each;
      const size_t unit = n * classes + static_cast<size_t>(units[n]);
      std::vector<float> moved = images;
      moved[i] = images[i] + 1e-3f;
      const double above = logits(moved)[unit];
      const double up = moved[i];
      moved[i] = images[i] - 1e-3f;
      const double difference = (above - logits(moved)[unit]) / (up - moved[i]);
      // Logits are float32, and units may cross the bend of a ReLU.
      EXPECT_NEAR(gradients[i], difference, 3e-4)
          << network.name << " at " << i;
      largest = std::max(largest, std::abs(difference));
    }
    EXPECT_GT(largest, 0.01) << "of " << network.name;
  }
}

TEST(InputGradientPlanTest, CpuAgreesWithTheReference) {
  for (const Network& network :
       {EveryLayerNetwork(), PlainNetwork(), TowersNetwork()}) {
    const std::vector<float> images = TestImages(network, kBatch);
    const std::vector<int32_t> units = {2, 0, 1};
    const std::vector<float> expected =
        Gradients(network, CreateReferenceBackend(), images, units);
    for (const int threads : {1, 3}) {
      const std::vector<float> found =
          Gradients(network, CreateCpuBackend({.threads = threads}).value(),
                    images, units);
      EXPECT_LT(RelativeError(found, expected), 1e-5) << network.name;
    }
  }
}

TEST(InputGradientPlanTest, RefusesAnOutputThatIsNotThere) {
  const Network network = PlainNetwork();
  const auto source = TensorsAsSource(TestParameters(network));
  const auto plan =
      InputGradientPlan::Compile(network, CreateReferenceBackend(), *source, 1);
  ASSERT_TRUE(plan.ok());
  const std::vector<float> image = TestImages(network, 1);
  std::vector<float> gradients(image.size());
  for (const int32_t unit : {-1, 4}) {
    const Status status = (*plan)->Run(image.data(), &unit, gradients.data());
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_NE(status.ToString().find("0 to 3"), std::string::npos)
        << status.ToString();
  }
}

}  // namespace
}  // namespace alexnet
