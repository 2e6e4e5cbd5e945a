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
#include "tools/convert/base/zip.h"

namespace alexnet::convert_test {
namespace {

struct Case {
  const char* file = "";
  const char* format;
  const char* network;  // beside it; "" for none
  const char* input;
  const char* logits;
  double tolerance = 1e-5;
  const char* key = nullptr;  // of the network in a checkpoint
};

void PrintTo(const Case& value, std::ostream* out) { *out << value.file; }

Imported Import(const std::string& path, const std::string& network,
                const char* key = nullptr) {
  ImportOptions options;
  options.key = key;
  if (!network.empty()) options.network_file = network.c_str();
  return import_model(path, options);
}

class WeightsTest : public ::testing::TestWithParam<Case> {};

// A copy of the file, beside one of the weights that some keep in another:
// links to them, which a test is given, are not followed.
std::string CopyOf(const std::string& name) {
  const std::string folder = ::testing::TempDir() + "weights";
  std::filesystem::create_directories(folder);
  for (const std::string& each : {name, std::string("external.onnx.data")}) {
    std::filesystem::copy_file(
        Golden(each), folder + "/" + each,
        std::filesystem::copy_options::overwrite_existing);
  }
  return folder + "/" + name;
}

TEST_P(WeightsTest, ComputeWhatTheirProgramComputes) {
  const Case& c = GetParam();
  const std::string path = CopyOf(c.file);
  EXPECT_EQ(detect_format(path), c.format);
  const std::string network = c.network;
  const Imported imported =
      Import(path, network.empty() ? "" : Golden(network), c.key);
  const std::vector<float> logits = Activation(
      imported.model, LogitsLayer(imported.model), ReadFloats(Golden(c.input)));
  EXPECT_LT(RelativeError(logits, ReadFloats(Golden(c.logits))), c.tolerance);
}

constexpr const char* kInput = "small_input.f32";
constexpr const char* kLogits = "caffe_logits.f32";
constexpr const char* kText = "caffe_v2.prototxt";
// Of make_batch_norm.py's network.
constexpr const char* kNormText = "batch_norm.prototxt";
constexpr const char* kNormLogits = "batch_norm_logits.f32";

const Case kCases[] = {
    {"caffe_v2.caffemodel", "caffe", kText, kInput, kLogits},
    {"pytorch_zip.pth", "pytorch", kText, kInput, kLogits},
    {"pytorch_parallel.pth", "pytorch", kText, kInput, kLogits},
    {"pytorch_strides.pth", "pytorch", kText, kInput, kLogits},
    {"pytorch_tar.pth", "pytorch", kText, kInput, kLogits},
    {"pytorch_f16.pth", "pytorch", kText, kInput, kLogits, 5e-3},
    {"pytorch_bf16.pth", "pytorch", kText, kInput, kLogits, 3e-2},
    {"checkpoint_zip.pth", "pytorch", kText, kInput, kLogits},
    {"checkpoint_bare.pth", "pytorch", kText, kInput, kLogits},
    {"checkpoint_two.pth", "pytorch", kText, kInput, kLogits, 1e-5,
     "ema.shadow"},
    {"checkpoint_modules.pth", "pytorch", kText, kInput, kLogits, 1e-5,
     "encoder_q"},
    {"checkpoint_metrics.pth", "pytorch", kText, kInput, kLogits},
    {"checkpoint_words.pth", "pytorch", kText, kInput, kLogits},
    {"checkpoint_list.pth", "pytorch", kText, kInput, kLogits},
    {"batch_norm.pth", "pytorch", kNormText, kInput, kNormLogits, 1e-6},
    {"batch_norm.caffemodel", "caffe", kNormText, kInput, kNormLogits, 1e-6},
    {"batch_norm_nvidia.caffemodel", "caffe", "batch_norm_nvidia.prototxt",
     kInput, kNormLogits, 1e-6},
    {"batch_norm.onnx", "onnx", "", kInput, kNormLogits, 1e-6},
    {"external.onnx", "onnx", "", kInput, kLogits},
    {"optimised.onnx", "onnx", "", kInput, kLogits},
    {"half.onnx", "onnx", "", kInput, kLogits, 5e-3},
    {"log_softmax.onnx", "onnx", "", kInput, kLogits},
    {"weights.safetensors", "safetensors", kText, kInput, kLogits},
    {"weights.npz", "npz", kText, kInput, kLogits},
    {"toronto_py3.npy", "npy", kText, kInput, kLogits},
    {"toronto_p2.npy", "npy", kText, kInput, kLogits},
    {"torch_order.npy", "npy", kText, kInput, kLogits},
    {"torch_8.onnx", "onnx", "", kInput, kLogits},
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

TEST(CheckpointTest, NamesWhatWasTakenAndSkipped) {
  const nlohmann::json report = nlohmann::json::parse(
      Import(Golden("checkpoint_zip.pth"), Golden(kText)).report);
  EXPECT_NE(report["notes"].dump().find("the one under \\\"params\\\""),
            std::string::npos)
      << report["notes"];
  for (const char* skipped :
       {"argparse.Namespace", "numpy._core.multiarray.scalar", "torch.device",
        "functools.partial", "\\\"epoch\\\" (a number)", "\\\"best\\\""}) {
    EXPECT_NE(report["skipped"].dump().find(skipped), std::string::npos)
        << skipped << " is not in " << report["skipped"];
  }
}

TEST(CheckpointTest, NamesWhatIsBesideTheNetwork) {
  const std::string notes =
      nlohmann::json::parse(
          Import(Golden("checkpoint_metrics.pth"), Golden(kText))
              .report)["notes"]
          .dump();
  for (const char* name : {"criterion.weight", "confmat.confmat"}) {
    EXPECT_NE(notes.find(name), std::string::npos) << notes;
  }
}

TEST(CheckpointTest, ListsNetworksOfWhichOneHasToBeChosen) {
  EXPECT_NE(Refusal([] { Import(Golden("checkpoint_two.pth"), Golden(kText)); })
                .find("several networks in the file fit: \"student\", "
                      "\"ema.shadow\""),
            std::string::npos);
  EXPECT_NE(Refusal([] {
              Import(Golden("checkpoint_modules.pth"), Golden(kText));
            }).find("\"encoder_q\", \"encoder_k\""),
            std::string::npos);
  EXPECT_NE(Refusal([] {
              Import(Golden("checkpoint_two.pth"), Golden(kText), "teacher");
            }).find("no tensors under \"teacher\""),
            std::string::npos);
  EXPECT_NE(Refusal([] {
              Import(Golden("torch_13.onnx"), "", "teacher");
            }).find("key"),
            std::string::npos);
}

TEST(CheckpointTest, WholeNumbersAreNamedWhereTheyAreNeeded) {
  const std::string refusal =
      Refusal([] { Import(Golden("checkpoint_whole.pth"), Golden(kText)); });
  EXPECT_NE(refusal.find("\"fc7.weight\" (whole numbers"), std::string::npos)
      << refusal;
}

TEST(NormalizationTest, IsNamedWhereItCannotBeFolded) {
  EXPECT_NE(Refusal([] {
              Import(Golden("batch_norm_late.pth"), Golden(kText));
            }).find("does not directly follow \"0\""),
            std::string::npos);
}

// Networks that other programs prepare pictures for, or do so themselves.

TEST(PreparationTest, PixelsBeforeChannelsAreTurned) {
  const Imported imported = Import(Golden("keras.onnx"), "");
  EXPECT_LT(RelativeError(
                Activation(imported.model, imported.model.layers().back().name,
                           ReadFloats(Golden("keras_input.f32"))),
                ReadFloats(Golden("keras_probabilities.f32"))),
            1e-5);
}

TEST(PreparationTest, ArithmeticBeforeTheFirstLayerIsTheModels) {
  const Preprocessing p =
      Import(Golden("prepared.onnx"), "").model.preprocessing();
  const float mean[] = {0.485f, 0.456f, 0.406f};
  const float stddev[] = {0.229f, 0.224f, 0.225f};
  EXPECT_EQ(p.mean_kind, ALEXNET_MEAN_CHANNEL);
  for (int c = 0; c < 3; ++c) {
    for (const float pixel : {0.0f, 100.0f, 255.0f}) {
      const float expected = (pixel / 255 - mean[c]) / stddev[c];
      EXPECT_NEAR((pixel * p.scale - p.mean[c]) / p.stddev[c], expected, 1e-5);
    }
  }
}

TEST(PreparationTest, AMeanImageInTheGraphIsTheModels) {
  const Imported imported = Import(Golden("mean_image.onnx"), "");
  const Preprocessing p = imported.model.preprocessing();
  EXPECT_EQ(p.mean_kind, ALEXNET_MEAN_IMAGE_AT_CROP);
  ASSERT_EQ(p.mean_image_height, 16);
  EXPECT_GT(p.mean_image[0], 90.0f);
  EXPECT_EQ(p.scale, 1.0f);
  EXPECT_EQ(p.stddev[0], 1.0f);
}

TEST(SoftmaxTest, IsAddedToLogitsAndKeptAwayWhereThatIsAsked) {
  const auto last_type = [](bool no_softmax, std::string* notes) {
    ImportOptions options;
    options.no_softmax = no_softmax;
    const Imported imported = import_model(Golden("log_softmax.onnx"), options);
    *notes = nlohmann::json::parse(imported.report)["notes"].dump();
    return imported.model.layers().back().type;
  };
  std::string notes;
  EXPECT_EQ(last_type(false, &notes), ALEXNET_LAYER_SOFTMAX);
  EXPECT_NE(notes.find("a softmax was added"), std::string::npos) << notes;
  EXPECT_NE(notes.find("LogSoftmax"), std::string::npos) << notes;
  EXPECT_EQ(last_type(true, &notes), ALEXNET_LAYER_FULLY_CONNECTED);
}

TEST(RefusalTest, APickledModuleIsNamedAndNotExecuted) {
  const std::string refusal =
      Refusal([] { Import(Golden("pytorch_module.pth"), ""); });
  for (const char* part : {"refers to torch.nn.modules.container.Sequential",
                           "torch.save(model.state_dict()"}) {
    EXPECT_NE(refusal.find(part), std::string::npos) << refusal;
  }
}

TEST(RefusalTest, AnotherFormatThanTheFilesIsNamed) {
  ImportOptions options;
  options.format = "pytorch";
  EXPECT_NE(Refusal([&] {
              import_model(Golden("torch_13.onnx"), options);
            }).find("is no pytorch file; by its content it is onnx"),
            std::string::npos);
}

TEST(RefusalTest, SaysWhatOtherFilesAre) {
  const std::string folder = FreshFolder("others");
  const std::map<std::string, std::string> files = {
      {std::string("\x89HDF\r\n\x1a\n....", 12), "tf2onnx.convert --keras"},
      {"\x80\x04\x95 a pickle", "numpy.savez"},
      {"\xff\xd8\xff\xe0 a picture", "picture"},
      {"<!DOCTYPE html><html>", "page"},
      {"<?xml version=\"1.0\"?><net name=\"x\">", "OpenVINO"},
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

TEST(RefusalTest, ArchivesAndFoldersOfOtherProgramsAreNamed) {
  const std::string folder = FreshFolder("other_archives");
  const std::pair<const char*, const char*> archives[] = {
      {"model.weights.h5", "is a Keras model (.keras)"},
      {"net/saved_model.pb", "SavedModel"},
      {"net/archive_format", "torch.export"},
      {"notes.txt", "something else than weights"}};
  for (const auto& [entry, expected] : archives) {
    const std::string path = folder + "/x.zip";
    {
      convert::OutputFile file(path);
      convert::ZipWriter writer(file);
      writer.Begin(entry);
      writer.End();
      writer.Finish();
      file.Commit();
    }
    const std::string refusal = Refusal([&] { Import(path, ""); });
    EXPECT_NE(refusal.find(expected), std::string::npos) << refusal;
  }
  std::filesystem::create_directories(folder + "/saved");
  WriteBytes(folder + "/saved/saved_model.pb", "x");
  for (const char* path : {"/saved", "/saved/saved_model.pb"}) {
    EXPECT_NE(Refusal([&] {
                Import(folder + path, "");
              }).find("is of a TensorFlow SavedModel"),
              std::string::npos);
  }
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
