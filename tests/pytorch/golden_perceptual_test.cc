// What is computed of torchvision's network beside its predictions, against
// PyTorch: LPIPS, features, and the gradient with respect to an image.

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "core/base/philox.h"
#include "core/data/dataset.h"
#include "core/data/decode.h"
#include "core/exec/input_gradient_plan.h"
#include "core/exec/parameters.h"
#include "core/infer/features.h"
#include "core/infer/lpips.h"
#include "core/infer/shared_model.h"
#include "core/model/model.h"
#include "core/model/save.h"
#include "core/network/presets.h"
#include "core/preprocess/image.h"
#include "tests/pytorch/golden_support.h"

namespace alexnet::testing {
namespace {

// As picture() in make_perceptual_golden.py.
Image GoldenPicture(uint32_t stream, int width, int height) {
  PhiloxStream random(kGoldenSeed, RandomPurpose::kSynthetic, stream);
  Image image = *Image::Create(width, height, 3);
  for (uint8_t& level : image.pixels) {
    level = static_cast<uint8_t>(random.Uniform() * 256.0f);
  }
  return image;
}

// As uniform() there.
std::vector<float> GoldenWeights(uint32_t stream, int64_t count) {
  PhiloxStream random(kGoldenSeed, RandomPurpose::kSynthetic, stream);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = random.Uniform();
  return values;
}

void ExpectFacts(const std::vector<float>& values, uint32_t stream,
                 const nlohmann::json& facts, double tolerance) {
  const std::vector<float> direction =
      GoldenValues(stream, static_cast<int64_t>(values.size()));
  double squared = 0.0;
  double projection = 0.0;
  for (size_t i = 0; i < values.size(); ++i) {
    squared += double{values[i]} * double{values[i]};
    projection += double{values[i]} * double{direction[i]};
  }
  const double norm = facts.at(0);
  EXPECT_NEAR(std::sqrt(squared), norm, tolerance * norm);
  EXPECT_NEAR(projection, facts.at(1).get<double>(), tolerance * norm);
}

// A model of the layers up to relu5, which takes pictures as torchvision does.
std::shared_ptr<SharedModel> Trunk() {
  const Preset preset = *MakePreset("torchvision", {});
  ModelContents contents;
  contents.network =
      NetworkUpTo(preset.network, *FindLayer(preset.network, "relu5"));
  contents.preprocessing = preset.preprocessing;
  const std::vector<Tensor> tensors =
      GoldenParameters(*InferNetwork(contents.network));
  for (const Tensor& tensor : tensors) {
    contents.parameters.push_back(tensor.view());
  }
  const std::string path = ::testing::TempDir() + "/trunk.alexnet";
  EXPECT_TRUE(SaveModel(path, contents).ok());
  auto model = LoadModel(path);
  EXPECT_TRUE(model.ok()) << model.status().ToString();
  return std::make_shared<SharedModel>(*std::move(model));
}

TEST(GoldenPerceptualTest, Lpips) {
  const nlohmann::json golden = ReadGolden("perceptual.json").at("lpips");
  const std::shared_ptr<SharedModel> model = Trunk();
  const Image first = GoldenPicture(500, 71, 67);
  const Image second = GoldenPicture(501, 71, 67);
  const std::vector<float> learnt = GoldenWeights(510, 1152);
  CompileOptions options;
  for (const char* device : {"cpu", "reference"}) {
    options.device = device;
    options.threads = 2;
    for (const char* how : {"weighted", "unweighted"}) {
      const bool weighted = how == std::string("weighted");
      const auto found =
          MeasureLpips(*model, first, second,
                       weighted ? learnt : std::vector<float>(), options);
      ASSERT_TRUE(found.ok()) << found.status().ToString();
      const double total = golden.at(how).at("total");
      EXPECT_NEAR(found->total, total, 2e-6 * total) << how;
      ASSERT_EQ(found->layers.size(), 5u);
      for (size_t i = 0; i < 5; ++i) {
        const double share = golden.at(how).at("layers").at(i);
        EXPECT_NEAR(found->layers[i], share, 1e-5 * share) << how << " " << i;
      }
      const auto same = MeasureLpips(*model, first, first, learnt, options);
      EXPECT_EQ(same->total, 0.0);
    }
  }
}

TEST(GoldenPerceptualTest, LpipsRefusesWhatCannotBeCompared) {
  const std::shared_ptr<SharedModel> model = Trunk();
  const Image first = GoldenPicture(500, 71, 67);
  const auto sizes =
      MeasureLpips(*model, first, GoldenPicture(501, 67, 71), {}, {});
  EXPECT_EQ(sizes.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(sizes.status().ToString().find("71 x 67 and 67 x 71"),
            std::string::npos);
  const auto weights =
      MeasureLpips(*model, first, first, std::vector<float>(1151), {});
  EXPECT_EQ(weights.status().field(), "weights");
  EXPECT_NE(weights.status().ToString().find("1152"), std::string::npos);
  const Image tiny = GoldenPicture(500, 20, 20);
  const auto small = MeasureLpips(*model, tiny, tiny, {}, {});
  EXPECT_EQ(small.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(small.status().ToString().find("20 x 20"), std::string::npos)
      << small.status().ToString();
}

TEST(GoldenPerceptualTest, Features) {
  const std::string path = ::testing::TempDir() + "/golden.png";
  const auto png = EncodePng(GoldenPicture(502, 224, 224));
  ASSERT_TRUE(png.ok());
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(png->data()),
             static_cast<std::streamsize>(png->size()));
  // The picture as it is: not resized to 256 and cropped.
  const std::shared_ptr<SharedModel> trunk = Trunk();
  ModelContents contents;
  contents.network = trunk->model()->network();
  contents.preprocessing = trunk->model()->preprocessing();
  contents.preprocessing.resize_rule = ResizeRule::kNone;
  const std::vector<Tensor> tensors =
      GoldenParameters(*InferNetwork(contents.network));
  for (const Tensor& tensor : tensors) {
    contents.parameters.push_back(tensor.view());
  }
  const std::string file = ::testing::TempDir() + "/whole.alexnet";
  ASSERT_TRUE(SaveModel(file, contents).ok());
  const auto model = std::make_shared<SharedModel>(*LoadModel(file));
  FeatureOptions options;
  options.batch = 1;
  const auto features =
      Features::Create(model, "relu5", *OpenPictures({path}), options);
  ASSERT_TRUE(features.ok()) << features.status().ToString();
  std::vector<int64_t> pictures(1);
  std::vector<float> row(static_cast<size_t>((*features)->size()));
  ASSERT_EQ(*(*features)->Next(pictures, row), 1);
  ExpectFacts(row, 511, ReadGolden("perceptual.json").at("features"), 1e-5);
}

TEST(GoldenPerceptualTest, InputGradient) {
  const Network network = MakePreset("torchvision", {})->network;
  const auto source =
      TensorsAsSource(GoldenParameters(*InferNetwork(network), 0.125));
  const auto plan =
      InputGradientPlan::Compile(network, GoldenBackend("cpu"), *source, 1);
  ASSERT_TRUE(plan.ok()) << plan.status().ToString();
  const std::vector<float> image = GoldenValues(1, 3 * 224 * 224, 2.0f);
  std::vector<float> gradient(image.size());
  const int32_t unit = 3;
  ASSERT_TRUE((*plan)->Run(image.data(), &unit, gradient.data()).ok());
  ExpectFacts(gradient, 512, ReadGolden("perceptual.json").at("input_gradient"),
              1e-5);
}

}  // namespace
}  // namespace alexnet::testing
