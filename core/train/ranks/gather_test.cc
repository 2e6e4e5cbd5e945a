#include "core/train/ranks/gather.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/philox.h"
#include "core/dist/rank_group.h"

namespace alexnet {
namespace {

using Pictures = std::vector<BrokenPicture>;

TEST(GatherTest, Rank0HasTheBrokenPicturesOfAllEachOnce) {
  const std::vector<Pictures> by_rank = {
      {{"c.jpg", "is cut"}},
      {},
      {{"a.jpg", ""}, {"b b.jpg", "is no JPEG"}, {"c.jpg", "is cut"}}};
  const Status status = RunLocalRanks(3, {}, [&](Communicator& comm) -> Status {
    const Pictures& own = by_rank[static_cast<size_t>(comm.rank())];
    ALEXNET_ASSIGN_OR_RETURN(const Pictures all, GatherBroken(own, comm));
    if (comm.rank() != 0) {
      EXPECT_EQ(all.size(), own.size());
      return Status();
    }
    std::string text;
    for (const BrokenPicture& picture : all) {
      text += picture.name + ":" + picture.reason + ";";
    }
    EXPECT_EQ(text, "a.jpg:;b b.jpg:is no JPEG;c.jpg:is cut;");
    return Status();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

Evaluation Share(int64_t count, int64_t wrong1, int64_t wrong5, double loss) {
  Evaluation share;
  share.count = count;
  if (count == 0) return share;
  share.top1_error = 100.0 * static_cast<double>(wrong1) / double(count);
  share.top5_error = 100.0 * static_cast<double>(wrong5) / double(count);
  share.loss = loss;
  return share;
}

// By hand: 5 of 12 wrong, 1 of 12, (7 * 2 + 5 * 0.5) / 12.
TEST(SumEvaluationsTest, CountsThePicturesOfAll) {
  const std::vector<Evaluation> shares = {
      Share(7, 2, 1, 2.0), Share(5, 3, 0, 0.5), Share(0, 0, 0, 0.0)};
  const Status status = RunLocalRanks(3, {}, [&](Communicator& comm) -> Status {
    ALEXNET_ASSIGN_OR_RETURN(
        const Evaluation all,
        SumEvaluations(shares[static_cast<size_t>(comm.rank())], comm));
    EXPECT_EQ(all.count, 12);
    EXPECT_DOUBLE_EQ(all.top1_error, 100.0 * 5 / 12);
    EXPECT_DOUBLE_EQ(all.top5_error, 100.0 / 12);
    EXPECT_DOUBLE_EQ(all.loss, 16.5 / 12);
    return Status();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

// One after another, as one rank would have counted them.
TEST(SumEvaluationsTest, CountsAndTheWorstAreOfAll) {
  constexpr int64_t kRanks = 3, kClasses = 4, kRows = 40;
  PhiloxStream random(3, RandomPurpose::kSynthetic);
  EvaluationSums together(kClasses);
  std::vector<Evaluation> shares;
  for (int64_t rank = 0; rank < kRanks; ++rank) {
    EvaluationSums sums(kClasses);
    // The last has none.
    for (int64_t r = 0; rank < 2 && r < kRows; ++r) {
      std::vector<float> row;
      for (int64_t c = 0; c < kClasses; ++c) {
        row.push_back(static_cast<float>(random.Below(5)) / 8.0f);
      }
      const std::vector<int32_t> label = {static_cast<int32_t>(r % 3)};
      const std::vector<int64_t> sample = {rank * kRows + r};
      sums.Add(row, label, sample);
      together.Add(row, label, sample);
    }
    shares.push_back(sums.Finish());
  }
  const Evaluation expected = together.Finish();
  ASSERT_EQ(expected.worst.size(), kMostWorst);
  const Status status = RunLocalRanks(3, {}, [&](Communicator& comm) -> Status {
    ALEXNET_ASSIGN_OR_RETURN(
        const Evaluation all,
        SumEvaluations(shares[static_cast<size_t>(comm.rank())], comm));
    EXPECT_EQ(all.confusion, expected.confusion);
    EXPECT_EQ(all.class_counts, expected.class_counts);
    EXPECT_EQ(all.recall, expected.recall);
    if (comm.rank() != 0) return Status();
    EXPECT_EQ(all.worst.size(), expected.worst.size());
    for (size_t i = 0; i < all.worst.size(); ++i) {
      EXPECT_EQ(all.worst[i].sample, expected.worst[i].sample) << i;
      EXPECT_EQ(all.worst[i].predicted, expected.worst[i].predicted) << i;
    }
    return Status();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST(SumEvaluationsTest, ARankThatWasInterruptedInterruptsAll) {
  const Status status = RunLocalRanks(2, {}, [&](Communicator& comm) -> Status {
    Result<Evaluation> share = Share(1, 0, 0, 0.0);
    if (comm.rank() == 1) share = DeadlineExceededError("late");
    const Status all = SumEvaluations(share, comm).status();
    EXPECT_EQ(all.code(), comm.rank() == 1 ? StatusCode::kDeadlineExceeded
                                           : StatusCode::kCancelled);
    return Status();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

// Whatever it does next, as rank 0 tells how the run ended.
TEST(SumEvaluationsTest, ARankThatFailsFailsAll) {
  for (const int failing : {0, 1}) {
    const auto run = [&](Communicator& comm) -> Status {
      Result<Evaluation> share = Share(1, 0, 0, 0.0);
      if (comm.rank() == failing) share = DataLossError("broken pictures");
      const Status status = SumEvaluations(share, comm).status();
      EXPECT_EQ(status.code(), StatusCode::kDataLoss) << status.ToString();
      int64_t end = 0;
      EXPECT_FALSE(comm.Broadcast(&end, 1, ElementType::kI64, 0).ok());
      return status;
    };
    const Status status = RunLocalRanks(2, {}, run);
    EXPECT_EQ(status.code(), StatusCode::kDataLoss);
    EXPECT_NE(status.message().find("rank " + std::to_string(failing)),
              std::string::npos)
        << status.ToString();
  }
}

}  // namespace
}  // namespace alexnet
