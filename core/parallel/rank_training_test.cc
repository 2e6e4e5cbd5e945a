// Steps of several ranks give what those of one give.

#include "core/parallel/rank_training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/dist/rank_group.h"
#include "core/exec/parameters.h"
#include "core/parallel/testing/rank_steps.h"
#include "core/parallel/testing/sub_batch_run.h"
#include "core/parallel/testing/test_networks.h"

namespace alexnet {
namespace {

using testing::CheckTraining;
using testing::MakeStepCase;
using testing::RankDevices;
using testing::StepCase;
using testing::TensorsOf;
using testing::Trained;
using testing::TrainOnOneRank;

std::shared_ptr<Backend> Cpu(int threads) {
  return CreateCpuBackend({.threads = threads}).value();
}

// Ranks need not have the same number of threads.
const RankDevices kCpus = {[](int rank) { return Cpu(rank == 0 ? 2 : 1); }};

class RankTrainingTest : public ::testing::TestWithParam<ParallelOptions> {};

// Ranks have different numbers of samples, of which more units look dead than
// of all together.
TEST_P(RankTrainingTest, OfAlexnetSmall) {
  static const StepCase test = MakeStepCase(testing::AlexnetSmall(), 9);
  static const Trained expected = TrainOnOneRank(test, Cpu(2));
  EXPECT_GT(*std::ranges::max_element(expected.dead_units), 0.0f);
  CheckTraining(test, expected, GetParam(), kCpus);
}

TEST_P(RankTrainingTest, OfTowersOfEverything) {
  static const StepCase test = MakeStepCase(testing::TowersOfEverything(), 10);
  static const Trained expected = TrainOnOneRank(test, Cpu(2));
  CheckTraining(test, expected, GetParam(), kCpus);
}

TEST_P(RankTrainingTest, OfLocallyConnectedLayers) {
  static const StepCase test = MakeStepCase(testing::LocalNetwork(), 9);
  static const Trained expected = TrainOnOneRank(test, Cpu(2));
  CheckTraining(test, expected, GetParam(), kCpus);
}

std::vector<ParallelOptions> Plans() {
  std::vector<ParallelOptions> plans = testing::PlansOfRanks({2, 4});
  plans.push_back({ParallelKind::kTowers, 1});
  return plans;
}

INSTANTIATE_TEST_SUITE_P(Plans, RankTrainingTest, ::testing::ValuesIn(Plans()),
                         [](const auto& plan) {
                           return testing::NameOfPlan(plan.param);
                         });

// More than there are processors, and most with one sample.
TEST(EightRanksTest, TrainAlexnetSmall) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 9);
  const Trained expected = TrainOnOneRank(test, Cpu(2));
  for (const ParallelKind kind : {ParallelKind::kData, ParallelKind::kHybrid}) {
    SCOPED_TRACE(ParallelKindName(kind));
    CheckTraining(test, expected, {kind, 8}, kCpus);
  }
}

class SubBatchesTest : public ::testing::TestWithParam<int> {};

// Parts have different numbers of samples.
TEST_P(SubBatchesTest, AreUpdatedOneAfterAnother) {
  for (const StepCase& test :
       {MakeStepCase(testing::AlexnetSmall(), 9),
        MakeStepCase(testing::TowersOfEverything(), 10)}) {
    SCOPED_TRACE(test.network.name);
    const ParallelOptions options = {ParallelKind::kHybridSubBatches,
                                     GetParam()};
    CheckTraining(test, testing::TrainInSubBatches(test, options.ranks),
                  options, kCpus);
  }
}

INSTANTIATE_TEST_SUITE_P(Ranks, SubBatchesTest, ::testing::Values(2, 4));

// Of one part, it is what all plans give.
TEST(SubBatchesReferenceTest, OfOnePartUpdatesOnce) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 4);
  CheckTraining(test, testing::TrainInSubBatches(test, 1),
                {ParallelKind::kHybridSubBatches, 1}, kCpus);
}

TEST(SubBatchesRefusalTest, CannotBeClippedByTheNormOfAll) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 4);
  const ParallelPlan plan =
      MakeParallelPlan(test.network, test.info,
                       {ParallelKind::kHybridSubBatches, 2})
          .value();
  const Status status = RunLocalRanks(2, {}, [&](Communicator& comm) -> Status {
    ALEXNET_ASSIGN_OR_RETURN(
        const auto part,
        ParallelPart::Create(plan, test.network, test.info, test.batch, comm));
    ALEXNET_ASSIGN_OR_RETURN(
        const auto training,
        CompileRankTraining(part, kCpus.backend(comm.rank()),
                            TensorsAsSource(TensorsOf(test)), {}));
    EXPECT_NE(training->Describe().find("in 2 passes, updated after each"),
              std::string::npos)
        << training->Describe();
    const testing::StepData data = testing::DataOf(test, 0);
    StepInput input;
    input.images = data.images.data();
    input.labels = data.labels.data();
    return training->Step(input, {.clip_gradient_norm = 1.0f}).status();
  });
  EXPECT_NE(status.ToString().find("clip_gradient_norm"), std::string::npos)
      << status.ToString();
}

TEST(RankTrainingRefusalTest, OfLayersThatAreAllDividedByUnits) {
  FullyConnected full;
  full.out_features = 4;
  Network network;
  network.name = "units";
  network.channels = 1;
  network.height = network.width = 4;
  network.layers = {{"fc1", full}, {"fc2", full}};
  const NetworkInfo info = InferNetwork(network).value();
  const ParallelPlan plan =
      MakeParallelPlan(network, info, {ParallelKind::kHybridInTurn, 2}).value();
  const Status status = RunLocalRanks(2, {}, [&](Communicator& comm) {
    return ParallelPart::Create(plan, network, info, 4, comm).status();
  });
  EXPECT_NE(status.message().find("use `hybrid`"), std::string_view::npos)
      << status.ToString();
}

TEST(RankTrainingRefusalTest, OfAPlanThatGivesAllOutputsToAll) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 4);
  const ParallelPlan plan = MakeParallelPlan(test.network, test.info,
                                             {ParallelKind::kTowers, 2, true})
                                .value();
  const Status status = RunLocalRanks(2, {}, [&](Communicator& comm) -> Status {
    ALEXNET_ASSIGN_OR_RETURN(
        const auto part,
        ParallelPart::Create(plan, test.network, test.info, test.batch, comm));
    return CompileRankTraining(part, kCpus.backend(comm.rank()),
                               TensorsAsSource(TensorsOf(test)), {})
        .status();
  });
  EXPECT_NE(status.message().find("is for predictions"), std::string_view::npos)
      << status.ToString();
}

TEST(RankDivergenceTest, WhatOneRankSeesStopsTheUpdateOnAll) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 4);
  for (const ParallelKind kind :
       {ParallelKind::kTowers, ParallelKind::kData, ParallelKind::kHybrid,
        ParallelKind::kHybridInTurn, ParallelKind::kHybridSubBatches}) {
    testing::CheckDivergence(test, kind, kCpus);
  }
}

}  // namespace
}  // namespace alexnet
