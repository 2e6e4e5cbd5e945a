// Files that mean harm: one test per class of attack on readers of weights that
// has been seen in other programs. Each is refused with a reason that names the
// place; sanitizers see to the rest.

#include <gtest/gtest.h>

#include <alexnet/alexnet_convert.hpp>
#include <filesystem>
#include <fstream>

#include "tests/convert/onnx_bytes.h"
#include "tests/convert/support.h"

namespace alexnet::convert_test {
namespace {

// What reading the bytes is refused with.
std::string RefusalOf(const std::string& bytes) {
  const std::string path = FreshFolder("hostile") + "/file";
  WriteBytes(path, bytes);
  return Refusal([&] { import_model(path); });
}

void ExpectRefusal(const std::string& bytes, const std::string& reason) {
  const std::string refusal = RefusalOf(bytes);
  EXPECT_NE(refusal.find(reason), std::string::npos) << "said: " << refusal;
}

// ---- safetensors

std::string Safetensors(const std::string& header, size_t data) {
  return Number(uint64_t{header.size()}) + header + std::string(data, '\0');
}

std::string Entry(const std::string& shape, const std::string& offsets) {
  return R"("a.weight":{"dtype":"F32","shape":)" + shape +
         R"(,"data_offsets":)" + offsets + "}";
}

TEST(SafetensorsTest, RefusesSizesThatOverflow) {
  ExpectRefusal(
      Safetensors("{" + Entry("[4294967296,4294967296]", "[0,0]") + "}", 0),
      "impossible shape");
  ExpectRefusal(
      Safetensors("{" + Entry("[18446744073709551615]", "[0,4]") + "}", 4),
      "impossible shape");
}

TEST(SafetensorsTest, RefusesZeroAndNegativeExtents) {
  ExpectRefusal(Safetensors("{" + Entry("[0,4]", "[0,0]") + "}", 0),
                "impossible shape");
  ExpectRefusal(Safetensors("{" + Entry("[-1]", "[0,4]") + "}", 4),
                "no whole number");
  ExpectRefusal(Safetensors("{" + Entry("[1.5]", "[0,4]") + "}", 4),
                "no whole number");
}

TEST(SafetensorsTest, RefusesOffsetsThatWrapOverlapOrLeaveHoles) {
  ExpectRefusal(Safetensors("{" + Entry("[1]", "[8,4]") + "}", 8),
                "ends before it begins");
  ExpectRefusal(
      Safetensors(
          "{" + Entry("[1]", "[18446744073709551612,18446744073709551615]") +
              "}",
          4),
      "begins at byte");
  ExpectRefusal(Safetensors("{" + Entry("[1]", "[4,8]") + "}", 8),
                "the one before ends at 0");
  ExpectRefusal(
      Safetensors(
          "{" + Entry("[1]", "[0,4]") +
              R"(,"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}})",
          6),
      "the one before ends at 4");
  ExpectRefusal(Safetensors("{" + Entry("[1]", "[0,4]") + "}", 12),
                "has 12 bytes of data; its header describes 4");
}

TEST(SafetensorsTest, RefusesNamesThatOccurTwiceAndDeepNesting) {
  ExpectRefusal(
      Safetensors(
          "{" + Entry("[1]", "[0,4]") + "," + Entry("[1]", "[0,4]") + "}", 4),
      "has \"a.weight\" twice");
  std::string deep = R"({"a":)";
  for (int i = 0; i < 100000; ++i) deep += "[";
  ExpectRefusal(Safetensors(deep, 0), "header");
}

