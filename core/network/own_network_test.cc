#include "core/network/own_network.h"

#include <gtest/gtest.h>

namespace alexnet {
namespace {

TEST(OwnNetworkTest, ABlankNetworkIsForPicturesOfItsSize) {
  const auto blank = BlankNetwork("own", 1, 20, 30);
  ASSERT_TRUE(blank.ok()) << blank.status().ToString();
  EXPECT_EQ(blank->network.name, "own");
  EXPECT_TRUE(blank->network.layers.empty());
  EXPECT_EQ(blank->preprocessing.order, ChannelOrder::kGray);
  EXPECT_EQ(blank->preprocessing.crop_height, 20);
  EXPECT_EQ(blank->preprocessing.crop_width, 30);
  EXPECT_TRUE(CheckPreprocessingOf(blank->network, blank->preprocessing).ok());
  EXPECT_EQ(BlankNetwork("own", 2, 8, 8).status().field(), "channels");
  EXPECT_EQ(BlankNetwork("own", 3, 0, 8).status().field(), "height");
  EXPECT_EQ(BlankNetwork("own", 3, 8, 4097).status().field(), "width");
}

TEST(OwnNetworkTest, LayersThatDoNotFitAreLeftOut) {
  Network network = BlankNetwork("own", 3, 2, 2)->network;
  FullyConnected full;
  full.out_features = 2;
  ASSERT_TRUE(AppendLayer({"fc", full}, &network).ok());
  ASSERT_TRUE(AppendLayer({"prob", Softmax{}}, &network).ok());
  EXPECT_FALSE(AppendLayer({"relu", Activation{}}, &network).ok());
  ASSERT_EQ(network.layers.size(), 2u);
  EXPECT_EQ(network.layers.back().name, "prob");
}

TEST(OwnNetworkTest, PreprocessingGivesWhatTheNetworkTakes) {
  const Preset own = BlankNetwork("own", 3, 20, 30).value();
  const auto refused = [&](const Preprocessing& preprocessing) {
    return CheckPreprocessingOf(own.network, preprocessing).field();
  };
  Preprocessing other = own.preprocessing;
  other.crop_height = 21;
  EXPECT_EQ(refused(other), "preprocessing");
  other = own.preprocessing;
  other.crop_width = 29;
  EXPECT_EQ(refused(other), "preprocessing");
  other = own.preprocessing;
  other.order = ChannelOrder::kGray;
  EXPECT_EQ(refused(other), "preprocessing");
  // Of the right size, but with a number that does not do.
  other = own.preprocessing;
  other.stddev[0] = 0.0f;
  EXPECT_EQ(refused(other), "preprocessing.stddev");
  // Training may give the mean image later.
  other = own.preprocessing;
  other.mean_kind = MeanKind::kImageAtCentre;
  EXPECT_TRUE(CheckPreprocessingOf(own.network, other).ok());
}

}  // namespace
}  // namespace alexnet
