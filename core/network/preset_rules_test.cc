// What presets carry besides shapes: the order of layers, initial values,
// recipes and preprocessing, against the published files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "core/network/presets.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::Pointwise;

Preset Make(const char* name) {
  Result<Preset> preset = MakePreset(name);
  EXPECT_TRUE(preset.ok()) << preset.status().ToString();
  return std::move(preset).value();
}

std::string Order(const char* name) {
  std::string order;
  for (const Layer& layer : Make(name).network.layers) {
    if (!order.empty()) order += ' ';
    order += layer.name;
  }
  return order;
}

std::vector<ParameterInfo> ParametersOf(const char* name, bool biases) {
  std::vector<ParameterInfo> chosen;
  const Result<NetworkInfo> info = InferNetwork(Make(name).network);
  for (const ParameterInfo& parameter : info->parameters) {
    if (parameter.is_bias == biases) chosen.push_back(parameter);
  }
  return chosen;
}

std::vector<float> InitialValues(const char* name, bool biases) {
  std::vector<float> values;
  for (const ParameterInfo& parameter : ParametersOf(name, biases)) {
    values.push_back(parameter.rule.init.value);
  }
  return values;
}

TEST(PresetOrderTest, NormalizationPoolingAndRelu) {
  EXPECT_EQ(Order("alexnet"),
            "conv1 relu1 norm1 pool1 conv2 relu2 norm2 pool2 conv3 relu3 conv4 "
            "relu4 conv5 relu5 pool5 fc6 relu6 drop6 fc7 relu7 drop7 fc8 prob");
  EXPECT_EQ(Order("bvlc_alexnet"), Order("alexnet"));
  EXPECT_EQ(Order("zoo_bvlc_alexnet"), Order("alexnet"));
  EXPECT_EQ(Order("caffenet"),
            "conv1 relu1 pool1 norm1 conv2 relu2 pool2 norm2 conv3 relu3 conv4 "
            "relu4 conv5 relu5 pool5 fc6 relu6 drop6 fc7 relu7 drop7 fc8 prob");
  EXPECT_EQ(Order("alexnet_2012"),
            "conv1 norm1 pool1 relu1 conv2 relu2 norm2 cnorm2 pool2 conv3 "
            "relu3 conv4 relu4 conv5 pool5 relu5 fc6 relu6 drop6 fc7 relu7 "
            "drop7 fc8 prob");
  EXPECT_EQ(Order("owt"),
            "conv1 norm1 pool1 relu1 conv2 relu2 norm2 pool2 conv3 relu3 conv4 "
            "relu4 conv5 pool5 relu5 fc6 relu6 drop6 fc7 relu7 drop7 fc8 prob");
  EXPECT_EQ(Order("torchvision"),
            "conv1 relu1 pool1 conv2 relu2 pool2 conv3 relu3 conv4 relu4 conv5 "
            "relu5 pool5 avgpool drop6 fc6 relu6 drop7 fc7 relu7 fc8 prob");
  EXPECT_EQ(Order("cifar10_lrn"),
            "conv1 pool1 relu1 norm1 conv2 relu2 pool2 norm2 conv3 relu3 pool3 "
            "fc4 prob");
  EXPECT_EQ(Order("cuda_convnet_26pct"),
            "conv1 pool1 relu1 conv2 relu2 pool2 conv3 relu3 pool3 fc4 relu4 "
            "fc5 prob");
  EXPECT_EQ(Order("cuda_convnet_18pct"), Order("cifar10_lrn"));
  EXPECT_EQ(Order("cuda_convnet_13pct"),
            "conv1 relu1 pool1 conv2 relu2 pool2 local3 relu3 local4 relu4 fc5 "
            "prob");
  EXPECT_EQ(Order("cuda_convnet_11pct"),
            "conv1 relu1 pool1 norm1 conv2 relu2 norm2 pool2 local3 relu3 "
            "local4 relu4 fc5 prob");
}

