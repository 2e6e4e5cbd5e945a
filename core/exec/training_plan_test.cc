#include "core/exec/training_plan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/reference/reference_backend.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/exec/inference_plan.h"
#include "core/exec/test_networks.h"

namespace alexnet {
namespace {

using testing::EveryLayerNetwork;
using testing::PlainNetwork;
using testing::RandomValues;
using testing::RelativeError;
using testing::TestImages;
using testing::TestLabels;
using testing::TestParameters;

constexpr int64_t kBatch = 4;

// A plan with its inputs.
struct Trainer {
  explicit Trainer(const Network& network, float label_smoothing = 0.0f,
                   std::vector<float> class_weights = {})
      : Trainer(network, CreateReferenceBackend(), label_smoothing,
                std::move(class_weights)) {}
  Trainer(const Network& network, const std::shared_ptr<Backend>& backend,
          float label_smoothing = 0.0f, std::vector<float> class_weights = {})
      : images(TestImages(network, kBatch)) {
    const auto source = TensorsAsSource(TestParameters(network));
    auto compiled =
        TrainingPlan::Compile(network, backend, *source,
                              {.batch = kBatch,
                               .label_smoothing = label_smoothing,
                               .class_weights = std::move(class_weights)});
    EXPECT_TRUE(compiled.ok()) << compiled.status().ToString();
    plan = std::move(compiled).value();
    labels = TestLabels(kBatch, plan->info().classes);
  }

  StepInput input() const {
    return {images.data(), labels.data(), {.seed = 11, .step = 3}};
  }
  std::vector<float> Read(int parameter,
                          Status (TrainingPlan::*read)(int, float*) const) {
    const ParameterInfo& info =
        plan->info().parameters[static_cast<size_t>(parameter)];
    std::vector<float> values(static_cast<size_t>(info.shape.elements()));
    EXPECT_TRUE((plan.get()->*read)(parameter, values.data()).ok());
    return values;
  }
  std::vector<float> Parameter(int i) {
    return Read(i, &TrainingPlan::ReadParameter);
  }
  std::vector<float> Gradient(int i) {
    return Read(i, &TrainingPlan::ReadGradient);
  }
  std::vector<float> Momentum(int i) {
    return Read(i, &TrainingPlan::ReadMomentum);
  }
  int parameters() const {
    return static_cast<int>(plan->info().parameters.size());
  }

