// `alexnet features`, `similar` and `lpips`, as a user meets them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <alexnet/alexnet.hpp>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/command.h"
#include "tests/end_to_end/json_schema.h"
#include "tests/end_to_end/png.h"
#include "tests/end_to_end/seeing_files.h"

namespace alexnet::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;
namespace fs = std::filesystem;

// Like no other of another number; one of twenty more is nearly the same.
Picture Numbered(uint32_t number) {
  Picture picture = Photo(24, 20);
  for (size_t i = 0; i < picture.rgba.size(); ++i) {
    if (i % 4 == 3) continue;
    picture.rgba[i] = static_cast<uint8_t>(
        picture.rgba[i] + 11 * (number % 20) * (i / 4 % 24) + number / 20);
  }
  return picture;
}

struct Pictures {
  explicit Pictures(const std::string& name, uint32_t count = 30)
      : files(name), folder(files.folder + "/pictures") {
    SmallModel().save(files.model);
    fs::create_directories(folder + "/deep");
    for (uint32_t i = 0; i < count; ++i) {
      const std::string path =
          folder + (i % 2 == 0 ? "/" : "/deep/") + std::to_string(i) + ".png";
      WritePng(path, Numbered(i));
    }
  }
  // The rows of all pictures, by the interface, one picture at a time.
  std::vector<float> Rows(const std::vector<std::string>& paths,
                          const char* layer) const {
    SessionOptions options;
    options.activations = &layer;
    options.activation_count = 1;
    const Model model = Model::load(files.model);
    Session session(model, options);
    std::vector<float> rows;
    for (const std::string& path : paths) {
      session.predict_file(path);
      const Activation given = session.activation(0);
      rows.insert(rows.end(), given.values.begin(), given.values.end());
    }
    return rows;
  }

  Files files;
  std::string folder;
};

// What a program printed, which fits the schema of the verb.
Json Printed(const CommandResult& result, const std::string& verb) {
  const Json document = Json::parse(result.out);
  EXPECT_EQ(
      Misfit(Json::parse(ReadText("docs/" + verb + ".schema.json")), document),
      "")
      << result.out;
  return document;
}

struct Csv {
  std::vector<std::string> paths;
  std::vector<float> values;
};

// Of paths without commas and quotes.
Csv ReadCsv(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  Csv csv;
  while (std::getline(file, line)) {
    size_t at = line.find(',');
    csv.paths.push_back(line.substr(0, at));
    while (at != std::string::npos) {
      csv.values.push_back(std::strtof(line.c_str() + at + 1, nullptr));
      at = line.find(',', at + 1);
    }
  }
  return csv;
}

