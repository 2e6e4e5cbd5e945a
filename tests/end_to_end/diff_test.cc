// `alexnet diff`: models of any format against each other.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <alexnet/alexnet.hpp>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/end_to_end/browser.h"
#include "tests/end_to_end/command.h"
#include "tests/end_to_end/json_schema.h"
#include "tests/end_to_end/png.h"

namespace alexnet::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;
namespace fs = std::filesystem;

std::string FreshPath(const std::string& name) {
  const std::string folder = ::testing::TempDir() + "compared";
  std::filesystem::create_directories(folder);
  return folder + "/" + name;
}

// A model of lenet5, changed.
std::string Saved(
    const std::string& name,
    const std::function<void(ModelBuilder&, const Model&)>& change =
        [](ModelBuilder&, const Model&) {},
    const SaveOptions& options = {}) {
  const Model start = Model::initial(Network::preset("lenet5"), 5);
  ModelBuilder builder(start);
  change(builder, start);
  const std::string path = FreshPath(name + ".alexnet");
  builder.build().save(path, options);
  return path;
}

// One weight of the fourth filter of conv2.
void ChangeAFilter(ModelBuilder& builder, const Model& start) {
  std::vector<float> weights =
      start.read_tensor(start.find_tensor("conv2.weight"));
  weights[3 * weights.size() / 16 + 7] += 0.25f;
  builder.write_tensor("conv2.weight", weights);
}

Json Compared(std::vector<std::string> arguments, int exit_code) {
  static const Json schema = Json::parse(ReadText("docs/diff.schema.json"));
  arguments.insert(arguments.begin(), "diff");
  arguments.push_back("--json");
  const CommandResult result = RunAlexnet(arguments);
  EXPECT_EQ(result.exit_code, exit_code) << result.err;
  const Json document = Json::parse(result.out, nullptr, false);
  EXPECT_EQ(Misfit(schema, document), "") << result.out;
  EXPECT_EQ(document["close"], exit_code == 0);
  return document;
}

TEST(DiffTest, AModelIsItself) {
  const std::string path = Saved("one");
  const Json document = Compared({path, path}, 0);
  EXPECT_EQ(document["layers"], Json::array());
  ASSERT_EQ(document["tensors"].size(), 10u);
  for (const Json& tensor : document["tensors"]) {
    EXPECT_EQ(tensor["difference"]["max"], 0);
    EXPECT_EQ(tensor["difference"]["cosine"], 1);
    EXPECT_EQ(tensor["difference"]["ulps"], 0);
    EXPECT_EQ(tensor["difference"]["rows"], Json::array());
  }
  const Json& seen = document["behaviour"][0];
  EXPECT_EQ(seen["picture"], nullptr);
  EXPECT_EQ(seen["first"], nullptr);
  EXPECT_EQ(seen["top"], seen["top_in_b"]);
  EXPECT_EQ(seen["top"].size(), 5u);
  for (const Json& layer : seen["layers"]) EXPECT_EQ(layer["relative"], 0);
  EXPECT_THAT(RunAlexnet({"diff", path, path}).out,
              HasSubstr("10 the same bits, 0 not"));
}

TEST(DiffTest, AChangedFilterIsNamed) {
  const std::string a = Saved("a");
  const std::string b = Saved("b", ChangeAFilter);
  const Json document = Compared({a, b}, 1);
  for (const Json& tensor : document["tensors"]) {
    const bool changed = tensor["name"] == "conv2.weight";
    EXPECT_EQ(tensor["close"], !changed);
    EXPECT_EQ(tensor["difference"]["rows"],
              changed ? Json::array({3}) : Json::array());
    EXPECT_EQ(tensor["difference"]["elements"], changed ? 1 : 0);
    if (changed) {
      EXPECT_NEAR(tensor["difference"]["max"].get<double>(), 0.25, 1e-6);
    }
  }
  const CommandResult text = RunAlexnet({"diff", a, b});
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_THAT(text.out, HasSubstr("conv2.weight: 1 of 16 filters differ: 3"));
  EXPECT_THAT(text.err, HasSubstr("differ"));
}

// By sessions of the interface.
TEST(DiffTest, WhereBehaviourPartsIsTold) {
  const std::string a = Saved("one_a");
  const std::string b = Saved("one_b", ChangeAFilter);
  const std::string photo = FreshPath("photo.png");
  Picture picture{28, 28, {}};
  for (uint32_t at = 0; at < 28 * 28; ++at) {
    for (const uint32_t level : {at, at * at, 7 * at, 255U}) {
      picture.rgba.push_back(static_cast<uint8_t>(level));
    }
  }
  WritePng(photo, picture);
  const Json document = Compared({a, b, "--image", photo + "," + photo}, 1);
  ASSERT_EQ(document["behaviour"].size(), 2u);
  EXPECT_EQ(document["behaviour"][0], document["behaviour"][1]);
  const Json& seen = document["behaviour"][0];
  EXPECT_EQ(seen["picture"], photo);
  EXPECT_EQ(seen["view"], 0);
  const Model left = Model::load(a), right = Model::load(b);
  std::vector<std::vector<float>> values;
  for (const Model* model : {&left, &right}) {
    const char* kept = "conv2";
    SessionOptions options;
    options.activations = &kept;
    options.activation_count = 1;
    Session session(*model, options);
    const std::vector<Prediction> top = session.predict_file(photo);
    const Json& told = seen[model == &left ? "top" : "top_in_b"];
    for (size_t i = 0; i < top.size(); ++i) {
      EXPECT_EQ(told[i]["label"], top[i].label);
      EXPECT_NEAR(told[i]["probability"].get<double>(), top[i].probability,
                  1e-6);
    }
    const auto output = session.activation(0).values;
    values.emplace_back(output.begin(), output.end());
  }
  double difference = 0, largest = 0;
  for (size_t i = 0; i < values[0].size(); ++i) {
    difference =
        std::max<double>(difference, std::abs(values[0][i] - values[1][i]));
    largest = std::max<double>(
        {largest, std::abs(values[0][i]), std::abs(values[1][i])});
  }
  const Json& layers = seen["layers"];
  const auto first = seen["first"].get<size_t>();
  EXPECT_EQ(layers[first]["name"], "conv2");
  EXPECT_NEAR(layers[first]["relative"].get<double>(), difference / largest,
              1e-6);
  for (size_t i = 0; i < first; ++i) EXPECT_EQ(layers[i]["relative"], 0);
  EXPECT_THAT(RunAlexnet({"diff", a, b, "--image", photo}).out,
              HasSubstr("outputs part at conv2"));
  // Whether it is known depends on what is tolerated.
  EXPECT_EQ(Compared({a, b, "--tolerance", "100"}, 0)["behaviour"][0]["first"],
            nullptr);
}

