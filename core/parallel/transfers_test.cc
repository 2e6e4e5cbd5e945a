#include "core/parallel/transfers.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "core/network/network.h"
#include "core/network/presets.h"

namespace alexnet {
namespace {

ParallelPlan PlanOf(std::string_view preset, const ParallelOptions& options) {
  const Network network = MakePreset(preset).value().network;
  const NetworkInfo info = InferNetwork(network).value();
  return MakeParallelPlan(network, info, options).value();
}

int64_t Area(const BlobBox& box) {
  return box.empty() ? 0 : box.samples.count() * box.channels.count();
}

// Of one exchange: each rank gets what it needs, each element once, from a rank
// that has it.
void CheckTransfers(const ParallelPlan& plan, const ExchangeNode& node,
                    int pass, int64_t batch) {
  const std::vector<Transfer> transfers = TransfersOf(plan, node, pass, batch);
  BlobPlacement right = node.from;
  right.holds = right.valid;
  for (int to = 0; to < plan.options.ranks; ++to) {
    const BlobBox needed = plan.BoxOf(node.to, node.layer, to, pass, batch);
    int64_t got = 0;
    for (const Transfer& transfer : transfers) {
      if (transfer.to != to) continue;
      got += Area(transfer.box);
      EXPECT_EQ(Intersect(transfer.box, needed), transfer.box);
      const BlobBox has =
          plan.BoxOf(right, node.layer - 1, transfer.from, pass, batch);
      EXPECT_EQ(Intersect(transfer.box, has), transfer.box);
      for (const Transfer& other : transfers) {
        if (other.to != to || other == transfer) continue;
        EXPECT_TRUE(Intersect(transfer.box, other.box).empty());
      }
    }
    EXPECT_EQ(got, Area(needed));
  }
}

TEST(TransfersTest, FillWhatEachRankNeedsOnce) {
  for (const PresetListing& preset : Presets()) {
    for (const ParallelOptions& options :
         std::vector<ParallelOptions>{{ParallelKind::kTowers, 2},
                                      {ParallelKind::kTowers, 4},
                                      {ParallelKind::kTowers, 4, true},
                                      {ParallelKind::kData, 8},
                                      {ParallelKind::kData, 3, true},
                                      {ParallelKind::kHybrid, 8},
                                      {ParallelKind::kHybridInTurn, 3},
                                      {ParallelKind::kHybridInTurn, 2, true}}) {
      const ParallelPlan plan = PlanOf(preset.name, options);
      for (const ExchangeNode& node : plan.exchanges) {
        for (int pass = 0; pass < plan.passes; ++pass) {
          SCOPED_TRACE(preset.name);
          CheckTransfers(plan, node, pass, /*batch=*/11);
        }
      }
    }
  }
}

// 256 channels, windows of five: two of the neighbour's on each side.
TEST(TransfersTest, AMarginIsTheNeighboursOutermostChannels) {
  const ParallelPlan plan = PlanOf("bvlc_alexnet", {ParallelKind::kTowers, 2});
  EXPECT_EQ(TransfersOf(plan, plan.exchanges[2], /*pass=*/0, /*batch=*/5),
            (std::vector<Transfer>{{0, 0, {{0, 5}, {0, 128}}},
                                   {1, 0, {{0, 5}, {128, 130}}},
                                   {0, 1, {{0, 5}, {126, 128}}},
                                   {1, 1, {{0, 5}, {128, 256}}}}));
}

// Rank 1 of three gets its samples' scores from all.
TEST(TransfersTest, UnitsBecomeSamples) {
  const ParallelPlan plan = PlanOf("lenet5", {ParallelKind::kHybrid, 3});
  const std::vector<Transfer> transfers =
      TransfersOf(plan, plan.exchanges.back(), /*pass=*/0, /*batch=*/6);
  ASSERT_EQ(transfers.size(), 9u);
  EXPECT_EQ(transfers[4], (Transfer{1, 1, {{2, 4}, {3, 6}}}));
  EXPECT_EQ(transfers[5], (Transfer{2, 1, {{2, 4}, {6, 10}}}));
}

}  // namespace
}  // namespace alexnet