TEST(PresetInitTest, WeightsAndBiasesStartAsPublished) {
  const std::vector<float> ones = {0, 1, 0, 1, 1, 1, 1, 0};
  EXPECT_EQ(InitialValues("alexnet", true), ones);
  EXPECT_EQ(InitialValues("alexnet_2012", true), ones);
  EXPECT_EQ(InitialValues("caffenet", true), ones);
  EXPECT_THAT(InitialValues("bvlc_alexnet", true),
              ElementsAre(0, 0.1f, 0, 0.1f, 0.1f, 0.1f, 0.1f, 0));
  EXPECT_THAT(InitialValues("owt", true), ElementsAre(0, 1, 0, 1, 1, 1, 1, -7));
  EXPECT_EQ(InitialValues("alexnet", false), std::vector<float>(8, 0.01f));
  const std::vector<float> code = {0.01f, 0.01f, 0.03f, 0.03f,
                                   0.03f, 0.01f, 0.01f, 0.01f};
  EXPECT_EQ(InitialValues("alexnet_2012", false), code);
  EXPECT_EQ(InitialValues("owt", false), code);
  const std::vector<float> caffe = {0.01f, 0.01f,  0.01f,  0.01f,
                                    0.01f, 0.005f, 0.005f, 0.01f};
  EXPECT_EQ(InitialValues("bvlc_alexnet", false), caffe);
  EXPECT_EQ(InitialValues("caffenet", false), caffe);
  EXPECT_THAT(InitialValues("cifar10", false),
              ElementsAre(0.0001f, 0.01f, 0.01f, 0.1f, 0.1f));
  EXPECT_THAT(InitialValues("cuda_convnet_26pct", false),
              ElementsAre(0.0001f, 0.01f, 0.01f, 0.1f, 0.1f));
  EXPECT_THAT(InitialValues("cuda_convnet_18pct", false),
              ElementsAre(0.0001f, 0.01f, 0.01f, 0.01f));
  for (const char* name : {"cuda_convnet_13pct", "cuda_convnet_11pct"}) {
    EXPECT_THAT(InitialValues(name, false),
                ElementsAre(0.0001f, 0.01f, 0.04f, 0.04f, 0.01f));
  }
  for (const ParameterInfo& weight : ParametersOf("torchvision", false)) {
    EXPECT_EQ(weight.rule.init.kind, InitKind::kFanInUniform);
  }
}

TEST(PresetInitTest, BiasesLearnTwiceAsFastWithoutDecayButInTorchvision) {
  for (const char* name :
       {"alexnet", "alexnet_2012", "bvlc_alexnet", "caffenet", "owt", "cifar10",
        "cifar10_lrn", "cuda_convnet_26pct", "cuda_convnet_18pct"}) {
    SCOPED_TRACE(name);
    for (const ParameterInfo& bias : ParametersOf(name, true)) {
      EXPECT_EQ(bias.rule.rate, 2.0f);
      EXPECT_EQ(bias.rule.decay, 0.0f);
    }
  }
  for (const ParameterInfo& bias : ParametersOf("torchvision", true)) {
    EXPECT_EQ(bias.rule.rate, 1.0f);
    EXPECT_EQ(bias.rule.decay, 1.0f);
  }
}

TEST(PresetNormalizationTest, ConstantsOfEachVariant) {
  const auto norms = [](const char* name) {
    std::vector<Lrn> found;
    for (const Layer& layer : Make(name).network.layers) {
      if (const Lrn* lrn = As<Lrn>(layer)) found.push_back(*lrn);
    }
    return found;
  };
  constexpr auto kAcross = LrnRegion::kAcrossChannels;
  constexpr auto kWithin = LrnRegion::kWithinChannel;
  const Lrn tower = {kAcross, 5, 1e-4f, true, 0.75f, 2, 2};
  EXPECT_THAT(norms("alexnet"), ElementsAre(tower, tower));
  EXPECT_THAT(
      norms("alexnet_2012"),
      ElementsAre(tower, tower, Lrn{kWithin, 5, 1e-3f, true, 0.75f, 1, 1}));
  const Lrn caffe = {kAcross, 5, 1e-4f, true, 0.75f, 1, 1};
  EXPECT_THAT(norms("bvlc_alexnet"), ElementsAre(caffe, caffe));
  EXPECT_THAT(norms("caffenet"), ElementsAre(caffe, caffe));
  const Lrn owt = {kAcross, 5, 1e-4f, true, 0.75f, 2, 1};
  EXPECT_THAT(norms("owt"), ElementsAre(owt, owt));
  const Lrn cifar = {kWithin, 3, 5e-5f, true, 0.75f, 1, 1};
  EXPECT_THAT(norms("cifar10_lrn"), ElementsAre(cifar, cifar));
  EXPECT_THAT(norms("cuda_convnet_18pct"), ElementsAre(cifar, cifar));
  const Lrn across = {kAcross, 9, 1e-3f, true, 0.75f, 1, 1};
  EXPECT_THAT(norms("cuda_convnet_11pct"), ElementsAre(across, across));
  EXPECT_TRUE(norms("cuda_convnet_26pct").empty());
  EXPECT_TRUE(norms("cuda_convnet_13pct").empty());
  EXPECT_TRUE(norms("torchvision").empty());
  EXPECT_TRUE(norms("tf_slim").empty());
}

