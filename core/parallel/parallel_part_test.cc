#include "core/parallel/parallel_part.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/dist/rank_group.h"
#include "core/network/presets.h"
#include "core/parallel/testing/test_networks.h"

namespace alexnet {
namespace {

// Creates each rank's part of a network and calls run(part).
template <typename Run>
Status OnRanksOf(const Network& network, const ParallelOptions& options,
                 int64_t batch, const Run& run) {
  const NetworkInfo info = InferNetwork(network).value();
  const ParallelPlan plan = MakeParallelPlan(network, info, options).value();
  return RunLocalRanks(options.ranks, {}, [&](Communicator& comm) -> Status {
    ALEXNET_ASSIGN_OR_RETURN(
        const auto part,
        ParallelPart::Create(plan, network, info, batch, comm));
    return run(*part);
  });
}
template <typename Run>
Status OnRanks(const ParallelOptions& options, int64_t batch, const Run& run) {
  return OnRanksOf(testing::AlexnetSmall(), options, batch, run);
}

std::string RefusalOf(const ParallelOptions& options, int64_t batch) {
  return std::string(OnRanks(options, batch, [](ParallelPart&) {
                       return Status();
                     }).message());
}

TEST(ParallelPartTest, RefusesWhatRanksCouldNotRun) {
  EXPECT_NE(RefusalOf({ParallelKind::kData, 3}, 2)
                .find("a batch of 2 cannot be shared by 3 ranks"),
            std::string::npos);
  EXPECT_EQ(RefusalOf({ParallelKind::kData, 3}, 3), "");
}

// Of 5 samples in a hybrid: convolutions have the rank's own, fully
// connected layers all, and the loss its own again.
TEST(ParallelPartTest, EachLayerHasItsShare) {
  const Network network = testing::AlexnetSmall();
  const int conv2 = FindLayer(network, "conv2").value();
  const int drop6 = FindLayer(network, "drop6").value();
  const int loss = InferNetwork(network).value().logits_layer + 1;
  const Status status = OnRanks(
      {ParallelKind::kHybrid, 2}, 5, [&](const ParallelPart& part) -> Status {
        const bool second = part.rank() == 1;
        EXPECT_EQ(part.input_shape(), Shape({second ? 3 : 2, 3, 24, 24}));
        const LayerShare maps = part.ShareOf(conv2, /*pass=*/0);
        EXPECT_EQ(maps.samples, second ? 3 : 2);
        EXPECT_EQ(maps.part.first_sample, second ? 2 : 0);
        EXPECT_EQ(maps.part.first_unit, 0);
        const LayerShare units = part.ShareOf(drop6, /*pass=*/0);
        EXPECT_EQ(units.samples, 5);
        EXPECT_EQ(units.part.first_sample, 0);
        EXPECT_EQ(units.part.first_unit, second ? 128 : 0);
        EXPECT_EQ(units.part.units, 256);
        EXPECT_EQ(part.ShareOf(loss, /*pass=*/0).samples, second ? 3 : 2);
        return Status();
      });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

class NamedLayout : public ParameterLayout {
 public:
  explicit NamedLayout(std::string key) : key_(std::move(key)) {}
  int64_t bytes() const override { return 4; }
  int64_t elements() const override { return 1; }
  std::string key() const override { return key_; }
  bool dense() const override { return false; }
  Status Pack(const TensorView&, void*) const override { return Status(); }
  Status Unpack(const void*, float*) const override { return Status(); }

 private:
  const std::string key_;
};

// All agree but for rank 1's layout of `parameter`.
Status AgreeBut(const ParallelOptions& options, const std::string& parameter) {
  return OnRanks(options, 8, [&](ParallelPart& part) -> Status {
    const NamedLayout usual("usual");
    const NamedLayout other("other");
    std::vector<const ParameterLayout*> layouts(part.info().parameters.size(),
                                                &usual);
    ALEXNET_ASSIGN_OR_RETURN(const int index,
                             FindParameter(part.info(), parameter));
    if (part.rank() == 1) layouts[static_cast<size_t>(index)] = &other;
    return part.Agree(layouts);
  });
}

TEST(ParallelPartTest, RefusesToSumGradientsThatAreLaidOutDifferently) {
  EXPECT_NE(AgreeBut({ParallelKind::kData, 3}, "conv3.weight")
                .message()
                .find("ranks 0 and 1 lay out \"conv3.weight\" differently; use "
                      "a batch that 3 divides"),
            std::string_view::npos);
  // Nobody sums those.
  EXPECT_TRUE(AgreeBut({ParallelKind::kHybrid, 2}, "fc8.weight").ok());
  EXPECT_TRUE(AgreeBut({ParallelKind::kTowers, 2}, "conv3.weight").ok());
}

// Of what all ranks have, each counts about as much; of the rest all of its
// own.
TEST(ParallelPartTest, RanksShareTheNorm) {
  // One layer has more than all those together that `hybrid` sums.
  const Network network = MakePreset("torchvision").value().network;
  const NetworkInfo whole = InferNetwork(network).value();
  for (const ParallelKind kind : {ParallelKind::kData, ParallelKind::kHybrid}) {
    std::mutex mutex;
    std::vector<int> counted(whole.parameters.size());
    const auto is_summed = [&](size_t p) {
      return kind == ParallelKind::kData ||
             whole.parameters[p].name.starts_with("conv");
    };
    std::vector<int64_t> elements;
    const Status status = OnRanksOf(
        network, {kind, 2}, 4, [&](const ParallelPart& part) -> Status {
          const std::lock_guard<std::mutex> lock(mutex);
          elements.push_back(0);
          for (size_t p = 0; p < counted.size(); ++p) {
            if (!part.CountsInNorm(static_cast<int>(p))) continue;
            ++counted[p];
            if (!is_summed(p)) continue;
            elements.back() += part.info().parameters[p].shape.elements();
          }
          return Status();
        });
    ASSERT_TRUE(status.ok()) << status.ToString();
    int64_t largest = 0;
    for (size_t p = 0; p < counted.size(); ++p) {
      EXPECT_EQ(counted[p], is_summed(p) ? 1 : 2) << whole.parameters[p].name;
      if (!is_summed(p)) continue;
      largest = std::max(largest, whole.parameters[p].shape.elements());
    }
    EXPECT_GT(std::min(elements[0], elements[1]), 0);
    EXPECT_LE(std::abs(elements[0] - elements[1]), largest);
  }
}

TEST(ParallelPartTest, SumsTheOutcome) {
  const Status status =
      OnRanks({ParallelKind::kTowers, 4}, 4, [](ParallelPart& part) -> Status {
        const int rank = part.rank();
        StepOutcome outcome = {{0.5 * rank, 1.0 * rank}, 0.25 * rank};
        ALEXNET_RETURN_IF_ERROR(part.SumOutcome(&outcome));
        EXPECT_EQ(outcome.loss.loss_sum, 3.0);
        EXPECT_EQ(outcome.loss.correct, 6);
        EXPECT_EQ(outcome.squared_norm, 1.5);
        return Status();
      });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

// Of more rows than a step of all of them has.
TEST(ParallelPartTest, CountsStayExact) {
  constexpr int64_t kRows = (int64_t{1} << 50) + 1;
  const Status status =
      OnRanks({ParallelKind::kTowers, 4}, 4, [](ParallelPart& part) -> Status {
        StepOutcome outcome;
        outcome.loss.correct = static_cast<double>(kRows + part.rank());
        ALEXNET_RETURN_IF_ERROR(part.SumOutcome(&outcome));
        EXPECT_EQ(static_cast<int64_t>(outcome.loss.correct), 4 * kRows + 6);
        return Status();
      });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

// Rank 0 of two, which only remembers what it is asked.
class Listener : public Communicator {
 public:
  int rank() const override { return 0; }
  int size() const override { return 2; }
  Result<std::unique_ptr<Fence>> CreateFence() override {
    return std::make_unique<Fence>();
  }
  Status Signal(Fence&) override { return Status(); }
  Status Wait(Fence&) override { return Status(); }
  Status WaitOnHost(Fence&) override { return Status(); }
  Status Finish() override { return Status(); }
  Status Check() override { return Status(); }
  void Abort(const Status&) override {}

  std::vector<Operation> asked;

 protected:
  Status Enqueue(const Operation& operation) override {
    asked.push_back(operation);
    return Status();
  }
};

class SizedLayout : public NamedLayout {
 public:
  explicit SizedLayout(int64_t elements)
      : NamedLayout("sized"), elements_(elements) {}
  int64_t elements() const override { return elements_; }

 private:
  const int64_t elements_;
};

// Of float32: one after another at multiples of 64, the last of them apart.
TEST(ParallelPartTest, GradientsThatLieTogetherAreSummedTogether) {
  const Network network = testing::AlexnetSmall();
  const NetworkInfo info = InferNetwork(network).value();
  const ParallelPlan plan =
      MakeParallelPlan(network, info, {ParallelKind::kData, 2}).value();
  Listener comm;
  const auto part = ParallelPart::Create(plan, network, info, 2, comm).value();
  const int count = static_cast<int>(info.parameters.size());
  const SizedLayout few(100);
  const SizedLayout many(int64_t{1} << 20);
  std::vector<const ParameterLayout*> layouts(static_cast<size_t>(count), &few);
  layouts[3] = &many;
  ASSERT_TRUE(part->Agree(layouts).ok());
  comm.asked.clear();

  std::vector<float> memory((int64_t{1} << 20) + 64 * 1000);
  std::vector<std::pair<const void*, int64_t>> expected;
  float* next = memory.data();
  float* first = next;
  for (int parameter = 0; parameter < count; ++parameter) {
    if (parameter == count - 1) {
      expected.push_back({first, next - 28 - first});
      next += 64;
      first = next;
    }
    ASSERT_TRUE(part->SumGradient(parameter, next).ok());
    if (parameter == 3) {  // enough for a sum
      next += int64_t{1} << 20;
      expected.push_back({first, next - first});
      first = next;
    } else {
      next += 128;
    }
  }
  expected.push_back({first, 100});
  EXPECT_EQ(comm.asked.size(), 2u);
  ASSERT_TRUE(part->FinishGradients().ok());
  ASSERT_EQ(comm.asked.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(comm.asked[i].kind, Operation::Kind::kAllReduce);
    EXPECT_EQ(comm.asked[i].in, expected[i].first) << i;
    EXPECT_EQ(comm.asked[i].in_count, expected[i].second) << i;
  }
}

TEST(ParallelPartTest, TheOutcomeIsOneExchange) {
  const Network network = testing::AlexnetSmall();
  const NetworkInfo info = InferNetwork(network).value();
  const ParallelPlan plan =
      MakeParallelPlan(network, info, {ParallelKind::kData, 2}).value();
  Listener comm;
  const auto part = ParallelPart::Create(plan, network, info, 2, comm).value();
  StepOutcome outcome;
  ASSERT_TRUE(part->SumOutcome(&outcome).ok());
  ASSERT_EQ(comm.asked.size(), 1u);
  EXPECT_EQ(comm.asked[0].kind, Operation::Kind::kAllReduce);
  EXPECT_EQ(comm.asked[0].type, ElementType::kF64);
  EXPECT_EQ(comm.asked[0].in, &outcome);
  EXPECT_EQ(comm.asked[0].in_count, 3);
}

// The others wait in a sum that the rank does not come to.
TEST(ParallelPartTest, AnAbandonedStepEndsOnAllRanks) {
  std::vector<Status> ends(3);
  const Status status =
      OnRanks({ParallelKind::kData, 3}, 3, [&](ParallelPart& part) {
        Status& end = ends[static_cast<size_t>(part.rank())];
        if (part.rank() == 2) {
          end = InternalError("out of luck");
          part.Abandon(end);
        } else {
          StepOutcome outcome;
          end = part.SumOutcome(&outcome);
        }
        return end;
      });
  for (const Status& end : ends) {
    EXPECT_NE(end.message().find("out of luck"), std::string_view::npos)
        << end.ToString();
  }
  EXPECT_NE(status.message().find("rank 2"), std::string_view::npos)
      << status.ToString();
}

}  // namespace
}  // namespace alexnet
