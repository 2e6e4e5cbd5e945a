#include "core/parallel/rank_network.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "core/network/presets.h"

namespace alexnet {
namespace {

struct Whole {
  Network network;
  NetworkInfo info;
};

Whole WholeOf(std::string_view preset) {
  const Network network = MakePreset(preset).value().network;
  return {network, InferNetwork(network).value()};
}

RankNetwork RankOf(const Whole& whole, const ParallelOptions& options,
                   int rank) {
  const ParallelPlan plan =
      MakeParallelPlan(whole.network, whole.info, options).value();
  return MakeRankNetwork(plan, whole.network, whole.info, rank).value();
}

// One tower of the published code (48, 128, 192, 192, 128 maps, 2048
// units), whose convolutions but the third see their own tower alone.
TEST(RankNetworkTest, ATowerIsThatOfThePublishedCode) {
  const Whole whole = WholeOf("alexnet_2012");
  for (int rank = 0; rank < 2; ++rank) {
    const RankNetwork tower = RankOf(whole, {ParallelKind::kTowers, 2}, rank);
    const std::vector<Shape> weights = {
        {48, 3, 11, 11},  {128, 48, 5, 5}, {192, 256, 3, 3}, {192, 192, 3, 3},
        {128, 192, 3, 3}, {2048, 9216},    {2048, 4096},     {500, 4096}};
    for (size_t i = 0; i < weights.size(); ++i) {
      EXPECT_EQ(tower.info.parameters[2 * i].shape, weights[i]);
      EXPECT_EQ(tower.info.parameters[2 * i + 1].shape, Shape({weights[i][0]}));
    }
    EXPECT_EQ(tower.info.parameter_count, whole.info.parameter_count / 2);
    EXPECT_EQ(tower.info.macs, whole.info.macs / 2);
    const int norm = FindLayer(tower.network, "norm2").value();
    const Layer& layer = tower.network.layers[static_cast<size_t>(norm)];
    EXPECT_EQ(As<Lrn>(layer)->groups, 1);
    EXPECT_EQ(tower.info.layers[static_cast<size_t>(norm)].out,
              Shape({1, 128, 27, 27}));
  }
}

// Each layer gives what the one after it reads, where nothing is exchanged.
TEST(RankNetworkTest, LayersFitTogetherBetweenExchanges) {
  for (const PresetListing& preset : Presets()) {
    const Whole whole = WholeOf(preset.name);
    for (const ParallelKind kind :
         {ParallelKind::kTowers, ParallelKind::kData, ParallelKind::kHybrid}) {
      for (const int ranks : {1, 2, 4}) {
        const ParallelPlan plan =
            MakeParallelPlan(whole.network, whole.info, {kind, ranks}).value();
        std::vector<bool> exchange(whole.network.layers.size() + 1);
        for (const ExchangeNode& node : plan.exchanges) {
          exchange[static_cast<size_t>(node.layer)] = true;
        }
        for (int rank = 0; rank < ranks; ++rank) {
          const RankNetwork part =
              MakeRankNetwork(plan, whole.network, whole.info, rank).value();
          for (size_t i = 1; i < part.info.layers.size(); ++i) {
            if (exchange[i]) continue;
            EXPECT_EQ(part.info.layers[i].in, part.info.layers[i - 1].out)
                << preset.name << " " << part.network.layers[i].name;
          }
        }
      }
    }
  }
}

TEST(RankNetworkTest, OneRankRunsTheNetworkItself) {
  for (const PresetListing& preset : Presets()) {
    const Whole whole = WholeOf(preset.name);
    const RankNetwork only = RankOf(whole, {ParallelKind::kTowers, 1}, 0);
    EXPECT_EQ(only.network, whole.network) << preset.name;
    EXPECT_EQ(only.info.macs, whole.info.macs);
    EXPECT_EQ(only.info.parameter_count, whole.info.parameter_count);
  }
}

TEST(RankNetworkTest, EachRankOfDataRunsTheNetworkItself) {
  const Whole whole = WholeOf("alexnet");
  EXPECT_EQ(RankOf(whole, {ParallelKind::kData, 4}, 3).network, whole.network);
}

// Initial values are drawn by the whole tensor's fans.
TEST(RankNetworkTest, FansAreTheWholeTensors) {
  const Whole whole = WholeOf("alexnet_small");
  const RankNetwork part = RankOf(whole, {ParallelKind::kTowers, 2}, 1);
  for (size_t p = 0; p < whole.info.parameters.size(); ++p) {
    EXPECT_EQ(part.info.parameters[p].fan_in, whole.info.parameters[p].fan_in);
    EXPECT_EQ(part.info.parameters[p].fan_out,
              whole.info.parameters[p].fan_out);
    EXPECT_EQ(part.info.parameters[p].name, whole.info.parameters[p].name);
  }
}

}  // namespace
}  // namespace alexnet
