// Small files of other programs (tests/golden/convert/make_weights.py) compute
// what those programs compute, and what is no file of weights is refused.

#include <gtest/gtest.h>

#include <alexnet/alexnet_convert.hpp>
#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/convert/support.h"

namespace alexnet::convert_test {
namespace {

struct Case {
  const char* file;
  const char* format;
  const char* network;  // beside it; "" for none
  const char* input;
  const char* logits;
  double tolerance = 1e-5;
};

void PrintTo(const Case& value, std::ostream* out) { *out << value.file; }

Imported Import(const std::string& path, const std::string& network) {
  ImportOptions options;
  if (!network.empty()) options.network_file = network.c_str();
  return import_model(path, options);
}

class WeightsTest : public ::testing::TestWithParam<Case> {};

TEST_P(WeightsTest, ComputeWhatTheirProgramComputes) {
  const Case& c = GetParam();
  const std::string path = Golden(c.file);
  EXPECT_EQ(detect_format(path), c.format);
  const std::string network = c.network;
  const Imported imported =
      Import(path, network.empty() ? "" : Golden(network));
  const std::vector<float> logits = Activation(
      imported.model, LogitsLayer(imported.model), ReadFloats(Golden(c.input)));
  EXPECT_LT(RelativeError(logits, ReadFloats(Golden(c.logits))), c.tolerance);
}

constexpr const char* kInput = "small_input.f32";
constexpr const char* kLogits = "caffe_logits.f32";
constexpr const char* kText = "caffe_v2.prototxt";

const Case kCases[] = {
    {"caffe_v2.caffemodel", "caffe", kText, kInput, kLogits},
    {"pytorch_zip.pth", "pytorch", kText, kInput, kLogits},
    {"pytorch_parallel.pth", "pytorch", kText, kInput, kLogits},
    {"pytorch_strides.pth", "pytorch", kText, kInput, kLogits},
    {"pytorch_tar.pth", "pytorch", kText, kInput, kLogits},
    {"pytorch_f16.pth", "pytorch", kText, kInput, kLogits, 5e-3},
    {"pytorch_bf16.pth", "pytorch", kText, kInput, kLogits, 3e-2},
    {"weights.safetensors", "safetensors", kText, kInput, kLogits},
    {"weights.npz", "npz", kText, kInput, kLogits},
    {"toronto_py3.npy", "npy", kText, kInput, kLogits},
    {"toronto_p2.npy", "npy", kText, kInput, kLogits},
    {"torch_9.onnx", "onnx", "", kInput, kLogits},
    {"torch_13.onnx", "onnx", "", kInput, kLogits},
    {"torch_15.onnx", "onnx", "", kInput, kLogits},
    {"darknet_01.weights", "darknet", "darknet.cfg", "darknet_input.f32",
     "darknet_logits.f32"},
    {"darknet_02.weights", "darknet", "darknet.cfg", "darknet_input.f32",
     "darknet_logits.f32"},
    {"cuda_convnet_dict", "cuda-convnet", "towers.prototxt", "towers_input.f32",
     "towers_logits.f32"},
    {"cuda_convnet_list", "cuda-convnet", "towers.prototxt", "towers_input.f32",
     "towers_logits.f32"}};

INSTANTIATE_TEST_SUITE_P(All, WeightsTest, ::testing::ValuesIn(kCases));

TEST(FormatsTest, EveryOneIsHeldAgainstItsProgram) {
  for (const FileFormat& format : file_formats()) {
    if (format.name == "alexnet") continue;
    EXPECT_TRUE(std::any_of(
        std::begin(kCases), std::end(kCases),
        [&](const Case& each) { return each.format == format.name; }))
        << format.name << " has no case in kCases";
  }
}

// As ONNX's model zoo has it (make_light_onnx.py), with weights of one number.
TEST(ZooTest, TheLightModelIsRecognisedAndFilled) {
  const Imported zoo = Import(Golden("light_bvlc_alexnet.onnx"), "");
  EXPECT_EQ(nlohmann::json::parse(zoo.report)["preset"], "zoo_bvlc_alexnet");
  const std::vector<float> weights =
      zoo.model.read_tensor(zoo.model.find_tensor("fc8.weight"));
  ASSERT_EQ(weights.size(), 1000u * 4096u);
  EXPECT_EQ(weights.front(), 0.02f);
  EXPECT_EQ(weights.back(), 0.02f);
}

TEST(RefusalTest, APickledModuleIsNamedAndNotExecuted) {
  EXPECT_NE(Refusal([] {
              Import(Golden("pytorch_module.pth"), "");
            }).find("refers to torch.nn.modules.container.Sequential"),
            std::string::npos);
}

TEST(RefusalTest, SaysWhatOtherFilesAre) {
  const std::string folder = FreshFolder("others");
  const std::map<std::string, std::string> files = {
      {std::string("\x89HDF\r\n\x1a\n....", 12), "HDF5"},
      {"\xff\xd8\xff\xe0 a picture", "picture"},
      {"<!DOCTYPE html><html>", "page"},
      {"version https://git-lfs.github.com/spec/v1\n", "pointer"},
      {"\x1f\x8b compressed", "compressed"},
      {"", "is empty"},
      {"name: \"x\"\nlayer {\n}\n", "network description"},
      {"nothing at all", "no format that is known"}};
  for (const auto& [bytes, expected] : files) {
    WriteBytes(folder + "/file", bytes);
    const std::string refusal = Refusal([&] { Import(folder + "/file", ""); });
    EXPECT_NE(refusal.find(expected), std::string::npos) << refusal;
    EXPECT_NE(refusal.find(folder + "/file"), std::string::npos) << refusal;
  }
  EXPECT_NE(
      Refusal([&] { Import(folder + "/not_there", ""); }).find("not_there"),
      std::string::npos);
  EXPECT_NE(Refusal([&] { Import(folder, ""); }).find(folder),
            std::string::npos);
}

TEST(RefusalTest, SaysWhichLayerDiffersFromTheDescription) {
  EXPECT_NE(Refusal([] {
              Import(Golden("pytorch_zip.pth"), Golden("towers.prototxt"));
            })
                .find("layer conv1 of towers has weights (4, 3, 3, 3), "
                      "\"conv1.weight\" is (8, 3, 5, 5)"),
            std::string::npos);
}

TEST(RefusalTest, DarknetsOtherActivationsAreNamed) {
  std::string config = ReadBytes(Golden("darknet.cfg"));
  config.replace(config.find("relu"), 4, "ramp");
  const std::string folder = FreshFolder("darknet");
  WriteBytes(folder + "/ramp.cfg", config);
  EXPECT_NE(Refusal([&] {
              Import(Golden("darknet_01.weights"), folder + "/ramp.cfg");
            }).find("activated by \"ramp\""),
            std::string::npos);
}

// Every golden file, cut at many places: never a crash, and never a model.
TEST(RefusalTest, CutFilesAreRefused) {
  const std::string folder = FreshFolder("cut");
  for (const auto& entry : std::filesystem::directory_iterator(Golden(""))) {
    const std::string name = entry.path().filename();
    const bool weights = name.find(".pth") != std::string::npos ||
                         name.find(".onnx") != std::string::npos ||
                         name.find(".np") != std::string::npos ||
                         name.find(".safetensors") != std::string::npos ||
                         name.find(".caffemodel") != std::string::npos ||
                         name.find("cuda_convnet") != std::string::npos;
    if (!weights) continue;
    std::string bytes = ReadBytes(entry.path());
    // A tar archive ends in zeros, some of which may go.
    bytes.erase(bytes.find_last_not_of('\0') + 1);
    for (size_t part = 1; part < 40; ++part) {
      const std::string path = folder + "/" + name;
      WriteBytes(path, bytes.substr(0, bytes.size() * part / 40));
      EXPECT_NE(Refusal([&] { Import(path, Golden(kText)); }), "")
          << name << " cut to " << part << "/40";
    }
  }
}

}  // namespace
}  // namespace alexnet::convert_test
