// Whole networks on the CUDA backend against the reference: logits, gradients,
// updates, pixels, steps under way. Built twice: for the emulation, and for a
// GPU.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/backend/cuda/test_backend.h"
#include "core/backend/reference/reference_backend.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/backend/testing/layer_cases.h"
#include "core/exec/inference_plan.h"
#include "core/exec/input_gradient_plan.h"
#include "core/exec/test_networks.h"
#include "core/exec/training_plan.h"
#include "core/preprocess/normalize.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

using testing::ChangingGroupsNetwork;
using testing::EveryLayerNetwork;
using testing::LocalNetwork;
using testing::PlainNetwork;
using testing::RandomValues;
using testing::RelativeNorm;
using testing::TestImages;
using testing::TestLabels;
using testing::TestParameters;
using testing::TowersNetwork;

constexpr int64_t kBatch = 6;

std::shared_ptr<Backend> Cuda(Precision precision = Precision::kF32) {
  CudaBackendOptions options;
  options.precision = precision;
  return testing::MakeTestBackend(options);
}

Network NetworkOf(const std::string& name) {
  if (name == "EveryLayer") return EveryLayerNetwork();
  if (name == "ChangingGroups") return ChangingGroupsNetwork();
  if (name == "Local") return LocalNetwork();
  return name == "Plain" ? PlainNetwork() : TowersNetwork();
}

// A plan with its inputs.
struct Trainer {
  Trainer(const Network& network, std::shared_ptr<Backend> backend,
          const TrainingPlanOptions& options = {.batch = kBatch})
      : images(TestImages(network, kBatch)) {
    const auto source = TensorsAsSource(TestParameters(network));
    auto compiled =
        TrainingPlan::Compile(network, std::move(backend), *source, options);
    EXPECT_TRUE(compiled.ok()) << compiled.status().ToString();
    plan = std::move(compiled).value();
    labels = TestLabels(kBatch, plan->info().classes);
  }

  StepInput input(uint32_t step = 3) const {
    StepInput input;
    input.images = images.data();
    input.labels = labels.data();
    input.random = {.seed = 11, .step = step};
    return input;
  }
  std::vector<float> Read(Status (TrainingPlan::*read)(int, float*) const) {
    std::vector<float> all;
    for (size_t i = 0; i < plan->info().parameters.size(); ++i) {
      std::vector<float> values(
          static_cast<size_t>(plan->info().parameters[i].shape.elements()));
      EXPECT_TRUE((plan.get()->*read)(static_cast<int>(i), values.data()).ok());
      all.insert(all.end(), values.begin(), values.end());
    }
    return all;
  }

  std::vector<float> images;
  std::vector<int32_t> labels;
  std::unique_ptr<TrainingPlan> plan;
};

std::vector<float> Gradients(Trainer& trainer) {
  return trainer.Read(&TrainingPlan::ReadGradient);
}
std::vector<float> Parameters(Trainer& trainer) {
  return trainer.Read(&TrainingPlan::ReadParameter);
}

class CudaNetworkTest : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(All, CudaNetworkTest,
                         ::testing::Values("EveryLayer", "Plain", "Towers",
                                           "ChangingGroups", "Local"),
                         [](const auto& parameter) { return parameter.param; });

// Relative norms of logits: a layer's bound times this for a chain of layers.
constexpr double kChain = 4.0;

TEST_P(CudaNetworkTest, LogitsAndBlobsEqualTheReference) {
  const Network network = NetworkOf(GetParam());
  const std::vector<float> images = TestImages(network, kBatch);
  const auto run = [&](std::shared_ptr<Backend> backend, int64_t batch,
                       std::vector<std::vector<float>>* results) {
    InferenceOptions options;
    options.batch = batch;
    options.keep = {network.layers[3].name};
    const auto plan =
        InferencePlan::Compile(network, std::move(backend),
                               std::make_shared<PackedParameters>(
                                   TensorsAsSource(TestParameters(network))),
                               options)
            .value();
    const size_t outputs = static_cast<size_t>(batch * plan->info().classes);
    results->assign(3, std::vector<float>(outputs));
    (*results)[2].resize(
        static_cast<size_t>(batch * plan->info().layers[3].out.elements()));
    // The second run captures, the third replays.
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(
          plan->Run(images.data(), (*results)[0].data(), (*results)[1].data())
              .ok());
      ASSERT_TRUE(plan->Run(images.data(), (*results)[0].data()).ok());
      ASSERT_TRUE(
          plan->Blob(network.layers[3].name, (*results)[2].data()).ok());
    }
  };
  for (const int64_t batch : {int64_t{1}, kBatch}) {
    std::vector<std::vector<float>> expected;
    run(CreateReferenceBackend(), batch, &expected);
    for (const auto& [precision, bound] :
         {std::pair(Precision::kF32, 1e-5), std::pair(Precision::kTf32, 2e-3),
          std::pair(Precision::kBf16, 2e-2)}) {
      std::vector<std::vector<float>> actual;
      run(Cuda(precision), batch, &actual);
      for (size_t i = 0; i < expected.size(); ++i) {
        EXPECT_LT(RelativeNorm(actual[i], expected[i]), kChain * bound)
            << i << " in precision " << static_cast<int>(precision);
      }
    }
  }
}

