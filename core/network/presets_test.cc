#include "core/network/presets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace alexnet {
namespace {

using ::testing::HasSubstr;

NetworkInfo InfoOf(const char* preset, const PresetOptions& options = {}) {
  const Result<Preset> made = MakePreset(preset, options);
  EXPECT_TRUE(made.ok()) << made.status().ToString();
  const Result<NetworkInfo> info = InferNetwork(made->network);
  EXPECT_TRUE(info.ok()) << info.status().ToString();
  return *info;
}

// Published or derived counts: weights, biases, output side, MACs of a layer.
struct Row {
  const char* layer;
  int64_t weights;
  int64_t biases;
  int64_t side;  // 0: fully connected
  int64_t macs;
};

void ExpectRows(const char* preset, const std::vector<Row>& rows,
                int64_t parameters, int64_t macs) {
  const Result<Preset> made = MakePreset(preset);
  ASSERT_TRUE(made.ok());
  const NetworkInfo info = InfoOf(preset);
  EXPECT_EQ(info.parameter_count, parameters);
  EXPECT_EQ(info.macs, macs);
  std::map<std::string, int> index;
  for (size_t i = 0; i < made->network.layers.size(); ++i) {
    index[made->network.layers[i].name] = static_cast<int>(i);
  }
  std::map<std::string, int64_t> sizes;
  for (const ParameterInfo& parameter : info.parameters) {
    sizes[parameter.name] = parameter.shape.elements();
  }
  for (const Row& row : rows) {
    SCOPED_TRACE(row.layer);
    ASSERT_TRUE(index.count(row.layer));
    const LayerShapes& shapes =
        info.layers[static_cast<size_t>(index[row.layer])];
    EXPECT_EQ(shapes.macs, row.macs);
    if (row.side > 0) {
      EXPECT_EQ(shapes.out[2], row.side);
    }
    if (row.weights > 0) {
      EXPECT_EQ(sizes[std::string(row.layer) + ".weight"], row.weights);
      EXPECT_EQ(sizes[std::string(row.layer) + ".bias"], row.biases);
    }
  }
}

const std::vector<Row> kGrouped = {
    {"conv1", 34'848, 96, 55, 105'415'200},
    {"pool1", 0, 0, 27, 0},
    {"conv2", 307'200, 256, 27, 223'948'800},
    {"pool2", 0, 0, 13, 0},
    {"conv3", 884'736, 384, 13, 149'520'384},
    {"conv4", 663'552, 384, 13, 112'140'288},
    {"conv5", 442'368, 256, 13, 74'760'192},
    {"pool5", 0, 0, 6, 0},
    {"fc6", 37'748'736, 4096, 0, 37'748'736},
    {"fc7", 16'777'216, 4096, 0, 16'777'216},
    {"fc8", 4'096'000, 1000, 0, 4'096'000},
};

const std::vector<Row> kOneTower = {
    {"conv1", 23'232, 64, 55, 70'276'800},
    {"conv2", 307'200, 192, 27, 223'948'800},
    {"conv3", 663'552, 384, 13, 112'140'288},
    {"conv4", 884'736, 256, 13, 149'520'384},
    {"conv5", 589'824, 256, 13, 99'680'256},
    {"pool5", 0, 0, 6, 0},
    {"fc6", 37'748'736, 4096, 0, 37'748'736},
};

TEST(PresetCountsTest, TwoGroupNetworks) {
  for (const char* preset :
       {"alexnet", "alexnet_2012", "bvlc_alexnet", "caffenet"}) {
    SCOPED_TRACE(preset);
    ExpectRows(preset, kGrouped, 60'965'224, 724'406'816);
  }
}

TEST(PresetCountsTest, OneTowerNetworks) {
  for (const char* preset : {"torchvision", "owt"}) {
    SCOPED_TRACE(preset);
    ExpectRows(preset, kOneTower, 61'100'840, 714'188'480);
  }
}

TEST(PresetCountsTest, TfSlim) {
  ExpectRows("tf_slim",
             {{"conv1", 23'232, 64, 54, 67'744'512},
              {"pool1", 0, 0, 26, 0},
              {"pool2", 0, 0, 12, 0},
              {"pool5", 0, 0, 5, 0},
              {"fc6", 26'214'400, 4096, 1, 26'214'400}},
             50'303'912, 736'555'776);
}

TEST(PresetCountsTest, ZooGeometry) {
  ExpectRows("zoo_bvlc_alexnet",
             {{"conv1", 34'848, 96, 54, 101'616'768},
              {"pool1", 0, 0, 26, 0},
              {"pool2", 0, 0, 12, 0},
              {"pool5", 0, 0, 6, 0}},
             60'965'224, 654'560'384);
}

TEST(PresetCountsTest, CaffeNetworksLoadAt224) {
  PresetOptions options;
  options.input_size = 224;
  for (const char* name : {"bvlc_alexnet", "caffenet"}) {
    SCOPED_TRACE(name);
    const Result<Preset> preset = MakePreset(name, options);
    ASSERT_TRUE(preset.ok());
    const NetworkInfo info = InfoOf(name, options);
    EXPECT_EQ(info.parameter_count, 60'965'224);
    std::map<std::string, int64_t> sides;
    for (size_t i = 0; i < info.layers.size(); ++i) {
      const Shape& out = info.layers[i].out;
      if (out.rank() == 4) sides[preset->network.layers[i].name] = out[2];
    }
    EXPECT_EQ(sides["conv1"], 54);
    EXPECT_EQ(sides["pool1"], 27);
    EXPECT_EQ(sides["pool2"], 13);
    EXPECT_EQ(sides["pool5"], 6);
  }
}

TEST(PresetCountsTest, EveryPresetHasAsManyAsItsPublicationSays) {
  const std::map<std::string, int64_t> parameters = {
      {"alexnet", 60'965'224},
      {"alexnet_2012", 60'965'224},
      {"bvlc_alexnet", 60'965'224},
      {"caffenet", 60'965'224},
      {"zoo_bvlc_alexnet", 60'965'224},
      {"torchvision", 61'100'840},
      {"owt", 61'100'840},
      {"tf_slim", 50'303'912},
      // Caffe's cifar10_quick and cifar10_full, layer by layer.
      {"cifar10", 2'432 + 25'632 + 51'264 + 65'600 + 650},
      {"cifar10_lrn", 2'432 + 25'632 + 51'264 + 10'250},
      // cuda-convnet's layers-80sec.cfg and layers-18pct.cfg, likewise.
      {"cuda_convnet_26pct", 2'432 + 25'632 + 51'264 + 65'600 + 650},
      {"cuda_convnet_18pct", 2'432 + 25'632 + 51'264 + 10'250},
      // Its layers-conv-local-13pct.cfg and -11pct.cfg: 36 positions.
      {"cuda_convnet_13pct", 4'864 + 102'464 + 36 * 32 * (64 * 9 + 1) +
                                 36 * 32 * (32 * 9 + 1) + 11'530},
      {"cuda_convnet_11pct", 4'864 + 102'464 + 36 * 64 * (64 * 9 + 1) +
                                 36 * 32 * (64 * 9 + 1) + 11'530},
      // LeNet-5 with full connections throughout.
      {"lenet5", 156 + 2'416 + 48'120 + 10'164 + 850},
      {"alexnet_small", 2'432 + 25'664 + 55'392 + 27'712 + 147'712 + 2'570},
  };
  for (const PresetListing& listing : Presets()) {
    const auto known = parameters.find(std::string(listing.name));
    ASSERT_NE(known, parameters.end())
        << "how many parameters " << listing.name << " has is not said here";
    EXPECT_EQ(InfoOf(known->first.c_str()).parameter_count, known->second)
        << listing.name;
  }
}

TEST(PresetCountsTest, SmallNetworks) {
  EXPECT_EQ(InfoOf("cifar10").macs,
            2'457'600 + 6'553'600 + 3'276'800 + 65'536 + 640);
  PresetOptions options;
  options.input_size = 28;
  EXPECT_EQ(InfoOf("lenet5", options).parameter_count,
            156 + 2'416 + 30'840 + 10'164 + 850);
}

TEST(PresetCountsTest, UngroupedTwin) {
  Result<Preset> preset = MakePreset("bvlc_alexnet");
  ASSERT_TRUE(preset.ok());
  for (Layer& layer : preset->network.layers) {
    if (auto* conv = std::get_if<Convolution>(&layer.spec)) conv->groups = 1;
  }
  const Result<NetworkInfo> info = InferNetwork(preset->network);
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->parameter_count, 62'378'344);
  EXPECT_EQ(info->macs, 1'135'256'096);
}

TEST(PresetTest, EveryOneIsCompleteAndConsistent) {
  for (const PresetListing& listing : Presets()) {
    SCOPED_TRACE(listing.name);
    const Result<Preset> preset = MakePreset(listing.name);
    ASSERT_TRUE(preset.ok()) << preset.status().ToString();
    EXPECT_EQ(preset->name, listing.name);
    EXPECT_EQ(preset->network.name, listing.name);
    EXPECT_FALSE(preset->summary.empty());
    EXPECT_TRUE(ValidateRecipe(preset->recipe).ok())
        << ValidateRecipe(preset->recipe).ToString();
    EXPECT_EQ(preset->preprocessing.crop_height, preset->network.height);
    EXPECT_EQ(preset->preprocessing.crop_width, preset->network.width);
    EXPECT_EQ(preset->preprocessing.channels(), preset->network.channels);
    const Status preprocessing = ValidatePreprocessing(
        preset->preprocessing, MeanImageRule::kMayBeMissing);
    EXPECT_TRUE(preprocessing.ok()) << preprocessing.ToString();
    const Result<NetworkInfo> info = InferNetwork(preset->network);
    ASSERT_TRUE(info.ok()) << info.status().ToString();
    EXPECT_EQ(info->logits_layer,
              static_cast<int>(preset->network.layers.size()) - 2);
  }
}

TEST(PresetTest, ClassesChangeTheLastLayerOnly) {
  for (const PresetListing& listing : Presets()) {
    SCOPED_TRACE(listing.name);
    PresetOptions options;
    options.classes = 7;
    const Result<Preset> preset = MakePreset(listing.name, options);
    const Result<Preset> plain = MakePreset(listing.name);
    ASSERT_TRUE(preset.ok() && plain.ok());
    EXPECT_EQ(InferNetwork(preset->network)->classes, 7);
    const size_t head = preset->network.layers.size() - 2;
    for (size_t i = 0; i < preset->network.layers.size(); ++i) {
      EXPECT_EQ(preset->network.layers[i] == plain->network.layers[i],
                i != head);
    }
  }
}

TEST(PresetTest, InputSizeKeepsTheMargin) {
  PresetOptions options;
  options.input_size = 112;
  const Result<Preset> preset = MakePreset("torchvision", options);
  ASSERT_TRUE(preset.ok());
  EXPECT_EQ(preset->preprocessing.crop_width, 112);
  EXPECT_EQ(preset->preprocessing.resize, 128);
  // Adaptive pooling keeps the fully connected layers.
  EXPECT_EQ(InferNetwork(preset->network)->parameter_count, 61'100'840);
  // As large as pictures are for the preset's own size.
  options.input_size = 256;
  EXPECT_EQ(MakePreset("torchvision", options).value().preprocessing.resize,
            293);
}

// Crops of 24 have a border of four pixels.
TEST(PresetTest, CifarPicturesKeepTheirSizeUnderASmallerCrop) {
  for (const char* name : {"cuda_convnet_26pct", "cuda_convnet_18pct",
                           "cuda_convnet_13pct", "cuda_convnet_11pct"}) {
    SCOPED_TRACE(name);
    const Preset whole = MakePreset(name, {.input_size = 32}).value();
    EXPECT_EQ(whole.preprocessing.resize, 32);
    EXPECT_EQ(whole.preprocessing.crop_width, 32);
    EXPECT_EQ(whole.recipe.augmentation.crop, CropKind::kCentre);
    EXPECT_FALSE(whole.recipe.augmentation.mirror);

    PresetOptions options;
    options.input_size = 24;
    const Preset cropped = MakePreset(name, options).value();
    EXPECT_EQ(cropped.preprocessing.resize, 32);
    EXPECT_EQ(cropped.preprocessing.crop_width, 24);
    EXPECT_EQ(cropped.preprocessing.crop_height, 24);
    EXPECT_EQ(cropped.recipe.augmentation.crop, CropKind::kRandom);
    EXPECT_EQ(cropped.recipe.augmentation.pad, 0);
    EXPECT_TRUE(cropped.recipe.augmentation.mirror);

    options.input_size = 48;
    EXPECT_EQ(MakePreset(name, options)->preprocessing.resize, 48);
  }
  for (const char* name : {"cuda_convnet_13pct", "cuda_convnet_11pct"}) {
    const Preset own = MakePreset(name).value();
    EXPECT_EQ(own.preprocessing.crop_width, 24);
    EXPECT_EQ(own.preprocessing.resize, 32);
  }
  PresetOptions options;
  options.input_size = 24;
  EXPECT_EQ(MakePreset("cifar10", options)->preprocessing.resize, 24);
}

TEST(PresetTest, TooSmallAnInputNamesTheLeast) {
  PresetOptions options;
  options.input_size = 62;
  const Result<Preset> preset = MakePreset("torchvision", options);
  ASSERT_FALSE(preset.ok());
  EXPECT_THAT(preset.status().ToString(), HasSubstr("63 to"));
  options.input_size = 63;
  EXPECT_TRUE(MakePreset("torchvision", options).ok());
}

TEST(PresetTest, AnUnknownNameListsThoseThereAre) {
  const Result<Preset> preset = MakePreset("alexnot");
  ASSERT_FALSE(preset.ok());
  EXPECT_EQ(preset.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(preset.status().ToString(), HasSubstr("torchvision"));
  EXPECT_THAT(preset.status().ToString(), HasSubstr("lenet5"));
}

TEST(PresetTest, TheTowersOfThePaperDoNotMeetInNormalization) {
  const Result<Preset> preset = MakePreset("alexnet");
  ASSERT_TRUE(preset.ok());
  int norms = 0;
  for (const Layer& layer : preset->network.layers) {
    if (const Lrn* lrn = As<Lrn>(layer)) {
      ++norms;
      EXPECT_EQ(lrn->groups, 2);
      EXPECT_EQ(lrn->k, 2.0f);
      EXPECT_TRUE(lrn->divide_alpha);
    }
  }
  EXPECT_EQ(norms, 2);
}

TEST(PresetTest, ColourAxesAreUnitVectors) {
  const Result<Preset> preset = MakePreset("alexnet");
  ASSERT_TRUE(preset.ok());
  const auto& axes = preset->preprocessing.color_axes;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      float dot = 0;
      for (int c = 0; c < 3; ++c) {
        dot += axes[3 * static_cast<size_t>(i) + static_cast<size_t>(c)] *
               axes[3 * static_cast<size_t>(j) + static_cast<size_t>(c)];
      }
      EXPECT_NEAR(dot, i == j ? 1.0 : 0.0, 2e-4) << i << " " << j;
    }
  }
}

TEST(AdaptToSmallDataTest, LowersBiasesOfOneAndSaysSo) {
  Result<Preset> preset = MakePreset("alexnet");
  ASSERT_TRUE(preset.ok());
  EXPECT_EQ(AdaptToSmallData(100'000, &*preset), "");
  const std::string note = AdaptToSmallData(99'999, &*preset);
  EXPECT_THAT(note, HasSubstr("conv2, conv4, conv5, fc6, fc7"));
  for (const Layer& layer : preset->network.layers) {
    if (const auto* conv = As<Convolution>(layer)) {
      EXPECT_LE(conv->bias.init.value, 0.1f);
    }
    if (const auto* full = As<FullyConnected>(layer)) {
      EXPECT_LE(full->bias.init.value, 0.1f);
    }
  }
  EXPECT_EQ(AdaptToSmallData(10, &*preset), "");
}

}  // namespace
}  // namespace alexnet
