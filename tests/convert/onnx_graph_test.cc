// ONNX graphs that say more than a chain of layers, or almost one: what is
// computed is read, and what cannot be read is named.

#include <gtest/gtest.h>

#include <alexnet/alexnet_convert.hpp>
#include <cstdint>
#include <numeric>

#include "tests/convert/onnx_bytes.h"
#include "tests/convert/support.h"

namespace alexnet::convert_test {
namespace {

using Names = std::vector<std::string>;

Imported Import(const std::string& bytes) {
  const std::string path = FreshFolder("graph") + "/a.onnx";
  WriteBytes(path, bytes);
  return import_model(path);
}

void ExpectRefusal(const std::string& bytes, const std::string& reason) {
  const std::string refusal = Refusal([&] { Import(bytes); });
  EXPECT_NE(refusal.find(reason), std::string::npos) << "said: " << refusal;
}

// 1, 2, 3, ... in small.
std::vector<float> Counted(size_t count) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), 1.0f);
  for (float& value : values) value /= 64;
  return values;
}

std::vector<float> Weights(const Imported& imported, const char* name) {
  return imported.model.read_tensor(imported.model.find_tensor(name));
}

const std::string& Constants() {
  static const std::string constants = Floats("w", {4, 3, 3, 3}, Counted(108)) +
                                       Floats("g1", {6, 256}, Counted(1536)) +
                                       Floats("g2", {6, 6}, Counted(36));
  return constants;
}

std::string Conv(const Names& inputs, const std::string& output) {
  return Node("Conv", inputs, output, ListAttribute("pads", {1, 1, 1, 1}));
}
std::string Gemm(const Names& inputs, const std::string& output) {
  return Node("Gemm", inputs, output, Attribute("transB", 1));
}

// From "x" to "a", six numbers.
std::string Network() {
  return Constants() + Conv({"x", "w"}, "c") + Node("Relu", {"c"}, "r") +
         Node("Flatten", {"r"}, "f") + Gemm({"f", "g1"}, "a");
}

// From a map of 4 x 8 x 8 to "a".
std::string Classifier(const std::string& map) {
  return Node("Flatten", {map}, "f") + Gemm({"f", "g1"}, "a");
}

TEST(BiasTest, IsAConstantOrIsNamed) {
  EXPECT_EQ(Weights(Import(Onnx(Network() + Gemm({"a", "g2", ""}, "b"))),
                    "fc3.weight"),
            Counted(36));
  ExpectRefusal(Onnx(Network() + Gemm({"a", "g2", "a"}, "b")),
                "(Gemm): adds \"a\", which is no constant");
  ExpectRefusal(Onnx(Constants() + Integers("n", {1, 2, 3, 4}) +
                     Conv({"x", "w", "n"}, "c") + Classifier("c")),
                "(Conv): adds \"n\", which is no constant");
}

TEST(OutputTest, EndsTheChain) {
  const std::string content = Network() + Node("Relu", {"a"}, "b") +
                              Gemm({"b", "g2"}, "d") + Node("LSTM", {"d"}, "e");
  const Imported cut = Import(Onnx(content, {"a"}));
  EXPECT_EQ(LogitsLayer(cut.model), "fc2");
  EXPECT_EQ(cut.model.layers().back().type, ALEXNET_LAYER_SOFTMAX);
  EXPECT_NE(cut.report.find("left out were 3 nodes that the graph's output "
                            "does not need"),
            std::string::npos)
      << cut.report;
  // Of several, the one that is last.
  EXPECT_EQ(LogitsLayer(Import(Onnx(content, {"d", "r"})).model), "fc3");
}

TEST(OutputTest, IsNamedWhereTheChainDoesNotEndInIt) {
  ExpectRefusal(Onnx(Network() + Node("Shape", {"a"}, "s"), {"s"}),
                "output \"s\": is not what the chain of layers ends in");
  ExpectRefusal(Onnx(Network(), {"z"}), "output \"z\": is made by no node");
}

