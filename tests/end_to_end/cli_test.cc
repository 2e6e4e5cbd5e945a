// The command line as a new user meets it: the demo, then every verb on what
// the demo left behind, then everything that can be wrong with the input.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <vector>

#include "tests/end_to_end/command.h"

namespace alexnet::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Json = nlohmann::json;
namespace fs = std::filesystem;

// The demo runs once; its folder serves all tests.
class CliTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    demo_ = ::testing::TempDir() + "demo";
    result_ = RunAlexnet({"demo", "--out", demo_, "--json"});
    if (result_.exit_code == 0) document_ = Json::parse(result_.out);
  }

  void SetUp() override { ASSERT_EQ(result_.exit_code, 0) << result_.err; }

  static std::string Model() { return document_["model"]; }
  static std::string Data() { return document_["data"]; }
  static std::string Picture() { return document_["predictions"][0]["path"]; }
  // A fresh folder of this test.
  static std::string Folder(const std::string& name) {
    const std::string path = ::testing::TempDir() + name;
    fs::remove_all(path);
    fs::create_directories(path);
    return path;
  }

  static inline std::string demo_;
  static inline CommandResult result_;
  static inline Json document_;
};

TEST_F(CliTest, DemoLearnsAndSaysWhereEverythingIs) {
  EXPECT_LT(document_["top1_error"].get<double>(), 10.0);
  EXPECT_LE(document_["top5_error"], document_["top1_error"]);
  EXPECT_GE(document_["pictures"].get<int>(), 100);
  EXPECT_EQ(document_["classes"].size(), 10u);
  EXPECT_EQ(document_["predictions"].size(), 3u);
  EXPECT_TRUE(fs::exists(Model()));
  EXPECT_TRUE(fs::is_directory(Data()));
  EXPECT_TRUE(fs::exists(document_["metrics"].get<std::string>()));
  EXPECT_TRUE(fs::exists(document_["report"].get<std::string>()));
}

TEST_F(CliTest, EvalAgreesWithTheDemo) {
  const CommandResult eval = RunAlexnet({"eval", Model(), Data(), "--json"});
  ASSERT_EQ(eval.exit_code, 0) << eval.err;
  const Json document = Json::parse(eval.out);
  EXPECT_EQ(document["top1_error"], document_["top1_error"]);
  EXPECT_EQ(document["top5_error"], document_["top5_error"]);
  EXPECT_EQ(document["confusion"], document_["confusion"]);
}

TEST_F(CliTest, EvalMatchesFoldersByLabelsOfAFile) {
  const std::string data = Folder("ids");
  std::vector<std::string> classes;
  for (const auto& entry : fs::directory_iterator(Data() + "/val")) {
    classes.push_back(entry.path().filename());
  }
  std::sort(classes.begin(), classes.end());
  const std::string labels = data + ".txt";
  std::ofstream lines(labels);
  for (size_t i = 0; i < classes.size(); ++i) {
    // The ids have another order than the names.
    const std::string id = "n0000000" + std::to_string(9 - i);
    fs::copy(Data() + "/val/" + classes[i], data + "/" + id,
             fs::copy_options::recursive);
    lines << id << " " << classes[i] << ", a shape\n";
  }
  lines.close();
  const CommandResult unknown = RunAlexnet({"eval", Model(), data});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("(--labels)"));
  const CommandResult eval =
      RunAlexnet({"eval", Model(), data, "--labels", labels, "--json"});
  ASSERT_EQ(eval.exit_code, 0) << eval.err;
  EXPECT_EQ(Json::parse(eval.out)["top1_error"], document_["top1_error"]);
  std::ofstream(labels) << "one\ntwo\n";
  const CommandResult few =
      RunAlexnet({"eval", Model(), data, "--labels", labels});
  EXPECT_EQ(few.exit_code, 1);
  EXPECT_THAT(few.err, HasSubstr(labels));
}

TEST_F(CliTest, TenCropsAreAboutAsGoodAsOne) {
  const CommandResult eval =
      RunAlexnet({"eval", Model(), Data(), "--ten-crop", "--json"});
  ASSERT_EQ(eval.exit_code, 0) << eval.err;
  const Json document = Json::parse(eval.out);
  EXPECT_EQ(document["ten_crop"], true);
  EXPECT_NEAR(document["top1_error"].get<double>(),
              document_["top1_error"].get<double>(), 5.0);
}

