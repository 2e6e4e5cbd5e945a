// `alexnet inspect`: presets, files of every format, whole and damaged, and
// names that mean harm.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <alexnet/alexnet.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/end_to_end/command.h"
#include "tests/end_to_end/harmful_model.h"
#include "tests/end_to_end/json_schema.h"

namespace alexnet::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;
namespace fs = std::filesystem;

const Json& Schema() {
  static const Json schema = Json::parse(ReadText("docs/inspect.schema.json"));
  return schema;
}

// What --json prints, which fits the schema.
Json Inspected(std::vector<std::string> arguments, int exit_code = 0) {
  arguments.insert(arguments.begin(), "inspect");
  arguments.push_back("--json");
  const CommandResult result = RunAlexnet(arguments);
  EXPECT_EQ(result.exit_code, exit_code) << result.err;
  const Json document = Json::parse(result.out, nullptr, false);
  EXPECT_EQ(Misfit(Schema(), document), "") << result.out;
  return document;
}

std::string InspectedText(std::vector<std::string> arguments,
                          int exit_code = 0) {
  arguments.insert(arguments.begin(), "inspect");
  const CommandResult result = RunAlexnet(arguments);
  EXPECT_EQ(result.exit_code, exit_code) << result.err;
  return result.out;
}

std::string FreshPath(const std::string& name) {
  const std::string folder = ::testing::TempDir() + "inspected";
  fs::create_directories(folder);
  return folder + "/" + name;
}

// The longest line of the tables, which follow an empty one.
size_t Width(const std::string& text) {
  std::istringstream lines(text.substr(text.find("\n\n")));
  size_t width = 0;
  for (std::string line; std::getline(lines, line);) {
    width = std::max(width, line.size());
  }
  return width;
}

// Two layers of weights: "conv1" has six filters in two groups, of which number
// 1 is dead, 2 equals 0, and 3, of the other group, has the same numbers.
struct SmallModel {
  SmallModel() : model(Make()) {}

  static Model Make() {
    Network network("small", 3, 6, 6);
    ConvolutionOptions mix;
    mix.out_channels = 4;
    mix.window.kernel_h = 1;
    ConvolutionOptions convolution;
    convolution.out_channels = 6;
    convolution.window.kernel_h = 3;
    convolution.groups = 2;
    FullyConnectedOptions full;
    full.out_features = 4;
    network.add_convolution("mix", mix)
        .add_convolution("conv1", convolution)
        .add_relu("relu1")
        .add_fully_connected("fc2", full)
        .add_softmax("prob");
    ModelBuilder builder(Model::initial(network, 3));
    std::vector<float> values(6 * 2 * 9);
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<float>(std::sin(1.0 + 3.7 * double(i)));
    }
    for (size_t i = 0; i < 18; ++i) {
      values[18 + i] = 0;
      values[2 * 18 + i] = values[i];
      values[3 * 18 + i] = values[i];
    }
    builder.write_tensor("conv1.weight", values);
    builder.set_labels({"a", "b", "c", "d"});
    builder.set_source("a test\nof two lines", "inspect_test");
    return builder.build();
  }

  Model model;
};