TEST_P(CudaNetworkTest, GradientsEqualTheReference) {
  const Network network = NetworkOf(GetParam());
  Trainer reference(network, CreateReferenceBackend());
  Trainer cuda(network, Cuda());
  const StepResult expected =
      reference.plan->Gradients(reference.input()).value();
  for (int i = 0; i < 3; ++i) {
    const StepResult actual = cuda.plan->Gradients(cuda.input()).value();
    EXPECT_NEAR(actual.loss, expected.loss, 1e-5 * expected.loss);
    EXPECT_EQ(actual.correct, expected.correct);
    EXPECT_LT(RelativeNorm(Gradients(cuda), Gradients(reference)), 5e-5);
  }
}

TEST_P(CudaNetworkTest, InputGradientsEqualTheReference) {
  const Network network = NetworkOf(GetParam());
  const std::vector<float> images = TestImages(network, kBatch);
  const std::vector<int32_t> units = {2, 0, 1, 1, 0, 2};
  const auto run = [&](std::shared_ptr<Backend> backend) {
    const auto source = TensorsAsSource(TestParameters(network));
    const auto plan = InputGradientPlan::Compile(network, std::move(backend),
                                                 *source, kBatch);
    EXPECT_TRUE(plan.ok()) << plan.status().ToString();
    std::vector<float> gradients(images.size(), 7.0f);
    // Twice: a run leaves nothing behind.
    for (int i = 0; i < 2; ++i) {
      EXPECT_TRUE(
          (*plan)->Run(images.data(), units.data(), gradients.data()).ok());
    }
    return gradients;
  };
  const std::vector<float> expected = run(CreateReferenceBackend());
  EXPECT_LT(RelativeNorm(run(Cuda()), expected), 5e-5);
}

TEST_P(CudaNetworkTest, StepsEqualTheReference) {
  const Network network = NetworkOf(GetParam());
  Trainer reference(network, CreateReferenceBackend());
  Trainer cuda(network, Cuda());
  for (uint32_t step = 0; step < 8; ++step) {
    UpdateRule rule;
    rule.rate = step < 4 ? 0.02f : 0.01f;  // recorded steps see new numbers
    rule.clip_gradient_norm = step % 3 == 2 ? 0.5f : 0.0f;
    StepInput there = cuda.input(step);
    StepInput here = reference.input(step);
    there.count_dead_units = here.count_dead_units = step % 2 == 1;
    const StepResult expected = reference.plan->Step(here, rule).value();
    const StepResult actual = cuda.plan->Step(there, rule).value();
    EXPECT_NEAR(actual.loss, expected.loss, 1e-4 * expected.loss);
    EXPECT_NEAR(actual.gradient_norm, expected.gradient_norm,
                1e-4 * expected.gradient_norm);
    const std::vector<float> dead = cuda.plan->DeadUnits();
    const std::vector<float> expected_dead = reference.plan->DeadUnits();
    ASSERT_EQ(dead.size(), expected_dead.size());
    for (size_t i = 0; i < dead.size(); ++i) {
      // A unit that is just about zero may be seen either way.
      EXPECT_NEAR(dead[i], expected_dead[i], 0.02f) << i;
    }
  }
  EXPECT_LT(RelativeNorm(Parameters(cuda), Parameters(reference)), 1e-5);
  EXPECT_LT(RelativeNorm(cuda.Read(&TrainingPlan::ReadMomentum),
                         reference.Read(&TrainingPlan::ReadMomentum)),
            1e-3);
}

