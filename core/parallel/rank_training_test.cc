// Steps of several ranks give what those of one give.

#include "core/parallel/rank_training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/dist/rank_group.h"
#include "core/exec/parameters.h"
#include "core/parallel/parameter_slices.h"
#include "core/parallel/testing/test_networks.h"
#include "core/parallel/testing/whole_run.h"
#include "core/tensor/tensor.h"

namespace alexnet {
namespace {

using testing::MakeStepCase;
using testing::RandomValues;
using testing::RelativeError;
using testing::StepCase;
using testing::TensorsOf;

using Floats = std::vector<float>;

constexpr int kSteps = 20;
// After all of them, of the largest element of a tensor.
constexpr double kTolerance = 1e-5;

// What one step of the run reads, over all ranks.
struct StepData {
  Floats images;
  std::vector<int32_t> labels;
};

StepData DataOf(const StepCase& test, int step) {
  StepData data;
  data.images = RandomValues(static_cast<int64_t>(test.input.size()),
                             static_cast<uint32_t>(step));
  for (int64_t n = 0; n < test.batch; ++n) {
    data.labels.push_back(
        static_cast<int32_t>((3 * n + step) % test.info.classes));
  }
  return data;
}

// Gradients are clipped by their norm, and steps stay short.
const UpdateRule kRule = {0.05f, 0.9f, 5e-4f, 1.0f};

// Of a run on one rank, or of one rank's part.
struct Trained {
  std::vector<StepResult> results;  // by step
  std::vector<Tensor> parameters;
  std::vector<Tensor> momenta;
  std::vector<float> dead_units;  // of the first step
};

// All steps; those samples of each batch from `first_sample` on that the plan
// wants.
Status Train(const StepCase& test, int64_t first_sample, TrainingPlan& plan,
             Trained* trained) {
  const int64_t sample = static_cast<int64_t>(test.input.size()) / test.batch;
  for (int step = 0; step < kSteps; ++step) {
    const StepData data = DataOf(test, step);
    StepInput input;
    input.images = data.images.data() + first_sample * sample;
    input.labels = data.labels.data() + first_sample;
    input.random = {.seed = 11, .step = static_cast<uint32_t>(step)};
    input.count_dead_units = step == 0;
    ALEXNET_ASSIGN_OR_RETURN(const StepResult result, plan.Step(input, kRule));
    trained->results.push_back(result);
  }
  trained->dead_units = plan.DeadUnits();
  for (size_t p = 0; p < plan.info().parameters.size(); ++p) {
    const int index = static_cast<int>(p);
    const Shape& shape = plan.info().parameters[p].shape;
    trained->parameters.push_back(Tensor::Create(shape).value());
    trained->momenta.push_back(Tensor::Create(shape).value());
    ALEXNET_RETURN_IF_ERROR(
        plan.ReadParameter(index, trained->parameters.back().f32()));
    ALEXNET_RETURN_IF_ERROR(
        plan.ReadMomentum(index, trained->momenta.back().f32()));
  }
  return Status();
}

Trained TrainOnOneRank(const StepCase& test) {
  Trained trained;
  const auto source = TensorsAsSource(TensorsOf(test));
  const auto plan = TrainingPlan::Compile(
                        test.network, CreateCpuBackend({.threads = 2}).value(),
                        *source, {.batch = test.batch})
                        .value();
  const Status status = Train(test, 0, *plan, &trained);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return trained;
}

// Calls run(rank's part, its training plan) on each rank.
template <typename Run>
Status OnRanks(const StepCase& test, const ParallelPlan& plan, const Run& run) {
  return RunLocalRanks(
      plan.options.ranks, {}, [&](Communicator& comm) -> Status {
        ALEXNET_ASSIGN_OR_RETURN(
            const auto part, HostRankPart::Create(plan, test.network, test.info,
                                                  test.batch, comm));
        // Ranks need not have the same number of threads.
        const int threads = comm.rank() == 0 ? 2 : 1;
        ALEXNET_ASSIGN_OR_RETURN(const auto backend,
                                 CreateCpuBackend({.threads = threads}));
        ALEXNET_ASSIGN_OR_RETURN(
            const auto training,
            CompileRankTraining(part, backend, TensorsAsSource(TensorsOf(test)),
                                {}));
        return run(*part, *training);
      });
}

Floats ValuesOf(const Tensor& tensor) {
  return {tensor.f32(), tensor.f32() + tensor.shape().elements()};
}

// The whole tensor of parameter `p`, put together from ranks' slices; replicas
// are equal to the bit.
template <typename SliceOf>
Floats Gather(const StepCase& test, const ParallelPlan& plan, size_t p,
              const SliceOf& slice_of) {
  const ParameterPlacement& placement = plan.parameters[p];
  Tensor whole = Tensor::Create(test.info.parameters[p].shape).value();
  for (int rank = 0; rank < plan.options.ranks; ++rank) {
    if (rank < SlicesOfWhole(placement)) {
      const Status put =
          PutSlice(placement, rank, slice_of(rank).view(), &whole);
      EXPECT_TRUE(put.ok()) << put.ToString();
    } else {
      EXPECT_EQ(ValuesOf(slice_of(rank)), ValuesOf(whole))
          << test.info.parameters[p].name << " of rank " << rank;
    }
  }
  return ValuesOf(whole);
}

void ExpectSameSteps(const std::vector<StepResult>& actual,
                     const std::vector<StepResult>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(actual[i].loss, expected[i].loss,
                kTolerance * expected[i].loss);
    EXPECT_NEAR(actual[i].gradient_norm, expected[i].gradient_norm,
                kTolerance * expected[i].gradient_norm);
    EXPECT_EQ(actual[i].correct, expected[i].correct);
  }
}

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

std::vector<Trained> CheckTraining(const StepCase& test,
                                   const Trained& expected,
                                   const ParallelOptions& options) {
  const ParallelPlan plan =
      MakeParallelPlan(test.network, test.info, options).value();
  std::vector<Trained> ranks(static_cast<size_t>(options.ranks));
  const Status status = OnRanks(
      test, plan, [&](const HostRankPart& part, TrainingPlan& training) {
        return Train(test, part.ShareOf(0).part.first_sample, training,
                     &ranks[static_cast<size_t>(part.rank())]);
      });
  EXPECT_TRUE(status.ok()) << status.ToString();
  if (!status.ok()) return {};
  for (const Trained& rank : ranks) {
    ExpectSameSteps(rank.results, expected.results);
    for (size_t i = 0; i < rank.results.size(); ++i) {
      EXPECT_EQ(rank.results[i].loss, ranks[0].results[i].loss);
      EXPECT_EQ(rank.results[i].gradient_norm,
                ranks[0].results[i].gradient_norm);
    }
  }
  EXPECT_GT(expected.results.front().gradient_norm, kRule.clip_gradient_norm);
  for (size_t p = 0; p < expected.parameters.size(); ++p) {
    SCOPED_TRACE(test.info.parameters[p].name);
    const auto parameter_of = [&](int rank) -> const Tensor& {
      return ranks[static_cast<size_t>(rank)].parameters[p];
    };
    const auto momentum_of = [&](int rank) -> const Tensor& {
      return ranks[static_cast<size_t>(rank)].momenta[p];
    };
    const Floats start = test.parameters[p];
    EXPECT_GT(RelativeError(ValuesOf(expected.parameters[p]), start), 1e-3)
        << "nothing was learnt";
    EXPECT_LE(RelativeError(Gather(test, plan, p, parameter_of),
                            ValuesOf(expected.parameters[p])),
              kTolerance);
    EXPECT_LE(RelativeError(Gather(test, plan, p, momentum_of),
                            ValuesOf(expected.momenta[p])),
              10 * kTolerance);
  }
  return ranks;
}

class RankTrainingTest : public ::testing::TestWithParam<ParallelOptions> {};

// Ranks have different numbers of samples.
TEST_P(RankTrainingTest, OfAlexnetSmall) {
  static const StepCase test = MakeStepCase(testing::AlexnetSmall(), 9);
  static const Trained expected = TrainOnOneRank(test);
  ExpectDeadUnits(CheckTraining(test, expected, GetParam()), GetParam().kind,
                  expected.dead_units);
}

TEST_P(RankTrainingTest, OfTowersOfEverything) {
  static const StepCase test = MakeStepCase(testing::TowersOfEverything(), 10);
  static const Trained expected = TrainOnOneRank(test);
  CheckTraining(test, expected, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Plans, RankTrainingTest,
    ::testing::Values(ParallelOptions{ParallelKind::kTowers, 1},
                      ParallelOptions{ParallelKind::kTowers, 2},
                      ParallelOptions{ParallelKind::kData, 2},
                      ParallelOptions{ParallelKind::kHybrid, 2},
                      ParallelOptions{ParallelKind::kTowers, 4},
                      ParallelOptions{ParallelKind::kData, 4},
                      ParallelOptions{ParallelKind::kHybrid, 4}),
    [](const ::testing::TestParamInfo<ParallelOptions>& plan) {
      const ParallelOptions& options = plan.param;
      return std::string(
                 kParallelKindNames[static_cast<size_t>(options.kind)]) +
             "_" + std::to_string(options.ranks);
    });

// Only rank 1 sees the pixel.
TEST(RankDivergenceTest, WhatOneRankSeesStopsTheUpdateOnAll) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 4);
  for (const ParallelKind kind :
       {ParallelKind::kTowers, ParallelKind::kData, ParallelKind::kHybrid}) {
    const ParallelPlan plan =
        MakeParallelPlan(test.network, test.info, {kind, 2}).value();
    std::vector<StepResult> results(2);
    const Status status = OnRanks(
        test, plan,
        [&](const HostRankPart& part, TrainingPlan& training) -> Status {
          StepData data = DataOf(test, 0);
          if (part.rank() == 1) {
            data.images.back() = std::numeric_limits<float>::quiet_NaN();
          }
          const auto first = part.ShareOf(0).part.first_sample;
          StepInput input;
          input.images =
              data.images.data() +
              first * static_cast<int64_t>(data.images.size()) / test.batch;
          input.labels = data.labels.data() + first;
          ALEXNET_ASSIGN_OR_RETURN(results[static_cast<size_t>(part.rank())],
                                   training.Step(input, kRule));
          Tensor now =
              Tensor::Create(training.info().parameters[0].shape).value();
          ALEXNET_RETURN_IF_ERROR(training.ReadParameter(0, now.f32()));
          const auto whole = TensorsAsSource(TensorsOf(test));
          const auto before = SourceOfRank(whole, plan, part.rank());
          const TensorView start = before->Get(0).value();
          EXPECT_TRUE(std::equal(now.f32(), now.f32() + now.shape().elements(),
                                 start.f32()));
          return Status();
        });
    ASSERT_TRUE(status.ok()) << status.ToString();
    for (const StepResult& result : results) {
      EXPECT_TRUE(result.diverged);
      EXPECT_TRUE(std::isnan(result.loss));
    }
  }
}

}  // namespace
}  // namespace alexnet