TEST(InspectTest, PresetsHaveTheParametersAndMacsOfTheirPublications) {
  struct Counts {
    int64_t parameters;
    int64_t macs;
  };
  const std::map<std::string, Counts> published = {
      {"alexnet", {60'965'224, 724'406'816}},
      {"alexnet_2012", {60'965'224, 724'406'816}},
      {"bvlc_alexnet", {60'965'224, 724'406'816}},
      {"caffenet", {60'965'224, 724'406'816}},
      {"zoo_bvlc_alexnet", {60'965'224, 654'560'384}},
      {"torchvision", {61'100'840, 714'188'480}},
      {"owt", {61'100'840, 714'188'480}},
      {"tf_slim", {50'303'912, 736'555'776}},
      {"cifar10", {145'578, 12'354'176}},
      {"cifar10_lrn", {89'578, 12'298'240}},
      {"cuda_convnet_26pct", {145'578, 12'354'176}},
      {"cuda_convnet_18pct", {89'578, 12'298'240}},
      {"cuda_convnet_13pct", {1'116'490, 18'517'248}},
      {"cuda_convnet_11pct", {2'112'970, 19'512'576}},
      {"lenet5", {61'706, 416'520}},
      {"alexnet_small", {261'482, 0}}};
  for (const Preset& preset : presets()) {
    const std::string name(preset.name);
    SCOPED_TRACE(name);
    const auto known = published.find(name);
    ASSERT_NE(known, published.end());
    const Json document = Inspected({name});
    EXPECT_EQ(document["parameters"], known->second.parameters);
    if (known->second.macs > 0) {
      EXPECT_EQ(document["macs"], known->second.macs);
    }
    EXPECT_EQ(document["preset"], name);
    Json sums = {{"parameters", 0},       {"macs", 0},
                 {"activation_bytes", 0}, {"parameters_share", 0.0},
                 {"macs_share", 0.0},     {"activation_bytes_share", 0.0}};
    for (const Json& layer : document["layers"]) {
      int64_t bytes = 4;
      for (const int64_t extent : layer["output"]) bytes *= extent;
      EXPECT_EQ(layer["activation_bytes"], bytes);
      for (auto& [what, sum] : sums.items()) {
        if (sum.is_number_integer()) {
          sum = sum.get<int64_t>() + layer[what].get<int64_t>();
        } else {
          sum = sum.get<double>() + layer[what].get<double>();
        }
      }
    }
    for (const char* what : {"parameters", "macs", "activation_bytes"}) {
      EXPECT_EQ(sums[what], document[what]);
      EXPECT_NEAR(sums[std::string(what) + "_share"].get<double>(), 1, 1e-9);
    }
    EXPECT_LE(Width(InspectedText({name})), 80u);
  }
}

TEST(InspectTest, LayersHaveTheirPublishedNumbers) {
  struct Row {
    const char* name;
    int64_t parameters;
    int64_t macs;
    std::vector<int64_t> output;
  };
  const std::vector<Row> rows = {
      {"conv1", 34'848 + 96, 105'415'200, {96, 55, 55}},
      {"conv2", 307'200 + 256, 223'948'800, {256, 27, 27}},
      {"conv3", 884'736 + 384, 149'520'384, {384, 13, 13}},
      {"conv4", 663'552 + 384, 112'140'288, {384, 13, 13}},
      {"conv5", 442'368 + 256, 74'760'192, {256, 13, 13}},
      {"pool5", 0, 0, {256, 6, 6}},
      {"fc6", 37'748'736 + 4096, 37'748'736, {4096}},
      {"fc7", 16'777'216 + 4096, 16'777'216, {4096}},
      {"fc8", 4'096'000 + 1000, 4'096'000, {1000}}};
  std::map<std::string, Json> layers;
  const Json document = Inspected({"bvlc_alexnet"});
  for (const Json& layer : document["layers"]) {
    layers[layer["name"]] = layer;
  }
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Json& layer = layers[row.name];
    EXPECT_EQ(layer["parameters"], row.parameters);
    EXPECT_EQ(layer["macs"], row.macs);
    EXPECT_EQ(layer["output"], row.output);
    EXPECT_NEAR(layer["macs_share"].get<double>(), row.macs / 724'406'816.0,
                1e-12);
  }
  EXPECT_EQ(layers["conv2"]["options"]["groups"], 2);
  const std::string text = InspectedText({"bvlc_alexnet"});
  EXPECT_THAT(text, HasSubstr("37,752,832 61.9"));
  EXPECT_THAT(text, HasSubstr("conv 5x5 p2 g2"));
  EXPECT_THAT(text, HasSubstr("LRN 5 a=0.0001/n k=1"));
}

TEST(InspectTest, LocallyConnectedLayersAreNamed) {
  EXPECT_THAT(InspectedText({"cuda_convnet_11pct"}),
              HasSubstr("local3 local 3x3 p1"));
}

TEST(InspectTest, AFileSaysWhatItIs) {
  const std::string path = FreshPath("small.alexnet");
  const SmallModel small;
  small.model.save(path);
  const Json document = Inspected({path});
  EXPECT_EQ(document["file"], path);
  EXPECT_EQ(document["format"], "alexnet");
  EXPECT_EQ(document["network"], "small");
  EXPECT_EQ(document["preset"], nullptr);
  EXPECT_EQ(document["hashes"], "passed");
  EXPECT_EQ(document["damage"], Json::array());
  EXPECT_EQ(document["labels"], 4);
  EXPECT_EQ(document["training_state"], nullptr);
  EXPECT_EQ(document["provenance"]["tool"], "inspect_test");
  EXPECT_EQ(document["file_bytes"], fs::file_size(path));
  EXPECT_EQ(document["tensors"].size(), 6u);
  EXPECT_FALSE(document["tensors"][0].contains("statistics"));
  const std::string text = InspectedText({path});
  EXPECT_THAT(text, HasSubstr("small (of no preset)"));
  EXPECT_THAT(text, HasSubstr("hashes      passed"));
  EXPECT_THAT(text, HasSubstr("a test\\x0Aof two lines; by inspect_test"));
}

TEST(InspectTest, AFileOfAPresetsLayersSaysSo) {
  const std::string path = FreshPath("lenet.alexnet");
  Model::initial(Network::preset("lenet5", 17)).save(path);
  const Json document = Inspected({path});
  EXPECT_EQ(document["preset"], "lenet5");
  EXPECT_EQ(document["classes"], 17);
}

// Two plain passes in float64.
void ExpectStatistics(const std::vector<float>& values, const Json& actual) {
  double sum = 0, squares = 0, least = values[0], most = values[0];
  int64_t zeros = 0;
  for (const double value : values) {
    sum += value;
    least = std::min(least, value);
    most = std::max(most, value);
    zeros += value == 0;
  }
  const double mean = sum / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double stddev = std::sqrt(squares / static_cast<double>(values.size()));
  EXPECT_EQ(actual["min"], least);
  EXPECT_EQ(actual["max"], most);
  EXPECT_NEAR(actual["mean"].get<double>(), mean, 1e-12);
  EXPECT_NEAR(actual["stddev"].get<double>(), stddev, 1e-12);
  EXPECT_EQ(actual["zeros"], zeros);
}

TEST(InspectTest, TensorsAreMeasuredInEveryType) {
  const SmallModel small;
  for (const int32_t dtype :
       {ALEXNET_DTYPE_F32, ALEXNET_DTYPE_F16, ALEXNET_DTYPE_BF16}) {
    const std::string path =
        FreshPath("type" + std::to_string(dtype) + ".alexnet");
    SaveOptions options;
    options.dtype = dtype;
    small.model.save(path, options);
    const Model stored = Model::load(path);
    const Json document = Inspected({path, "--tensors"});
    for (size_t i = 0; i < document["tensors"].size(); ++i) {
      SCOPED_TRACE(document["tensors"][i].dump());
      ExpectStatistics(stored.read_tensor(i),
                       document["tensors"][i]["statistics"]);
    }
    const Json& conv = document["tensors"][2]["statistics"];
    EXPECT_EQ(conv["filters"], 6);
    EXPECT_EQ(conv["dead"], Json::array({1}));
    EXPECT_EQ(conv["duplicates"],
              Json::array({{{"filter", 2}, {"same_as", 0}}}));
    EXPECT_EQ(document["tensors"][3]["statistics"]["filters"], 0);
    const std::string text = InspectedText({path, "--tensors"});
    EXPECT_THAT(text,
                HasSubstr("conv1.weight: filter 1 is dead, filter 2 equals 0"));
    EXPECT_LE(Width(text), 80u);
  }
}

TEST(InspectTest, DamageIsMarkedAndTheRestIsRead) {
  const std::string path = FreshPath("flipped.alexnet");
  const SmallModel small;
  small.model.save(path);
  std::string bytes = ReadText(path);
  const std::vector<float> values = small.model.read_tensor(2);
  const std::string stored(reinterpret_cast<const char*>(values.data()), 64);
  const size_t at = bytes.find(stored);
  ASSERT_NE(at, std::string::npos);
  bytes[at + 5] = static_cast<char>(bytes[at + 5] ^ 1);
  std::ofstream(path, std::ios::binary) << bytes;

  const Json document = Inspected({path, "--tensors"}, 1);
  EXPECT_EQ(document["hashes"], "failed");
  ASSERT_EQ(document["damage"].size(), 1u);
  EXPECT_EQ(document["damage"][0]["tensor"], "conv1.weight");
  EXPECT_EQ(document["damage"][0]["chunk"], 0);
  EXPECT_EQ(document["damage"][0]["offset"], at);
  for (size_t i = 0; i < document["tensors"].size(); ++i) {
    EXPECT_EQ(document["tensors"][i]["damaged"], i == 2);
    EXPECT_EQ(document["tensors"][i]["statistics"].is_null(), i == 2);
  }
  const CommandResult text = RunAlexnet({"inspect", path, "--tensors"});
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_THAT(text.out, HasSubstr("tensor conv1.weight, chunk 0, bytes"));
  EXPECT_THAT(text.out, HasSubstr("DAMAGED"));
  EXPECT_THAT(text.err, HasSubstr(path));
}

TEST(InspectTest, OfACutFileWhatIsLeftIsShown) {
  const std::string path = FreshPath("cut.alexnet");
  const SmallModel small;
  small.model.save(path);
  fs::resize_file(path, fs::file_size(path) - 42);  // the footer and a bit
  const Json document = Inspected({path, "--tensors"}, 1);
  EXPECT_EQ(document["network"], "small");
  EXPECT_EQ(document["layers"].size(), 5u);
  ASSERT_EQ(document["damage"].size(), 2u);
  EXPECT_EQ(document["damage"][0]["tensor"], nullptr);
  EXPECT_EQ(document["damage"][1]["tensor"], "fc2.bias");
  EXPECT_TRUE(document["tensors"][5]["damaged"]);
  EXPECT_FALSE(document["tensors"][4]["damaged"]);

  fs::resize_file(path, 100);
  const CommandResult nothing = RunAlexnet({"inspect", path});
  EXPECT_EQ(nothing.exit_code, 1);
  EXPECT_THAT(nothing.err, HasSubstr(path));
}

TEST(InspectTest, EveryFormatIsReadAsConvertReadsIt) {
  const std::string golden = "tests/golden/convert/";
  const std::map<std::string, std::string> files = {
      {"caffe_v2_trained.caffemodel", ""},
      {"pytorch_zip.pth", "caffe_v2.prototxt"},
      {"pytorch_bf16.pth", "caffe_v2.prototxt"},
      {"weights.safetensors", "caffe_v2.prototxt"},
      {"weights.npz", "caffe_v2.prototxt"},
      {"toronto_p2.npy", "caffe_v2.prototxt"},
      {"torch_13.onnx", ""},
      {"darknet_02.weights", "darknet.cfg"},
      {"cuda_convnet_dict", "towers.prototxt"}};
  std::set<std::string> formats = {"alexnet"};
  for (const auto& [file, description] : files) {
    SCOPED_TRACE(file);
    std::vector<std::string> arguments = {golden + file};
    if (!description.empty()) {
      arguments.insert(arguments.end(), {"--prototxt", golden + description});
    }
    const std::string converted = FreshPath(file + ".alexnet");
    std::vector<std::string> convert = arguments;
    convert.insert(convert.begin(), "convert");
    convert.insert(convert.begin() + 2, converted);
    const CommandResult result = RunAlexnet(convert);
    ASSERT_EQ(result.exit_code, 0) << result.err;

    arguments.push_back("--tensors");
    const Json foreign = Inspected(arguments);
    const Json own = Inspected({converted, "--tensors"});
    for (const char* part : {"network", "preset", "input", "classes", "layers",
                             "parameters", "macs", "tensors"}) {
      EXPECT_EQ(foreign[part], own[part]) << part;
    }
    EXPECT_EQ(foreign["file_bytes"], fs::file_size(golden + file));
    EXPECT_EQ(foreign["sha256"].get<std::string>().size(), 64u);
    for (const auto& [model, picture] :
         {std::pair(arguments, "foreign.png"),
          std::pair(std::vector{converted}, "own.png")}) {
      std::vector<std::string> drawn = model;
      drawn.insert(drawn.begin(), "inspect");
      drawn.insert(drawn.end(), {"--filters", FreshPath(picture)});
      const CommandResult filters = RunAlexnet(drawn);
      EXPECT_EQ(filters.exit_code, 0) << filters.err;
    }
    EXPECT_EQ(ReadText(FreshPath("foreign.png")),
              ReadText(FreshPath("own.png")));
    formats.insert(foreign["format"]);
    EXPECT_THAT(InspectedText(arguments), HasSubstr("recognised"));
  }
  std::istringstream list(RunAlexnet({"convert", "--list"}).out);
  for (std::string line; std::getline(list, line);) {
    const std::string format = line.substr(0, line.find(' '));
    EXPECT_EQ(formats.count(format), 1u) << format << " has no file here";
  }
}

// No byte that a terminal obeys, and nothing that is not UTF-8.
void ExpectHarmless(const std::string& text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    EXPECT_TRUE(byte == '\n' || (byte >= 0x20 && byte != 0x7F)) << int{byte};
  }
  EXPECT_THAT(text, Not(HasSubstr("\xC2\x9B")));
  EXPECT_THAT(text, Not(HasSubstr("\xFF")));
  EXPECT_FALSE(
      Json(text).dump(-1, ' ', false, Json::error_handler_t::strict).empty());
}

TEST(InspectTest, NamesThatMeanHarmDoNone) {
  const std::string path = FreshPath(
      "\x1b]0;mine\x07\xFF\xC2\x9B"
      "31m\u202E<b>.alexnet");
  HarmfulModel().save(path);
  for (const bool damaged : {false, true}) {
    if (damaged) fs::resize_file(path, fs::file_size(path) - 1);
    const CommandResult text = RunAlexnet({"inspect", path, "--tensors"});
    EXPECT_EQ(text.exit_code, damaged ? 1 : 0);
    ExpectHarmless(text.out);
    ExpectHarmless(text.err);
    EXPECT_THAT(text.out,
                HasSubstr("\\x1B]0;mine\\x07\\xFF\\x9B31m\\u202E<b>"));
    const CommandResult json = RunAlexnet({"inspect", path, "--json"});
    ExpectHarmless(json.out);
    EXPECT_THAT(Json::parse(json.out)["file"].get<std::string>(),
                HasSubstr("\x1b]0;mine"));
  }
}

TEST(InspectTest, LayersAreTimed) {
  const Json document = Inspected(
      {"lenet5", "--time", "--seconds", "0", "--threads", "1", "--batch", "2"});
  const Json& time = document["time"];
  EXPECT_EQ(time["device"], "cpu");
  EXPECT_EQ(time["threads"], 1);
  EXPECT_EQ(time["batch"], 2);
  ASSERT_EQ(time["layers"].size(), document["layers"].size());
  double sum = time["reorder_milliseconds"];
  for (size_t i = 0; i < time["layers"].size(); ++i) {
    const Json& layer = time["layers"][i];
    const Json& counted = document["layers"][i];
    SCOPED_TRACE(layer.dump());
    EXPECT_EQ(layer["name"], counted["name"]);
    if (!layer.contains("milliseconds")) continue;
    EXPECT_EQ(layer["computed_by"], i);
    const double milliseconds = layer["milliseconds"];
    sum += milliseconds;
    // Two operations for each multiply-accumulate of two pictures.
    const double gflops = 4e-9 * counted["macs"].get<double>();
    EXPECT_NEAR(layer["gflops_per_second"].get<double>(),
                gflops / (milliseconds * 1e-3), 1e-6 * (1 + gflops));
  }
  EXPECT_NEAR(time["milliseconds"].get<double>(), sum, 1e-9);
  // A fully connected layer of 48,000 weights over few features is bound by
  // memory: it reads four bytes for each four operations.
  const Json& full = time["layers"][6];
  EXPECT_LT(full["flops_per_byte"].get<double>(), 1.0);
  const std::string text =
      InspectedText({"lenet5", "--time", "--seconds", "0", "--threads", "1"});
  EXPECT_THAT(text, HasSubstr("GFLOP/s"));
  EXPECT_LE(Width(text), 80u);
}

TEST(InspectTest, WhatCannotBeInspectedIsRefused) {
  EXPECT_EQ(RunAlexnet({"inspect"}).exit_code, 2);
  EXPECT_EQ(RunAlexnet({"inspect", "alexnet", "--tensors"}).exit_code, 2);
  const CommandResult missing = RunAlexnet({"inspect", "/no/such/model"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("/no/such/model"));
  const std::string text = FreshPath("text");
  std::ofstream(text) << "no model";
  const CommandResult refused = RunAlexnet({"inspect", text});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr(text));
}

// The checker itself: what it must see.
TEST(JsonSchemaTest, MisfitsAreSeen) {
  Json document = Inspected({"lenet5"});
  const auto misfit = [&](const char* pointer, const Json& value) {
    Json changed = document;
    changed[Json::json_pointer(pointer)] = value;
    return Misfit(Schema(), changed);
  };
  EXPECT_NE(misfit("/version", 2), "");
  EXPECT_NE(misfit("/parameters", "many"), "");
  EXPECT_NE(misfit("/layers/0/macs", -1), "");
  EXPECT_NE(misfit("/layers/0/macs_share", 1.5), "");
  EXPECT_NE(misfit("/layers/0/news", 1), "");
  EXPECT_NE(misfit("/hashes", "perhaps"), "");
  document.erase("layers");
  EXPECT_NE(Misfit(Schema(), document), "");
  EXPECT_NE(Misfit({{"surprise", 1}}, 1), "");
}

}  // namespace
}  // namespace alexnet::testing
