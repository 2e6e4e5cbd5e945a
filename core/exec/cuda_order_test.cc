// What runs beside what on the emulated GPU, whose streams run as late as they
// may, so that a fence that is missing shows.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#include "core/backend/cuda/test_backend.h"
#include "core/backend/reference/reference_backend.h"
#include "core/exec/inference_plan.h"
#include "core/exec/parameters.h"
#include "core/exec/test_networks.h"
#include "core/exec/training_plan.h"

namespace alexnet {
namespace {

using testing::EveryLayerNetwork;
using testing::PlainNetwork;
using testing::TestImages;
using testing::TestLabels;
using testing::TestParameters;
using testing::TowersNetwork;

constexpr int64_t kBatch = 6;

// Convolutions that read what a ReLU gave, one of them of two groups.
Network MaskedNetwork() {
  Network network;
  network.name = "masked";
  network.channels = 3;
  network.height = network.width = 12;
  const auto convolution = [](int64_t groups) {
    Convolution layer;
    layer.out_channels = 16;
    layer.window = Window::Square(3, 1, 1);
    layer.groups = groups;
    return layer;
  };
  FullyConnected last;
  last.out_features = 5;
  network.layers = {
      {"conv1", convolution(1)},
      {"relu1", Activation{}},
      {"conv2", convolution(1)},
      {"relu2", Activation{}},
      {"conv3", convolution(2)},
      {"relu3", Activation{}},
      {"conv4", convolution(2)},
      {"relu4", Activation{}},
      {"fc5", last},
      {"prob", Softmax{}},
  };
  return network;
}

// A plan with its inputs.
class Trainer {
 public:
  explicit Trainer(const Network& network, std::shared_ptr<Backend> backend)
      : images_(TestImages(network, kBatch)) {
    const auto source = TensorsAsSource(TestParameters(network));
    plan_ = TrainingPlan::Compile(network, std::move(backend), *source,
                                  {.batch = kBatch})
                .value();
    labels_ = TestLabels(kBatch, plan_->info().classes);
    rule_.rate = 0.05f;
    rule_.weight_decay = 0.01f;
  }

  TrainingPlan& plan() { return *plan_; }
  StepInput Input() {
    StepInput input;
    input.images = images_.data();
    input.labels = labels_.data();
    input.random = {.seed = 11, .step = step_++};
    return input;
  }
  void Step() {
    const auto result = plan_->Step(Input(), rule_);
    ASSERT_TRUE(result.ok()) << result.status().ToString();
    losses_.push_back(result->loss);
  }
  // All parameters and momenta.
  std::vector<float> Read() {
    std::vector<float> all;
    for (size_t i = 0; i < plan_->info().parameters.size(); ++i) {
      std::vector<float> values(
          static_cast<size_t>(plan_->info().parameters[i].shape.elements()));
      for (const bool momentum : {false, true}) {
        const int number = static_cast<int>(i);
        EXPECT_TRUE((momentum ? plan_->ReadMomentum(number, values.data())
                              : plan_->ReadParameter(number, values.data()))
                        .ok());
        all.insert(all.end(), values.begin(), values.end());
      }
    }
    return all;
  }
  const std::vector<double>& losses() const { return losses_; }
  UpdateRule& rule() { return rule_; }

