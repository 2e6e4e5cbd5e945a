// Steps of several ranks on GPUs give what those of one give. Built twice: for
// the emulation, whose streams run as late as they may, and for a GPU that is
// several ranks', and those beside it.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/backend/cuda/test_backend.h"
#include "core/dist/linked_device_group.h"
#include "core/dist/local_device_group.h"
#include "core/parallel/testing/rank_steps.h"
#include "core/parallel/testing/sub_batch_run.h"
#include "core/parallel/testing/test_networks.h"
#ifdef ALEXNET_CUDA_EMULATION
#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#endif

namespace alexnet {
namespace {

using testing::CheckTraining;
using testing::MakeStepCase;
using testing::RankDevices;
using testing::StepCase;
using testing::Trained;
using testing::TrainOnOneRank;

std::shared_ptr<Backend> Gpu(int number) {
  CudaBackendOptions options;
  options.device = number;
  return testing::MakeTestBackend(options);
}

int CountGpus() {
#ifdef ALEXNET_CUDA_EMULATION
  emulation::machine().devices = 2;
#endif
  return static_cast<int>(ListCudaDevices().size());
}

struct Case {
  ParallelOptions plan;
  bool linked = false;  // each rank has a GPU; else all have one
};

std::vector<Case> Cases() {
  std::vector<Case> cases = {{{ParallelKind::kData, 1}, true}};
  for (const ParallelOptions& plan : testing::PlansOfRanks({2})) {
    for (const bool linked : {false, true}) cases.push_back({plan, linked});
  }
  return cases;
}

class CudaRanksTest : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const int needed = GetParam().linked ? GetParam().plan.ranks : 1;
    const int gpus = CountGpus();
    if (gpus < needed) {
      GTEST_SKIP() << needed << " GPUs are needed, and there are " << gpus;
    }
  }
  static RankDevices Devices() {
    if (!GetParam().linked) {
      return {[](int) { return Gpu(0); },
              [](const auto& backends) {
                return CreateLocalDeviceGroup(backends);
              }};
    }
    return {
        [](int rank) { return Gpu(rank); },
        [](const auto& backends) { return CreateLinkedDeviceGroup(backends); }};
  }
};

INSTANTIATE_TEST_SUITE_P(Plans, CudaRanksTest, ::testing::ValuesIn(Cases()),
                         [](const auto& each) {
                           return testing::NameOfPlan(each.param.plan) +
                                  (each.param.linked ? "_linked" : "_local");
                         });

TEST_P(CudaRanksTest, AlexnetSmallLearnsAsOnOneRank) {
  static const StepCase test = MakeStepCase(testing::AlexnetSmall(), 5);
  static const Trained expected = TrainOnOneRank(test, Gpu(0));
  CheckTraining(test, expected, GetParam().plan, Devices());
}

TEST_P(CudaRanksTest, TowersOfEverythingLearnAsOnOneRank) {
  static const StepCase test = MakeStepCase(testing::TowersOfEverything(), 6);
  static const Trained expected = TrainOnOneRank(test, Gpu(0));
  CheckTraining(test, expected, GetParam().plan, Devices());
}

TEST_P(CudaRanksTest, SubBatchesAreUpdatedOneAfterAnother) {
  if (GetParam().plan.kind != ParallelKind::kHybridInTurn) return;
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 5);
  const int ranks = GetParam().plan.ranks;
  CheckTraining(test, testing::TrainInSubBatches(test, ranks),
                {ParallelKind::kHybridSubBatches, ranks}, Devices());
}

// Of the last layers, which the next step carries out under its convolutions.
TEST_P(CudaRanksTest, UpdatesAreThoseOfAStepsEnd) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 4);
  testing::CheckReadingChangesNothing(test, GetParam().plan, Devices());
  if (GetParam().plan.kind != ParallelKind::kHybridInTurn) return;
  testing::CheckReadingChangesNothing(
      test, {ParallelKind::kHybridSubBatches, GetParam().plan.ranks},
      Devices());
}

TEST_P(CudaRanksTest, WhatOneRankSeesStopsTheUpdateOnAll) {
  if (GetParam().plan.ranks < 2) return;
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 4);
  testing::CheckDivergence(test, GetParam().plan.kind, Devices());
}

}  // namespace
}  // namespace alexnet