TEST_F(CliTest, PresetsAreShownAsTheyWouldBeChanged) {
  const CommandResult plain = RunAlexnet({"presets", "alexnet"});
  EXPECT_EQ(plain.exit_code, 0) << plain.err;
  EXPECT_THAT(plain.out, HasSubstr("fully connected layers"));
  const CommandResult changed =
      RunAlexnet({"presets", "alexnet", "--without", "lrn,drop6", "--replace",
                  "relu1=tanh", "--set", "pool*.kernel=2", "--set",
                  "conv1.weight.value=0.02", "--json"});
  ASSERT_EQ(changed.exit_code, 0) << changed.err;
  const Json document = Json::parse(changed.out);
  std::map<std::string, Json> options;
  for (const Json& layer : document["layers"]) {
    options[layer["name"]] = layer["options"];
  }
  EXPECT_EQ(options.count("norm1"), 0u);
  EXPECT_EQ(options.count("drop6"), 0u);
  EXPECT_EQ(options["relu1"]["kind"], "tanh");
  EXPECT_EQ(options["relu2"]["kind"], "relu");
  EXPECT_EQ(options["pool5"]["window"]["kernel"], Json({2, 2}));
  EXPECT_NEAR(options["conv1"]["weight"]["value"].get<double>(), 0.02, 1e-6);

  for (const char* wrong : {"pool1", "=2", "pool1.kernel", "pool1.kernel="}) {
    const CommandResult result =
        RunAlexnet({"presets", "alexnet", "--set", wrong});
    EXPECT_EQ(result.exit_code, 2) << wrong;
    EXPECT_THAT(result.err, HasSubstr("LAYERS.OPTION=VALUE"));
  }
  const CommandResult none =
      RunAlexnet({"presets", "alexnet", "--without", "norm7"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, HasSubstr("norm1, "));
}

TEST_F(CliTest, StudyListsItsClaims) {
  const CommandResult list = RunAlexnet({"study", "list"});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_THAT(list.out, HasSubstr("relu"));
  EXPECT_THAT(list.out, HasSubstr("section 3.3"));
}

TEST_F(CliTest, AChangedPresetTrainsAndIsWhatItsModelHolds) {
  const std::string out = Folder("edited");
  std::vector<std::string> command = {
      "train",     Data(), "--preset",  "alexnet_small",
      "--without", "lrn",  "--replace", "relu=tanh",
      "--epochs",  "1",    "--out",     out};
  const CommandResult train = RunAlexnet(command);
  ASSERT_EQ(train.exit_code, 0) << train.err;
  const CommandResult inspect =
      RunAlexnet({"inspect", out + "/last.alexnet", "--json"});
  ASSERT_EQ(inspect.exit_code, 0) << inspect.err;
  const Json document = Json::parse(inspect.out);
  EXPECT_TRUE(document["preset"].is_null());
  for (const Json& layer : document["layers"]) {
    EXPECT_NE(layer["kind"], "LRN");
    EXPECT_NE(layer["kind"], "ReLU");
  }
  command.emplace_back("--resume");
  EXPECT_EQ(RunAlexnet(command).exit_code, 0);
  command[7] = "relu1=tanh";
  const CommandResult other = RunAlexnet(command);
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("relu2"));
}

TEST_F(CliTest, PredictPrintsATableOrOneDocument) {
  const CommandResult table = RunAlexnet({"predict", Model(), Picture()});
  ASSERT_EQ(table.exit_code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr(Picture()));
  EXPECT_THAT(table.out, HasSubstr(" %  "));

  const CommandResult json =
      RunAlexnet({"predict", Model(), Picture(), Picture(), "--json"});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  const Json document = Json::parse(json.out);
  ASSERT_EQ(document.size(), 2u);
  EXPECT_EQ(document[0]["top"].size(), 5u);
  EXPECT_EQ(document[0], document[1]);
  double sum = 0;
  for (const Json& each : document[0]["top"]) {
    sum += each["probability"].get<double>();
  }
  EXPECT_GT(sum, 0.5);
  EXPECT_LE(sum, 1.0001);
}

