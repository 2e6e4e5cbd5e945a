// What is done to pictures before a network: what Caffe's data layers say, in
// every place where they have said it, and what the caller says.

#include <gtest/gtest.h>

#include <alexnet/alexnet_convert.hpp>
#include <map>

#include "tests/convert/support.h"

namespace alexnet::convert_test {
namespace {

constexpr const char* kWeights = "caffe_v2.caffemodel";
constexpr const char* kText = "caffe_v2.prototxt";

// A data layer of that name, with more fields.
std::string Data(const std::string& name, const std::string& more) {
  return "layer { name: \"" + name + "\" type: \"Data\" top: \"data\" " + more +
         " }\n";
}

// The network's description, with data layers.
std::string Described(const std::string& name, const std::string& layers) {
  const std::string path =
      FreshFolder("described_" + name) + "/train_val.prototxt";
  WriteBytes(path, ReadBytes(Golden(kText)) + layers);
  return path;
}

Imported Import(const std::string& text, ImportOptions options = {}) {
  options.network_file = text.c_str();
  return import_model(Golden(kWeights), options);
}

// What a pixel of each channel becomes.
std::vector<float> Seen(const Preprocessing& p, float pixel) {
  std::vector<float> seen;
  for (int c = 0; c < 3; ++c) {
    const float mean = p.mean_kind == ALEXNET_MEAN_NONE ? 0.0f : p.mean[c];
    seen.push_back((pixel * p.scale - mean) / p.stddev[c]);
  }
  return seen;
}

void ExpectSeen(const Preprocessing& p, const std::vector<float>& mean,
                float scale) {
  for (const float pixel : {0.0f, 100.0f, 255.0f}) {
    for (size_t c = 0; c < 3; ++c) {
      EXPECT_NEAR(Seen(p, pixel)[c], (pixel - mean[c]) * scale,
                  1e-4f * (1.0f + scale))
          << pixel << " in channel " << c;
    }
  }
}

TEST(DataLayerTest, SaysScaleAndMean) {
  const std::map<std::string, std::string> forms = {
      {"now",
       "transform_param { scale: 0.5 mean_value: 104 mean_value: 117 "
       "mean_value: 123 }"},
      {"older",
       "data_param { scale: 0.5 } transform_param { mean_value: 104 "
       "mean_value: 117 mean_value: 123 }"}};
  for (const auto& [name, fields] : forms) {
    const Imported read = Import(Described(name, Data("images", fields)));
    ExpectSeen(read.model.preprocessing(), {104, 117, 123}, 0.5f);
    EXPECT_NE(read.report.find("as layer \\\"images\\\" says"),
              std::string::npos)
        << read.report;
    EXPECT_EQ(read.report.find("does not say how pictures"), std::string::npos);
  }
}

TEST(DataLayerTest, OfOneThatTrainsAndOneThatTestsTheLatterCounts) {
  const Imported read = Import(Described(
      "two", Data("a",
                  "include { phase: TRAIN } transform_param { mirror: true "
                  "mean_file: \"mean.binaryproto\" }") +
                 Data("b",
                      "include { phase: TEST } transform_param { "
                      "mean_value: 9 scale: 2 }")));
  ExpectSeen(read.model.preprocessing(), {9, 9, 9}, 2.0f);
}

TEST(DataLayerTest, WithoutAWordPicturesAreTakenAsTheyAre) {
  const Imported read = Import(
      Described("plain", Data("a", "transform_param { crop_size: 35 }")));
  ExpectSeen(read.model.preprocessing(), {0, 0, 0}, 1.0f);
}

TEST(DataLayerTest, AMeanImageThatIsMissingIsAskedFor) {
  const std::string text = Described(
      "image",
      Data("a", "transform_param { scale: 0.1 mean_file: \"m.binaryproto\" }"));
  const std::string refusal = Refusal([&] { Import(text); });
  for (const char* part : {"m.binaryproto", "`mean_file`", "`mean_values`"}) {
    EXPECT_NE(refusal.find(part), std::string::npos) << refusal;
  }
  ImportOptions given;
  const float colour[] = {7};
  given.mean_values = colour;
  given.mean_value_count = 1;
  ExpectSeen(Import(text, given).model.preprocessing(), {7, 7, 7}, 0.1f);
  const std::string mean = Golden("caffe_mean.binaryproto");
  given.mean_value_count = 0;
  given.mean_file = mean.c_str();
  const Preprocessing p = Import(text, given).model.preprocessing();
  EXPECT_EQ(p.mean_kind, ALEXNET_MEAN_IMAGE_AT_CROP);
  EXPECT_FLOAT_EQ(p.stddev[0], 10.0f);
}

TEST(AskedPreparationTest, StandsBeforeTheFiles) {
  const std::string text = Described(
      "asked", Data("a", "transform_param { scale: 0.5 mean_value: 104 }"));
  ImportOptions options;
  options.scale = 0.25f;
  ExpectSeen(Import(text, options).model.preprocessing(), {104, 104, 104},
             0.25f);
  const float mean[] = {1, 2, 3};
  options.mean_values = mean;
  options.mean_value_count = 3;
  ExpectSeen(Import(text, options).model.preprocessing(), {1, 2, 3}, 0.25f);
}

TEST(AskedPreparationTest, HoldsForEveryFormat) {
  const float mean[] = {104, 117, 123};
  for (const char* name : {"pytorch_zip.pth", "caffe_v2.caffemodel"}) {
    ImportOptions options;
    const std::string text = Golden(kText);
    options.network_file = text.c_str();
    options.mean_values = mean;
    options.mean_value_count = 3;
    options.scale = 0.0078125f;
    options.input_order = ALEXNET_ORDER_BGR;
    const Imported read = import_model(Golden(name), options);
    ExpectSeen(read.model.preprocessing(), {104, 117, 123}, 0.0078125f);
    EXPECT_EQ(read.model.preprocessing().channel_order, ALEXNET_CHANNELS_BGR);
    // Only the declaration: the weights stay.
    options.input_order = ALEXNET_ORDER_RGB;
    const Imported other = import_model(Golden(name), options);
    EXPECT_EQ(other.model.preprocessing().channel_order, ALEXNET_CHANNELS_RGB);
    EXPECT_EQ(Parameters(other.model), Parameters(read.model));
  }
}

TEST(AskedPreparationTest, AMeanOfBytesIsOfBytesWhereTheNetworkTakesOnes) {
  ImportOptions options;
  const std::string text = Golden(kText);
  options.network_file = text.c_str();
  const float mean[] = {51, 102, 153};
  options.mean_values = mean;
  options.mean_value_count = 3;
  const Preprocessing p =
      import_model(Golden("pytorch_zip.pth"), options).model.preprocessing();
  EXPECT_FLOAT_EQ(p.scale, 1.0f / 255);
  EXPECT_FLOAT_EQ(p.mean[0], 0.2f);
  EXPECT_FLOAT_EQ(p.mean[2], 0.6f);
}

// numpy.save of a float32 array.
std::string Npy(const std::string& shape, const std::vector<float>& values) {
  const std::string header =
      "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n";
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size());
  bytes += '\0';
  return bytes + header +
         std::string(reinterpret_cast<const char*>(values.data()),
                     values.size() * sizeof(float));
}

TEST(AskedPreparationTest, AMeanImageMayHaveItsChannelsLast) {
  constexpr size_t kSide = 40;
  std::vector<float> last;
  for (size_t i = 0; i < kSide * kSide * 3; ++i) {
    last.push_back(static_cast<float>(i % 251));
  }
  const std::string path = FreshFolder("hwc") + "/mean.npy";
  WriteBytes(path, Npy("(40, 40, 3)", last));
  ImportOptions options;
  options.mean_file = path.c_str();
  const Imported imported = Import(Golden(kText), options);
  const Preprocessing p = imported.model.preprocessing();  // borrows the image
  ASSERT_EQ(p.mean_image_height, 40);
  for (size_t c = 0; c < 3; ++c) {
    for (const size_t at : {size_t{0}, size_t{41}, kSide * kSide - 1}) {
      EXPECT_EQ(p.mean_image[c * kSide * kSide + at], last[at * 3 + c]);
    }
  }
}

TEST(AskedPreparationTest, IsGivenToAModelOfTheEnginesToo) {
  const std::string path = FreshFolder("own") + "/x.alexnet";
  Import(Golden(kText)).model.save(path);
  ImportOptions options;
  options.scale = 2.0f;
  ExpectSeen(import_model(path, options).model.preprocessing(), {0, 0, 0},
             2.0f);
}

TEST(AskedPreparationTest, RefusesWhatCannotBeMeant) {
  const auto refusal = [](const ImportOptions& options) {
    return Refusal([&] { Import(Golden(kText), options); });
  };
  ImportOptions options;
  options.scale = -1.0f;
  EXPECT_NE(refusal(options).find("scale: must be above 0"), std::string::npos);
  options = {};
  const float mean[] = {1, 2, 3, 4};
  options.mean_values = mean;
  options.mean_value_count = 4;
  EXPECT_NE(refusal(options).find("mean_values"), std::string::npos);
  options.mean_value_count = 2;
  EXPECT_NE(refusal(options).find("has 2 channels; the network has 3"),
            std::string::npos);
  options.mean_value_count = 3;
  const std::string file = Golden("caffe_mean.binaryproto");
  options.mean_file = file.c_str();
  EXPECT_NE(refusal(options).find("in place of `mean_file`"),
            std::string::npos);
}

TEST(NetworkFileTest, IsAnErrorWhereItIsMissingOrOfNoUse) {
  for (const char* name :
       {"torch_13.onnx", "pytorch_zip.pth", "caffe_v2.caffemodel"}) {
    ImportOptions options;
    options.network_file = "not_there.prototxt";
    EXPECT_NE(Refusal([&] {
                import_model(Golden(name), options);
              }).find("not_there.prototxt"),
              std::string::npos)
        << name;
  }
  ImportOptions options;
  const std::string text = Golden(kText);
  options.network_file = text.c_str();
  EXPECT_NE(Refusal([&] {
              import_model(Golden("torch_13.onnx"), options);
            }).find("network_file: ONNX files say themselves what is computed"),
            std::string::npos);
  const std::string path = FreshFolder("own_text") + "/x.alexnet";
  Import(text).model.save(path);
  EXPECT_NE(Refusal([&] {
              import_model(path, options);
            }).find("a model file says itself"),
            std::string::npos);
}

TEST(NetworkFileTest, ATrainingDescriptionLeavesChannelsToTheWeights) {
  std::string text = ReadBytes(Golden(kText));
  const size_t begin = text.find("input:");
  text.erase(begin, text.find("layer {") - begin);
  const std::string path = FreshFolder("train_val") + "/train_val.prototxt";
  WriteBytes(path, Data("a", "transform_param { crop_size: 35 }") + text);
  for (const char* name : {"pytorch_zip.pth", "caffe_v2.caffemodel"}) {
    ImportOptions options;
    options.network_file = path.c_str();
    const ModelInfo info = import_model(Golden(name), options).model.info();
    EXPECT_EQ(info.channels, 3) << name;
    EXPECT_EQ(info.height, 35) << name;
  }
}

}  // namespace
}  // namespace alexnet::convert_test