TEST(OutputTest, OfLogarithmsMayBeCastAndReshaped) {
  const std::string log =
      Network() + Node("LogSoftmax", {"a"}, "l", Attribute("axis", 1));
  const std::string cast = Node("Cast", {"l"}, "o", Attribute("to", 1));
  const Imported imported =
      Import(Onnx(log + cast + Node("Identity", {"o"}, "p"), {"p"}));
  EXPECT_EQ(LogitsLayer(imported.model), "fc2");
  ExpectRefusal(Onnx(log + cast + Node("Relu", {"o"}, "p"), {"p"}),
                "gives logarithms, and the graph goes on with node 6 (Relu)");
}

TEST(OrderTest, NodesMayStandBeforeWhatTheyUse) {
  const std::string backwards =
      Constants() + Node("Softmax", {"b"}, "p") + Gemm({"a", "g2"}, "b") +
      Classifier("r") + Node("Relu", {"c"}, "r") + Conv({"x", "w"}, "c");
  std::string layers;
  for (const LayerInfo& layer : Import(Onnx(backwards, {"p"})).model.layers()) {
    layers += std::string(layer.name) + " ";
  }
  EXPECT_EQ(layers, "conv1 relu1 fc2 fc3 prob ");
}

// ---- constants

TEST(ConstantTest, OfTwoAxesIsTurnedAsThePermutationSays) {
  const auto weights = [](const std::string& attributes) {
    return Weights(
        Import(Onnx(Network() + Node("Transpose", {"g2"}, "t", attributes) +
                    Node("MatMul", {"a", "t"}, "b"))),
        "fc3.weight");
  };
  // Rows are outputs here, and columns are in MatMul.
  std::vector<float> turned(36);
  for (size_t i = 0; i < 36; ++i) turned[i % 6 * 6 + i / 6] = Counted(36)[i];
  EXPECT_EQ(weights(""), Counted(36));
  EXPECT_EQ(weights(ListAttribute("perm", {1, 0})), Counted(36));
  EXPECT_EQ(weights(ListAttribute("perm", {0, 1})), turned);
  EXPECT_NE(Refusal([&] {
              weights(ListAttribute("perm", {0, 2}));
            }).find("(Transpose): turns axes that a matrix does not have"),
            std::string::npos);
}

TEST(ConstantTest, LosesTheAxesThatSqueezeNames) {
  const auto mean = [](const std::string& attributes) {
    return Import(Onnx(Floats("m", {1, 3, 1, 1}, {0.25f, 0.5f, 0.75f}) +
                       Node("Squeeze", {"m"}, "s", attributes) +
                       Node("Sub", {"x", "s"}, "n") + Constants() +
                       Conv({"n", "w"}, "c") + Classifier("c")))
        .model.preprocessing();
  };
  EXPECT_EQ(mean(ListAttribute("axes", {0})).mean[2], 0.75f);
  EXPECT_EQ(mean(ListAttribute("axes", {-4})).mean[1], 0.5f);
  // (3) is aligned with columns of pixels.
  EXPECT_NE(Refusal([&] { mean(""); }).find("(Sub): prepares pictures"),
            std::string::npos);
  EXPECT_NE(Refusal([&] {
              mean(ListAttribute("axes", {1}));
            }).find("(Squeeze): takes axis 1 of (1, 3, 1, 1) away"),
            std::string::npos);
}

// ---- pictures

TEST(PixelsTest, ThatAreNegatedAreNamed) {
  const std::string white = Floats("white", {1}, {255.0f});
  const std::string network =
      Constants() + Conv({"n", "w"}, "c") + Classifier("c");
  ExpectRefusal(Onnx(white + Node("Sub", {"white", "x"}, "n") + network),
                "node 0 (Sub): has multiplied pictures by a negative number");
  const Imported twice =
      Import(Onnx(white + Node("Sub", {"white", "x"}, "m") +
                  Node("Sub", {"white", "m"}, "n") + network));
  EXPECT_EQ(twice.model.preprocessing().mean_kind, ALEXNET_MEAN_NONE);
}

}  // namespace
}  // namespace alexnet::convert_test
