// Steps of several ranks give what those of one give.

#include "core/parallel/rank_training.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/dist/rank_group.h"
#include "core/exec/parameters.h"
#include "core/parallel/testing/rank_steps.h"
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

// Each rank has as many units of a layer as the others, or all of them, and
// then fewer samples, so that more of them look dead.
void ExpectDeadUnits(const std::vector<Trained>& ranks, ParallelKind kind,
                     const std::vector<float>& expected) {
  for (size_t layer = 0; layer < expected.size(); ++layer) {
    double mean = 0.0;
    for (const Trained& rank : ranks) {
      EXPECT_LE(rank.dead_units[layer], 1.0f);
      mean += rank.dead_units[layer] / static_cast<double>(ranks.size());
    }
    if (kind == ParallelKind::kTowers) {
      EXPECT_NEAR(mean, expected[layer], 1e-6) << layer;
    } else {
      EXPECT_GE(mean, expected[layer] - 1e-6) << layer;
    }
  }
}

class RankTrainingTest : public ::testing::TestWithParam<ParallelOptions> {};

// Ranks have different numbers of samples.
TEST_P(RankTrainingTest, OfAlexnetSmall) {
  static const StepCase test = MakeStepCase(testing::AlexnetSmall(), 9);
  static const Trained expected = TrainOnOneRank(test, Cpu(2));
  ExpectDeadUnits(CheckTraining(test, expected, GetParam(), kCpus),
                  GetParam().kind, expected.dead_units);
}

TEST_P(RankTrainingTest, OfTowersOfEverything) {
  static const StepCase test = MakeStepCase(testing::TowersOfEverything(), 10);
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

TEST(RankTrainingRefusalTest, OfAPlanThatGivesAllOutputsToAll) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 4);
  const ParallelPlan plan =
      MakeParallelPlan(test.network, test.info,
                       {ParallelKind::kTowers, 2, HybridScheme::kAtOnce, true})
          .value();
  const Status status = RunLocalRanks(2, {}, [&](Communicator& comm) -> Status {
    ALEXNET_ASSIGN_OR_RETURN(
        const auto part,
        HostRankPart::Create(plan, test.network, test.info, test.batch, comm));
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
       {ParallelKind::kTowers, ParallelKind::kData, ParallelKind::kHybrid}) {
    testing::CheckDivergence(test, kind, kCpus);
  }
}

}  // namespace
}  // namespace alexnet