TEST(FeaturesTest, RowsAreWhatTheLayerGives) {
  const Pictures pictures("rows");
  for (const std::string layer : {"relu1", "fc3", "prob"}) {
    const std::string out = pictures.files.folder + "/" + layer + ".csv";
    const CommandResult result =
        RunAlexnet({"features", pictures.files.model, pictures.folder,
                    "--layer", layer, "--out", out, "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(Printed(result, "features")["rows"], 30);
    const Csv csv = ReadCsv(out);
    ASSERT_EQ(csv.paths.size(), 30U);
    EXPECT_TRUE(std::is_sorted(csv.paths.begin(), csv.paths.end()));
    const std::vector<float> rows = pictures.Rows(csv.paths, layer.c_str());
    ASSERT_EQ(csv.values.size(), rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSERT_NEAR(csv.values[i], rows[i], 1e-5 + 1e-4 * std::abs(rows[i]));
    }
  }
}

TEST(FeaturesTest, AStoppedRunGoesOnToTheSameFile) {
  const Pictures pictures("stopped", 60);
  // Names are sorted: it comes last.
  const std::string broken = pictures.folder + "/z\x1b[31m.png";
  std::ofstream(broken) << "no picture";
  for (const char* ending : {".npz", ".npy", ".csv"}) {
    const std::string whole = pictures.files.folder + "/whole" + ending;
    const std::string stopped = pictures.files.folder + "/stopped" + ending;
    const auto run = [&](const std::string& out,
                         std::vector<std::string> more = {}) {
      more.insert(more.begin(),
                  {"features", pictures.files.model, pictures.folder, "--layer",
                   "fc3", "--batch", "1", "--out", out});
      return RunAlexnet(more);
    };
    const CommandResult first = run(whole);
    ASSERT_EQ(first.exit_code, 0) << first.err;
    EXPECT_THAT(first.out, HasSubstr("1 pictures were left out"));
    EXPECT_THAT(first.err, HasSubstr("left out"));
    EXPECT_THAT(first.err, HasSubstr("z\\x1B[31m.png"));
    EXPECT_THAT(first.err + first.out, Not(HasSubstr("\x1b[31m")));

    const CommandResult strict = run(stopped, {"--strict"});
    EXPECT_EQ(strict.exit_code, 1);
    EXPECT_THAT(strict.err, HasSubstr("z\\x1B[31m.png"));
    EXPECT_FALSE(fs::exists(stopped));
    EXPECT_TRUE(fs::exists(stopped + ".part"));
    const CommandResult other = run(stopped, {"--weights", "bf16"});
    EXPECT_EQ(other.exit_code, 1);
    EXPECT_THAT(other.err, HasSubstr("of another model, layer"));
    const CommandResult again = run(stopped, {"--json"});
    ASSERT_EQ(again.exit_code, 0) << again.err;
    EXPECT_GT(Json::parse(again.out)["resumed"], 0);
    EXPECT_EQ(Json::parse(again.out)["left_out"], 1);
    EXPECT_EQ(ReadText(stopped), ReadText(whole)) << ending;
    EXPECT_FALSE(fs::exists(stopped + ".part"));
    EXPECT_FALSE(fs::exists(stopped + ".part.done"));

    const CommandResult there = run(stopped);
    EXPECT_EQ(there.exit_code, 1);
    EXPECT_THAT(there.err, HasSubstr("--force"));
    EXPECT_EQ(run(stopped, {"--force"}).exit_code, 0);
  }
}

TEST(FeaturesTest, ARunGoesOnToItsEndWhereOnlyBrokenPicturesAreLeft) {
  const Pictures pictures("tail", 6);
  for (int i = 0; i < 3; ++i) {
    std::ofstream(pictures.folder + "/z" + std::to_string(i) + ".png")
        << "no picture";
  }
  const auto run = [&](const std::string& out) {
    return RunAlexnet({"features", pictures.files.model, pictures.folder,
                       "--layer", "fc3", "--batch", "2", "--out", out});
  };
  const std::string whole = pictures.files.folder + "/whole.npy";
  ASSERT_EQ(run(whole).exit_code, 0);
  // One that cannot write its list ends before its file is in place.
  const std::string stopped = pictures.files.folder + "/stopped.npy";
  fs::create_directories(stopped + ".files.csv/in the way");
  EXPECT_EQ(run(stopped).exit_code, 1);
  fs::remove_all(stopped + ".files.csv");
  // The last that it has done is to leave out the broken ones.
  const std::string journal = stopped + ".part.done";
  std::string done = ReadText(journal);
  done.resize(done.rfind('\n', done.size() - 2) + 1);
  std::ofstream(journal) << done;
  const CommandResult again = run(stopped);
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("6 were computed before"));
  EXPECT_EQ(ReadText(stopped), ReadText(whole));
}

TEST(FeaturesTest, SaysWhatIsWrong) {
  const Pictures pictures("wrong", 2);
  const auto run = [&](const std::string& layer, const std::string& out,
                       const std::string& folder) {
    return RunAlexnet({"features", pictures.files.model, folder, "--layer",
                       layer, "--out", pictures.files.folder + "/" + out});
  };
  const CommandResult layer = run("fc99", "f.npz", pictures.folder);
  EXPECT_EQ(layer.exit_code, 1);
  EXPECT_THAT(layer.err, HasSubstr("\"fc99\""));
  EXPECT_THAT(layer.err, HasSubstr("conv1, relu1, conv2, pool2, fc3"));
  EXPECT_EQ(run("fc3", "f.txt", pictures.folder).exit_code, 2);
  const CommandResult gone = run("fc3", "f.npz", pictures.folder + "/gone");
  EXPECT_EQ(gone.exit_code, 1);
  EXPECT_THAT(gone.err, HasSubstr("no such file"));
  EXPECT_EQ(run("fc3", "none/f.npz", pictures.folder).exit_code, 1);
}

TEST(SimilarTest, TheNearestComeFirst) {
  const Pictures pictures("nearest");
  const std::string query = pictures.folder + "/0.png";
  const std::string page = pictures.files.folder + "/page.html";
  const std::string sheet = pictures.files.folder + "/sheet.png";
  const CommandResult result = RunAlexnet(
      {"similar", pictures.files.model, query, pictures.folder, "--layer",
       "fc3", "--top", "4", "--json", "--html", page, "--out", sheet});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Json found = Printed(result, "similar");
  EXPECT_EQ(found["compared"], 30);
  ASSERT_EQ(found["nearest"].size(), 4U);
  // It is nearly the same, and the query itself does not count.
  EXPECT_EQ(found["nearest"][0]["path"], pictures.folder + "/20.png");
  for (const Json& each : found["nearest"]) {
    const std::vector<float> rows = pictures.Rows({query, each["path"]}, "fc3");
    double sum = 0;
    for (size_t i = 0; i < 40; ++i) {
      sum += std::pow(double{rows[i]} - double{rows[40 + i]}, 2);
    }
    EXPECT_NEAR(each["distance"].get<double>(), std::sqrt(sum), 1e-4);
  }
  const Picture drawn = ReadPng(sheet);
  EXPECT_EQ(drawn.height, 256U);
  EXPECT_EQ(drawn.width, 5U * 256 + 5 * 8);
  const std::string html = ReadText(page);
  EXPECT_THAT(html, HasSubstr("20.png"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));

  // The same by a file of features, which must be of the layer.
  const std::string features = pictures.files.folder + "/f.npz";
  ASSERT_EQ(RunAlexnet({"features", pictures.files.model, pictures.folder,
                        "--layer", "fc3", "--out", features})
                .exit_code,
            0);
  const auto by_file = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"similar", pictures.files.model, query,
                               "--features", features, "--top", "4", "--json"});
    return RunAlexnet(more);
  };
  const CommandResult same = by_file({});  // of the file's layer
  ASSERT_EQ(same.exit_code, 0) << same.err;
  const Json again = Json::parse(same.out)["nearest"];
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(again[i]["path"], found["nearest"][i]["path"]);
    EXPECT_NEAR(again[i]["distance"].get<double>(),
                found["nearest"][i]["distance"].get<double>(), 1e-4);
  }
  const CommandResult other = by_file({"--layer", "fc4"});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("--layer fc3"));
  EXPECT_EQ(RunAlexnet({"similar", pictures.files.model, query}).exit_code, 2);
}