TEST(DiffTest, ThePageShowsIt) {
  const std::string a = Saved("page_a"), page = FreshPath("page.html");
  const std::string b = FreshPath("<script>\x1b.alexnet");
  fs::rename(Saved("page_b", ChangeAFilter), b);
  const CommandResult result = RunAlexnet({"diff", a, b, "--html", page});
  EXPECT_EQ(result.exit_code, 1);
  const std::string text = ReadText(page);
  EXPECT_THAT(text, HasSubstr("They differ"));
  EXPECT_THAT(text, HasSubstr("All layers compute the same"));
  EXPECT_THAT(text, HasSubstr("conv2 is the first layer whose outputs part"));
  EXPECT_THAT(text, HasSubstr("conv1.weight</th>"));
  EXPECT_THAT(text, Not(HasSubstr("<script>")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  if (!HasBrowser()) GTEST_SKIP() << "there is no chromium on this machine";
  for (const int width : {390, 1400}) {
    const Shown shown = ShowPage(page, width, ::testing::TempDir());
    EXPECT_EQ(shown.overflow, 0) << width;
    EXPECT_EQ(shown.console, "");
  }
}

TEST(DiffTest, TheToleranceDecides) {
  const std::string whole = Saved("whole");
  SaveOptions options;
  options.dtype = ALEXNET_DTYPE_F16;
  const std::string half = Saved(
      "half", [](ModelBuilder&, const Model&) {}, options);
  Compared({whole, half}, 1);
  // Half of a last place of 11 bits.
  Compared({whole, half, "--tolerance", "5e-4"}, 0);
}

TEST(DiffTest, PreparationCounts) {
  const std::string a = Saved("plain");
  const std::string b =
      Saved("scaled", [](ModelBuilder& builder, const Model& start) {
        Preprocessing preprocessing = start.preprocessing();
        preprocessing.scale *= 1.01f;
        builder.set_preprocessing(preprocessing);
      });
  const Json document = Compared({a, b}, 1);
  ASSERT_EQ(document["preprocessing"].size(), 1u);
  EXPECT_EQ(document["preprocessing"][0]["name"], "scale");
  EXPECT_THAT(RunAlexnet({"diff", a, b}).out,
              HasSubstr("prepared differently\n  scale: "));
  EXPECT_EQ(Compared({a, b, "--tolerance", "0.02"}, 0)["preprocessing"].size(),
            0u);
}

TEST(DiffTest, FormatsMayDiffer) {
  const std::string own = Saved("own");
  for (const char* ending : {".onnx", ".safetensors"}) {
    const std::string other = FreshPath(std::string("other") + ending);
    ASSERT_EQ(RunAlexnet({"convert", own, other}).exit_code, 0);
    Compared({own, other, "--preset", "lenet5"}, 0);
  }
}

TEST(DiffTest, OtherLayersAreShown) {
  const std::string a = Saved("lenet");
  const std::string b = FreshPath("classes.alexnet");
  Model::initial(Network::preset("lenet5", 7)).save(b);
  const Json document = Compared({a, b, "--tolerance", "100"}, 1);
  ASSERT_EQ(document["layers"].size(), 2u);  // the last one and the softmax
  EXPECT_EQ(document["layers"][0]["a_is"], "fully connected 10 units to 1x10");
  EXPECT_EQ(document["layers"][0]["b_is"], "fully connected 7 units to 1x7");
  EXPECT_EQ(document["tensors"][8]["difference"], nullptr);
  EXPECT_THAT(RunAlexnet({"diff", a, b}).out, HasSubstr("another"));
}

TEST(DiffTest, WhatCannotBeReadIsRefused) {
  const std::string path = Saved("good");
  EXPECT_EQ(RunAlexnet({"diff", path}).exit_code, 2);
  const CommandResult missing = RunAlexnet({"diff", path, "/no/such/model"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("/no/such/model"));
  EXPECT_THAT(missing.out, Not(HasSubstr("same")));
  EXPECT_EQ(RunAlexnet({"diff", path, path, "--tolerance", "-1"}).exit_code, 2);
}

}  // namespace
}  // namespace alexnet::testing