TEST(PresetRecipeTest, ThePapersAndCaffesAndTorchvisions) {
  const Recipe paper = Make("alexnet").recipe;
  EXPECT_EQ(paper.schedule.kind, ScheduleKind::kPlateau);
  EXPECT_EQ(paper.augmentation.color_sigma, 0.1f);
  EXPECT_FALSE(paper.augmentation.rescale_after_noise);
  EXPECT_TRUE(Make("alexnet_2012").recipe.augmentation.rescale_after_noise);

  const Recipe caffe = Make("caffenet").recipe;
  EXPECT_EQ(caffe.batch, 256);
  EXPECT_EQ(caffe.schedule.milestones.size(), 4u);  // 100k to 400k of 450k
  EXPECT_EQ(caffe.augmentation.color_sigma, 0.0f);

  const Recipe torch = Make("torchvision").recipe;
  EXPECT_EQ(torch.batch, 256);
  EXPECT_EQ(torch.rate, 0.01f);
  EXPECT_EQ(torch.weight_decay, 1e-4f);
  EXPECT_EQ(torch.augmentation.crop, CropKind::kRandomResized);
  EXPECT_EQ(torch.augmentation.color_sigma, 0.0f);
  EXPECT_THAT(torch.schedule.milestones,
              Pointwise(FloatNear(1e-6f), {1.0f / 3, 2.0f / 3}));

  // "dexp" from 0.01 with T = 250: 0.01, 0.00159, 0.000252, 0.00004.
  const Recipe owt = Make("owt").recipe;
  const float factor = owt.schedule.factor;
  EXPECT_NEAR(owt.rate * factor, 0.00159, 5e-6);
  EXPECT_NEAR(owt.rate * factor * factor, 0.000252, 5e-7);
  EXPECT_NEAR(owt.rate * factor * factor * factor, 0.00004, 5e-8);

  const Recipe cifar = Make("cifar10").recipe;
  EXPECT_EQ(cifar.batch, 100);
  EXPECT_EQ(cifar.epochs, 10);
  EXPECT_EQ(cifar.rate, 0.001f);
  EXPECT_EQ(cifar.weight_decay, 0.004f);
  EXPECT_THAT(cifar.schedule.milestones, ElementsAre(0.8f));
  EXPECT_EQ(cifar.augmentation.crop, CropKind::kCentre);
  EXPECT_FALSE(cifar.augmentation.mirror);
  EXPECT_EQ(cifar.augmentation.color_sigma, 0.0f);
  EXPECT_LE(Make("cifar10_lrn").recipe.epochs, 30);
}

// Of each weight tensor: wc of the parameter files.
std::vector<float> Decays(const char* name) {
  const float decay = Make(name).recipe.weight_decay;
  std::vector<float> decays;
  for (const ParameterInfo& weight : ParametersOf(name, false)) {
    EXPECT_EQ(weight.rule.rate, 1.0f);
    decays.push_back(decay * weight.rule.decay);
  }
  return decays;
}

// After which epochs the rate is cut.
std::vector<float> Cuts(const Recipe& recipe) {
  EXPECT_EQ(recipe.schedule.kind, ScheduleKind::kStep);
  EXPECT_EQ(recipe.schedule.factor, 0.1f);
  EXPECT_EQ(recipe.schedule.warmup_epochs, 0.0f);
  std::vector<float> cuts;
  for (const float milestone : recipe.schedule.milestones) {
    cuts.push_back(milestone * static_cast<float>(recipe.epochs));
  }
  return cuts;
}

