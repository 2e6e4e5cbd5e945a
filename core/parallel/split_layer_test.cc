#include "core/parallel/split_layer.h"

#include <gtest/gtest.h>

#include "core/network/shape_inference.h"

namespace alexnet {
namespace {

using Ranges = std::vector<Range>;

LayerShapes ShapesOver(const Layer& layer, int64_t channels) {
  return InferShapes(layer, {1, channels, 8, 8}).value();
}

Layer Convolve(int64_t filters, int64_t groups) {
  Convolution convolution;
  convolution.out_channels = filters;
  convolution.groups = groups;
  return {"conv", convolution};
}

// Of 12 channels in two groups.
Layer Normalize(int64_t size, LrnRegion region = LrnRegion::kAcrossChannels) {
  Lrn lrn;
  lrn.size = size;
  lrn.groups = 2;
  lrn.region = region;
  return {"norm", lrn};
}

SplitLayer Split(const Layer& layer, int64_t channels, const Ranges& source) {
  return SplitByChannels(layer, ShapesOver(layer, channels), source).value();
}

TEST(SplitLayerTest, OneGroupReadsEverything) {
  const SplitLayer split =
      Split(Convolve(6, 1), 12, {{0, 3}, {3, 6}, {6, 9}, {9, 12}});
  EXPECT_EQ(split.in, Ranges(4, {0, 12}));
  // 6 filters over 4 ranks.
  EXPECT_EQ(split.out, (Ranges{{0, 1}, {1, 3}, {3, 4}, {4, 6}}));
  EXPECT_EQ(split.valid, split.out);
}

TEST(SplitLayerTest, ARankOfEachGroupReadsItsOwn) {
  const SplitLayer split = Split(Convolve(8, 2), 12, {{0, 6}, {6, 12}});
  EXPECT_EQ(split.in, (Ranges{{0, 6}, {6, 12}}));
  EXPECT_EQ(split.out, (Ranges{{0, 4}, {4, 8}}));
}

TEST(SplitLayerTest, RanksOfOneGroupReadAllOfIt) {
  const SplitLayer split =
      Split(Convolve(6, 2), 12, {{0, 3}, {3, 6}, {6, 9}, {9, 12}});
  EXPECT_EQ(split.in, (Ranges{{0, 6}, {0, 6}, {6, 12}, {6, 12}}));
  EXPECT_EQ(split.out, (Ranges{{0, 1}, {1, 3}, {3, 4}, {4, 6}}));
}

TEST(SplitLayerTest, ARankMayHaveSeveralGroups) {
  const Layer layer = Convolve(8, 4);
  const SplitLayer split = Split(layer, 12, {{0, 6}, {6, 12}});
  EXPECT_EQ(split.in, (Ranges{{0, 6}, {6, 12}}));
  const Layer part = LayerOfPart(layer, ShapesOver(layer, 12), {0, 6}, {0, 4});
  EXPECT_EQ(As<Convolution>(part)->groups, 2);
  EXPECT_EQ(As<Convolution>(part)->out_channels, 4);
}

TEST(SplitLayerTest, LocallyConnectedLayersReadEverything) {
  LocallyConnected local;
  local.out_channels = 6;
  const Layer layer = {"local", local};
  const SplitLayer split = Split(layer, 12, {{0, 6}, {6, 12}});
  EXPECT_EQ(split.in, Ranges(2, {0, 12}));
  EXPECT_EQ(split.out, (Ranges{{0, 3}, {3, 6}}));
  const Layer part = LayerOfPart(layer, ShapesOver(layer, 12), {0, 12}, {3, 6});
  EXPECT_EQ(As<LocallyConnected>(part)->out_channels, 3);
}

TEST(SplitLayerTest, RefusesRanksThatGroupsOrFiltersDoNotAllow) {
  const Layer grouped = Convolve(6, 2);
  EXPECT_EQ(SplitByChannels(grouped, ShapesOver(grouped, 12), Ranges(3))
                .status()
                .message(),
            "its 2 groups cannot be divided among 3 ranks");
  const Layer narrow = Convolve(3, 1);
  EXPECT_EQ(SplitByChannels(narrow, ShapesOver(narrow, 12), Ranges(4))
                .status()
                .message(),
            "its 3 outputs are too few for 4 ranks");
}

TEST(SplitLayerTest, NormalizationOfWholeGroupsNeedsNoOthers) {
  const SplitLayer split = Split(Normalize(5), 12, {{0, 6}, {6, 12}});
  EXPECT_EQ(split.in, (Ranges{{0, 6}, {6, 12}}));
  EXPECT_EQ(split.out, split.in);
}

TEST(SplitLayerTest, NormalizationReachesAsFarAsItsWindowWithinAGroup) {
  const Layer layer = Normalize(4);  // one before, two after
  const Ranges source = {{0, 3}, {3, 6}, {6, 9}, {9, 12}};
  const SplitLayer split = Split(layer, 12, source);
  EXPECT_EQ(split.in, (Ranges{{0, 5}, {2, 6}, {6, 11}, {8, 12}}));
  EXPECT_EQ(split.out, split.in);
  EXPECT_EQ(split.valid, source);
  const Layer part =
      LayerOfPart(layer, ShapesOver(layer, 12), split.in[0], split.out[0]);
  EXPECT_EQ(As<Lrn>(part)->groups, 1);
}

TEST(SplitLayerTest, NormalizationOfPartsOfGroupsReadsEverything) {
  const Ranges source = {{0, 4}, {4, 8}, {8, 12}};
  const SplitLayer split = Split(Normalize(5), 12, source);
  EXPECT_EQ(split.in, (Ranges{{0, 6}, {0, 12}, {6, 12}}));
  EXPECT_EQ(split.valid, source);
}

TEST(SplitLayerTest, NormalizationWithinAChannelNeedsNoOthers) {
  const Layer layer = Normalize(5, LrnRegion::kWithinChannel);
  const Ranges source = {{0, 3}, {3, 8}, {8, 12}};
  const SplitLayer split = Split(layer, 12, source);
  EXPECT_EQ(split.in, source);
  const Layer part =
      LayerOfPart(layer, ShapesOver(layer, 12), source[1], source[1]);
  EXPECT_TRUE(InferShapes(part, {1, 5, 8, 8}).ok());
}

}  // namespace
}  // namespace alexnet