TEST_F(CliTest, PredictTakesNamesWithSpacesAndGoesOnAfterABrokenPicture) {
  const std::string folder = Folder("odd names");
  const std::string good = folder + "/ein Bild, größer.jpg";
  const std::string text = folder + "/text.jpg";
  fs::copy_file(Picture(), good);
  std::ofstream(text) << "not a picture";
  const CommandResult result =
      RunAlexnet({"predict", Model(), text, good, folder + "/none.jpg"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr(good));
  EXPECT_THAT(result.err, HasSubstr(text));
  EXPECT_THAT(result.err, HasSubstr("none.jpg"));
  EXPECT_THAT(result.err, HasSubstr("2 of 3"));
}

TEST_F(CliTest, VerifyPassesAndSeesAFlippedByte) {
  const CommandResult good = RunAlexnet({"verify", Model(), "--json"});
  ASSERT_EQ(good.exit_code, 0) << good.err;
  const Json document = Json::parse(good.out);
  EXPECT_EQ(document["hashes"], "passed");
  EXPECT_EQ(document["self_check"], "passed");

  const std::string damaged = Folder("damaged") + "/model.alexnet";
  fs::copy_file(Model(), damaged);
  std::fstream file(damaged, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(fs::file_size(damaged) / 2));
  const int byte = file.get();
  file.seekp(static_cast<std::streamoff>(fs::file_size(damaged) / 2));
  file.put(static_cast<char>(byte ^ 1));
  file.close();
  const CommandResult bad = RunAlexnet({"verify", damaged});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.err, HasSubstr(damaged));
  const CommandResult use = RunAlexnet({"predict", damaged, Picture()});
  EXPECT_EQ(use.exit_code, 1);
}

TEST_F(CliTest, InspectShowsTheCheckpointsTraining) {
  const CommandResult text = RunAlexnet({"inspect", Model()});
  ASSERT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("alexnet_small (the preset)"));
  const CommandResult json =
      RunAlexnet({"inspect", Model(), "--tensors", "--json"});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  const Json document = Json::parse(json.out);
  EXPECT_EQ(document["hashes"], "passed");
  EXPECT_EQ(document["labels"], 10);
  EXPECT_GT(document["tensors"][0]["statistics"]["stddev"].get<double>(), 0);
}

TEST_F(CliTest, DiffOfTheModelWithItselfIsNothing) {
  EXPECT_EQ(RunAlexnet({"diff", Model(), Model()}).exit_code, 0);
}

TEST_F(CliTest, ACutModelFileIsRefusedByName) {
  const std::string cut = Folder("cut") + "/model.alexnet";
  fs::copy_file(Model(), cut);
  fs::resize_file(cut, fs::file_size(cut) - 1000);
  const CommandResult result = RunAlexnet({"predict", cut, Picture()});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr(cut));
  EXPECT_THAT(result.err, HasSubstr("cut"));
}

TEST_F(CliTest, APictureIsNoModel) {
  const CommandResult result = RunAlexnet({"predict", Picture(), Picture()});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr(Picture()));
}

TEST_F(CliTest, TrainingIsNotOverwrittenAndResumes) {
  const std::string data = Data() + "/val";
  const std::string out = Folder("run");
  const std::vector<std::string> train = {
      "train", data,       "--preset", "alexnet_small", "--out",
      out,     "--epochs", "1000",     "--seed",        "5"};
  const CommandResult stopped = RunAlexnet(train, "epoch   1/1000");
  EXPECT_EQ(stopped.exit_code, 130) << stopped.err;
  std::smatch stands;
  ASSERT_TRUE(std::regex_search(stopped.err, stands,
                                std::regex("the run stands at epoch (\\d+)")))
      << stopped.err;
  ASSERT_TRUE(fs::exists(out + "/last.alexnet")) << stopped.err;

  const CommandResult refused = RunAlexnet(train);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("--resume"));

  const CommandResult resumed = RunAlexnet(
      {"train", data, "--out", out, "--resume", "--epochs", stands[1]});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  // Nothing is left to do, and that is no error.
  const CommandResult finished =
      RunAlexnet({"train", data, "--out", out, "--resume"});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_TRUE(fs::exists(out + "/best.alexnet"));
  EXPECT_THAT(ReadText(out + "/metrics.jsonl"), HasSubstr("\"epoch\""));

  // What is said again is compared, and never passed over.
  const std::vector<std::string> again = {"train", data, "--out", out,
                                          "--resume"};
  const std::vector<std::vector<std::string>> others = {
      {"--preset", "lenet5", "alexnet_small"},
      {"--seed", "6", "the seed 5"},
      {"--val-fraction", "0.3", "0.1"},
      {"--input-size", "100", "pixels"},
      {"--rate", "0.5", "keeps its recipe"}};
  for (const std::vector<std::string>& other : others) {
    std::vector<std::string> words = again;
    words.insert(words.end(), {other[0], other[1]});
    const CommandResult result = RunAlexnet(words);
    EXPECT_EQ(result.exit_code, 1) << other[0];
    EXPECT_THAT(result.err, HasSubstr(other[2])) << other[0];
  }
  std::vector<std::string> same = again;
  same.insert(same.end(), {"--preset", "alexnet_small", "--seed", "5"});
  EXPECT_EQ(RunAlexnet(same).exit_code, 0);
}

