// Out and back in, through every pair of formats that are written: every
// parameter bit for bit.

#include <gtest/gtest.h>

#include <alexnet/alexnet_convert.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/convert/support.h"

namespace alexnet::convert_test {
namespace {

const char* const kEndings[] = {".alexnet",     ".caffemodel", ".pth", ".onnx",
                                ".safetensors", ".npz",        ".npy"};

Model Small() {
  return Model::initial(Network::preset("alexnet_small", 3), 11);
}

Model Through(const Model& model, const std::string& path,
              const ExportOptions& options = {}) {
  export_model(model, path, options);
  ImportOptions as;
  as.preset = "alexnet_small";
  return import_model(path, as).model;
}

class RoundTripTest : public ::testing::TestWithParam<const char*> {};

TEST_P(RoundTripTest, KeepsEveryBitThroughEveryOtherFormat) {
  const std::string folder = FreshFolder("round_trip");
  const Model model = Small();
  const Model first = Through(model, folder + "/first" + GetParam());
  for (const char* ending : kEndings) {
    const Model second = Through(first, folder + "/second" + ending);
    EXPECT_EQ(Parameters(second), Parameters(model)) << ending;
  }
}

TEST_P(RoundTripTest, HalvesStayHalves) {
  const std::string ending = GetParam();
  if (ending == ".caffemodel") return;  // holds none; see caffe_test
  const std::string folder = FreshFolder("halves");
  ExportOptions options;
  options.dtype = ALEXNET_DTYPE_F16;
  const Model half = Through(Small(), folder + "/half" + ending, options);
  for (const TensorInfo& tensor : half.tensors()) {
    if (tensor.role != ALEXNET_TENSOR_PARAMETER) continue;
    EXPECT_EQ(tensor.dtype, ALEXNET_DTYPE_F16) << tensor.name;
  }
  const Model again = Through(half, folder + "/again" + ending);
  EXPECT_EQ(Parameters(again), Parameters(half));
}

TEST_P(RoundTripTest, NothingIsWrittenWhereSomethingFails) {
  const std::string folder = FreshFolder("failing");
  const std::string path = folder + "/x" + GetParam();
  WriteBytes(path, "what was there before");
  CancelToken token;
  token.cancel();
  Limits limits;
  limits.cancel = token.get();
  try {
    export_model(Small(), path, {}, limits);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ALEXNET_CANCELLED) << error.what();
  }
  EXPECT_EQ(ReadBytes(path), "what was there before");
  EXPECT_EQ(FilesIn(folder).size(), 1u);
}

std::string NameOf(const ::testing::TestParamInfo<const char*>& info) {
  return info.param + 1;
}

INSTANTIATE_TEST_SUITE_P(All, RoundTripTest, ::testing::ValuesIn(kEndings),
                         NameOf);

TEST(FormatsTest, EveryOneThatIsWrittenGoesThere) {
  const std::string folder = FreshFolder("formats");
  std::set<std::string, std::less<>> gone;
  for (const char* ending : kEndings) {
    export_model(Small(), folder + "/x" + ending);
    gone.insert(detect_format(folder + "/x" + ending));
  }
  for (const FileFormat& format : file_formats()) {
    EXPECT_EQ(gone.count(format.name), format.writable ? 1u : 0u)
        << format.name << " has no ending in kEndings";
  }
}

TEST(PresetsTest, GoThroughOnnxAndAreRecognised) {
  const std::string folder = FreshFolder("presets");
  for (const Preset& preset : presets()) {
    const std::string name(preset.name);
    // The large ones go through the same code; these have every kind of layer
    // but the towers' LRN, which core preset tests cover below.
    if (name != "cifar10" && name != "cifar10_lrn" && name != "lenet5")
      continue;
    const Model model = Model::initial(Network::preset(name));
    export_model(model, folder + "/x.onnx");
    const Imported read = import_model(folder + "/x.onnx");
    const auto report = nlohmann::json::parse(read.report);
    EXPECT_EQ(report["preset"], name);
    EXPECT_EQ(Parameters(read.model), Parameters(model));
  }
}

// Layers that other formats have no word for.
TEST(OnnxTest, TowersAndWithinChannelsComeBack) {
  LrnOptions towers;
  towers.groups = 2;
  towers.k = 2.0f;
  LrnOptions within;
  within.region = ALEXNET_LRN_WITHIN_CHANNEL;
  within.size = 3;
  within.alpha = 0.01f;
  ConvolutionOptions convolution;
  convolution.out_channels = 6;
  convolution.groups = 1;
  convolution.window.kernel_h = 3;
  convolution.window.stride_h = 2;
  convolution.window.rounding = ALEXNET_ROUND_CEIL;
  PoolingOptions pooling;
  pooling.kind = ALEXNET_POOL_AVERAGE;
  pooling.window.kernel_h = 3;
  pooling.window.stride_h = 2;
  pooling.window.rounding = ALEXNET_ROUND_CEIL;
  FullyConnectedOptions full;
  full.out_features = 4;
  Network network("odd", 3, 20, 20);
  network.add_convolution("conv1", convolution)
      .add_lrn("norm1", towers)
      .add_relu("relu1")
      .add_lrn("cnorm1", within)
      .add_pooling("pool1", pooling)
      .add_dropout("drop1", 0.25f)
      .add_adaptive_average_pooling("avgpool", 1, 1)
      .add_fully_connected("fc2", full)
      .add_softmax("prob");
  const Model model = Model::initial(network);
  const std::string folder = FreshFolder("odd");
  export_model(model, folder + "/odd.onnx");
  const Model read = import_model(folder + "/odd.onnx").model;
  ASSERT_EQ(read.layers().size(), model.layers().size());
  std::vector<float> input(3 * 20 * 20);
  for (size_t i = 0; i < input.size(); ++i) {
    input[i] = static_cast<float>(i % 37) - 18.0f;
  }
  EXPECT_EQ(Activation(read, "fc2", input), Activation(model, "fc2", input));
}

TEST(ChannelOrderTest, TurnsWeightsAndPreprocessingRound) {
  const std::string folder = FreshFolder("channels");
  const Model model = Model::initial(Network::preset("alexnet_small", 3));
  ExportOptions options;
  options.channel_order = ALEXNET_ORDER_BGR;
  export_model(model, folder + "/bgr.alexnet", options);
  const Model bgr = Model::load(folder + "/bgr.alexnet");
  EXPECT_EQ(bgr.preprocessing().channel_order, ALEXNET_CHANNELS_BGR);
  EXPECT_NE(Parameters(bgr)[0], Parameters(model)[0]);
  ImportOptions back;
  back.channel_order = ALEXNET_ORDER_RGB;
  const Model rgb = import_model(folder + "/bgr.alexnet", back).model;
  EXPECT_EQ(Parameters(rgb), Parameters(model));
  EXPECT_EQ(rgb.preprocessing().channel_order, ALEXNET_CHANNELS_RGB);
  // The same picture gives the same probabilities.
  std::vector<uint8_t> pixels(64 * 64 * 3);
  for (size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = static_cast<uint8_t>(i * 7 % 251);
  }
  const alexnet_image image = {pixels.data(), 64, 64, 3, 0, 0};
  const auto run = [&](const Model& of) {
    SessionOptions one;
    one.threads = 1;
    const Session session(of, one);
    std::vector<float> output(3);
    detail::call(alexnet_session_run_images, session.get(), &image, int64_t{1},
                 nullptr, output.data(), output.size());
    return output;
  };
  EXPECT_LT(RelativeError(run(bgr), run(model)), 1e-6);
}

TEST(PreprocessingTest, ComesAlongWhereAFormatHasRoom) {
  const std::string folder = FreshFolder("preprocessing");
  Network network = Network::preset("alexnet_small", 3);
  Preprocessing p = network.preprocessing();
  p.mean_kind = ALEXNET_MEAN_CHANNEL;
  p.mean[0] = 1.5f;
  p.mean[2] = -2.25f;
  p.scale = 0.125f;
  network.set_preprocessing(p);
  const Model model = Model::initial(network);
  for (const char* ending : {".onnx", ".safetensors"}) {
    const Preprocessing read =
        Through(model, folder + "/x" + ending).preprocessing();
    EXPECT_EQ(read.mean[0], 1.5f) << ending;
    EXPECT_EQ(read.mean[2], -2.25f) << ending;
    EXPECT_EQ(read.scale, 0.125f) << ending;
    EXPECT_EQ(read.resize_rule, p.resize_rule) << ending;
  }
}

TEST(LabelsTest, ComeAlongOrAreGiven) {
  const std::string folder = FreshFolder("labels");
  WriteBytes(folder + "/names.txt",
             "n01440764 tench, Tinca tinca\r\nn01443537 goldfish\nplain\n");
  export_model(Small(), folder + "/x.safetensors");
  ImportOptions options;
  options.preset = "alexnet_small";
  const std::string names = folder + "/names.txt";
  options.labels_file = names.c_str();
  const Model named = import_model(folder + "/x.safetensors", options).model;
  // Ids stay, by which folders are matched.
  const std::vector<std::string> expected = {"n01440764 tench, Tinca tinca",
                                             "n01443537 goldfish", "plain"};
  EXPECT_EQ(named.labels(), expected);
  // ONNX files carry them.
  export_model(named, folder + "/x.onnx");
  EXPECT_EQ(import_model(folder + "/x.onnx").model.labels(), expected);
  WriteBytes(names, "one\ntwo\n");
  EXPECT_NE(Refusal([&] {
              import_model(folder + "/x.safetensors", options);
            }).find("has 2 lines for 3 classes"),
            std::string::npos);
}

TEST(LabelsTest, ALatin1FileIsNamedAndNotTheModel) {
  const std::string folder = FreshFolder("latin");
  export_model(Small(), folder + "/x.safetensors");
  const std::string names = folder + "/names.txt";
  WriteBytes(names, "one\ncaf\xe9\ntwo\n");
  ImportOptions options;
  options.preset = "alexnet_small";
  options.labels_file = names.c_str();
  const std::string refusal =
      Refusal([&] { import_model(folder + "/x.safetensors", options); });
  EXPECT_EQ(refusal.find(names), 0u) << refusal;
  EXPECT_NE(refusal.find("line 2"), std::string::npos) << refusal;
  EXPECT_NE(refusal.find("UTF-8"), std::string::npos) << refusal;
}

TEST(ProvenanceTest, IsStored) {
  const std::string folder = FreshFolder("provenance");
  export_model(Small(), folder + "/x.npz");
  ImportOptions options;
  options.preset = "alexnet_small";
  const Imported read = import_model(folder + "/x.npz", options);
  const auto report = nlohmann::json::parse(read.report);
  EXPECT_EQ(read.model.metadata("convert.file"), "x.npz");
  EXPECT_EQ(read.model.metadata("convert.format"), "npz");
  EXPECT_EQ(read.model.metadata("convert.sha256"), report["sha256"]);
  const auto json = nlohmann::json::parse(read.model.json());
  EXPECT_NE(json["provenance"]["source"].get<std::string>().find("x.npz"),
            std::string::npos);
  EXPECT_EQ(json["self_check"], true);
}

}  // namespace
}  // namespace alexnet::convert_test
