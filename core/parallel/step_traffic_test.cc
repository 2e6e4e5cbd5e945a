#include "core/parallel/step_traffic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/reference/reference_backend.h"
#include "core/dist/testing/message_group.h"
#include "core/exec/parameters.h"
#include "core/network/presets.h"
#include "core/parallel/rank_training.h"
#include "core/parallel/testing/test_networks.h"
#include "core/parallel/testing/whole_run.h"

namespace alexnet {
namespace {

using testing::MakeStepCase;
using testing::StepCase;
using testing::TensorsOf;

size_t Index(int i) { return static_cast<size_t>(i); }

// Bytes of data that each rank has sent in one step, as its messages are long.
std::vector<int64_t> CountedBytes(const StepCase& test,
                                  const ParallelPlan& plan) {
  const int size = plan.options.ranks;
  const auto network = std::make_shared<MemoryNetwork>(size);
  std::vector<int64_t> bytes(Index(size));
  RunOnThreads(MakeMessageGroup(network, size, {}), [&](Communicator& comm) {
    const auto part =
        ParallelPart::Create(plan, test.network, test.info, test.batch, comm)
            .value();
    const auto training =
        CompileRankTraining(part, CreateReferenceBackend(),
                            TensorsAsSource(TensorsOf(test)), {})
            .value();
    const auto first = part->ShareOf(0, /*pass=*/0).part.first_sample;
    const std::vector<float> images(test.input.begin(), test.input.end());
    std::vector<int32_t> labels(test.labels.begin(), test.labels.end());
    StepInput input;
    input.images = images.data() +
                   first * static_cast<int64_t>(images.size()) / test.batch;
    input.labels = labels.data() + first;
    const auto sent = [&] {
      return network->BytesFrom(comm.rank(), Transport::Lane::kData);
    };
    const int64_t before = sent();
    const Status status = training->Step(input, {}).status();
    EXPECT_TRUE(status.ok()) << status.ToString();
    bytes[Index(comm.rank())] = sent() - before;
  });
  return bytes;
}

// Loss, correct answers and norm of each update, which rank 0 adds.
int64_t OutcomeBytes(int rank, const ParallelOptions& options) {
  const int ranks = options.ranks;
  const int64_t updates =
      options.kind == ParallelKind::kHybridSubBatches ? 1 + ranks : 1;
  const int64_t numbers = updates * 3 * int64_t{sizeof(double)};
  return rank == 0 ? (ranks - 1) * numbers : numbers;
}

// Gradients that are summed together have gaps between them, and fewer slices
// that begin at whole cache lines.
int64_t RoundingBytes(const ParallelPlan& plan) {
  constexpr int64_t kGap = 256;
  constexpr int64_t kLine = 64 * sizeof(float);
  int64_t bytes = 0;
  for (const ParameterPlacement& placement : plan.parameters) {
    if (placement.by_samples) bytes += 2 * (kGap + plan.options.ranks * kLine);
  }
  return bytes;
}

class CountedTrafficTest : public ::testing::TestWithParam<ParallelOptions> {};

TEST_P(CountedTrafficTest, IsWhatWasCalculated) {
  const ParallelOptions& options = GetParam();
  for (const Network& network :
       {testing::AlexnetSmall(), testing::TowersOfEverything()}) {
    SCOPED_TRACE(network.name);
    const StepCase test = MakeStepCase(network, 9);
    const ParallelPlan plan =
        MakeParallelPlan(network, test.info, options).value();
    const std::vector<RankTraffic> calculated =
        SumOverStep(TrafficOfStep(plan, test.info, test.batch));
    const std::vector<int64_t> counted = CountedBytes(test, plan);
    for (int rank = 0; rank < options.ranks; ++rank) {
      const int64_t bytes =
          calculated[Index(rank)].sent * static_cast<int64_t>(sizeof(float));
      EXPECT_NEAR(static_cast<double>(bytes + OutcomeBytes(rank, options)),
                  static_cast<double>(counted[Index(rank)]),
                  static_cast<double>(RoundingBytes(plan)))
          << "rank " << rank;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Plans, CountedTrafficTest,
    ::testing::Values(ParallelOptions{ParallelKind::kData, 2},
                      ParallelOptions{ParallelKind::kData, 3},
                      ParallelOptions{ParallelKind::kTowers, 2},
                      ParallelOptions{ParallelKind::kTowers, 4},
                      ParallelOptions{ParallelKind::kHybrid, 2},
                      ParallelOptions{ParallelKind::kHybrid, 4},
                      ParallelOptions{ParallelKind::kHybridInTurn, 2},
                      ParallelOptions{ParallelKind::kHybridInTurn, 4},
                      ParallelOptions{ParallelKind::kHybridSubBatches, 3}),
    [](const ::testing::TestParamInfo<ParallelOptions>& plan) {
      return ParallelKindName(plan.param.kind) + std::string("_") +
             std::to_string(plan.param.ranks);
    });

// The formulas of docs/scaling.md, of nets whose layers ranks divide evenly.

struct Case {
  Network network;
  NetworkInfo info;
  ParallelPlan plan;
};

Case CaseOf(std::string_view preset, const ParallelOptions& options) {
  Case test;
  test.network = MakePreset(preset).value().network;
  test.info = InferNetwork(test.network).value();
  test.plan = MakeParallelPlan(test.network, test.info, options).value();
  return test;
}

int64_t ParametersOf(const Case& test, bool convolutions) {
  int64_t sum = 0;
  for (const ParameterInfo& parameter : test.info.parameters) {
    const bool convolution =
        As<Convolution>(test.network.layers[Index(parameter.layer)]) != nullptr;
    if (convolution == convolutions) sum += parameter.shape.elements();
  }
  return sum;
}

// Slices are of whole cache lines.
constexpr double kRounding = 1e-3;

TEST(StepTrafficTest, DataSumsAllParameters) {
  for (const int ranks : {2, 4, 8}) {
    const Case test = CaseOf("torchvision", {ParallelKind::kData, ranks});
    const double each = 2.0 * (ranks - 1) / ranks *
                        static_cast<double>(test.info.parameter_count);
    for (const RankTraffic& rank :
         SumOverStep(TrafficOfStep(test.plan, test.info, 128))) {
      EXPECT_NEAR(static_cast<double>(rank.sent), each, kRounding * each);
      EXPECT_NEAR(static_cast<double>(rank.received), each, kRounding * each);
    }
  }
}

TEST(StepTrafficTest, HybridSumsConvolutionsAndBringsBlobsTogether) {
  for (const int ranks : {2, 4, 8}) {
    constexpr int64_t kBatch = 128;
    const Case test = CaseOf("torchvision", {ParallelKind::kHybrid, ranks});
    // What a rank has not of what fc6, fc7, fc8 and the loss read: all but its
    // share of 9216 + 4096 + 4096 values, forward and backward, and of its own
    // samples all but its share of the logits.
    const double rest = static_cast<double>(ranks - 1) / ranks;
    const double blobs =
        2.0 * rest * kBatch * (9216 + 4096 + 4096 + 1000.0 / ranks);
    const double sums =
        2.0 * rest * static_cast<double>(ParametersOf(test, true));
    for (const RankTraffic& rank :
         SumOverStep(TrafficOfStep(test.plan, test.info, kBatch))) {
      EXPECT_NEAR(static_cast<double>(rank.sent), blobs + sums,
                  kRounding * (blobs + sums));
    }
  }
}

// Figure 2 of the paper: the whole of pool2, pool5, fc6 and fc7.
TEST(StepTrafficTest, TowersMeetWhereThePaperSays) {
  constexpr int64_t kBatch = 128;
  const Case test = CaseOf("alexnet", {ParallelKind::kTowers, 2});
  std::vector<std::string> before;
  for (const StepExchange& exchange :
       TrafficOfStep(test.plan, test.info, kBatch)) {
    EXPECT_NE(exchange.kind, StepExchange::Kind::kGradient);
    if (exchange.kind != StepExchange::Kind::kForward) continue;
    before.push_back(exchange.layer > test.info.logits_layer
                         ? "loss"
                         : test.network.layers[Index(exchange.layer)].name);
  }
  EXPECT_EQ(before,
            (std::vector<std::string>{"conv3", "fc6", "fc7", "fc8", "loss"}));
  const int64_t values = 128 * 13 * 13 + 128 * 6 * 6 + 2048 + 2048;
  for (const RankTraffic& rank :
       SumOverStep(TrafficOfStep(test.plan, test.info, kBatch))) {
    EXPECT_EQ(rank.sent, 2 * kBatch * values + 2 * (kBatch / 2) * 500);
  }
}

TEST(StepTrafficTest, InTurnSendsWhatAtOnceDoes) {
  const Case at_once = CaseOf("owt", {ParallelKind::kHybrid, 4});
  const Case in_turn = CaseOf("owt", {ParallelKind::kHybridInTurn, 4});
  const auto step = TrafficOfStep(in_turn.plan, in_turn.info, 512);
  EXPECT_GT(step.size(), TrafficOfStep(at_once.plan, at_once.info, 512).size());
  int64_t sent = 0;
  int64_t expected = 0;
  for (const RankTraffic& rank : SumOverStep(step)) sent += rank.sent;
  for (const RankTraffic& rank :
       SumOverStep(TrafficOfStep(at_once.plan, at_once.info, 512))) {
    expected += rank.sent;
  }
  EXPECT_EQ(sent, expected);
}

TEST(StepTrafficTest, OneRankExchangesNothing) {
  const Case test = CaseOf("torchvision", {ParallelKind::kHybrid, 1});
  EXPECT_TRUE(TrafficOfStep(test.plan, test.info, 128).empty());
}

}  // namespace
}  // namespace alexnet
