#include "core/data/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "core/data/test_pictures.h"

namespace alexnet {
namespace {

std::set<std::string> Names(const Dataset& data,
                            const std::vector<int64_t>& indices) {
  std::set<std::string> names;
  for (const int64_t index : indices) names.insert(data.name(index));
  return names;
}

TEST(SplitTest, IsStratifiedDisjointAndComplete) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a"}, 40, 8);
  WriteClassFolders(root, {"b"}, 3, 8);
  WriteClassFolders(root, {"c"}, 1, 8);
  const auto data = OpenData(root).value().train;
  const DataSplit split = SplitDataset(*data, 0.1, 1).value();
  std::vector<int64_t> per_class(3);
  for (const int64_t index : split.validation) ++per_class[data->label(index)];
  EXPECT_EQ(per_class, (std::vector<int64_t>{4, 1, 0}));
  std::vector<int64_t> all = split.train;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, AllIndices(*data));
  EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
}

TEST(SplitTest, DependsOnTheSeedOnlyAndIsStable) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a"}, 40, 8);
  const auto data = OpenData(root).value().train;
  const auto held = [](const Dataset& dataset, uint64_t seed) {
    return Names(dataset, SplitDataset(dataset, 0.25, seed).value().validation);
  };
  const std::set<std::string> before = held(*data, 1);
  EXPECT_EQ(before.size(), 10u);
  EXPECT_EQ(before, held(*OpenData(root).value().train, 1));
  EXPECT_NE(before, held(*data, 2));
  // One more picture shifts all indices, but at most one sample.
  WriteTestFile(root + "/a/000.jpg", "x");
  const std::set<std::string> after = held(*OpenData(root).value().train, 1);
  std::vector<std::string> moved;
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                      std::back_inserter(moved));
  EXPECT_LE(moved.size(), 1u);
}

TEST(SplitTest, Fractions) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a"}, 2, 8);
  const auto data = OpenData(root).value().train;
  EXPECT_EQ(SplitDataset(*data, 0.0, 1).value().validation.size(), 0u);
  EXPECT_EQ(SplitDataset(*data, 0.999, 1).value().validation.size(), 1u);
  for (const double wrong : {1.0, -0.1, std::nan("")}) {
    EXPECT_EQ(SplitDataset(*data, wrong, 1).status().field(),
              "validation_fraction");
  }
}

}  // namespace
}  // namespace alexnet
