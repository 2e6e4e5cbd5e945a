#include "core/parallel/testing/rank_steps.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "core/backend/testing/kernel_harness.h"
#include "core/dist/rank_group.h"
#include "core/exec/parameters.h"
#include "core/parallel/parameter_slices.h"
#include "core/parallel/rank_training.h"
#include "core/parallel/testing/put_slice.h"

namespace alexnet::testing {
namespace {

using Floats = std::vector<float>;

// All steps; those samples of each batch from `first_sample` on that the plan
// wants. `read_each`: parameters are read after each step.
Status Train(const StepCase& test, int64_t first_sample, TrainingPlan& plan,
             const UpdateRule& rule, Trained* trained, bool read_each = false) {
  const int64_t sample = static_cast<int64_t>(test.input.size()) / test.batch;
  for (int step = 0; step < kSteps; ++step) {
    const StepData data = DataOf(test, step);
    StepInput input;
    input.images = data.images.data() + first_sample * sample;
    input.labels = data.labels.data() + first_sample;
    input.random = RandomOf(step);
    input.count_dead_units = step == 0;
    ALEXNET_ASSIGN_OR_RETURN(const StepResult result, plan.Step(input, rule));
    trained->results.push_back(result);
    if (!read_each) continue;
    Tensor any = Tensor::Create(plan.info().parameters.front().shape).value();
    ALEXNET_RETURN_IF_ERROR(plan.ReadParameter(0, any.f32()));
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

// Rounding may take a few units of a layer over the edge, and where a ReLU is
// applied after pooling, which narrow layers do not, it has fewer of them.
constexpr float kDeadTolerance = 5e-3f;

// Calls run(rank's part, its training plan) on each rank.
template <typename Run>
Status OnRanks(const StepCase& test, const ParallelPlan& plan,
               const RankDevices& devices, const Run& run) {
  const int ranks = plan.options.ranks;
  std::vector<std::shared_ptr<Backend>> backends;
  for (int rank = 0; rank < ranks; ++rank) {
    backends.push_back(devices.backend(rank));
  }
  std::vector<std::unique_ptr<Communicator>> group(static_cast<size_t>(ranks));
  if (devices.group != nullptr) {
    ALEXNET_ASSIGN_OR_RETURN(group, devices.group(backends));
  }
  return RunLocalRanks(ranks, {}, [&](Communicator& comm) -> Status {
    const auto rank = static_cast<size_t>(comm.rank());
    const std::unique_ptr<Communicator> over_device = std::move(group[rank]);
    ALEXNET_ASSIGN_OR_RETURN(
        const auto part,
        ParallelPart::Create(plan, test.network, test.info, test.batch, comm,
                             over_device.get()));
    ALEXNET_ASSIGN_OR_RETURN(
        const auto training,
        CompileRankTraining(part, backends[rank],
                            TensorsAsSource(TensorsOf(test)), {}));
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
      PutSlice(placement, rank, slice_of(rank), &whole);
    } else {
      EXPECT_EQ(ValuesOf(slice_of(rank)), ValuesOf(whole))
          << test.info.parameters[p].name << " of rank " << rank;
    }
  }
  return ValuesOf(whole);
}

void ExpectSameSteps(const std::vector<StepResult>& actual,
                     const std::vector<StepResult>& expected,
                     double tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(actual[i].loss, expected[i].loss, tolerance * expected[i].loss);
    EXPECT_NEAR(actual[i].gradient_norm, expected[i].gradient_norm,
                tolerance * expected[i].gradient_norm);
    EXPECT_EQ(actual[i].correct, expected[i].correct);
  }
}

}  // namespace

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

RandomState RandomOf(int step) {
  return {.seed = 11, .step = static_cast<uint32_t>(step)};
}

// Gradients are clipped by their norm, or the rate is small, so that steps stay
// short.
UpdateRule RuleOf(ParallelKind kind) {
  if (kind == ParallelKind::kHybridSubBatches) return {0.01f, 0.9f, 5e-3f};
  return {0.05f, 0.9f, 5e-4f, 1.0f};
}

Trained TrainOnOneRank(const StepCase& test, std::shared_ptr<Backend> backend) {
  Trained trained;
  const auto source = TensorsAsSource(TensorsOf(test));
  const auto plan = TrainingPlan::Compile(test.network, std::move(backend),
                                          *source, {.batch = test.batch})
                        .value();
  const Status status =
      Train(test, 0, *plan, RuleOf(ParallelKind::kData), &trained);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return trained;
}

std::vector<Trained> CheckTraining(const StepCase& test,
                                   const Trained& expected,
                                   const ParallelOptions& options,
                                   const RankDevices& devices) {
  const ParallelPlan plan =
      MakeParallelPlan(test.network, test.info, options).value();
  std::vector<Trained> ranks(static_cast<size_t>(options.ranks));
  const Status status = OnRanks(
      test, plan, devices,
      [&](const ParallelPart& part, TrainingPlan& training) {
        return Train(test, part.ShareOf(0, /*pass=*/0).part.first_sample,
                     training, RuleOf(options.kind),
                     &ranks[static_cast<size_t>(part.rank())]);
      });
  EXPECT_TRUE(status.ok()) << status.ToString();
  if (!status.ok()) return {};
  for (const Trained& rank : ranks) {
    ExpectSameSteps(rank.results, expected.results, devices.tolerance);
    for (size_t i = 0; i < rank.results.size(); ++i) {
      EXPECT_EQ(rank.results[i].loss, ranks[0].results[i].loss);
      EXPECT_EQ(rank.results[i].gradient_norm,
                ranks[0].results[i].gradient_norm);
    }
  }
  for (const Trained& rank : ranks) {
    for (size_t layer = 0; layer < expected.dead_units.size(); ++layer) {
      EXPECT_NEAR(rank.dead_units[layer], expected.dead_units[layer],
                  kDeadTolerance)
          << "layer " << layer;
      EXPECT_EQ(rank.dead_units[layer], ranks[0].dead_units[layer]);
    }
  }
  EXPECT_GT(expected.results.front().gradient_norm,
            RuleOf(options.kind).clip_gradient_norm);
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
              devices.tolerance);
    EXPECT_LE(RelativeError(Gather(test, plan, p, momentum_of),
                            ValuesOf(expected.momenta[p])),
              10 * devices.tolerance);
  }
  return ranks;
}