TEST(SimilarTest, NamesCannotBecomeMarkup) {
  const Pictures pictures("markup", 1);
  const std::string harmful = pictures.folder + "/<img src=x>\x1b[31m&.png";
  WritePng(harmful, Numbered(5));
  const std::string page = pictures.files.folder + "/page.html";
  const CommandResult result =
      RunAlexnet({"similar", pictures.files.model, pictures.folder + "/0.png",
                  pictures.folder, "--layer", "fc3", "--html", page});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(ReadText(page), Not(HasSubstr("<img src=x")));
  EXPECT_THAT(ReadText(page), HasSubstr("&lt;img src=x&gt;"));
  EXPECT_THAT(result.out, HasSubstr("<img src=x>\\x1B[31m&.png"));
}

TEST(LpipsTest, EqualPicturesAreAtNoDistance) {
  const Pictures pictures("lpips", 21);
  const auto run = [&](const std::string& a, const std::string& b) {
    return RunAlexnet(
        {"lpips", a, b, "--model", pictures.files.model, "--json"});
  };
  const std::string first = pictures.folder + "/0.png";
  const auto distance = [&](const std::string& to) {
    const CommandResult result = run(first, to);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    const Json document = Printed(result, "lpips");
    EXPECT_EQ(document["layers"].size(), 1U);
    EXPECT_EQ(document["layers"][0]["name"], "relu1");
    return document["distance"].get<double>();
  };
  EXPECT_EQ(distance(first), 0);
  const double near = distance(pictures.folder + "/20.png");
  EXPECT_GT(near, 0);
  EXPECT_GT(distance(pictures.folder + "/4.png"), near);
  const std::string wide = pictures.files.folder + "/wide.png";
  WritePng(wide, Photo(25, 20));
  const CommandResult sizes = run(first, wide);
  EXPECT_EQ(sizes.exit_code, 1);
  EXPECT_THAT(sizes.err, HasSubstr("24 x 20"));
  EXPECT_THAT(sizes.err, HasSubstr("resize"));
  for (const char* option : {"--devices", "--parallel"}) {
    EXPECT_EQ(RunAlexnet({"lpips", first, first, "--model",
                          pictures.files.model, option, "data"})
                  .exit_code,
              2)
        << option;
  }
  const CommandResult linear =
      RunAlexnet({"lpips", first, first, "--model", pictures.files.model,
                  "--linear", first});
  EXPECT_EQ(linear.exit_code, 1);
  EXPECT_THAT(linear.err, HasSubstr("0.png"));
}

}  // namespace
}  // namespace alexnet::testing