 private:
  std::vector<float> images_;
  std::vector<int32_t> labels_;
  std::unique_ptr<TrainingPlan> plan_;
  UpdateRule rule_;
  uint32_t step_ = 0;
  std::vector<double> losses_;
};

class CudaOrderTest : public ::testing::Test {
 protected:
  void TearDown() override { emulation::machine() = emulation::Machine(); }
  static std::shared_ptr<Backend> Gpu(Precision precision = Precision::kF32) {
    CudaBackendOptions options;
    options.precision = precision;
    return testing::MakeTestBackend(options);
  }
};

TEST_F(CudaOrderTest, PlansDeferTheFullyConnectedLayersUpdate) {
  for (const Network& network :
       {PlainNetwork(), TowersNetwork(), EveryLayerNetwork()}) {
    Trainer trainer(network, Gpu());
    EXPECT_NE(trainer.plan().Describe().find("deferred"), std::string::npos)
        << network.name;
  }
}

// As is known of a backend that defers nothing: after each step the parameters
// are those that the reference has.
TEST_F(CudaOrderTest, ParametersAreThoseOfTheStepsBefore) {
  Trainer gpu(TowersNetwork(), Gpu());
  Trainer host(TowersNetwork(), CreateReferenceBackend());
  for (int step = 0; step < 6; ++step) {
    gpu.Step();
    host.Step();
    const std::vector<float> actual = gpu.Read();
    const std::vector<float> expected = host.Read();
    ASSERT_EQ(actual.size(), expected.size());
    double difference = 0.0;
    double size = 0.0;
    for (size_t i = 0; i < actual.size(); ++i) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      size += expected[i] * expected[i];
    }
    EXPECT_LT(difference, 1e-8 * size) << step;
  }
}

// Steps one after another, whose updates run under the next one's
// convolutions, give the bits of steps that are waited for and read each time.
TEST_F(CudaOrderTest, ReadingInBetweenChangesNothing) {
  for (const Precision precision : {Precision::kF32, Precision::kBf16}) {
    Trainer each(TowersNetwork(), Gpu(precision));
    Trainer last(TowersNetwork(), Gpu(precision));
    for (int step = 0; step < 7; ++step) {
      each.Step();
      each.Read();
      last.Step();
    }
    EXPECT_EQ(each.losses(), last.losses());
    EXPECT_EQ(each.Read(), last.Read());
    EXPECT_EQ(last.Read(), last.Read());
  }
}

TEST_F(CudaOrderTest, WritingAndGradientsInBetweenSeeTheUpdate) {
  Trainer trainer(TowersNetwork(), Gpu());
  Trainer other(TowersNetwork(), Gpu());
  for (int step = 0; step < 3; ++step) {
    trainer.Step();
    other.Step();
  }
  other.Read();
  const int bias = static_cast<int>(other.plan().info().parameters.size()) - 1;
  std::vector<float> values(static_cast<size_t>(
      other.plan().info().parameters.back().shape.elements()));
  // Gradients of the same step with parameters that were read and that were
  // not.
  const auto here = trainer.plan().Gradients(trainer.Input());
  const auto there = other.plan().Gradients(other.Input());
  ASSERT_TRUE(here.ok() && there.ok());
  EXPECT_EQ(here->loss, there->loss);
  EXPECT_EQ(trainer.Read(), other.Read());
  trainer.Step();
  other.Step();
  other.Read();
  for (float& value : values) value = 0.25f;
  ASSERT_TRUE(trainer.plan().WriteParameter(bias, values.data()).ok());
  ASSERT_TRUE(other.plan().WriteParameter(bias, values.data()).ok());
  EXPECT_EQ(trainer.Read(), other.Read());
  trainer.Step();
  other.Step();
  EXPECT_EQ(trainer.Read(), other.Read());
}

TEST_F(CudaOrderTest, RepeatedStepsUpdateAsStepsDo) {
  Trainer repeated(TowersNetwork(), Gpu());
  repeated.Step();
  ASSERT_TRUE(repeated.plan().Repeat(4).ok());
  Trainer stepped(TowersNetwork(), Gpu());
  StepInput input = stepped.Input();
  for (int step = 0; step < 5; ++step) {
    ASSERT_TRUE(stepped.plan().Step(input, stepped.rule()).ok());
  }
  EXPECT_EQ(repeated.Read(), stepped.Read());
}

TEST_F(CudaOrderTest, AStepThatDivergesLeavesNothingToUpdate) {
  Trainer trainer(TowersNetwork(), Gpu());
  trainer.Step();
  const std::vector<float> before = trainer.Read();
  const float rate = trainer.rule().rate;
  trainer.rule().rate = 1e38f;
  const auto result = trainer.plan().Step(trainer.Input(), trainer.rule());
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->diverged);
  EXPECT_EQ(trainer.Read(), before);
  trainer.rule().rate = rate;
  trainer.Step();
  EXPECT_NE(trainer.Read(), before);
}

// Steps that are run as they are, recorded and launched.
TEST_F(CudaOrderTest, WhatASpoiledCaptureRunsIsUpdatedOnce) {
  Trainer expected(TowersNetwork(), Gpu());
  for (int step = 0; step < 6; ++step) expected.Step();
  for (const int spoiled : {1, 2, 1000}) {
    emulation::machine().spoiled_captures = spoiled;
    Trainer trainer(TowersNetwork(), Gpu());
    for (int step = 0; step < 6; ++step) trainer.Step();
    EXPECT_EQ(trainer.losses(), expected.losses());
    EXPECT_EQ(trainer.Read(), expected.Read());
  }
}