void CheckReadingChangesNothing(const StepCase& test,
                                const ParallelOptions& options,
                                const RankDevices& devices) {
  const ParallelPlan plan =
      MakeParallelPlan(test.network, test.info, options).value();
  // What is updated after each pass cannot wait for the next step.
  const bool defers = options.kind != ParallelKind::kHybridSubBatches;
  std::vector<std::vector<Trained>> runs;
  for (const bool read_each : {false, true}) {
    std::vector<Trained> ranks(static_cast<size_t>(options.ranks));
    const Status status = OnRanks(
        test, plan, devices,
        [&](const ParallelPart& part, TrainingPlan& training) {
          EXPECT_EQ(
              training.Describe().find("is deferred") != std::string::npos,
              defers);
          return Train(test, part.ShareOf(0, /*pass=*/0).part.first_sample,
                       training, RuleOf(options.kind),
                       &ranks[static_cast<size_t>(part.rank())], read_each);
        });
    ASSERT_TRUE(status.ok()) << status.ToString();
    runs.push_back(std::move(ranks));
  }
  for (size_t rank = 0; rank < runs[0].size(); ++rank) {
    const Trained& left = runs[0][rank];
    const Trained& read = runs[1][rank];
    for (size_t step = 0; step < left.results.size(); ++step) {
      EXPECT_EQ(left.results[step].loss, read.results[step].loss) << step;
      EXPECT_EQ(left.results[step].gradient_norm,
                read.results[step].gradient_norm)
          << step;
    }
    for (size_t p = 0; p < left.parameters.size(); ++p) {
      EXPECT_EQ(ValuesOf(left.parameters[p]), ValuesOf(read.parameters[p]))
          << p;
      EXPECT_EQ(ValuesOf(left.momenta[p]), ValuesOf(read.momenta[p])) << p;
    }
  }
}

// Only rank 1 sees the pixel.
void CheckDivergence(const StepCase& test, ParallelKind kind,
                     const RankDevices& devices) {
  const ParallelPlan plan =
      MakeParallelPlan(test.network, test.info, {kind, 2}).value();
  std::vector<StepResult> results(2);
  const Status status = OnRanks(
      test, plan, devices,
      [&](const ParallelPart& part, TrainingPlan& training) -> Status {
        StepData data = DataOf(test, 0);
        if (part.rank() == 1) {
          data.images.back() = std::numeric_limits<float>::quiet_NaN();
        }
        const auto first = part.ShareOf(0, /*pass=*/0).part.first_sample;
        StepInput input;
        input.images =
            data.images.data() +
            first * static_cast<int64_t>(data.images.size()) / test.batch;
        input.labels = data.labels.data() + first;
        ALEXNET_ASSIGN_OR_RETURN(results[static_cast<size_t>(part.rank())],
                                 training.Step(input, RuleOf(kind)));
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

std::vector<ParallelOptions> PlansOfRanks(const std::vector<int>& ranks) {
  std::vector<ParallelOptions> plans;
  for (const int count : ranks) {
    for (const ParallelKind kind :
         {ParallelKind::kTowers, ParallelKind::kData, ParallelKind::kHybrid,
          ParallelKind::kHybridInTurn}) {
      plans.push_back({kind, count});
    }
  }
  return plans;
}

std::string NameOfPlan(const ParallelOptions& options) {
  return ParallelKindName(options.kind) + ("_" + std::to_string(options.ranks));
}

}  // namespace alexnet::testing
