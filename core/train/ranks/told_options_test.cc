#include "core/train/ranks/told_options.h"

#include <gtest/gtest.h>

#include "core/dist/rank_group.h"

namespace alexnet {
namespace {

TEST(ToldOptionsTest, DifferencesAreNamedOneByOne) {
  ToldOptions rank0;
  rank0.Add("seed", 1);
  rank0.Add("milestones", std::vector<float>{0.5f, 0.75f});
  rank0.Add("parallel", "data");
  rank0.Add("rate", 0.01f);
  ToldOptions rank;
  rank.Add("seed", 2);
  rank.Add("milestones", std::vector<float>{0.5f});
  rank.Add("parallel", "data");
  rank.Add("devices", std::string());
  EXPECT_EQ(DifferenceOf(rank0.entries(), rank.entries()),
            "`seed` is 2 here and 1 on rank 0; `milestones` is 0.5 here and "
            "0.5,0.75 on rank 0; `devices` is empty here and not given on rank "
            "0; `rate` is not given here and 0.01 on rank 0");
  EXPECT_EQ(DifferenceOf(rank0.entries(), rank0.entries()), "");
}

TEST(ToldOptionsTest, RanksThatAgreeGoOn) {
  const Status status = RunLocalRanks(3, {}, [](Communicator& comm) {
    ToldOptions told;
    told.Add("seed", 7);
    told.AddFact("the version", "0.1.0");
    return CompareWithRank0(told, comm);
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST(ToldOptionsTest, TheRankThatDiffersIsNamed) {
  const Status status = RunLocalRanks(3, {}, [](Communicator& comm) {
    ToldOptions told;
    told.Add("seed", comm.rank() == 2 ? 8 : 7);
    return CompareWithRank0(told, comm);
  });
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(
      status.message().find("rank 2 failed: `seed` is 8 here and 7 on rank 0"),
      std::string::npos)
      << status.ToString();
}

TEST(ToldOptionsTest, AnotherBuildIsNamed) {
  const Status status = RunLocalRanks(2, {}, [](Communicator& comm) {
    ToldOptions told;
    told.AddFact("the program's build", comm.rank() == 1 ? "bb" : "aa");
    return CompareWithRank0(told, comm);
  });
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find(
                "rank 1 failed: the program's build is bb here and aa on rank"),
            std::string::npos)
      << status.ToString();
}

}  // namespace
}  // namespace alexnet
