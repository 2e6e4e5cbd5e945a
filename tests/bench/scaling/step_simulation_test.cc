#include "tests/bench/scaling/step_simulation.h"

#include <gtest/gtest.h>

#include <string_view>

#include "core/network/presets.h"
#include "tests/bench/scaling/published.h"

namespace alexnet {
namespace {

struct Case {
  NetworkInfo info;
  ParallelPlan plan;
};

Case CaseOf(std::string_view preset, const ParallelOptions& options) {
  const Network network = MakePreset(preset).value().network;
  Case test;
  test.info = InferNetwork(network).value();
  test.plan = MakeParallelPlan(network, test.info, options).value();
  return test;
}

constexpr Processor kProcessor = {1e12, 100e9};
constexpr Link kNoCost = {1e30, 0.0};
constexpr Cluster kFree = {1, kNoCost, kNoCost, false};
constexpr double kSlow = 1e9;
constexpr Cluster kSlowLinks = {1, {}, {kSlow, 0.0}, false};

TEST(StepSimulationTest, OneRankTakesWhatItsProcessorWasMadeFor) {
  const Case test = CaseOf("owt", {ParallelKind::kHybrid, 1});
  const Processor processor = ProcessorOf(test.info, 128, 0.4, 208e9);
  const StepTimes times =
      SimulateStep(test.info, test.plan, {.batch = 128}, processor, kFree);
  EXPECT_NEAR(times.total, 0.4, 1e-9);
  EXPECT_NEAR(times.computing, 0.4, 1e-9);
  EXPECT_EQ(times.exchanging, 0.0);
}

// What is exchanged for nothing leaves what is divided.
TEST(StepSimulationTest, RanksDivideTheWork) {
  for (const ParallelKind kind :
       {ParallelKind::kData, ParallelKind::kHybrid, ParallelKind::kTowers}) {
    const Case one = CaseOf("torchvision", {kind, 1});
    const Case four = CaseOf("torchvision", {kind, 4});
    constexpr Processor kNoUpdates = {1e12, 1e30};
    const double alone =
        SimulateStep(one.info, one.plan, {.batch = 512}, kNoUpdates, kFree)
            .total;
    EXPECT_NEAR(
        SimulateStep(four.info, four.plan, {.batch = 512}, kNoUpdates, kFree)
            .total,
        alone / 4, 1e-6 * alone)
        << ParallelKindName(kind);
  }
}

// Narrow ones; blobs stay as they are.
TEST(StepSimulationTest, HalfAsManyBytesAreGradientsAlone) {
  for (const ParallelKind kind : {ParallelKind::kData, ParallelKind::kTowers}) {
    const Case test = CaseOf("torchvision", {kind, 2});
    const auto exchanging = [&](int bytes) {
      return SimulateStep(test.info, test.plan,
                          {.batch = 256, .gradient_bytes = bytes}, kProcessor,
                          kSlowLinks)
          .exchanging;
    };
    const double wide = exchanging(4);
    EXPECT_NEAR(exchanging(2), kind == ParallelKind::kData ? wide / 2 : wide,
                1e-9 * wide)
        << ParallelKindName(kind);
  }
}

// By hand: 2 ranks, whose gradients cross a slow link once each way. Those of
// the fully connected layers, which come first, go on under the convolutions.
TEST(StepSimulationTest, SumsHideUnderTheBackwardPass) {
  const Case test = CaseOf("torchvision", {ParallelKind::kData, 2});
  const auto simulate = [&](const Processor& processor) {
    return SimulateStep(test.info, test.plan, {.batch = 256}, processor,
                        kSlowLinks);
  };
  const double sums =
      4.0 * static_cast<double>(test.info.parameter_count) / kSlow;
  // Nothing to hide under.
  const StepTimes fast = simulate({1e30, 1e30});
  EXPECT_NEAR(fast.exchanging, sums, 1e-3 * sums);
  EXPECT_NEAR(fast.total, fast.exchanging, 1e-9);
  // Only that of conv1 comes when all else is computed.
  const StepTimes slow = simulate({1e10, 1e30});
  EXPECT_NEAR(slow.exchanging, sums, 1e-3 * sums);
  EXPECT_NEAR(slow.total - slow.computing, 4.0 * (64 * 363 + 64) / kSlow, 1e-6);
  EXPECT_LT(simulate(kProcessor).total, simulate(kProcessor).computing + sums);
}

TEST(StepSimulationTest, LayersWaitForBlobs) {
  const Case test = CaseOf("bvlc_alexnet", {ParallelKind::kTowers, 2});
  const StepTimes times = SimulateStep(test.info, test.plan, {.batch = 128},
                                       kProcessor, kSlowLinks);
  EXPECT_GT(times.exchanging, 0.0);
  EXPECT_NEAR(times.total, times.computing + times.exchanging, 1e-9);
}

TEST(StepSimulationTest, PassesHideWhatTheNextOneReads) {
  const Case at_once = CaseOf("owt", {ParallelKind::kHybrid, 4});
  const Case in_turn = CaseOf("owt", {ParallelKind::kHybridInTurn, 4});
  const StepTimes all = SimulateStep(at_once.info, at_once.plan, {.batch = 512},
                                     kProcessor, kSlowLinks);
  const StepTimes turns = SimulateStep(in_turn.info, in_turn.plan,
                                       {.batch = 512}, kProcessor, kSlowLinks);
  EXPECT_NEAR(all.computing, turns.computing, 1e-9);
  EXPECT_LT(turns.total, turns.computing + turns.exchanging);
}

// Machines: each rank's share of the gradient crosses between them.
TEST(StepSimulationTest, MachinesShareTheirLinks) {
  const Case test = CaseOf("torchvision", {ParallelKind::kData, 8});
  const double gradient = 4.0 * static_cast<double>(test.info.parameter_count);
  const auto exchanging = [&](int ranks_a_machine) {
    const Cluster cluster = {ranks_a_machine, kNoCost, {kSlow, 0.0}, false};
    return SimulateStep(test.info, test.plan, {.batch = 256}, kProcessor,
                        cluster)
        .exchanging;
  };
  EXPECT_NEAR(exchanging(8), 0.0, 1e-9);
  EXPECT_NEAR(exchanging(4), 2 * gradient / 4 / 2 / kSlow, 1e-3);
  EXPECT_NEAR(exchanging(1), 2 * gradient * 7 / 8 / kSlow, 1e-3);
}

// From one GPU's time, the speed of the links and the plan alone.
TEST(StepSimulationTest, OneWeirdTricksTableComesOut) {
  const double one_gpu =
      kWeirdTrickRuns[0].hours * 3600 * 128 / kWeirdTrickPictures;
  for (const WeirdTrickRun& run : kWeirdTrickRuns) {
    const Case test = CaseOf("owt", {run.in_turn() ? ParallelKind::kHybridInTurn
                                                   : ParallelKind::kHybrid,
                                     run.ranks});
    const Processor processor =
        ProcessorOf(test.info, 128, one_gpu, kK20Memory);
    const StepTimes times =
        SimulateStep(test.info, test.plan,
                     {.batch = 128 * run.ranks,
                      .update_each_pass = run.in_turn(),
                      .logits_on_one_rank = true},
                     processor, WeirdTrickCluster(run.ranks));
    const double speedup = one_gpu * run.ranks / times.total;
    EXPECT_NEAR(speedup / WeirdTrickSpeedup(run), 1.0, 0.15)
        << run.ranks << " GPUs, " << run.divided_batch;
  }
}

}  // namespace
}  // namespace alexnet