// What takes the square of the number would take hours, and what takes n log n
// a second.
TEST(SafetensorsTest, ManyTensorsAreReadAtOnce) {
  constexpr int kTensors = 200'000;
  std::string header = "{";
  for (int i = 0; i < kTensors; ++i) {
    header += (i > 0 ? ",\"t" : "\"t") + std::to_string(i) +
              R"(":{"dtype":"F32","shape":[1],"data_offsets":[)" +
              std::to_string(4 * i) + "," + std::to_string(4 * i + 4) + "]}";
  }
  ExpectRefusal(Safetensors(header + "}", size_t{4} * kTensors), "");
}

TEST(SafetensorsTest, RefusesAHeaderLongerThanTheFile) {
  ExpectRefusal(Number(uint64_t{90'000'000}) + "{\"a\": 1}",
                "the file was cut, or changed");
}

TEST(SafetensorsTest, RefusesTypesThatWeightsDoNotHave) {
  ExpectRefusal(
      Safetensors(
          R"({"a.weight":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}})",
          4),
      "is of type F8_E4M3");
}

// ---- protobuf

// A tensor whose numbers are in another file.
std::string External(const std::string& location,
                     const std::string& offset = "0",
                     const std::string& length = "4") {
  const auto entry = [](const std::string& key, const std::string& value) {
    return Field(13, Field(1, key) + Field(2, value));
  };
  return entry("location", location) + entry("offset", offset) +
         entry("length", length) + Integer(14, 1);
}

TEST(OnnxTest, FollowsNoPathOutOfItsFolder) {
  const std::string secret = FreshFolder("secret") + "/data";
  WriteBytes(secret, std::string(4, '\x41'));
  for (const std::string& location :
       {secret, std::string("../secret/data"), std::string("./data"),
        std::string("a\\data"), std::string(".."), std::string("."),
        std::string(), std::string("data\0", 5)}) {
    ExpectRefusal(Onnx(Tensor("w", {1}, External(location))),
                  "tensor \"w\": is kept in another file");
  }
  ExpectRefusal(Onnx(Tensor("w", {1}, External("data"))),
                "is kept in \"data\", which is not beside the model");
}

TEST(OnnxTest, ReadsAPlainFileBesideItAndNoLink) {
  const std::string folder = FreshFolder("external");
  WriteBytes(folder + "/data", std::string(8, '\x41'));
  std::filesystem::create_symlink("data", folder + "/link");
  std::filesystem::create_directory(folder + "/folder");
  const auto refusal = [&](const std::string& external) {
    WriteBytes(folder + "/a.onnx", Onnx(Tensor("w", {1}, external)));
    return Refusal([&] { import_model(folder + "/a.onnx"); });
  };
  const auto expect = [&](const std::string& external,
                          const std::string& reason) {
    const std::string said = refusal(external);
    EXPECT_NE(said.find(reason), std::string::npos) << "said: " << said;
  };
  expect(External("data", "4"), "has no layers");  // the tensor was read
  expect(External("link"), "which is a link or no plain file");
  expect(External("folder"), "which is a link or no plain file");
  expect(External("data", "9"), "begins behind the end of \"data\"");
  expect(External("data", "5"), "reaches beyond the end of \"data\"");
  expect(External("data", "18446744073709551615"), "begins behind the end");
  expect(External("data", "-1"), "a place in another file that is no number");
  expect(External("data", "0", "8"), "has 8 bytes where (1)");
  expect(External("data", "0", "99999999999999999999"), "is no number");
}

TEST(OnnxTest, RefusesImpossibleShapes) {
  const std::string raw = Field(9, std::string(16, '\0'));
  for (const std::vector<uint64_t>& dims :
       {std::vector<uint64_t>{0, 4},
        {~uint64_t{0}, 4},
        {uint64_t{1} << 33, uint64_t{1} << 33}}) {
    ExpectRefusal(Onnx(Tensor("w", dims, raw)), "impossible shape");
  }
  ExpectRefusal(Onnx(Tensor("w", {2, 4}, raw)), "has 16 bytes where (2, 4)");
}

TEST(OnnxTest, RefusesNamesThatOccurTwice) {
  const std::string raw = Field(9, std::string(4, '\0'));
  ExpectRefusal(Onnx(Tensor("w", {1}, raw) + Tensor("w", {1}, raw)),
                "tensor \"w\": is there twice");
  ExpectRefusal(Onnx(Node("Relu", {"x"}, "y") + Node("Relu", {"y"}, "y")),
                "makes \"y\" again");
}

TEST(OnnxTest, RefusesWhatIsNoChain) {
  ExpectRefusal(Onnx(Node("Relu", {"x"}, "y") + Node("Relu", {"x"}, "z")),
                "does not follow the node before it");
  ExpectRefusal(Onnx(Node("Relu", {"later"}, "y")), "is not there before it");
  ExpectRefusal(Onnx(Node("LSTM", {"x"}, "y")), "(LSTM): is of no AlexNet");
}

TEST(OnnxTest, RefusesQuantizedNetworksByName) {
  ExpectRefusal(Onnx(Node("QuantizeLinear", {"x"}, "y")),
                "(QuantizeLinear): is of a quantized network");
}

TEST(CaffeTest, RefusesImpossibleBlobs) {
  const auto net = [](const std::string& blob) {
    const std::string conv = Field(1, "conv1") + Field(2, "Convolution") +
                             Field(3, "data") + Field(4, "conv1") +
                             Field(106, Integer(1, 1) + Integer(4, 1)) +
                             Field(7, blob) + Field(7, blob);
    return Field(1, "net") + Field(100, conv);
  };
  const std::string data = Field(5, std::string(12, '\0'));
  const auto legacy = [](uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return Integer(1, a) + Integer(2, b) + Integer(3, c) + Integer(4, d);
  };
  ExpectRefusal(net(legacy(0, 3, 1, 1) + data), "impossible shape");
  ExpectRefusal(net(legacy(~uint64_t{0}, 3, 1, 1) + data), "impossible shape");
  ExpectRefusal(net(legacy(1 << 20, 1 << 20, 1 << 20, 1) + data),
                "impossible shape");
  ExpectRefusal(net(legacy(1, 4, 1, 1) + data), "has 12 bytes where");
  ExpectRefusal(net(data), "has no shape");
}

// ---- pickles

TEST(PickleTest, ExecutesNothing) {
  const std::string witness = FreshFolder("witness") + "/written";
  const std::string command = "touch " + witness;
  // The magic number of PyTorch's bare pickles, then what os.system would run.
  const std::string magic(
      "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50"
      "\x19\x2e",
      15);
  const std::string call = "cposix\nsystem\n(S'" + command + "'\ntR.";
  ExpectRefusal(magic + "\x80\x02M\xe9\x03." + "\x80\x02}(X" +
                    Number(uint32_t{13}) + "little_endian\x88u." + call + "].",
                "refers to posix.system, a class that is not executed here");
  EXPECT_FALSE(std::filesystem::exists(witness));
}

// ---- NumPy

TEST(NumpyTest, RefusesImpossibleArrays) {
  const auto array = [](const std::string& header, size_t data) {
    return std::string("\x93NUMPY\x01\x00", 8) +
           Number(static_cast<uint16_t>(header.size())) + header +
           std::string(data, '\0');
  };
  ExpectRefusal(
      array("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 8),
      "is a single array of type <f4");
  ExpectRefusal(array("{'descr': '|O', 'fortran_order': False}", 0),
                "a header that NumPy does not write");
  ExpectRefusal(array("{'descr': '|O', 'descr': '|O', 'shape': ()}", 0),
                "a header that NumPy does not write");
  ExpectRefusal(array("__import__('os').system('true')", 0),
                "a header that NumPy does not write");
}

// Twice what constants may take, and a library's own.
void ExpectSmallRefusal(const std::string& bytes, const std::string& reason) {
  constexpr int64_t kRoom = int64_t{160} << 20;
  const std::string path = FreshFolder("hostile") + "/file";
  WriteBytes(path, bytes);
  EXPECT_TRUE(IsRefusedWithin(
      kRoom, [&] { import_model(path); }, reason))
      << "said: " << RefusalOf(bytes);
}

TEST(MemoryTest, SmallFilesThatClaimMuchTakeLittle) {
  // A tensor of four billion elements out of one, by ONNX's ConstantOfShape.
  ExpectSmallRefusal(
      Onnx(Integers("s", {65536, 65536}) + Node("ConstantOfShape", {"s"}, "w")),
      "impossible shape");
  // Constants that grow from node to node, each of a size that could be.
  std::string sums =
      Integers("s", {1 << 22}) + Node("ConstantOfShape", {"s"}, "w0");
  for (int i = 0; i < 3; ++i) {
    const std::string from = "w" + std::to_string(i);
    sums += Node("Add", {from, "w0"}, "w" + std::to_string(i + 1));
  }
  ExpectSmallRefusal(Onnx(sums),
                     "node 3 (Add): computes with constants: more than "
                     "8388608 elements in all");
  std::string lists = Integers("c0", std::vector<int64_t>(64, 1));
  for (int i = 0; i < 18; ++i) {
    const std::string from = "c" + std::to_string(i);
    lists += Node("Concat", {from, from}, "c" + std::to_string(i + 1),
                  Attribute("axis", 0));
  }
  ExpectSmallRefusal(Onnx(lists), "(Concat): computes with constants");
}

}  // namespace
}  // namespace alexnet::convert_test
