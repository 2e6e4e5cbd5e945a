#include "tools/convert/model/recognise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>

#include "tools/convert/model/tensor_pairs.h"

namespace alexnet::convert {
namespace {

// Tensors that claim shapes without having the memory.
Tensor Claim(const std::string& name, const Extents& shape) {
  static const float kOne = 1.0f;
  Tensor tensor = DenseTensor(name, ElementType::kF32, {1},
                              std::as_bytes(std::span(&kOne, 1)), nullptr);
  tensor.shape = shape;
  tensor.parts[0].at.assign(shape.size(), 0);
  tensor.parts[0].extents = shape;
  tensor.parts[0].strides.assign(shape.size(), 0);
  return tensor;
}

struct Shape {
  const char* stem;
  Extents weight;
};

ForeignModel FileOf(std::vector<Shape> shapes,
                    const std::string& ending = ".weight") {
  ForeignModel model;
  for (const Shape& shape : shapes) {
    model.tensors.push_back(Claim(shape.stem + ending, shape.weight));
    model.tensors.push_back(
        Claim(shape.stem + std::string(ending == ".weight" ? ".bias" : "_b_0"),
              {shape.weight[0]}));
  }
  return model;
}

std::vector<Shape> TwoTowers(int64_t classes = 1000) {
  return {{"conv1", {96, 3, 11, 11}},  {"conv2", {256, 48, 5, 5}},
          {"conv3", {384, 256, 3, 3}}, {"conv4", {384, 192, 3, 3}},
          {"conv5", {256, 192, 3, 3}}, {"fc6", {4096, 9216}},
          {"fc7", {4096, 4096}},       {"fc8", {classes, 4096}}};
}

std::vector<Shape> Torchvision() {
  return {{"features.0", {64, 3, 11, 11}},   {"features.3", {192, 64, 5, 5}},
          {"features.6", {384, 192, 3, 3}},  {"features.8", {256, 384, 3, 3}},
          {"features.10", {256, 256, 3, 3}}, {"classifier.1", {4096, 9216}},
          {"classifier.4", {4096, 4096}},    {"classifier.6", {1000, 4096}}};
}

std::string RefusalOf(const ForeignModel& model,
                      const std::string& preset = "") {
  try {
    Recognise(model, preset);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(RecogniseTest, TorchvisionByItsTensors) {
  ForeignModel model = FileOf(Torchvision());
  // Dictionaries have any order; "features.10" sorts before "features.3".
  std::sort(model.tensors.begin(), model.tensors.end(),
            [](const Tensor& a, const Tensor& b) { return a.name < b.name; });
  const Recognised found = Recognise(model, "");
  EXPECT_EQ(found.preset, "torchvision");
  ASSERT_EQ(found.parameters.size(), 16u);
  EXPECT_EQ(found.parameters[8].name, "conv5.weight");
  EXPECT_EQ(found.parameters[8].from, "features.10.weight");
  EXPECT_EQ(found.parameters[15].name, "fc8.bias");
}

TEST(RecogniseTest, SaysThatTwoTowersAreAmbiguous) {
  const Recognised found = Recognise(FileOf(TwoTowers()), "");
  EXPECT_EQ(found.preset, "bvlc_alexnet");
  EXPECT_NE(found.why.find("caffenet"), std::string::npos) << found.why;
  EXPECT_NE(found.why.find("`preset`"), std::string::npos) << found.why;
}

// Where both orders fit, the likelier counts.
TEST(RecogniseTest, NumbersOrderLayersAndWordsDoNot) {
  const auto first = [](const char* a, const char* b) {
    return PairTensors(FileOf({{a, {4, 4}}, {b, {4, 4}}}).tensors)[0][0]
        .weight->name;
  };
  EXPECT_EQ(first("stem", "body"), "stem.weight");
  EXPECT_EQ(first("fc10", "fc9"), "fc9.weight");
}

TEST(RecogniseTest, TakesThePresetThatIsAskedFor) {
  EXPECT_EQ(Recognise(FileOf(TwoTowers(), "_w_0"), "caffenet").preset,
            "caffenet");
}

TEST(RecogniseTest, TakesTheFilesOwnWord) {
  ForeignModel model = FileOf(TwoTowers());
  model.network_name = "CaffeNet";
  EXPECT_EQ(Recognise(model, "").preset, "caffenet");
}

TEST(RecogniseTest, AnyNumberOfClasses) {
  const Recognised found = Recognise(FileOf(TwoTowers(17)), "");
  EXPECT_EQ(found.layers.layers.back().output, (std::vector<int64_t>{17}));
}

TEST(RecogniseTest, GreyPicturesAreANetworkOfTheirOwn) {
  std::vector<Shape> shapes = Torchvision();
  shapes[0].weight[1] = 1;
  const Recognised found = Recognise(FileOf(shapes), "");
  EXPECT_EQ(found.preset, "");
  EXPECT_EQ(found.layers.channels, 1);
  EXPECT_EQ(found.layers.layers.size(),
            Recognise(FileOf(Torchvision()), "").layers.layers.size());
  EXPECT_NE(found.why.find("1 input channels, which is no preset"),
            std::string::npos)
      << found.why;
}

TEST(RecogniseTest, NamesWhatPyTorchComputesWeightsOf) {
  for (const auto& [ending, remedy] :
       {std::pair(".weight_mask", "prune.remove"),
        std::pair(".weight_g", "remove_weight_norm"),
        std::pair(".parametrizations.weight.original0",
                  "remove_parametrizations")}) {
    ForeignModel model = FileOf(Torchvision());
    model.tensors.push_back(
        Claim(std::string("features.0") + ending, {64, 3, 11, 11}));
    EXPECT_NE(RefusalOf(model).find(remedy), std::string::npos)
        << RefusalOf(model);
  }
}

TEST(RecogniseTest, SaysWhichLayerOfAnotherNetworkDiffers) {
  std::vector<Shape> shapes = Torchvision();
  shapes[3].weight = {256, 384, 5, 5};
  EXPECT_EQ(RefusalOf(FileOf(shapes)),
            "holds the weights of another network: of the presets it is "
            "closest to, layer conv4 of torchvision has weights (256, 384, 3, "
            "3), \"features.8.weight\" is (256, 384, 5, 5)");
  EXPECT_NE(RefusalOf(FileOf(Torchvision()), "caffenet")
                .find("layer conv1 of caffenet has weights (96, 3, 11, 11)"),
            std::string::npos);
  EXPECT_NE(RefusalOf(FileOf(Torchvision()), "vgg").find("no preset \"vgg\""),
            std::string::npos);
}

TEST(RecogniseTest, RefusesTensorsThatBelongNowhere) {
  ForeignModel extra = FileOf(Torchvision());
  extra.tensors.push_back(Claim("bn.running_mean", {64}));
  EXPECT_NE(RefusalOf(extra).find("bn.running_mean"), std::string::npos);
  ForeignModel missing = FileOf(Torchvision());
  missing.tensors.pop_back();
  EXPECT_NE(RefusalOf(missing).find("layer fc8 of torchvision has a bias"),
            std::string::npos)
      << RefusalOf(missing);
  EXPECT_NE(RefusalOf(ForeignModel()).find("holds no weights"),
            std::string::npos);
}

TEST(RecogniseTest, TurnsFlattenedRowsRound) {
  const auto memory = std::make_shared<std::vector<float>>(4096 * 9216);
  std::iota(memory->begin(), memory->begin() + 9216, 0.0f);
  ForeignModel model = FileOf(TwoTowers());
  for (Tensor& tensor : model.tensors) {
    if (tensor.name != "fc6.weight") continue;
    tensor = DenseTensor("fc6.weight", ElementType::kF32, {4096, 9216},
                         std::as_bytes(std::span(*memory)), memory);
  }
  model.flatten = FlattenOrder::kHwc;
  const Recognised found = Recognise(model, "");
  ASSERT_EQ(found.parameters[10].name, "fc6.weight");
  std::vector<float> read;
  Stream(found.parameters[10].tensor, ElementType::kF32,
         [&](int64_t first, Bytes chunk) {
           if (first > 0) return;
           read.resize(9216);
           std::memcpy(read.data(), chunk.data(), 9216 * 4);
         });
  // Element (c, y, x) of the engine's row is (y, x, c) of the file's.
  EXPECT_EQ(read[0], 0.0f);
  EXPECT_EQ(read[1], 256.0f);
  EXPECT_EQ(read[6], 6 * 256.0f);
  EXPECT_EQ(read[36], 1.0f);
  EXPECT_EQ(read[9215], 9215.0f);
}

class RecogniseLayersTest : public ::testing::Test {
 protected:
  // Gives each layer its tensors, in order.
  static void NameTensors(ForeignModel* model) {
    model->layer_tensors.clear();
    size_t next = 0;
    for (const Layer& layer : model->layers->layers) {
      LayerTensors tensors;
      if (As<Convolution>(layer) || As<FullyConnected>(layer)) {
        tensors = {model->tensors[next].name, model->tensors[next + 1].name};
        next += 2;
      }
      model->layer_tensors.push_back(tensors);
    }
  }

  static ForeignModel FileOfPreset(const std::string& preset) {
    ForeignModel model =
        FileOf(preset == "torchvision" ? Torchvision() : TwoTowers());
    model.layers = LayersOf(Network::preset(preset), preset);
    NameTensors(&model);
    return model;
  }
};

TEST_F(RecogniseLayersTest, TellsPresetsOfOneShapeApart) {
  for (const char* preset :
       {"bvlc_alexnet", "caffenet", "alexnet", "zoo_bvlc_alexnet",
        "alexnet_2012", "torchvision"}) {
    const Recognised found = Recognise(FileOfPreset(preset), "");
    EXPECT_EQ(found.preset, preset);
  }
}

TEST_F(RecogniseLayersTest, RefusesAnotherPresetThanTheFilesLayers) {
  const std::string refusal =
      RefusalOf(FileOfPreset("caffenet"), "bvlc_alexnet");
  EXPECT_NE(refusal.find("layer pool1 is max pooling"), std::string::npos)
      << refusal;
}

TEST_F(RecogniseLayersTest, TakesANetworkOfNoPreset) {
  ForeignModel model = FileOfPreset("torchvision");
  std::erase_if(model.layers->layers,
                [](const Layer& layer) { return layer.name == "relu7"; });
  NameTensors(&model);
  const Recognised found = Recognise(model, "");
  EXPECT_EQ(found.preset, "");
  EXPECT_EQ(found.parameters.size(), 16u);
}

TEST_F(RecogniseLayersTest, RefusesNamesOfNoTensor) {
  ForeignModel model = FileOfPreset("torchvision");
  model.layer_tensors[0].weight = "gone";
  EXPECT_NE(RefusalOf(model).find("no tensor \"gone\""), std::string::npos);
}

}  // namespace
}  // namespace alexnet::convert
