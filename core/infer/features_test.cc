#include "core/infer/features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/data/decode.h"
#include "core/infer/session.h"
#include "core/infer/test_data.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

struct Row {
  int64_t picture;
  std::vector<float> values;
  bool operator==(const Row&) const = default;
};

// The pictures of WriteTestData, 18 of them.
std::vector<std::string> Paths(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder + "/data")) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

Result<std::unique_ptr<Features>> Make(
    const std::shared_ptr<SharedModel>& model, const std::string& layer,
    std::vector<std::string> paths, const FeatureOptions& options = {}) {
  return Features::Create(model, layer, *OpenPictures(std::move(paths)),
                          options);
}

// All rows; fails the test where one call fails.
std::vector<Row> All(Features& features) {
  std::vector<int64_t> pictures(static_cast<size_t>(features.batch()));
  const auto size = static_cast<size_t>(features.size());
  std::vector<float> values(pictures.size() * size);
  std::vector<Row> rows;
  while (true) {
    const Result<int64_t> found = features.Next(pictures, values);
    EXPECT_TRUE(found.ok()) << found.status().ToString();
    if (!found.ok() || *found == 0) return rows;
    for (size_t i = 0; i < static_cast<size_t>(*found); ++i) {
      const float* row = values.data() + i * size;
      rows.push_back({pictures[i], {row, row + size}});
    }
  }
}

TEST(FeaturesTest, RowsAreWhatASessionKeepsOfTheLayer) {
  const std::string folder = testing::WriteTestData("features");
  const std::shared_ptr<SharedModel> model = testing::LoadShared(folder);
  const std::vector<std::string> paths = Paths(folder);
  for (const Layer& layer : model->model()->network().layers) {
    SessionOptions keep;
    keep.activations = {layer.name};
    const auto session = Session::Create(model, keep);
    ASSERT_TRUE(session.ok());
    FeatureOptions options;
    options.batch = 5;  // does not divide anything
    const auto features = Make(model, layer.name, paths, options);
    ASSERT_TRUE(features.ok()) << features.status().ToString();
    const std::vector<Row> rows = All(**features);
    ASSERT_EQ(rows.size(), paths.size()) << layer.name;
    for (size_t i = 0; i < paths.size(); ++i) {
      EXPECT_EQ(rows[i].picture, static_cast<int64_t>(i));
      ASSERT_TRUE((*session)->Classify(paths[i]).ok());
      const LayerOutput output = *(*session)->Activation(0);
      ASSERT_EQ(output.values.size(), rows[i].values.size());
      for (size_t v = 0; v < output.values.size(); v += 7) {
        EXPECT_NEAR(rows[i].values[v], output.values[v],
                    1e-5 + 1e-4 * std::abs(output.values[v]))
            << layer.name << " of " << paths[i];
      }
    }
  }
}

TEST(FeaturesTest, ThreadsAndTheStartOfTheListChangeNothing) {
  const std::string folder = testing::WriteTestData("features_threads");
  const std::shared_ptr<SharedModel> model = testing::LoadShared(folder);
  const std::vector<std::string> paths = Paths(folder);
  FeatureOptions options;
  options.batch = 4;
  options.loader_threads = 1;
  const std::vector<Row> rows = All(**Make(model, "fc6", paths, options));
  options.loader_threads = 4;
  EXPECT_EQ(All(**Make(model, "fc6", paths, options)), rows);
  // As a run that goes on from there has it.
  const std::vector<Row> rest =
      All(**Make(model, "fc6", {paths.begin() + 7, paths.end()}, options));
  ASSERT_EQ(rest.size(), rows.size() - 7);
  for (size_t i = 0; i < rest.size(); ++i) {
    EXPECT_EQ(rest[i].values, rows[i + 7].values);
  }
}

TEST(FeaturesTest, BrokenPicturesAreNamedAndLeftOut) {
  const std::string folder = testing::WriteTestData("features_broken");
  const std::shared_ptr<SharedModel> model = testing::LoadShared(folder);
  std::vector<std::string> paths = Paths(folder);
  const std::string broken = folder + "/broken.jpg";
  std::ofstream(broken) << "no picture";
  paths.insert(paths.begin() + 3, broken);
  paths.push_back(folder + "/gone.png");
  FeatureOptions options;
  options.batch = 4;
  const auto features = Make(model, "fc6", paths, options);
  ASSERT_TRUE(features.ok());
  const std::vector<Row> rows = All(**features);
  ASSERT_EQ(rows.size(), paths.size() - 2);
  EXPECT_EQ(rows[2].picture, 2);
  EXPECT_EQ(rows[3].picture, 4);
  std::vector<std::string> named;
  for (const BrokenPicture& each : (*features)->broken()) {
    named.push_back(each.name);
    EXPECT_FALSE(each.reason.empty());
  }
  std::sort(named.begin(), named.end());
  EXPECT_EQ(named, (std::vector<std::string>{broken, folder + "/gone.png"}));

  options.strict = true;
  const auto strict = Make(model, "fc6", {broken}, options);
  ASSERT_TRUE(strict.ok());
  std::vector<int64_t> pictures(4);
  std::vector<float> values(static_cast<size_t>(4 * (*strict)->size()));
  const Result<int64_t> none = (*strict)->Next(pictures, values);
  EXPECT_NE(none.status().ToString().find("broken.jpg"), std::string::npos)
      << none.status().ToString();

  options.strict = false;
  const auto nothing = Make(model, "fc6", {broken}, options);
  const Status status = (*nothing)->Next(pictures, values).status();
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_NE(status.ToString().find("broken.jpg"), std::string::npos);
}

TEST(FeaturesTest, RefusesWhatCannotBe) {
  const std::string folder = testing::WriteTestData("features_bad");
  const std::shared_ptr<SharedModel> model = testing::LoadShared(folder);
  const Status unknown = Make(model, "fc77", {"a.jpg"}).status();
  EXPECT_EQ(unknown.code(), StatusCode::kNotFound);
  EXPECT_NE(unknown.ToString().find("fc6"), std::string::npos)
      << unknown.ToString();
  EXPECT_FALSE(OpenPictures({}).ok());
  const auto features = Make(model, "fc6", Paths(folder));
  ASSERT_TRUE(features.ok());
  std::vector<int64_t> pictures(31);
  std::vector<float> values(static_cast<size_t>(32 * (*features)->size()));
  EXPECT_EQ((*features)->Next(pictures, values).status().field(),
            "index_count");
  pictures.resize(32);
  values.pop_back();
  EXPECT_EQ((*features)->Next(pictures, values).status().field(), "value_size");
}

}  // namespace
}  // namespace alexnet
