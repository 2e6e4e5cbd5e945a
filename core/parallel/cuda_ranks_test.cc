// Steps of several ranks on GPUs give what those of one give. Built twice: for
// the emulation, whose streams run as late as they may, and for a GPU that is
// several ranks'.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/backend/cuda/test_backend.h"
#include "core/dist/local_device_group.h"
#include "core/parallel/testing/rank_steps.h"
#include "core/parallel/testing/test_networks.h"

namespace alexnet {
namespace {

using testing::CheckTraining;
using testing::MakeStepCase;
using testing::RankDevices;
using testing::StepCase;
using testing::Trained;
using testing::TrainOnOneRank;

std::shared_ptr<Backend> Gpu() { return testing::MakeTestBackend({}); }

const RankDevices kOneGpu = {
    [](int) { return Gpu(); },
    [](const auto& backends) { return CreateLocalDeviceGroup(backends); }};

class CudaRanksTest : public ::testing::TestWithParam<ParallelOptions> {};

INSTANTIATE_TEST_SUITE_P(Plans, CudaRanksTest,
                         ::testing::ValuesIn(testing::PlansOfRanks({2})),
                         [](const auto& plan) {
                           return testing::NameOfPlan(plan.param);
                         });

TEST_P(CudaRanksTest, AlexnetSmallLearnsAsOnOneRank) {
  static const StepCase test = MakeStepCase(testing::AlexnetSmall(), 5);
  static const Trained expected = TrainOnOneRank(test, Gpu());
  CheckTraining(test, expected, GetParam(), kOneGpu);
}

TEST_P(CudaRanksTest, TowersOfEverythingLearnAsOnOneRank) {
  static const StepCase test = MakeStepCase(testing::TowersOfEverything(), 6);
  static const Trained expected = TrainOnOneRank(test, Gpu());
  CheckTraining(test, expected, GetParam(), kOneGpu);
}

TEST_P(CudaRanksTest, WhatOneRankSeesStopsTheUpdateOnAll) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 4);
  testing::CheckDivergence(test, GetParam().kind, kOneGpu);
}

}  // namespace
}  // namespace alexnet
