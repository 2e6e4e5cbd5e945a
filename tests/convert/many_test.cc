// Files of very many small things. What takes the square of their number would
// take hours, and what takes n log n a second or a few.

#include <gtest/gtest.h>

#include <alexnet/alexnet_convert.hpp>
#include <string>

#include "tests/convert/checkpoint_bytes.h"
#include "tests/convert/onnx_bytes.h"
#include "tests/convert/support.h"

namespace alexnet::convert_test {
namespace {

constexpr int kMany = 300'000;
// Of members of an archive, which has no room for more without a larger format.
constexpr int kMembers = 60'000;

// None of them is a network of the family.
void ExpectRefused(const std::string& name, const std::string& bytes) {
  const std::string path = FreshFolder("many") + "/" + name;
  WriteBytes(path, bytes);
  EXPECT_NE(Refusal([&] { import_model(path); }), "");
}

std::string Named(const char* stem, int number) {
  return stem + std::to_string(number);
}

TEST(OnnxTest, ManyNodes) {
  std::string nodes;
  for (int i = 0; i < kMany; ++i) {
    nodes += Node("Relu", {i == 0 ? "x" : Named("r", i - 1)}, Named("r", i));
  }
  ExpectRefused("many.onnx", Onnx(nodes, {Named("r", kMany - 1)}));
}

TEST(OnnxTest, ManyTensors) {
  std::string tensors;
  for (int i = 0; i < kMany; ++i) tensors += Floats(Named("w", i), {1}, {1.0F});
  const std::string path = FreshFolder("many") + "/many.onnx";
  WriteBytes(path, Onnx(tensors + Node("Relu", {"x"}, "y"), {"y"}));
  EXPECT_EQ(import_model(path).model.layers().size(), 1u);
}

TEST(CheckpointTest, ManyTensorsOfOneStorage) {
  Checkpoint checkpoint;
  checkpoint.BeginDict();
  for (int i = 0; i < kMany; ++i) {
    checkpoint.Key(Named("layer", i) + ".weight");
    checkpoint.AddRepeated({1}, "0");
  }
  checkpoint.EndDict();
  ExpectRefused("many.pth", checkpoint.Zip());
}

TEST(CheckpointTest, ManyStorages) {
  Checkpoint checkpoint;
  checkpoint.BeginDict();
  for (int i = 0; i < kMembers; ++i) {
    checkpoint.Key(Named("layer", i) + ".weight");
    checkpoint.AddTensor({1});
  }
  checkpoint.EndDict();
  ExpectRefused("many.pth", checkpoint.Zip());
}

TEST(CaffeTest, ManyLayers) {
  std::string layers;
  std::string blobs;
  for (int i = 0; i < kMany; ++i) {
    const std::string name = Named("r", i);
    const std::string before = i == 0 ? "data" : Named("r", i - 1);
    layers += "layer { name: \"" + name + "\" type: \"ReLU\" bottom: \"" +
              before + "\" top: \"" + name + "\" }\n";
    // LayerParameter of a NetParameter: name, type, bottom, top.
    blobs += Field(100, Field(1, name) + Field(2, "ReLU") + Field(3, before) +
                            Field(4, name));
  }
  ExpectRefused("many.caffemodel", Field(1, "many") + blobs);
  const std::string text =
      "name: \"many\"\ninput: \"data\"\ninput_dim: 1\ninput_dim: 3\n"
      "input_dim: 8\ninput_dim: 8\n" +
      layers;
  const std::string folder = FreshFolder("many_text");
  WriteBytes(folder + "/many.prototxt", text);
  ImportOptions options;
  const std::string network = folder + "/many.prototxt";
  options.network_file = network.c_str();
  const std::string weights = Golden("caffe_v2.caffemodel");
  EXPECT_NE(Refusal([&] { import_model(weights, options); }), "");
}

TEST(DarknetTest, ManySections) {
  std::string config = "[net]\nheight=8\nwidth=8\nchannels=3\n";
  for (int i = 0; i < kMany; ++i) config += "[dropout]\nprobability=.5\n";
  const std::string folder = FreshFolder("many_sections");
  WriteBytes(folder + "/many.cfg", config);
  ImportOptions options;
  const std::string network = folder + "/many.cfg";
  options.network_file = network.c_str();
  const std::string weights = Golden("darknet_01.weights");
  EXPECT_NE(Refusal([&] { import_model(weights, options); }), "");
}

}  // namespace
}  // namespace alexnet::convert_test
