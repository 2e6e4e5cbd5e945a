#include "core/parallel/parallel_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/network/presets.h"
#include "core/parallel/transfers.h"

namespace alexnet {
namespace {

constexpr ParallelKind kTowers = ParallelKind::kTowers;
constexpr ParallelKind kData = ParallelKind::kData;
constexpr ParallelKind kHybrid = ParallelKind::kHybrid;

Network PresetNetwork(std::string_view preset) {
  return MakePreset(preset).value().network;
}

Result<ParallelPlan> PlanOf(std::string_view preset,
                            const ParallelOptions& options) {
  const Network network = PresetNetwork(preset);
  return MakeParallelPlan(network, InferNetwork(network).value(), options);
}

// What an exchange amounts to.
const char* KindOf(const ParallelPlan& plan, const ExchangeNode& node) {
  // One sample for each rank shows it.
  const std::vector<Transfer> transfers =
      TransfersOf(plan, node, /*pass=*/0, /*batch=*/plan.options.ranks);
  const auto all = [&](auto&& is) {
    return std::all_of(transfers.begin(), transfers.end(), is);
  };
  if (all([](const Transfer& each) { return each.from == each.to; })) {
    return "local";
  }
  if (all([](const Transfer& each) { return each.from == 0; })) {
    return "broadcast";
  }
  // All ranks get the same from all, or pairs exchange parts.
  const std::vector<Range>& holds = node.to.holds;
  const bool same = std::count(holds.begin(), holds.end(), holds[0]) ==
                    static_cast<std::ptrdiff_t>(holds.size());
  return same && !node.to.by_samples ? "all-gather" : "pairwise";
}

// "conv3 all-gather; fc6 all-gather; ..."
std::string Exchanges(std::string_view preset, const ParallelOptions& options) {
  const Network network = PresetNetwork(preset);
  const ParallelPlan plan = PlanOf(preset, options).value();
  const int loss = InferNetwork(network).value().logits_layer + 1;
  std::string text;
  for (const ExchangeNode& node : plan.exchanges) {
    const auto layer = static_cast<size_t>(node.layer);
    text += node.layer == loss ? "loss" : network.layers[layer].name;
    text += std::string(" ") + KindOf(plan, node);
    text += "; ";
  }
  return text;
}

// Figure 2 of the paper, whose normalization stays within a tower.
TEST(ParallelPlanTest, TowersMeetWhereThePaperSays) {
  for (const char* preset : {"alexnet", "alexnet_2012"}) {
    EXPECT_EQ(Exchanges(preset, {.kind = kTowers, .ranks = 2}),
              "conv3 all-gather; fc6 all-gather; fc7 all-gather; "
              "fc8 all-gather; loss pairwise; ")
        << preset;
  }
}

// Caffe's normalizes across towers: each fetches its neighbour's halo, and
// drops it again.
TEST(ParallelPlanTest, NormalizationAcrossTowersFetchesAMargin) {
  EXPECT_EQ(Exchanges("bvlc_alexnet", {.kind = kTowers, .ranks = 2}),
            "norm1 pairwise; pool1 local; norm2 pairwise; pool2 local; "
            "conv3 all-gather; fc6 all-gather; fc7 all-gather; "
            "fc8 all-gather; loss pairwise; ");
  EXPECT_EQ(Exchanges("caffenet", {.kind = kTowers, .ranks = 2}),
            "norm1 pairwise; conv2 local; norm2 pairwise; conv3 all-gather; "
            "fc6 all-gather; fc7 all-gather; fc8 all-gather; loss pairwise; ");
}

TEST(ParallelPlanTest, TowersOfOneGroupMeetBeforeEachConvolution) {
  EXPECT_EQ(Exchanges("torchvision", {.kind = kTowers, .ranks = 8}),
            "conv2 all-gather; conv3 all-gather; conv4 all-gather; "
            "conv5 all-gather; fc6 all-gather; fc7 all-gather; "
            "fc8 all-gather; loss pairwise; ");
}

TEST(ParallelPlanTest, DataExchangesOnlyGradients) {
  EXPECT_EQ(Exchanges("alexnet", {.kind = kData, .ranks = 8}), "");
  const ParallelPlan plan = PlanOf("alexnet", {kData, 4}).value();
  for (const ParameterPlacement& parameter : plan.parameters) {
    EXPECT_TRUE(parameter.by_samples);
    EXPECT_EQ(parameter.rows[3], parameter.rows[0]);
  }
}

TEST(ParallelPlanTest, HybridGathersSamplesThenUnits) {
  EXPECT_EQ(Exchanges("owt", {.kind = kHybrid, .ranks = 4}),
            "fc6 all-gather; fc7 all-gather; fc8 all-gather; loss pairwise; ");
  const ParallelPlan plan = PlanOf("owt", {kHybrid, 4}).value();
  EXPECT_TRUE(plan.parameters[0].by_samples);               // conv1.weight
  const ParameterPlacement& last = plan.parameters.back();  // fc8.bias
  EXPECT_EQ(last.rows[1], (Range{250, 500}));
  EXPECT_FALSE(last.by_samples);
}

// Its fully connected layers are convolutions.
TEST(ParallelPlanTest, HybridDividesConvolutionsThatGiveOnePosition) {
  EXPECT_EQ(Exchanges("tf_slim", {.kind = kHybrid, .ranks = 2}),
            "fc6 all-gather; fc7 all-gather; fc8 all-gather; loss pairwise; ");
}

TEST(ParallelPlanTest, HybridInTurnBroadcastsOneRanksSamples) {
  const ParallelOptions options = {ParallelKind::kHybridInTurn, 4};
  EXPECT_EQ(Exchanges("owt", options),
            "fc6 broadcast; fc7 all-gather; fc8 all-gather; loss pairwise; ");
  const Network network = PresetNetwork("owt");
  const int fc6 = FindLayer(network, "fc6").value();
  const int loss = InferNetwork(network).value().logits_layer + 1;
  const ParallelPlan plan = PlanOf("owt", options).value();
  EXPECT_EQ(plan.passes, 4);
  // The batch of convolutions is a rank's, of fully connected layers a pass's.
  EXPECT_EQ(plan.Samples(fc6 - 1, 2, 512), (Range{0, 512}));
  EXPECT_EQ(plan.Samples(fc6, 2, 512), (Range{256, 384}));
  const BlobPlacement& conv = plan.layers[static_cast<size_t>(fc6 - 1)].in;
  EXPECT_EQ(plan.BoxOf(conv, fc6 - 1, 1, 2, 512).samples, (Range{128, 256}));
  // Whoever read a sample computes its loss.
  EXPECT_TRUE(plan.BoxOf(plan.loss, loss, 1, 2, 512).empty());
  EXPECT_EQ(plan.BoxOf(plan.loss, loss, 2, 2, 512).samples, (Range{256, 384}));
}

TEST(ParallelPlanTest, PredictionsGetAllOutputsOnAllRanks) {
  const ParallelPlan plan =
      PlanOf("alexnet", {.kind = kTowers, .ranks = 2, .all_outputs = true})
          .value();
  EXPECT_STREQ(KindOf(plan, plan.exchanges.back()), "all-gather");
  EXPECT_TRUE(plan.CheckBatch(1).ok());
}

TEST(ParallelPlanTest, OneRankHasTheNetworkItself) {
  for (const PresetListing& preset : Presets()) {
    for (const ParallelKind kind :
         {kTowers, kData, kHybrid, ParallelKind::kHybridInTurn}) {
      const ParallelOptions options = {kind, 1};
      const ParallelPlan plan = PlanOf(preset.name, options).value();
      EXPECT_TRUE(plan.exchanges.empty()) << preset.name;
      EXPECT_EQ(plan.passes, 1);
    }
  }
}

// A channel of theirs has a row of weights for each of its positions.
TEST(ParallelPlanTest, LocallyConnectedLayersAreDividedByWholeChannels) {
  Network network;
  network.name = "local";
  network.channels = 2;
  network.height = 3;
  network.width = 4;
  LocallyConnected local;
  local.out_channels = 5;
  network.layers = {{"local", local}};
  const NetworkInfo info = InferNetwork(network).value();
  const ParallelPlan plan =
      MakeParallelPlan(network, info, {kTowers, 2}).value();
  for (const ParameterPlacement& parameter : plan.parameters) {
    EXPECT_FALSE(parameter.by_samples);
    EXPECT_EQ(parameter.rows,
              (std::vector<Range>{{0, 2 * 12}, {2 * 12, 5 * 12}}));
  }
}

TEST(ParallelPlanTest, SaysWhichNumbersOfRanksWork) {
  const Status grouped = PlanOf("alexnet", {kTowers, 3}).status();
  EXPECT_EQ(grouped.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(grouped.message(),
            "`towers` cannot divide alexnet among 3 ranks (of 1 to 8 ranks, "
            "1, 2, 4, 6, 8 work): conv2: its 2 groups cannot be divided among "
            "3 ranks");
  EXPECT_EQ(PlanOf("lenet5", {kTowers, 8}).status().message(),
            "`towers` cannot divide lenet5 among 8 ranks (of 1 to 8 ranks, "
            "1, 2, 3, 4, 5, 6 work): conv1: its 6 outputs are too few for 8 "
            "ranks");
  EXPECT_FALSE(PlanOf("alexnet", {kData, 0}).ok());
}

TEST(ParallelPlanTest, RefusesHybridWithoutLayersToDivide) {
  Network network = PresetNetwork("alexnet");
  network.layers.resize(FindLayer(network, "pool5").value());
  const NetworkInfo info = InferNetwork(network).value();
  EXPECT_EQ(MakeParallelPlan(network, info, {kHybrid, 2}).status().message(),
            "alexnet has no fully connected layer that `hybrid` could divide; "
            "`data` needs none");
}

TEST(ParallelPlanTest, RefusesABatchThatLeavesARankWithoutSamples) {
  const ParallelPlan plan = PlanOf("alexnet", {kData, 4}).value();
  EXPECT_TRUE(plan.CheckBatch(4).ok());
  EXPECT_EQ(plan.CheckBatch(3).message(),
            "a batch of 3 cannot be shared by 4 ranks; at least 4 samples are "
            "needed");
}

// Where every layer is divided by units, each rank computes all samples.
TEST(ParallelPlanTest, OnePictureIsEnoughForRanksThatHaveAllSamples) {
  Network network;
  network.name = "units";
  network.channels = 1;
  network.height = network.width = 4;
  FullyConnected full;
  full.out_features = 6;
  network.layers = {{"fc1", full}, {"fc2", full}};
  const NetworkInfo info = InferNetwork(network).value();
  ParallelOptions options = {kHybrid, 2, true};
  EXPECT_TRUE(
      MakeParallelPlan(network, info, options).value().CheckBatch(1).ok());
  options.kind = ParallelKind::kHybridInTurn;
  EXPECT_FALSE(
      MakeParallelPlan(network, info, options).value().CheckBatch(1).ok());
}

}  // namespace
}  // namespace alexnet