// A flush that fails at any call is carried out by the next one, once.
TEST_F(CudaOrderTest, AReadThatFailedCanBeTriedAgain) {
  Trainer undisturbed(PlainNetwork(), Gpu());
  for (int step = 0; step < 4; ++step) undisturbed.Step();
  const std::vector<float> expected = undisturbed.Read();
  bool failed = true;
  for (int64_t at = 0; failed; ++at) {
    SCOPED_TRACE(at);
    ASSERT_LT(at, 100);
    Trainer trainer(PlainNetwork(), Gpu());
    for (int step = 0; step < 3; ++step) trainer.Step();
    trainer.Step();
    std::vector<float> values(static_cast<size_t>(
        trainer.plan().info().parameters[0].shape.elements()));
    emulation::FailCall(at, cudaErrorLaunchOutOfResources, /*lost=*/false);
    failed = !trainer.plan().ReadParameter(0, values.data()).ok();
    emulation::FailCall(-1, cudaSuccess, false);
    EXPECT_EQ(trainer.Read(), expected);
  }
}

// A ReLU's mask in the convolution that reads what it gave, or in a pass of its
// own, which then writes a blob more.
TEST_F(CudaOrderTest, MasksOfConvolutionsChangeNothing) {
  const Network network = MaskedNetwork();
  for (const Precision precision : {Precision::kF32, Precision::kBf16}) {
    std::vector<std::vector<float>> learnt;
    std::vector<int64_t> written;
    for (const bool masks : {true, false}) {
      emulation::machine().masks = masks;
      emulation::machine().watched = true;
      {
        Trainer trainer(network, Gpu(precision));
        emulation::TrafficByWork().clear();
        for (int step = 0; step < 3; ++step) trainer.Step();
        written.push_back(
            emulation::TrafficByWork()["a bias gradient"].written);
        learnt.push_back(trainer.Read());
      }
      emulation::machine() = emulation::Machine();
    }
    EXPECT_EQ(learnt[0], learnt[1]);
    EXPECT_LT(written[0], written[1]);
  }
}

// Of one picture, whose first fully connected layer is bound by its weights;
// of six, it is not.
TEST_F(CudaOrderTest, WeightsComeNearUnderTheConvolutionsOfOnePicture) {
  const Network network = TowersNetwork();
  for (const int64_t batch : {1, 6}) {
    const std::vector<float> images = TestImages(network, batch);
    const auto outputs = [&](std::shared_ptr<Backend> backend) {
      InferenceOptions options;
      options.batch = batch;
      const auto plan =
          InferencePlan::Compile(network, std::move(backend),
                                 std::make_shared<PackedParameters>(
                                     TensorsAsSource(TestParameters(network))),
                                 options)
              .value();
      std::vector<float> all;
      std::vector<float> output(
          static_cast<size_t>(batch * plan->info().classes));
      // Warm, recorded and launched.
      for (int run = 0; run < 3; ++run) {
        EXPECT_TRUE(plan->Run(images.data(), output.data()).ok());
        all.insert(all.end(), output.begin(), output.end());
      }
      return all;
    };
    emulation::machine().watched = true;
    emulation::TrafficByWork().clear();
    const std::vector<float> actual = outputs(Gpu());
    const auto near = emulation::TrafficByWork().find("bringing weights near");
    EXPECT_EQ(
        near == emulation::TrafficByWork().end() ? 0 : near->second.launches,
        batch == 1 ? 3 : 0);
    emulation::machine() = emulation::Machine();
    const std::vector<float> expected = outputs(CreateReferenceBackend());
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t i = 0; i < actual.size(); ++i) {
      EXPECT_NEAR(actual[i], expected[i], 1e-5) << i;
    }
  }
}

// All of ours: what they compute is that of kernels that wait for each other.
TEST_F(CudaOrderTest, KernelsOfOnePictureMayBeginEarly) {
  const auto library = [](const std::string& what) {
    return what == "products" || what.starts_with("convolutions") ||
           what == "copying" || what == "bringing weights near";
  };
  for (const Network& network :
       {PlainNetwork(), TowersNetwork(), EveryLayerNetwork()}) {
    emulation::machine().watched = true;
    {
      InferenceOptions options;
      options.batch = 1;
      const auto plan =
          InferencePlan::Compile(network, Gpu(),
                                 std::make_shared<PackedParameters>(
                                     TensorsAsSource(TestParameters(network))),
                                 options)
              .value();
      const std::vector<float> images = TestImages(network, 1);
      std::vector<float> output(static_cast<size_t>(plan->info().classes));
      emulation::TrafficByWork().clear();
      ASSERT_TRUE(plan->Run(images.data(), output.data()).ok());
    }
    int64_t early = 0;
    for (const auto& [what, traffic] : emulation::TrafficByWork()) {
      EXPECT_EQ(traffic.early, library(what) ? 0 : traffic.launches)
          << what << " of " << network.name;
      early += traffic.early;
    }
    EXPECT_GT(early, 3) << network.name;
    emulation::machine() = emulation::Machine();
  }
}

}  // namespace
}  // namespace alexnet