TEST_P(CudaNetworkTest, TheSameStepsGiveTheSameBits) {
  const Network network = NetworkOf(GetParam());
  Trainer a(network, Cuda(Precision::kBf16));
  Trainer b(network, Cuda(Precision::kBf16));
  for (uint32_t step = 0; step < 5; ++step) {
    ASSERT_TRUE(a.plan->Step(a.input(step), {}).ok());
    ASSERT_TRUE(b.plan->Step(b.input(step), {}).ok());
  }
  EXPECT_EQ(Parameters(a), Parameters(b));
}

// Curves of 200 steps in bfloat16 stay within 2 % of those in float32.
TEST(CudaTrainingTest, Bfloat16FollowsFloat32) {
  const Network network = TowersNetwork();
  Trainer wide(network, Cuda());
  Trainer narrow(network, Cuda(Precision::kBf16));
  UpdateRule rule;
  rule.rate = 0.002f;
  double wide_sum = 0.0;
  double narrow_sum = 0.0;
  for (uint32_t step = 0; step < 200; ++step) {
    wide_sum += wide.plan->Step(wide.input(step), rule).value().loss;
    narrow_sum += narrow.plan->Step(narrow.input(step), rule).value().loss;
    if (step % 50 != 49) continue;
    EXPECT_NEAR(narrow_sum, wide_sum, 0.02 * wide_sum) << "to step " << step;
  }
}

// What is sent ahead gives the bits of what is waited for; each step's input
// may change only when its result was given.
TEST(CudaTrainingTest, StepsUnderWayAreThoseOneByOne) {
  const Network network = TowersNetwork();
  Trainer one(network, Cuda());
  Trainer ahead(network, Cuda());
  std::vector<float> images[2] = {ahead.images, ahead.images};
  std::vector<double> expected;
  std::vector<double> actual;
  for (uint32_t step = 0; step < 9; ++step) {
    one.images = RandomValues(static_cast<int64_t>(one.images.size()), step);
    expected.push_back(one.plan->Step(one.input(step), {}).value().loss);

    if (step >= 2) actual.push_back(ahead.plan->Await().value().loss);
    std::vector<float>& mine = images[step % 2];
    mine = one.images;
    StepInput input = ahead.input(step);
    input.images = mine.data();
    ASSERT_TRUE(ahead.plan->Enqueue(input, {}).ok());
  }
  EXPECT_FALSE(ahead.plan->Enqueue(ahead.input(), {}).ok());
  actual.push_back(ahead.plan->Await().value().loss);
  actual.push_back(ahead.plan->Await().value().loss);
  EXPECT_EQ(ahead.plan->Await().status().code(),
            StatusCode::kFailedPrecondition);
  EXPECT_EQ(actual, expected);
  EXPECT_EQ(Parameters(one), Parameters(ahead));
}

// One backend serves several threads: some compile plans while one computes.
TEST(CudaTrainingTest, PlansAreCompiledWhileOthersRun) {
  const Network network = EveryLayerNetwork();
  const std::shared_ptr<Backend> backend = Cuda();
  Trainer alone(network, Cuda());
  Trainer trainer(network, backend);
  const auto compile = [&] {
    for (int i = 0; i < 5; ++i) Trainer another(network, backend);
  };
  std::thread first(compile);
  std::thread second(compile);
  for (uint32_t step = 0; step < 20; ++step) {
    const StepResult expected = alone.plan->Step(alone.input(step), {}).value();
    const StepResult actual =
        trainer.plan->Step(trainer.input(step), {}).value();
    EXPECT_EQ(actual.loss, expected.loss);
  }
  first.join();
  second.join();
}

TEST(CudaTrainingTest, ALossThatIsNotFiniteUpdatesNothing) {
  Trainer trainer(PlainNetwork(), Cuda());
  const std::vector<float> before = Parameters(trainer);
  const float good = std::exchange(trainer.images[7], std::nanf(""));
  for (int i = 0; i < 3; ++i) {
    const StepResult result = trainer.plan->Step(trainer.input(), {}).value();
    EXPECT_TRUE(std::isnan(result.loss));
    EXPECT_TRUE(std::isnan(result.gradient_norm));
    EXPECT_TRUE(result.diverged);
  }
  EXPECT_EQ(Parameters(trainer), before);
  trainer.images[7] = good;
  const StepResult result = trainer.plan->Step(trainer.input(), {}).value();
  EXPECT_TRUE(std::isfinite(result.loss));
  EXPECT_TRUE(std::isfinite(result.gradient_norm));
  EXPECT_FALSE(result.diverged);
  EXPECT_NE(Parameters(trainer), before);
}