TEST(PresetRecipeTest, CudaConvnets) {
  for (const char* name : {"cuda_convnet_26pct", "cuda_convnet_18pct",
                           "cuda_convnet_13pct", "cuda_convnet_11pct"}) {
    SCOPED_TRACE(name);
    const Recipe recipe = Make(name).recipe;
    EXPECT_EQ(recipe.batch, 128);
    EXPECT_EQ(recipe.rate, 0.001f);
    EXPECT_EQ(recipe.momentum, 0.9f);
    EXPECT_EQ(recipe.label_smoothing, 0.0f);
    EXPECT_EQ(recipe.clip_gradient_norm, 0.0f);
    EXPECT_EQ(recipe.augmentation.color_sigma, 0.0f);
    const Preprocessing preprocessing = Make(name).preprocessing;
    EXPECT_EQ(preprocessing.order, ChannelOrder::kRgb);
    EXPECT_EQ(preprocessing.mean_kind, MeanKind::kImageAtCentre);
    EXPECT_EQ(preprocessing.view_order, ViewOrder::kConvnet);
    EXPECT_EQ(preprocessing.scale, 1.0f);
  }
  EXPECT_EQ(Make("cuda_convnet_26pct").recipe.epochs, 10);
  EXPECT_THAT(Cuts(Make("cuda_convnet_26pct").recipe),
              Pointwise(FloatNear(1e-4f), {8.0f}));
  EXPECT_THAT(
      Decays("cuda_convnet_26pct"),
      Pointwise(FloatNear(1e-6f), {0.004f, 0.004f, 0.004f, 0.03f, 0.03f}));
  EXPECT_EQ(Make("cuda_convnet_18pct").recipe.epochs, 140);
  EXPECT_THAT(Cuts(Make("cuda_convnet_18pct").recipe),
              Pointwise(FloatNear(1e-4f), {120.0f, 130.0f}));
  EXPECT_THAT(Decays("cuda_convnet_18pct"),
              Pointwise(FloatNear(1e-6f), {0.004f, 0.004f, 0.004f, 1.0f}));
  EXPECT_EQ(Make("cuda_convnet_13pct").recipe.epochs, 160);
  EXPECT_THAT(Cuts(Make("cuda_convnet_13pct").recipe),
              Pointwise(FloatNear(1e-4f), {140.0f, 150.0f}));
  EXPECT_THAT(
      Decays("cuda_convnet_13pct"),
      Pointwise(FloatNear(1e-6f), {0.0f, 0.0f, 0.004f, 0.004f, 0.004f}));
  EXPECT_EQ(Make("cuda_convnet_11pct").recipe.epochs, 520);
  EXPECT_THAT(Cuts(Make("cuda_convnet_11pct").recipe),
              Pointwise(FloatNear(1e-4f), {500.0f, 510.0f}));
  EXPECT_THAT(Decays("cuda_convnet_11pct"),
              Pointwise(FloatNear(1e-6f), {0.0f, 0.0f, 0.004f, 0.004f, 0.01f}));
}

// "multiview-test" with a border of four pixels: corners and centre, then their
// mirrors.
TEST(PresetPreprocessingTest, TenCropsAreCudaConvnetsViews) {
  const std::vector<Placement> views =
      TenCropPlacements(Make("cuda_convnet_13pct").preprocessing, {32, 32})
          .value();
  ASSERT_EQ(views.size(), 10u);
  const int y[] = {0, 0, 4, 8, 8};
  const int x[] = {0, 8, 4, 0, 8};
  for (size_t i = 0; i < views.size(); ++i) {
    EXPECT_EQ(views[i].y, y[i % 5]);
    EXPECT_EQ(views[i].x, x[i % 5]);
    EXPECT_EQ(views[i].mirror, i >= 5);
    EXPECT_EQ(views[i].resized.width, 32);
    EXPECT_EQ(views[i].resized.height, 32);
  }
}

TEST(PresetPreprocessingTest, ChannelsMeansAndViews) {
  const Preprocessing paper = Make("alexnet").preprocessing;
  EXPECT_EQ(paper.order, ChannelOrder::kRgb);
  EXPECT_EQ(paper.mean_kind, MeanKind::kChannel);
  EXPECT_EQ(paper.view_order, ViewOrder::kConvnet);
  EXPECT_EQ(paper.scale, 1.0f);
  EXPECT_EQ(Make("alexnet_2012").preprocessing.mean_kind,
            MeanKind::kImageAtCentre);

  const Preprocessing caffe = Make("bvlc_alexnet").preprocessing;
  EXPECT_EQ(caffe.order, ChannelOrder::kBgr);
  EXPECT_EQ(caffe.resize_rule, ResizeRule::kWarp);
  EXPECT_EQ(caffe.view_order, ViewOrder::kCaffe);
  EXPECT_LT(caffe.mean[0], caffe.mean[2]);  // blue is darker than red

  const Preprocessing torch = Make("torchvision").preprocessing;
  EXPECT_EQ(torch.scale, 1.0f / 255);
  EXPECT_EQ(torch.mean[0], 0.485f);
  EXPECT_EQ(torch.stddev[2], 0.225f);

  EXPECT_EQ(Make("cifar10").preprocessing.mean_kind, MeanKind::kImageAtCentre);
  EXPECT_EQ(Make("lenet5").preprocessing.order, ChannelOrder::kGray);
}

}  // namespace
}  // namespace alexnet