TEST_F(CliTest, SeveralDevicesTrainTogetherAndGoOnAlone) {
  const std::string out = Folder("together");
  const CommandResult together = RunAlexnet(
      {"train", Data() + "/val", "--preset", "alexnet_small", "--out", out,
       "--epochs", "1", "--devices", "cpu,cpu", "--parallel", "hybrid"});
  ASSERT_EQ(together.exit_code, 0) << together.err;
  EXPECT_THAT(together.err, HasSubstr("hybrid on 2 devices"));
  // The default, which is said.
  const CommandResult by_data =
      RunAlexnet({"train", Data() + "/val", "--out", out, "--resume",
                  "--epochs", "2", "--parallel", "data"});
  ASSERT_EQ(by_data.exit_code, 0) << by_data.err;
  EXPECT_THAT(by_data.err,
              HasSubstr("(cpu,cpu by hybrid then, cpu,cpu by data"));
  const CommandResult alone =
      RunAlexnet({"train", Data() + "/val", "--out", out, "--resume",
                  "--epochs", "3", "--device", "cpu"});
  ASSERT_EQ(alone.exit_code, 0) << alone.err;
  EXPECT_THAT(alone.err, HasSubstr("devices (cpu,cpu by data then, one now)"));
  const CommandResult sub_batches =
      RunAlexnet({"train", Data() + "/val", "--preset", "alexnet_small",
                  "--out", Folder("sub_batches"), "--epochs", "1", "--devices",
                  "cpu,cpu", "--parallel", "hybrid_sub_batches"});
  ASSERT_EQ(sub_batches.exit_code, 0) << sub_batches.err;
  EXPECT_THAT(sub_batches.err, HasSubstr("which are updated after each"));
  const CommandResult refused =
      RunAlexnet({"train", Data() + "/val", "--out", Folder("refused"),
                  "--parallel", "towers"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("--devices"));
}

TEST_F(CliTest, SeveralDevicesPredictEvaluateVerifyAndAreTimed) {
  for (const std::string plan : {"data", "towers", "hybrid"}) {
    const auto together = [&](std::vector<std::string> command) {
      command.insert(command.end(),
                     {"--devices", "cpu,cpu", "--parallel", plan, "--json"});
      const CommandResult result = RunAlexnet(command);
      EXPECT_EQ(result.exit_code, 0) << plan << ": " << result.err;
      return Json::parse(result.out, nullptr, /*allow_exceptions=*/false);
    };
    const Json eval = together({"eval", Model(), Data()});
    EXPECT_EQ(eval["top1_error"], document_["top1_error"]);
    EXPECT_EQ(eval["confusion"], document_["confusion"]);
    const Json verify = together({"verify", Model()});
    EXPECT_EQ(verify["self_check"], "passed");
    EXPECT_EQ(verify["device"], "cpu,cpu");
    together({"predict", Model(), Picture()});
    const Json bench =
        together({"bench", "--preset", "alexnet_small", "--seconds", "0.01"});
    EXPECT_EQ(bench["exchanged_bytes"] > 0, plan != "data");
  }
  const CommandResult three =
      RunAlexnet({"predict", Model(), Picture(), "--devices", "cpu,cpu,cpu",
                  "--parallel", "towers"});
  EXPECT_EQ(three.exit_code, 1);
  EXPECT_THAT(three.err, HasSubstr("--devices"));
  EXPECT_THAT(three.err, HasSubstr("of 1 to 8 ranks, 1, 2, 4"));
}

TEST_F(CliTest, FinetuneLearnsNewClassesAndSaysWhatItChose) {
  // Two of the ten classes, under other names.
  const std::string data = Folder("two classes");
  const std::string train = Data() + "/train";
  std::vector<std::string> classes;
  for (const auto& entry : fs::directory_iterator(train)) {
    classes.push_back(entry.path().filename());
  }
  std::sort(classes.begin(), classes.end());
  fs::copy(train + "/" + classes[0], data + "/eins",
           fs::copy_options::recursive);
  fs::copy(train + "/" + classes[5], data + "/zwei",
           fs::copy_options::recursive);
  const std::string out = Folder("finetuned");
  const CommandResult result =
      RunAlexnet({"finetune", Model(), data, "--out", out, "--epochs", "3",
                  "--class-weights", "zwei=3"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("frozen: conv1"));
  EXPECT_THAT(result.err,
              HasSubstr("from 0.5 times (eins) to 1.5 times (zwei)"));
  const CommandResult refused =
      RunAlexnet({"finetune", Model(), data, "--out", out + "-refused",
                  "--class-weights", "drei=3"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("--class-weights"));
  const CommandResult eval =
      RunAlexnet({"eval", out + "/best.alexnet", data, "--json"});
  ASSERT_EQ(eval.exit_code, 0) << eval.err;
  EXPECT_LT(Json::parse(eval.out)["top1_error"].get<double>(), 25.0);
}

TEST_F(CliTest, PackMakesShardsThatEvalReads) {
  const std::string shards = Folder("shards");
  const CommandResult pack =
      RunAlexnet({"pack", Data() + "/val", shards, "--resize", "72"});
  ASSERT_EQ(pack.exit_code, 0) << pack.err;
  EXPECT_TRUE(fs::exists(shards + "/dataset.json"));
  const CommandResult eval = RunAlexnet({"eval", Model(), shards, "--json"});
  ASSERT_EQ(eval.exit_code, 0) << eval.err;
  // Encoding once more changes pixels a little.
  EXPECT_NEAR(Json::parse(eval.out)["top1_error"].get<double>(),
              document_["top1_error"].get<double>(), 5.0);
}

TEST_F(CliTest, FeaturesFindPicturesOfTheSameClass) {
  const std::string out = Folder("features") + "/val.npz";
  const std::string val = Data() + "/val";
  const CommandResult features = RunAlexnet(
      {"features", Model(), val, "--layer", "fc6", "--out", out, "--json"});
  ASSERT_EQ(features.exit_code, 0) << features.err;
  const CommandResult similar =
      RunAlexnet({"similar", Model(), Picture(), "--features", out, "--layer",
                  "fc6", "--json"});
  ASSERT_EQ(similar.exit_code, 0) << similar.err;
  const Json nearest = Json::parse(similar.out)["nearest"];
  ASSERT_EQ(nearest.size(), 6U);
  const fs::path same = fs::path(Picture()).parent_path().filename();
  int of_the_class = 0;
  for (const Json& each : nearest) {
    const fs::path path = each["path"].get<std::string>();
    of_the_class += path.parent_path().filename() == same;
  }
  EXPECT_GE(of_the_class, 4);
  const CommandResult lpips = RunAlexnet(
      {"lpips", Picture(), nearest[0]["path"], "--model", Model(), "--json"});
  ASSERT_EQ(lpips.exit_code, 0) << lpips.err;
  EXPECT_GT(Json::parse(lpips.out)["distance"], 0);
}

TEST_F(CliTest, ConvertedModelsPredictTheSame) {
  const std::string folder = Folder("convert");
  std::string from = Model();
  for (const char* ending : {".onnx", ".pth", ".npz", ".alexnet"}) {
    const std::string to = folder + "/model" + ending;
    // Checkpoints say their preset; state dicts need to be told.
    const CommandResult converted =
        RunAlexnet({"convert", from, to, "--verify-with", Picture(), "--json",
                    "--preset", "alexnet_small"});
    ASSERT_EQ(converted.exit_code, 0) << converted.err;
    const Json report = Json::parse(converted.out);
    EXPECT_EQ(report["before"].size(), 5u);
    EXPECT_EQ(report["before"], report["after"]) << ending;
    EXPECT_EQ(report["preset"], "alexnet_small");
    from = to;
  }
  const CommandResult verified = RunAlexnet({"verify", from});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
}

TEST_F(CliTest, ConvertSaysWhatItReadsAndWhatItCannot) {
  const CommandResult list = RunAlexnet({"convert", "--list"});
  EXPECT_EQ(list.exit_code, 0);
  EXPECT_THAT(list.out, HasSubstr("safetensors"));
  EXPECT_EQ(RunAlexnet({"convert"}).exit_code, 2);
  EXPECT_EQ(RunAlexnet({"convert", Model()}).exit_code, 2);
  const std::string folder = Folder("convert_errors");
  const CommandResult picture =
      RunAlexnet({"convert", Picture(), folder + "/x.onnx"});
  EXPECT_EQ(picture.exit_code, 1);
  EXPECT_THAT(picture.err, HasSubstr("is a picture"));
  const CommandResult ending =
      RunAlexnet({"convert", Model(), folder + "/x.weights"});
  EXPECT_EQ(ending.exit_code, 1);
  EXPECT_THAT(ending.err, HasSubstr("tells no format"));
  const CommandResult key =
      RunAlexnet({"convert", Model(), folder + "/x.onnx", "--key", "ema"});
  EXPECT_EQ(key.exit_code, 1);
  EXPECT_THAT(key.err, HasSubstr("--key: a model file holds one network"));
  EXPECT_TRUE(fs::is_empty(folder));
  EXPECT_EQ(RunAlexnet({"convert", Model(), folder + "/x.onnx", "--verbose",
                        "--no-softmax"})
                .exit_code,
            0);
}

// The same words for convert, inspect and diff.
TEST_F(CliTest, WhatFilesOfOthersLackIsSaidAlike) {
  const std::string folder = Folder("import");
  const std::string state = folder + "/x.safetensors";
  ASSERT_EQ(RunAlexnet({"convert", Model(), state}).exit_code, 0);
  const std::vector<std::string> said = {
      "--preset",      "alexnet_small", "--scale",       "0.0078125",
      "--mean-values", "104,117,123",   "--input-order", "bgr"};
  const auto with = [&said](std::vector<std::string> words) {
    words.insert(words.end(), said.begin(), said.end());
    return words;
  };
  const CommandResult converted =
      RunAlexnet(with({"convert", state, folder + "/x.alexnet"}));
  ASSERT_EQ(converted.exit_code, 0) << converted.err;
  const CommandResult inspected =
      RunAlexnet(with({"inspect", state, "--json"}));
  ASSERT_EQ(inspected.exit_code, 0) << inspected.err;
  EXPECT_THAT(inspected.out, HasSubstr("104"));
  const CommandResult same =
      RunAlexnet(with({"diff", state, folder + "/x.alexnet"}));
  EXPECT_EQ(same.exit_code, 0) << same.out << same.err;

  const CommandResult scale =
      RunAlexnet({"convert", state, folder + "/y.alexnet", "--scale", "-1"});
  EXPECT_THAT(scale.err, HasSubstr("--scale: must be above 0"));
  const CommandResult text =
      RunAlexnet({"convert", state, folder + "/y.alexnet", "--prototxt",
                  folder + "/none.prototxt"});
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_THAT(text.err, HasSubstr("none.prototxt"));
  // An .alexnet file says it itself.
  const CommandResult own = RunAlexnet(with({"inspect", Model()}));
  EXPECT_EQ(own.exit_code, 2);
  EXPECT_THAT(own.err, HasSubstr("--preset is for files of other programs"));
  EXPECT_EQ(RunAlexnet(with({"diff", Model(), Model()})).exit_code, 2);
}

TEST_F(CliTest, DoctorSeesTheMachineAndTheData) {
  const CommandResult machine = RunAlexnet({"doctor", "--json"});
  ASSERT_EQ(machine.exit_code, 0) << machine.err;
  EXPECT_GE(Json::parse(machine.out)["threads"].get<int>(), 1);
  EXPECT_THAT(machine.out, HasSubstr("libjpeg"));

  const CommandResult good = RunAlexnet({"doctor", Data()});
  EXPECT_EQ(good.exit_code, 0) << good.out << good.err;

  const std::string one = Folder("one class");
  fs::create_directories(one + "/only");
  fs::copy_file(Picture(), one + "/only/a.jpg");
  const CommandResult bad = RunAlexnet({"doctor", one});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.out, HasSubstr("one class"));
  const std::string latin = Folder("latin") + "/data";
  fs::create_directories(latin + "/caf\xE9");
  fs::copy_file(Picture(), latin + "/caf\xE9/1.jpg");
  EXPECT_THAT(RunAlexnet({"doctor", latin}).out, HasSubstr("caf\\xE9"));
}

TEST_F(CliTest, ItIsSaidWhichFoldersAreTakenForWhat) {
  const std::string data = Folder("parts") + "/data";
  fs::create_directories(data);
  fs::copy(Data() + "/train", data + "/Training", fs::copy_options::recursive);
  fs::copy(Data() + "/val", data + "/test_set", fs::copy_options::recursive);
  const std::string said =
      "training pictures are those of 'Training', validation pictures those of "
      "'test_set'";
  EXPECT_THAT(RunAlexnet({"doctor", data}).out, HasSubstr(said));
  EXPECT_THAT(RunAlexnet({"eval", Model(), data}).err, HasSubstr(said));
  const std::string shards = Folder("parts of shards");
  const CommandResult pack =
      RunAlexnet({"pack", data, shards, "--resize", "32"});
  EXPECT_THAT(pack.err, HasSubstr(said));
  EXPECT_TRUE(fs::exists(shards + "/val/dataset.json"));
  const CommandResult train =
      RunAlexnet({"train", data, "--preset", "lenet5", "--epochs", "1", "--out",
                  Folder("parts of a run") + "/run"});
  ASSERT_EQ(train.exit_code, 0) << train.err;
  EXPECT_THAT(train.err, HasSubstr(said));
}

TEST_F(CliTest, AListStandsInPlaceOfAFolder) {
  const std::string data = Folder("listed");
  fs::copy_file(Picture(), data + "/1.jpg");
  std::ofstream(data + "/labels.csv") << "image,label\n1.jpg,some\n";
  const CommandResult flat = RunAlexnet({"pack", data, Folder("flat shards")});
  EXPECT_EQ(flat.exit_code, 1);
  EXPECT_THAT(flat.err, HasSubstr(data + "/labels.csv"));
  const std::string shards = Folder("listed shards");
  const CommandResult pack = RunAlexnet({"pack", data + "/labels.csv", shards});
  ASSERT_EQ(pack.exit_code, 0) << pack.err;
  EXPECT_THAT(pack.out, HasSubstr("1 pictures in 1 shards"));
}

TEST_F(CliTest, BenchPrintsOneDocument) {
  for (const char* mode : {"infer", "train"}) {
    const CommandResult result =
        RunAlexnet({"bench", "--preset", "alexnet_small", "--mode", mode,
                    "--batch", "4", "--seconds", "0.1", "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const Json document = Json::parse(result.out);
    EXPECT_GT(document["images_per_second"].get<double>(), 0);
    EXPECT_NEAR(document["images_per_second"].get<double>(),
                4e3 / document["milliseconds"].get<double>(), 0.01 * 4e3);
  }
}

TEST_F(CliTest, BenchShowsEachLayersShareOfTimeAndOfArithmetic) {
  const CommandResult result =
      RunAlexnet({"bench", "--preset", "cuda_convnet_13pct", "--layers",
                  "--batch", "2", "--seconds", "0.05", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Json document = Json::parse(result.out);
  EXPECT_EQ(document["macs"], 18'517'248);
  EXPECT_EQ(document["layers"].size(), 12u);
  EXPECT_GT(document["gflops_per_second_ceiling"].get<double>(), 0.0);
  for (const Json& layer : document["layers"]) {
    EXPECT_EQ(layer.contains("algorithm"), layer.contains("milliseconds"));
  }
  double time = 0.0;
  double arithmetic = 0.0;
  for (const Json& kind : document["kinds"]) {
    time += kind["time_share"].get<double>();
    arithmetic += kind["macs_share"].get<double>();
    if (kind["name"] == "locally connected") {
      EXPECT_EQ(kind["macs"], 663'552 + 331'776);
      EXPECT_GT(kind["milliseconds"].get<double>(), 0.0);
    }
  }
  EXPECT_NEAR(time, 1.0, 1e-9);
  EXPECT_NEAR(arithmetic, 1.0, 1e-9);
  const CommandResult text = RunAlexnet(
      {"bench", "--preset", "lenet5", "--layers", "--seconds", "0.05"});
  ASSERT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("% time"), HasSubstr("% MACs"),
                              HasSubstr("GFLOP/s"), HasSubstr("gemv f32"),
                              HasSubstr("fully connected")));
  EXPECT_EQ(RunAlexnet({"bench", "--layers", "--mode", "train"}).exit_code, 2);
}

TEST_F(CliTest, BenchRunsAsLongAsItIsToldTo) {
  const auto runs = [](const char* seconds) -> int64_t {
    const CommandResult result =
        RunAlexnet({"bench", "--preset", "lenet5", "--seconds", seconds,
                    "--threads", "1", "--json"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.exit_code == 0
               ? Json::parse(result.out)["runs"].get<int64_t>()
               : 0;
  };
  EXPECT_EQ(runs("0"), 5);  // the fewest
  EXPECT_GT(runs("1.5"), 5);
}

TEST_F(CliTest, PredictDecodesNoMorePixelsThanItIsTold) {
  const CommandResult refused =
      RunAlexnet({"predict", Model(), Picture(), "--max-pixels", "10"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.err, HasSubstr(Picture()));
  EXPECT_EQ(
      RunAlexnet({"predict", Model(), Picture(), "--max-pixels", "1000000000"})
          .exit_code,
      0);
}

TEST_F(CliTest, PresetsAreListedAndDescribed) {
  const CommandResult list = RunAlexnet({"presets"});
  ASSERT_EQ(list.exit_code, 0) << list.err;
  for (const char* name :
       {"alexnet", "alexnet_2012", "bvlc_alexnet", "caffenet", "torchvision",
        "owt", "tf_slim", "zoo_bvlc_alexnet", "cifar10", "lenet5",
        "alexnet_small"}) {
    EXPECT_THAT(list.out, HasSubstr(name));
  }
  const CommandResult one = RunAlexnet({"presets", "bvlc_alexnet"});
  ASSERT_EQ(one.exit_code, 0) << one.err;
  EXPECT_THAT(one.out, HasSubstr("724"));  // million multiply-accumulates
}

TEST_F(CliTest, UsageErrorsExitWithTwo) {
  EXPECT_EQ(RunAlexnet({}).exit_code, 2);
  EXPECT_EQ(RunAlexnet({"no-such-verb"}).exit_code, 2);
  EXPECT_EQ(RunAlexnet({"train"}).exit_code, 2);
  EXPECT_EQ(
      RunAlexnet({"predict", Model(), Picture(), "--top", "none"}).exit_code,
      2);
  EXPECT_EQ(RunAlexnet({"--help"}).exit_code, 0);
}

TEST_F(CliTest, DataErrorsNameTheFolderAndTheRemedy) {
  const std::string out = ::testing::TempDir() + "never-made";
  const CommandResult missing =
      RunAlexnet({"train", "/no/such/folder", "--out", out});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("/no/such/folder"));
  EXPECT_FALSE(fs::exists(out + "/last.alexnet"));

  const std::string data = Folder("empty class");
  fs::create_directories(data + "/full");
  fs::create_directories(data + "/hollow");
  fs::copy_file(Picture(), data + "/full/a.jpg");
  const CommandResult hollow = RunAlexnet({"train", data, "--out", out});
  EXPECT_EQ(hollow.exit_code, 1);
  EXPECT_THAT(hollow.err, HasSubstr("hollow"));

  const CommandResult preset =
      RunAlexnet({"train", Data(), "--out", out, "--preset", "alexnot"});
  EXPECT_NE(preset.exit_code, 0);
  EXPECT_THAT(preset.err, HasSubstr("alexnot"));
  EXPECT_THAT(preset.err, HasSubstr("torchvision"));
}

TEST_F(CliTest, AModelOfOtherClassesIsRefusedByName) {
  const std::string data = Folder("strangers");
  for (const char* name : {"xylophone", "zebra"}) {
    fs::create_directories(data + "/" + name);
    fs::copy_file(Picture(), data + "/" + name + "/a.jpg");
  }
  const CommandResult result = RunAlexnet({"eval", Model(), data});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("xylophone"));
}

}  // namespace
}  // namespace alexnet::testing