TEST(CudaTrainingTest, ParametersAndMomentaRoundTrip) {
  for (const Precision precision : {Precision::kF32, Precision::kBf16}) {
    Trainer trainer(TowersNetwork(), Cuda(precision));
    for (size_t p = 0; p < trainer.plan->info().parameters.size(); ++p) {
      const int64_t count = trainer.plan->info().parameters[p].shape.elements();
      const int index = static_cast<int>(p);
      const std::vector<float> values = RandomValues(count, 900);
      std::vector<float> read(values.size());
      ASSERT_TRUE(trainer.plan->WriteParameter(index, values.data()).ok());
      ASSERT_TRUE(trainer.plan->ReadParameter(index, read.data()).ok());
      EXPECT_EQ(read, values);
      ASSERT_TRUE(trainer.plan->WriteMomentum(index, values.data()).ok());
      ASSERT_TRUE(trainer.plan->ReadMomentum(index, read.data()).ok());
      EXPECT_EQ(read, values);
    }
  }
}

Preprocessing PixelPreprocessing(int side, bool grey, bool mean_image) {
  Preprocessing preprocessing;
  preprocessing.order = grey ? ChannelOrder::kGray : ChannelOrder::kBgr;
  preprocessing.crop_width = preprocessing.crop_height = side;
  preprocessing.scale = 1.0f / 64.0f;
  preprocessing.mean = {1.5f, 1.25f, 1.0f};
  preprocessing.stddev = {1.0f, 0.9f, 1.1f};
  preprocessing.mean_kind = MeanKind::kChannel;
  if (!mean_image) return preprocessing;
  auto mean = std::make_shared<MeanImage>();
  mean->channels = grey ? 1 : 3;
  mean->width = side + 5;
  mean->height = side + 3;
  mean->values =
      RandomValues(int64_t{mean->channels} * mean->width * mean->height, 40);
  preprocessing.mean_image = mean;
  preprocessing.mean_kind = MeanKind::kImageAtCrop;
  return preprocessing;
}

// A picture, and how a crop views it.
struct ViewedPicture {
  Image picture;
  ColorNoise noise;
  PixelView view;
};

// Picture `n` of a batch for crops of `side` pixels, which it may not fill.
ViewedPicture MakeViewedPicture(int n, int side,
                                const Preprocessing& preprocessing) {
  const int channels = preprocessing.order == ChannelOrder::kGray ? 1 : 3;
  ViewedPicture made;
  made.picture = Image::Create(side - 2 + n, side - 3 + n, channels).value();
  std::vector<uint8_t>& pixels = made.picture.pixels;
  const std::vector<float> values = RandomValues(
      static_cast<int64_t>(pixels.size()), static_cast<uint32_t>(60 + n));
  for (size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = static_cast<uint8_t>(127.5f + 127.0f * values[i]);
  }
  made.noise.rgb = {4.0f - static_cast<float>(n), 2.0f, -3.0f};
  made.noise.divisor = n % 2 == 0 ? 1.0f : 1.1f;
  PixelView& view = made.view;
  view.picture_width = made.picture.width;
  view.picture_height = made.picture.height;
  view.mirror = n % 2;
  view.x = n < 3 ? n - 2 : n - 3;
  view.y = n < 3 ? -n : 1;
  view.mean_x = n % 5;
  view.mean_y = n % 3;
  const auto maps = ChannelMaps(preprocessing, made.noise);
  std::copy(maps.begin(), maps.end(), view.maps);
  return made;
}

// What a plan for pixels is given of a picture.
void PutOnCanvas(const Image& picture, const PixelCanvas& canvas, uint8_t* to) {
  for (int y = 0; y < picture.height; ++y) {
    std::copy_n(picture.row(y), picture.stride(),
                to + int64_t{y} * canvas.width * canvas.channels);
  }
}

