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
  const Imported imported = Import(Onnx(backwards, {"p"}));
  std::string layers;
  for (const LayerInfo& layer : imported.model.layers()) {
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

// ---- local response normalization

// `from` squared and averaged, up to the power "p".
std::string Power(const std::string& averaged) {
  return Floats("alpha", {1}, {1e-2f}) + Floats("k", {1}, {2.0f}) +
         Floats("beta", {1}, {0.75f}) + Node("Mul", {averaged, "alpha"}, "s") +
         Node("Add", {"s", "k"}, "h") + Node("Pow", {"h", "beta"}, "p");
}

std::string Within(const std::string& from) {
  return Node("Mul", {from, from}, "q") +
         Node("AveragePool", {"q"}, "m",
              ListAttribute("kernel_shape", {3, 3}) +
                  ListAttribute("pads", {1, 1, 1, 1}) +
                  Attribute("count_include_pad", 1)) +
         Power("m");
}

TEST(LrnTest, IsOfTheBlobThatItDivides) {
  const std::string conv = Constants() + Conv({"x", "w"}, "c");
  EXPECT_EQ(Import(Onnx(conv + Within("c") + Node("Div", {"c", "p"}, "d") +
                        Classifier("d")))
                .model.layers()[1]
                .type,
            ALEXNET_LAYER_LRN);
  ExpectRefusal(Onnx(conv + Within("c") + Node("Tanh", {"c"}, "r") +
                     Node("Div", {"r", "p"}, "d") + Classifier("d")),
                "(Div): computes with something else than a constant");
}

// As PyTorch has it: channels are the third axis of five.
std::string Across(const std::string& pad, const std::string& pool) {
  return Constants() + Conv({"x", "w"}, "c") +
         Integers("five", {1, 1, 4, 8, 8}) + Integers("four", {1, 4, 8, 8}) +
         Node("Mul", {"c", "c"}, "q") + Node("Reshape", {"q", "five"}, "v") +
         pad +
         Node("AveragePool", {pad.empty() ? "v" : "e"}, "m",
              ListAttribute("kernel_shape", {3, 1, 1}) + pool) +
         Node("Reshape", {"m", "four"}, "n") + Power("n") +
         Node("Div", {"c", "p"}, "d") + Classifier("d");
}

TEST(LrnTest, IsPaddedByHalfOfItsWindow) {
  const auto pad = [](const std::vector<int64_t>& amounts) {
    return Integers("pads", amounts) + Node("Pad", {"v", "pads"}, "e");
  };
  const std::string pool = ListAttribute("pads", {1, 0, 0, 1, 0, 0}) +
                           Attribute("count_include_pad", 1);
  for (const std::string& sound :
       {Across(pad({0, 0, 1, 0, 0, 0, 0, 1, 0, 0}), ""), Across("", pool)}) {
    EXPECT_EQ(Import(Onnx(sound)).model.layers()[1].type, ALEXNET_LAYER_LRN);
  }
  for (const std::string& other :
       {Across("", ""), Across(pad(std::vector<int64_t>(10, 0)), ""),
        Across(pad({0, 0, 2, 0, 0, 0, 0, 2, 0, 0}), ""),
        Across(pad({0, 0, 1, 0, 0, 0, 0, 1, 0, 0}), pool)}) {
    ExpectRefusal(Onnx(other),
                  "(AveragePool): averages over 3 channels that "
                  "are not padded by 1 at either end");
  }
  for (const std::vector<int64_t>& amounts :
       {std::vector<int64_t>{0, 0, 2, 0, 0, 0, 0, 0, 0, 0},
        {0, 0, 1, 1, 0, 0, 0, 1, 1, 0},
        {0, 0, 1, 0, 0, 1, 0, 0}}) {
    ExpectRefusal(Onnx(Across(pad(amounts), "")),
                  "(Pad): pads squares otherwise");
  }
}

// What Pad takes, as PyTorch's exporter computes it: from pairs for each axis,
// the last first.
std::string ComputedPad(int64_t before, int64_t after) {
  const std::string zero =
      Field(5, Field(1, "value") + Integers("", {0}) + Integer(20, 4));
  return Integers("four_more", {4}) +
         Integers("front", {0, 0, 0, 0, before, after}) +
         Integers("pairs", {-1, 2}) + Integers("last", {-1}) +
         Integers("end", {INT64_MIN + 1}) + Integers("first", {0}) +
         Node("ConstantOfShape", {"four_more"}, "t0", zero) +
         Node("Concat", {"front", "t0"}, "t1", Attribute("axis", 0)) +
         Node("Reshape", {"t1", "pairs"}, "t2") +
         Node("Slice", {"t2", "last", "end", "first", "last"}, "t3") +
         Node("Transpose", {"t3"}, "t4", ListAttribute("perm", {1, 0})) +
         Node("Reshape", {"t4", "last"}, "t5") +
         Node("Cast", {"t5"}, "pads", Attribute("to", 7)) +
         Node("Pad", {"v", "pads", ""}, "e");
}

TEST(LrnTest, IsPaddedAsTheGraphComputes) {
  EXPECT_EQ(Import(Onnx(Across(ComputedPad(1, 1), ""))).model.layers()[1].type,
            ALEXNET_LAYER_LRN);
  ExpectRefusal(Onnx(Across(ComputedPad(2, 2), "")),
                "are not padded by 1 at either end");
  ExpectRefusal(Onnx(Across(ComputedPad(2, 0), "")),
                "(Pad): pads squares otherwise");
}

// A Split of "c" in two, each normalized.
std::string Towers(const std::string& name) {
  std::string nodes =
      Field(1, Field(1, "c") + Field(2, name + "0") + Field(2, name + "1") +
                   Field(4, "Split") + Attribute("axis", 1));
  for (const std::string& tower : {name + "0", name + "1"}) {
    nodes += Node("LRN", {tower}, tower + "n", Attribute("size", 1));
  }
  return nodes;
}

TEST(LrnTest, TowersAreOfOneSplit) {
  const std::string towers =
      Constants() + Conv({"x", "w"}, "c") + Towers("left") + Towers("right");
  const auto joined = [&](const Names& names) {
    return Onnx(towers + Node("Concat", names, "d", Attribute("axis", 1)) +
                Classifier("d"));
  };
  EXPECT_EQ(Import(joined({"left0n", "left1n"})).model.layers()[1].type,
            ALEXNET_LAYER_LRN);
  ExpectRefusal(joined({"left0n", "right1n"}), "joins towers that differ");
}

}  // namespace
}  // namespace alexnet::convert_test
