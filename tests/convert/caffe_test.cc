// Caffe's files: of every generation, against OpenCV's reader of them
// (tests/golden/convert/make_caffe.py), there and back, and broken ones.

#include <gtest/gtest.h>

#include <alexnet/alexnet_convert.hpp>
#include <cstring>

#include "tests/convert/support.h"

namespace alexnet::convert_test {
namespace {

Imported Import(const std::string& path, const std::string& prototxt = "") {
  ImportOptions options;
  if (!prototxt.empty()) options.network_file = prototxt.c_str();
  return import_model(path, options);
}

std::vector<float> Logits(const Model& model) {
  return Activation(model, "fc7", ReadFloats(Golden("small_input.f32")));
}

struct Case {
  const char* weights;
  const char* prototxt;  // "" for none
};

class CaffeGenerationsTest : public ::testing::TestWithParam<Case> {};

TEST_P(CaffeGenerationsTest, ComputesWhatOpenCvComputes) {
  const std::string prototxt = GetParam().prototxt;
  const Imported imported = Import(Golden(GetParam().weights),
                                   prototxt.empty() ? "" : Golden(prototxt));
  EXPECT_LT(RelativeError(Logits(imported.model),
                          ReadFloats(Golden("caffe_logits.f32"))),
            1e-5);
}

INSTANTIATE_TEST_SUITE_P(
    All, CaffeGenerationsTest,
    ::testing::Values(Case{"caffe_v2.caffemodel", "caffe_v2.prototxt"},
                      Case{"caffe_v2.caffemodel", "caffe_v1.prototxt"},
                      Case{"caffe_v1.caffemodel", "caffe_v1.prototxt"},
                      Case{"caffe_v1.caffemodel", "caffe_v2.prototxt"},
                      Case{"caffe_v0.caffemodel", "caffe_v2.prototxt"},
                      Case{"caffe_v2_trained.caffemodel", ""},
                      Case{"caffe_v2_trained.caffemodel",
                           "caffe_v2.prototxt"}));

// As a conversion leaves them that is killed between its two files.
TEST(CaffeTest, FilesOfTwoConversionsSayThatTheyAreMixed) {
  const std::string folder = FreshFolder("mixed");
  const auto write = [&](const std::string& name, float beta) {
    Network network("mixed", 3, 32, 32);
    ConvolutionOptions convolution;
    convolution.out_channels = 4;
    convolution.window.kernel_h = 5;
    LrnOptions lrn;
    lrn.beta = beta;
    FullyConnectedOptions full;
    full.out_features = 3;
    network.add_convolution("conv1", convolution)
        .add_lrn("norm1", lrn)
        .add_fully_connected("fc2", full)
        .add_softmax("prob");
    export_model(Model::initial(network, 1), folder + "/" + name);
  };
  write("old.caffemodel", 0.5f);
  write("new.caffemodel", 0.75f);
  const auto mixed = [&](const char* prototxt) {
    return Import(folder + "/new.caffemodel", folder + "/" + prototxt)
               .report.find("of different conversions") != std::string::npos;
  };
  EXPECT_FALSE(mixed("new.prototxt"));
  EXPECT_TRUE(mixed("old.prototxt"));
}

TEST(CaffeTest, LayersOfTheOldestFormAreUnderstoodWithoutText) {
  // Without a size of pictures the layers cannot be placed.
  EXPECT_NE(Refusal([] {
              Import(Golden("caffe_v0.caffemodel"));
            }).find("give the deploy .prototxt by `network_file`"),
            std::string::npos);
}

TEST(CaffeTest, TakesMeanColoursFromTheFile) {
  const Preprocessing p =
      Import(Golden("caffe_v2_trained.caffemodel")).model.preprocessing();
  EXPECT_EQ(p.channel_order, ALEXNET_CHANNELS_BGR);
  EXPECT_EQ(p.mean_kind, ALEXNET_MEAN_CHANNEL);
  EXPECT_EQ(p.mean[0], 104.0f);
  EXPECT_EQ(p.mean[2], 123.0f);
}

TEST(CaffeTest, TakesTheScaleFromTheDescription) {
  const std::string path = FreshFolder("scale") + "/train_val.prototxt";
  WriteBytes(path, "\xef\xbb\xbf" + ReadBytes(Golden("caffe_v2.prototxt")) +
                       R"(layer { name: "data" type: "Data" top: "data"
                            include { phase: TEST }
                            transform_param { scale: 0.00390625
                                              mean_value: 100 } })");
  const Imported imported = Import(Golden("caffe_v2.caffemodel"), path);
  const Preprocessing p = imported.model.preprocessing();
  for (int c = 0; c < 3; ++c) {
    EXPECT_FLOAT_EQ((255 * p.scale - p.mean[c]) / p.stddev[c], 155.0f / 256);
  }
  EXPECT_EQ(imported.report.find("does not say how pictures"),
            std::string::npos);
}

TEST(CaffeTest, TakesAMeanImage) {
  ImportOptions options;
  const std::string mean = Golden("caffe_mean.binaryproto");
  options.mean_file = mean.c_str();
  const Imported imported =
      import_model(Golden("caffe_v2_trained.caffemodel"), options);
  const Preprocessing p = imported.model.preprocessing();
  EXPECT_EQ(p.mean_kind, ALEXNET_MEAN_IMAGE_AT_CROP);
  ASSERT_EQ(p.mean_image_height, 40);
  // Numbers stand at the end of the message.
  const std::string bytes = ReadBytes(mean);
  const std::vector<float> all = ReadFloats(mean);
  float last = 0.0f;
  std::memcpy(&last, bytes.data() + bytes.size() - 4, 4);
  EXPECT_EQ(p.mean_image[3 * 40 * 40 - 1], last);
}

TEST(CaffeTest, GoesOutAndComesBackBitForBit) {
  const std::string folder = FreshFolder("caffe_round_trip");
  ImportOptions options;
  const std::string mean = Golden("caffe_mean.binaryproto");
  options.mean_file = mean.c_str();
  const Imported first =
      import_model(Golden("caffe_v2_trained.caffemodel"), options);
  export_model(first.model, folder + "/out.caffemodel");
  EXPECT_EQ(FilesIn(folder),
            (std::vector<std::string>{"out.caffemodel", "out.prototxt",
                                      "out_mean.binaryproto"}));
  const std::string written_mean = folder + "/out_mean.binaryproto";
  const std::string text = folder + "/out.prototxt";
  options.mean_file = written_mean.c_str();
  options.network_file = text.c_str();
  const Imported second = import_model(folder + "/out.caffemodel", options);
  EXPECT_EQ(Parameters(second.model), Parameters(first.model));
  EXPECT_EQ(ReadBytes(written_mean).size(), ReadBytes(mean).size());
  const Preprocessing a = first.model.preprocessing();
  const Preprocessing b = second.model.preprocessing();
  EXPECT_TRUE(
      std::equal(a.mean_image, a.mean_image + 3 * 40 * 40, b.mean_image));
}

TEST(CaffeTest, KeepsTheConstantOfLrn) {
  Network network("k", 3, 8, 8);
  ConvolutionOptions convolution;
  convolution.out_channels = 4;
  convolution.window.kernel_h = 3;
  LrnOptions lrn;
  lrn.k = 2.0f;
  FullyConnectedOptions full;
  full.out_features = 2;
  network.add_convolution("conv1", convolution)
      .add_lrn("norm1", lrn)
      .add_fully_connected("fc7", full);
  const std::string folder = FreshFolder("caffe_k");
  export_model(Model::initial(network), folder + "/k.caffemodel");
  EXPECT_NE(ReadBytes(folder + "/k.prototxt").find("k: 2"), std::string::npos);
  const Imported read =
      Import(folder + "/k.caffemodel", folder + "/k.prototxt");
  EXPECT_NE(read.model.json().find("\"k\": 2.0"), std::string::npos);
}

TEST(CaffeTest, SaysWhatCaffeCannotHold) {
  const Model paper = Model::initial(Network::preset("alexnet", 7));
  const std::string folder = FreshFolder("caffe_unsupported");
  EXPECT_NE(Refusal([&] {
              export_model(paper, folder + "/x.caffemodel");
            }).find("layer \"norm1\": normalizes each tower alone"),
            std::string::npos);
  ExportOptions half;
  half.dtype = ALEXNET_DTYPE_F16;
  const Imported small = Import(Golden("caffe_v2_trained.caffemodel"));
  EXPECT_NE(Refusal([&] {
              export_model(small.model, folder + "/x.caffemodel", half);
            }).find("Caffe files hold no f16 tensors"),
            std::string::npos);
  ExportOptions with_mean;
  const std::string mean = folder + "/mean.binaryproto";
  with_mean.mean_file = mean.c_str();
  EXPECT_NE(Refusal([&] {
              export_model(small.model, folder + "/x.caffemodel", with_mean);
            }).find("mean_file: the model subtracts no mean image"),
            std::string::npos);
  EXPECT_TRUE(FilesIn(folder).empty()) << "nothing is left behind";
}

TEST(CaffeTest, NamesTheLineOfABadPrototxt) {
  const std::string folder = FreshFolder("caffe_text");
  const auto refuse = [&](const std::string& text) {
    WriteBytes(folder + "/bad.prototxt", text);
    return Refusal([&] {
      Import(Golden("caffe_v2.caffemodel"), folder + "/bad.prototxt");
    });
  };
  EXPECT_NE(refuse("name: \"x\"\nlayer {\n").find("line 3: ends inside"),
            std::string::npos);
  EXPECT_NE(refuse("layer { name: 3 }").find("name cannot be 3"),
            std::string::npos);
  EXPECT_NE(
      refuse("layer {\n type: \"a\n }").find("line 2: has an open string"),
      std::string::npos);
  EXPECT_NE(refuse("}").find("a \"}\" too many"), std::string::npos);
  EXPECT_NE(refuse(std::string(100000, '{')).find("line 1"), std::string::npos);
  std::string nested;
  for (int i = 0; i < 100000; ++i) nested += "layer {";
  EXPECT_NE(refuse(nested).find("nested too deeply"), std::string::npos);
  EXPECT_NE(refuse("layer { name: \"a\" type: \"Deconvolution\" "
                   "bottom: \"data\" top: \"a\" }")
                .find("layer \"a\": is of type \"Deconvolution\""),
            std::string::npos);
}

TEST(CaffeTest, NamesTheLayerWhoseWeightsAreMissing) {
  std::string text = ReadBytes(Golden("caffe_v2.prototxt"));
  text.replace(text.find("'fc6'"), 5, "'fcX'");
  const std::string folder = FreshFolder("caffe_names");
  WriteBytes(folder + "/other.prototxt", text);
  EXPECT_NE(Refusal([&] {
              Import(Golden("caffe_v2.caffemodel"), folder + "/other.prototxt");
            }).find("layer \"fcX\": has no weights in the file"),
            std::string::npos);
}

}  // namespace
}  // namespace alexnet::convert_test