  std::vector<float> images;
  std::vector<int32_t> labels;
  std::unique_ptr<TrainingPlan> plan;
};

// With and without weights of classes.
class TrainingGradientsTest
    : public ::testing::TestWithParam<std::vector<float>> {};

TEST_P(TrainingGradientsTest, AreTheLossesDifferences) {
  Trainer trainer(EveryLayerNetwork(), 0.1f, GetParam());
  ASSERT_TRUE(trainer.plan->Gradients(trainer.input()).ok());
  for (int p = 0; p < trainer.parameters(); ++p) {
    std::vector<float> values = trainer.Parameter(p);
    const std::vector<float> gradient = trainer.Gradient(p);
    // Some of them: first, last and every ninth.
    for (size_t i = 0; i < values.size();
         i = i + 9 < values.size() || i + 1 == values.size()
                 ? i + 9
                 : values.size() - 1) {
      const float kept = values[i];
      const auto loss_at = [&](float value) {
        values[i] = value;
        EXPECT_TRUE(trainer.plan->WriteParameter(p, values.data()).ok());
        return trainer.plan->Gradients(trainer.input()).value().loss;
      };
      // Logits are float32, and units may cross the bend of a ReLU.
      const float above = kept + 2e-3f;
      const float below = kept - 2e-3f;
      const double difference = (loss_at(above) - loss_at(below)) /
                                (static_cast<double>(above) - below);
      loss_at(kept);
      EXPECT_NEAR(gradient[i], difference, 2e-3)
          << trainer.plan->info().parameters[static_cast<size_t>(p)].name
          << " at " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Weights, TrainingGradientsTest,
                         ::testing::Values(std::vector<float>(),
                                           std::vector<float>{0.25f, 3.0f, 1.0f,
                                                              0.0f, 2.0f}));

TEST(TrainingPlanTest, LossAndHitsAreThoseOfTheLogits) {
  const Network network = PlainNetwork();
  Trainer trainer(network);
  const auto inference =
      InferencePlan::Compile(network, CreateReferenceBackend(),
                             std::make_shared<PackedParameters>(
                                 TensorsAsSource(TestParameters(network))),
                             [] {
                               InferenceOptions options;
                               options.batch = kBatch;
                               return options;
                             }());
  ASSERT_TRUE(inference.ok());
  std::vector<float> probabilities(kBatch * 4);
  ASSERT_TRUE(
      (*inference)->Run(trainer.images.data(), probabilities.data()).ok());
  double loss = 0.0;
  int64_t correct = 0;
  for (int64_t n = 0; n < kBatch; ++n) {
    const float* row = probabilities.data() + n * 4;
    loss -= std::log(row[trainer.labels[n]]) / kBatch;
    correct += std::max_element(row, row + 4) - row == trainer.labels[n];
  }
  const auto result = trainer.plan->Gradients(trainer.input());
  ASSERT_TRUE(result.ok());
  EXPECT_NEAR(result->loss, loss, 1e-5);
  EXPECT_EQ(result->correct, correct);
  EXPECT_EQ(result->gradient_norm, 0.0);  // of an update only

  const std::vector<float> weights = {0.25f, 3.0f, 0.0f, 1.5f};
  double weighed = 0.0;
  for (int64_t n = 0; n < kBatch; ++n) {
    const int32_t label = trainer.labels[n];
    weighed -= weights[static_cast<size_t>(label)] *
               std::log(probabilities[static_cast<size_t>(n * 4 + label)]) /
               kBatch;
  }
  Trainer weighing(network, 0.0f, weights);
  const auto of_weighed = weighing.plan->Gradients(weighing.input());
  ASSERT_TRUE(of_weighed.ok());
  EXPECT_NEAR(of_weighed->loss, weighed, 1e-5);
  EXPECT_EQ(of_weighed->correct, correct);
}

TEST(TrainingPlanTest, UpdatesAsThePaperSays) {
  Network network = PlainNetwork();
  auto& fc2 = std::get<FullyConnected>(network.layers[3].spec);
  fc2.weight.rate = 0.5f;
  fc2.bias = {.init = {}, .rate = 2.0f, .decay = 0.0f};
  Trainer trainer(network);
  const UpdateRule rule = {.rate = 0.1f,
                           .momentum = 0.8f,
                           .weight_decay = 0.01f,
                           .clip_gradient_norm = 0.0f};
  for (int step = 0; step < 3; ++step) {
    std::vector<std::vector<float>> weights;
    std::vector<std::vector<float>> velocities;
    for (int p = 0; p < trainer.parameters(); ++p) {
      weights.push_back(trainer.Parameter(p));
      velocities.push_back(trainer.Momentum(p));
    }
    ASSERT_TRUE(trainer.plan->Step(trainer.input(), rule).ok());
    for (int p = 0; p < trainer.parameters(); ++p) {
      const ParameterRule& own =
          trainer.plan->info().parameters[static_cast<size_t>(p)].rule;
      const std::vector<float> gradient = trainer.Gradient(p);
      std::vector<float>& w = weights[static_cast<size_t>(p)];
      std::vector<float>& v = velocities[static_cast<size_t>(p)];
      for (size_t i = 0; i < w.size(); ++i) {
        const float rate = 0.1f * own.rate;
        v[i] =
            0.8f * v[i] - rate * 0.01f * own.decay * w[i] - rate * gradient[i];
        w[i] += v[i];
      }
      EXPECT_LT(RelativeError(trainer.Parameter(p), w), 1e-6);
      EXPECT_LT(RelativeError(trainer.Momentum(p), v), 1e-5);
    }
  }
}

TEST(TrainingPlanTest, StepsLowerTheLoss) {
  Trainer trainer(PlainNetwork());
  const double first = trainer.plan->Gradients(trainer.input())->loss;
  for (int step = 0; step < 30; ++step) {
    ASSERT_TRUE(trainer.plan->Step(trainer.input(), {.rate = 0.05f}).ok());
  }
  const auto last = trainer.plan->Gradients(trainer.input());
  EXPECT_LT(last->loss, first / 4);
  EXPECT_EQ(last->correct, kBatch);
}

TEST(TrainingPlanTest, FrozenLayersStayAndCostNoGradients) {
  Network network = PlainNetwork();
  const Trainer free(network);
  auto& conv1 = std::get<Convolution>(network.layers[0].spec);
  conv1.weight.rate = 0.0f;
  conv1.bias.rate = 0.0f;
  auto& fc3 = std::get<FullyConnected>(network.layers[5].spec);
  fc3.weight.rate = 0.0f;
  fc3.bias.rate = 0.0f;
  Trainer trainer(network);
  EXPECT_LT(trainer.plan->arena_bytes(), free.plan->arena_bytes());
  EXPECT_NE(trainer.plan->Describe().find("forward only"), std::string::npos);

  const std::vector<float> conv_before = trainer.Parameter(0);
  const std::vector<float> fc2_before = trainer.Parameter(2);
  const std::vector<float> fc3_before = trainer.Parameter(4);
  // A resumed run writes what it read.
  ASSERT_TRUE(trainer.plan->WriteMomentum(0, conv_before.data()).ok());
  ASSERT_TRUE(trainer.plan->Step(trainer.input(), {}).ok());
  EXPECT_EQ(trainer.Parameter(0), conv_before);
  EXPECT_EQ(trainer.Parameter(4), fc3_before);
  EXPECT_NE(trainer.Parameter(2), fc2_before);
  EXPECT_EQ(trainer.Gradient(0), std::vector<float>(conv_before.size(), 0.0f));
  EXPECT_EQ(trainer.Momentum(0), std::vector<float>(conv_before.size(), 0.0f));
}

TEST(TrainingPlanTest, GradientsBelowAFrozenLayerAreTheSame) {
  Network network = PlainNetwork();
  Trainer free(network);
  ASSERT_TRUE(free.plan->Gradients(free.input()).ok());
  auto& fc3 = std::get<FullyConnected>(network.layers[5].spec);
  fc3.weight.rate = 0.0f;
  fc3.bias.rate = 0.0f;
  Trainer trainer(network);
  ASSERT_TRUE(trainer.plan->Gradients(trainer.input()).ok());
  for (int p = 0; p < 4; ++p) {
    EXPECT_EQ(trainer.Gradient(p), free.Gradient(p)) << p;
  }
}

TEST(TrainingPlanTest, NothingToLearnStillGivesTheLoss) {
  Network network = PlainNetwork();
  const double loss = [&] {
    Trainer trainer(network);
    return trainer.plan->Gradients(trainer.input())->loss;
  }();
  for (Layer& layer : network.layers) {
    if (auto* convolution = std::get_if<Convolution>(&layer.spec)) {
      convolution->weight.rate = convolution->bias.rate = 0.0f;
    } else if (auto* connected = std::get_if<FullyConnected>(&layer.spec)) {
      connected->weight.rate = connected->bias.rate = 0.0f;
    }
  }
  Trainer trainer(network);
  EXPECT_EQ(trainer.plan->Step(trainer.input(), {})->loss, loss);
}

TEST(TrainingPlanTest, ClipsTheGlobalNorm) {
  Trainer free(PlainNetwork());
  Trainer clipped(PlainNetwork());
  ASSERT_TRUE(free.plan->Gradients(free.input()).ok());
  double squared = 0.0;
  for (int p = 0; p < free.parameters(); ++p) {
    for (const float g : free.Gradient(p))
      squared += static_cast<double>(g) * g;
  }
  const double norm = std::sqrt(squared);
  const UpdateRule rule = {
      .rate = 1.0f,
      .momentum = 0.0f,
      .weight_decay = 0.0f,
      .clip_gradient_norm = static_cast<float>(norm / 4.0)};
  const auto result = clipped.plan->Step(clipped.input(), rule);
  ASSERT_TRUE(result.ok());
  EXPECT_NEAR(result->gradient_norm, norm, 1e-6 * norm);
  for (int p = 0; p < free.parameters(); ++p) {
    std::vector<float> expected = free.Gradient(p);
    for (float& g : expected) g *= -0.25f;
    EXPECT_LT(RelativeError(clipped.Momentum(p), expected), 1e-5);
  }
}

TEST(TrainingPlanTest, ALossThatIsNotFiniteUpdatesNothing) {
  Trainer trainer(PlainNetwork());
  trainer.images[7] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> before = trainer.Parameter(2);
  const auto result = trainer.plan->Step(trainer.input(), {});
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_FALSE(std::isfinite(result->loss));
  EXPECT_TRUE(result->diverged);
  EXPECT_EQ(trainer.Parameter(2), before);
}

// A pixel that is infinite where all weights are negative: nothing comes out of
// the ReLU, but the weights' gradient is 0 times infinity.
TEST(TrainingPlanTest, AGradientThatIsNotFiniteUpdatesNothing) {
  for (const std::shared_ptr<Backend>& backend :
       {CreateReferenceBackend(), CreateCpuBackend().value()}) {
    Trainer trainer(PlainNetwork(), backend);
    std::vector<float> weights(trainer.Parameter(0).size(), -1.0f);
    ASSERT_TRUE(trainer.plan->WriteParameter(0, weights.data()).ok());
    const float good = std::exchange(trainer.images[7],
                                     std::numeric_limits<float>::infinity());
    std::vector<std::vector<float>> before;
    for (int p = 0; p < trainer.parameters(); ++p) {
      before.push_back(trainer.Parameter(p));
    }
    const StepResult result = trainer.plan->Step(trainer.input(), {}).value();
    EXPECT_TRUE(std::isfinite(result.loss)) << backend->name();
    EXPECT_FALSE(std::isfinite(result.gradient_norm)) << backend->name();
    EXPECT_TRUE(result.diverged) << backend->name();
    for (int p = 0; p < trainer.parameters(); ++p) {
      EXPECT_EQ(trainer.Parameter(p), before[static_cast<size_t>(p)]);
      for (const float velocity : trainer.Momentum(p)) EXPECT_EQ(velocity, 0);
    }
    trainer.images[7] = good;
    EXPECT_FALSE(trainer.plan->Step(trainer.input(), {}).value().diverged);
  }
}

TEST(TrainingPlanTest, CountsDeadUnits) {
  Trainer trainer(PlainNetwork());
  for (const float dead : trainer.plan->DeadUnits()) EXPECT_EQ(dead, -1.0f);
  // Two of conv1's eight filters and all of fc2's units never fire.
  std::vector<float> conv_bias(8, 100.0f);
  conv_bias[1] = conv_bias[6] = -100.0f;
  const std::vector<float> fc2_bias(12, -1e6f);
  ASSERT_TRUE(trainer.plan->WriteParameter(1, conv_bias.data()).ok());
  ASSERT_TRUE(trainer.plan->WriteParameter(3, fc2_bias.data()).ok());
  StepInput input = trainer.input();
  ASSERT_TRUE(trainer.plan->Gradients(input).ok());
  EXPECT_EQ(trainer.plan->DeadUnits()[1], -1.0f);  // nobody asked
  input.count_dead_units = true;
  ASSERT_TRUE(trainer.plan->Gradients(input).ok());
  EXPECT_EQ(trainer.plan->DeadUnits(),
            (std::vector<float>{-1, 0.25f, -1, -1, 1, -1, -1}));
}

TEST(TrainingPlanTest, ParametersAndMomentaRoundTrip) {
  Trainer trainer(EveryLayerNetwork());
  for (int p = 0; p < trainer.parameters(); ++p) {
    const std::vector<float> values =
        RandomValues(static_cast<int64_t>(trainer.Parameter(p).size()), 900);
    ASSERT_TRUE(trainer.plan->WriteParameter(p, values.data()).ok());
    EXPECT_EQ(trainer.Parameter(p), values);
    ASSERT_TRUE(trainer.plan->WriteMomentum(p, values.data()).ok());
    EXPECT_EQ(trainer.Momentum(p), values);
  }
  float value = 0.0f;
  EXPECT_FALSE(trainer.plan->ReadParameter(-1, &value).ok());
  EXPECT_FALSE(trainer.plan->WriteMomentum(trainer.parameters(), &value).ok());
}

TEST(TrainingPlanTest, TheSameStepGivesTheSameBits) {
  Trainer a(EveryLayerNetwork());
  Trainer b(EveryLayerNetwork());
  ASSERT_TRUE(a.plan->Step(a.input(), {}).ok());
  ASSERT_TRUE(b.plan->Step(b.input(), {}).ok());
  for (int p = 0; p < a.parameters(); ++p) {
    EXPECT_EQ(a.Parameter(p), b.Parameter(p));
  }
  // Another step draws another dropout mask.
  StepInput input = b.input();
  const double loss = b.plan->Gradients(input)->loss;
  input.random.step = 4;
  EXPECT_NE(b.plan->Gradients(input)->loss, loss);
}

TEST(TrainingPlanTest, AnInterruptedStepUpdatesNothing) {
  Trainer trainer(EveryLayerNetwork());
  Trainer other(EveryLayerNetwork());
  const UpdateRule rule = {.rate = 0.1f, .momentum = 0.9f};
  CancelToken token;
  Interrupt interrupt;
  interrupt.token = &token;
  for (const bool cancelled : {false, true, true}) {
    if (cancelled) token.Cancel();
    const Status sent = trainer.plan->Enqueue(trainer.input(), rule, interrupt);
    EXPECT_EQ(sent.code(),
              cancelled ? StatusCode::kCancelled : StatusCode::kOk);
    if (!cancelled) {
      ASSERT_TRUE(trainer.plan->Await().ok());
    }
  }
  // Nothing is under way, and what follows is as if it had not been.
  EXPECT_FALSE(trainer.plan->Await().ok());
  ASSERT_TRUE(trainer.plan->Step(trainer.input(), rule).ok());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(other.plan->Step(other.input(), rule).ok());
  }
  for (int p = 0; p < trainer.parameters(); ++p) {
    EXPECT_EQ(trainer.Parameter(p), other.Parameter(p)) << p;
    EXPECT_EQ(trainer.Momentum(p), other.Momentum(p)) << p;
  }
}

TEST(TrainingPlanTest, RefusesLabelsOutOfRange) {
  Trainer trainer(PlainNetwork());
  for (const int32_t label : {-1, 4}) {
    trainer.labels[2] = label;
    const auto result = trainer.plan->Step(trainer.input(), {});
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.status().field(), "labels");
    EXPECT_NE(result.status().message().find("sample 2"), std::string::npos);
  }
}

}  // namespace
}  // namespace alexnet
