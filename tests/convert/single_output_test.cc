// Networks of one output, whose sigmoid tells yes from no: they become two
// classes with the same probabilities.

#include <gtest/gtest.h>

#include <alexnet/alexnet_convert.hpp>
#include <cmath>

#include "tests/convert/support.h"

namespace alexnet::convert_test {
namespace {

Network OneOutput(bool softmax) {
  Network network("one", 3, 8, 8);
  ConvolutionOptions convolution;
  convolution.out_channels = 4;
  convolution.window.kernel_h = 3;
  FullyConnectedOptions full;
  full.out_features = 1;
  network.add_convolution("conv1", convolution)
      .add_relu("relu1")
      .add_fully_connected("fc2", full);
  if (softmax) network.add_softmax("prob");
  return network;
}

std::vector<float> Input(size_t count) {
  std::vector<float> input(count);
  for (size_t i = 0; i < count; ++i) {
    input[i] = static_cast<float>(std::sin(static_cast<double>(i)));
  }
  return input;
}

// Expects the probabilities that a sigmoid of the one output gives.
void ExpectSigmoid(const Model& two, const Model& one, size_t inputs) {
  ASSERT_EQ(two.info().classes, 2);
  const std::vector<float> input = Input(inputs);
  const double z = Activation(one, LogitsLayer(one), input)[0];
  ASSERT_NE(z, 0.0);
  const std::vector<float> p = Activation(two, two.layers().back().name, input);
  EXPECT_NEAR(p[1], 1.0 / (1.0 + std::exp(-z)), 1e-6);
  EXPECT_NEAR(p[0] + p[1], 1.0, 1e-6);
}

std::string Text(uint32_t number, const std::string& value) {
  std::string bytes;
  for (uint32_t tag = number << 3 | 2; tag != 0; tag >>= 7) {
    bytes += static_cast<char>((tag & 127) | (tag > 127 ? 128 : 0));
  }
  return bytes + static_cast<char>(value.size()) + value;
}

TEST(SingleOutputTest, AStateDictsIsALogit) {
  const Model one = Model::initial(Network::preset("alexnet_small", 1), 3);
  const std::string path = FreshFolder("one_pth") + "/x.pth";
  export_model(one, path);
  const Imported read = import_model(path);
  const ModelInfo info = one.info();
  ExpectSigmoid(read.model, one,
                static_cast<size_t>(3 * info.height * info.width));
  EXPECT_NE(read.report.find("no and yes"), std::string::npos) << read.report;
  EXPECT_NE(read.report.find("\"preset\": \"alexnet_small\""),
            std::string::npos);
}

TEST(SingleOutputTest, CaffesSigmoidIsKept) {
  const Model one = Model::initial(OneOutput(false), 3);
  const std::string path = FreshFolder("one_caffe") + "/x.caffemodel";
  ExportOptions alone;
  alone.network_file = "";
  export_model(one, path, alone);
  // Messages that follow each other are one.
  const std::string layer =
      Text(1, "prob") + Text(2, "Sigmoid") + Text(3, "fc2") + Text(4, "prob");
  WriteBytes(path, ReadBytes(path) + Text(100, layer));
  ExpectSigmoid(import_model(path).model, one, 3 * 8 * 8);
  WriteBytes(path, ReadBytes(path) +
                       Text(100, Text(1, "relu9") + Text(2, "ReLU") +
                                     Text(3, "prob") + Text(4, "relu9")));
  EXPECT_NE(Refusal([&] { import_model(path); }).find("follows a sigmoid"),
            std::string::npos);
}

TEST(SingleOutputTest, SeveralSigmoidsAreNamed) {
  const std::string path = FreshFolder("labels_caffe") + "/x.caffemodel";
  Network network("several", 3, 8, 8);
  FullyConnectedOptions full;
  full.out_features = 3;
  network.add_fully_connected("fc2", full);
  ExportOptions alone;
  alone.network_file = "";
  export_model(Model::initial(network), path, alone);
  WriteBytes(path,
             ReadBytes(path) + Text(100, Text(1, "prob") + Text(2, "Sigmoid") +
                                             Text(3, "fc2") + Text(4, "prob")));
  EXPECT_NE(Refusal([&] {
              import_model(path);
            }).find("a probability for each of 3 labels"),
            std::string::npos);
  ImportOptions logits;
  logits.no_softmax = 1;
  EXPECT_EQ(import_model(path, logits).model.info().classes, 3);
}

TEST(SingleOutputTest, ASoftmaxOverOneClassIsRefused) {
  const std::string path = FreshFolder("one_softmax") + "/x.onnx";
  export_model(Model::initial(OneOutput(true)), path);
  EXPECT_NE(Refusal([&] {
              import_model(path);
            }).find("softmax over one class, which is always 1"),
            std::string::npos);
}

}  // namespace
}  // namespace alexnet::convert_test