// The same view by NormalizeCrop: of the part of the picture inside the crop.
void RenderOnHost(const ViewedPicture& viewed, int side,
                  const Preprocessing& preprocessing, float* to) {
  const auto& [picture, noise, view] = viewed;
  const int x0 = std::max(view.x, 0);
  const int y0 = std::max(view.y, 0);
  const int x1 = std::min(view.x + side, picture.width);
  const int y1 = std::min(view.y + side, picture.height);
  Image inside = Image::Create(x1 - x0, y1 - y0, picture.channels).value();
  for (int y = y0; y < y1; ++y) {
    std::copy_n(picture.row(y) + x0 * picture.channels, inside.stride(),
                inside.row(y - y0));
  }
  CropWindow window;
  window.left = x0 - view.x;
  window.top = y0 - view.y;
  window.mean_x = view.mean_x;
  window.mean_y = view.mean_y;
  window.mirror = view.mirror != 0;
  NormalizeCrop(inside, window, preprocessing, noise, to);
}

struct PixelCase {
  std::string name;
  bool grey = false;
  bool mean_image = false;
};

class CudaPixelsTest : public ::testing::TestWithParam<PixelCase> {};

INSTANTIATE_TEST_SUITE_P(
    All, CudaPixelsTest,
    ::testing::Values(PixelCase{"Colour", false, false},
                      PixelCase{"ColourMeanImage", false, true},
                      PixelCase{"Grey", true, false},
                      PixelCase{"GreyMeanImage", true, true}),
    [](const auto& parameter) { return parameter.param.name; });

// Pictures as bytes give what pictures rendered by the host give: crops at and
// past the edges, mirrors, colour noise, mean images, three channels and one.
TEST_P(CudaPixelsTest, AreRenderedAsTheHostDoes) {
  const bool grey = GetParam().grey;
  Network network = TowersNetwork();
  network.channels = grey ? 1 : 3;
  const int side = static_cast<int>(network.height);
  const Preprocessing preprocessing =
      PixelPreprocessing(side, grey, GetParam().mean_image);
  PixelCanvas canvas;
  canvas.width = side + 4;
  canvas.height = side + 6;
  canvas.channels = grey ? 1 : 3;
  TrainingPlanOptions options;
  options.batch = kBatch;
  options.pixels = PixelInput{canvas, preprocessing.mean_image};
  Trainer pixels(network, Cuda(), options);
  Trainer floats(network, Cuda());

  std::vector<uint8_t> bytes(static_cast<size_t>(kBatch * canvas.bytes()),
                             0xee);
  std::vector<PixelView> views;
  const int64_t floats_of_one =
      network.channels * network.height * network.width;
  for (int n = 0; n < kBatch; ++n) {
    const ViewedPicture viewed = MakeViewedPicture(n, side, preprocessing);
    views.push_back(viewed.view);
    PutOnCanvas(viewed.picture, canvas, bytes.data() + n * canvas.bytes());
    RenderOnHost(viewed, side, preprocessing,
                 floats.images.data() + n * floats_of_one);
  }

  StepInput input = pixels.input();
  input.images = nullptr;
  input.pixels = {bytes.data(), views.data()};
  for (int i = 0; i < 3; ++i) {
    const auto actual = pixels.plan->Step(input, {});
    ASSERT_TRUE(actual.ok()) << actual.status().ToString();
    EXPECT_EQ(actual->loss, floats.plan->Step(floats.input(), {}).value().loss);
  }
  EXPECT_EQ(Parameters(pixels), Parameters(floats));
}

TEST(CudaTrainingTest, APlanSaysWhetherItIsCaptured) {
  Trainer trainer(PlainNetwork(), Cuda());
  const auto says = [&](const std::string& what) {
    return trainer.plan->Describe().find("captured: " + what) !=
           std::string::npos;
  };
  EXPECT_TRUE(says("not yet")) << trainer.plan->Describe();
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(trainer.plan->Step(trainer.input(), {}).ok());
  }
  EXPECT_TRUE(says("yes")) << trainer.plan->Describe();
  Trainer host(PlainNetwork(), CreateReferenceBackend());
  EXPECT_NE(host.plan->Describe().find("captured: nothing to capture"),
            std::string::npos);
}

TEST(CudaTrainingTest, TheHostRefusesPixels) {
  const Network network = PlainNetwork();
  TrainingPlanOptions options;
  options.batch = 1;
  options.pixels = PixelInput{{12, 12, 3}, nullptr};
  const auto source = TensorsAsSource(TestParameters(network));
  const auto plan = TrainingPlan::Compile(network, CreateReferenceBackend(),
                                          *source, options);
  EXPECT_EQ(plan.status().code(), StatusCode::kUnsupported);
}

}  // namespace
}  // namespace alexnet
