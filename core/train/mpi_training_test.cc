// Runs whose ranks are processes of mpirun's, against runs of one rank and of
// ranks that are threads.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/model/model.h"
#include "core/train/finetune/finetune.h"
#include "core/train/mpi_runs.h"
#include "core/train/test_runs.h"
#include "core/train/trainer.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing::ExpectExits;
using testing::ExpectNear;
using testing::FreshFolder;
using testing::LineAfter;
using testing::Numbers;
using testing::Recorder;
using testing::RunRanks;
using testing::SmallRun;
using testing::WritePictures;

struct Plan {
  int ranks;
  const char* parallel;
};

std::string Devices(int ranks) {
  std::string devices = "cpu";
  for (int rank = 1; rank < ranks; ++rank) devices += ",cpu";
  return devices;
}

class MpiTrainingTest : public ::testing::TestWithParam<Plan> {
 protected:
  static void SetUpTestSuite() {
    data_ = FreshFolder("mpi_data");
    WritePictures(data_, 5, 2);  // 50 pictures: 7 batches of 8, the last filled
    one_ = FreshFolder("mpi_one");
    const auto summary = Train(SmallRun(data_, one_), nullptr, {});
    ASSERT_TRUE(summary.ok()) << summary.status().ToString();
  }

  static std::string Words() {
    return std::string("parallel=") + GetParam().parallel;
  }
  // The same as threads of this process, one compute thread each.
  static TrainOptions AsThreads(const std::string& out) {
    TrainOptions options = SmallRun(data_, out);
    options.devices = Devices(GetParam().ranks);
    options.parallel = ParallelKindOf(GetParam().parallel).value();
    options.threads = GetParam().ranks;
    return options;
  }

  static inline std::string data_;
  static inline std::string one_;
};

TEST_P(MpiTrainingTest, GivesWhatThreadsAndWhatOneRankGives) {
  const int ranks = GetParam().ranks;
  const std::string out = FreshFolder("mpi_many");
  const auto outcome = RunRanks(ranks, data_, out, Words());
  ExpectExits(outcome, ranks, 0);
  // Rank 0 tells of all, and all end with the same numbers.
  EXPECT_TRUE(outcome.Has("on " + Devices(ranks) + ", " +
                          std::to_string(ranks) + " threads"))
      << outcome.output;
  EXPECT_TRUE(outcome.Has(" on " + std::to_string(ranks) + " devices: each"))
      << outcome.output;
  const std::string numbers = LineAfter(outcome.output, "rank 0: passed ");
  EXPECT_EQ(numbers.rfind("3 21 ", 0), 0u) << outcome.output;
  for (int rank = 1; rank < ranks; ++rank) {
    EXPECT_EQ(
        LineAfter(outcome.output, "rank " + std::to_string(rank) + ": passed "),
        numbers);
  }
  const std::string threads = FreshFolder("mpi_threads");
  ASSERT_TRUE(Train(AsThreads(threads), nullptr, {}).ok());
  for (const char* file : {"/last.alexnet", "/best.alexnet"}) {
    EXPECT_EQ(Numbers(out + file), Numbers(threads + file));
    ExpectNear(Numbers(out + file), Numbers(one_ + file), 1e-5);
  }
}

TEST_P(MpiTrainingTest, AStoppedRunGoesOnByMpiAndOnOneRankAndTheReverse) {
  const std::string words = Words() + " ";
  const std::string out = FreshFolder("mpi_stopped");
  const auto stopped = RunRanks(GetParam().ranks, data_, out, words + "stop=3");
  ExpectExits(stopped, GetParam().ranks, 1);
  const std::string why = LineAfter(stopped.output, "rank 0: failed ");
  EXPECT_NE(why.find("`resume`"), std::string::npos) << stopped.output;
  EXPECT_EQ(LineAfter(stopped.output, "rank 1: failed "),
            "rank 0 ended the run: " + why);
  const std::string copy = FreshFolder("mpi_copy");
  fs::copy(out, copy, fs::copy_options::recursive);

  // By the plan of before, which need not be named again.
  const auto rest = RunRanks(GetParam().ranks, data_, out, "resume=1");
  ExpectExits(rest, GetParam().ranks, 0);
  EXPECT_FALSE(rest.Has("warning")) << rest.output;
  const std::string threads = FreshFolder("mpi_whole");
  ASSERT_TRUE(Train(AsThreads(threads), nullptr, {}).ok());
  EXPECT_EQ(Numbers(out + "/last.alexnet"), Numbers(threads + "/last.alexnet"));

  TrainOptions alone = SmallRun(data_, copy);
  alone.resume = true;
  alone.recipe = {};
  alone.device = "cpu";
  Recorder recorder;
  const auto summary = Train(alone, &recorder, {});
  ASSERT_TRUE(summary.ok()) << summary.status().ToString();
  EXPECT_EQ(recorder.steps.size(), 18u);
  ExpectNear(Numbers(copy + "/last.alexnet"), Numbers(one_ + "/last.alexnet"),
             1e-5);

  // From one rank to several.
  const std::string back = FreshFolder("mpi_back");
  ASSERT_EQ(TrainUntil(3, SmallRun(data_, back), &recorder).code(),
            StatusCode::kCancelled);
  const auto many =
      RunRanks(GetParam().ranks, data_, back, words + "resume=1 device=cpu");
  ExpectExits(many, GetParam().ranks, 0);
  EXPECT_TRUE(many.Has("devices (one then, cpu,cpu")) << many.output;
  ExpectNear(Numbers(back + "/last.alexnet"), Numbers(one_ + "/last.alexnet"),
             1e-5);
}

INSTANTIATE_TEST_SUITE_P(Plans, MpiTrainingTest,
                         ::testing::Values(Plan{2, "data"}, Plan{2, "towers"},
                                           Plan{2, "hybrid"}, Plan{4, "data"},
                                           Plan{2, "hybrid_in_turn"},
                                           Plan{4, "hybrid"}),
                         [](const ::testing::TestParamInfo<Plan>& plan) {
                           return std::string(plan.param.parallel) + "_" +
                                  std::to_string(plan.param.ranks);
                         });

// Each process on an emulated GPU of its own.
TEST(MpiGpuTest, GiveWhatOneGives) {
  const std::string data = FreshFolder("mpi_gpu_data");
  WritePictures(data, 2, 1);
  const std::string one = FreshFolder("mpi_gpu_one");
  ExpectExits(RunRanks(1, data, one, "gpu=0 epochs=1"), 1, 0);
  const auto expected = Numbers(one + "/last.alexnet");
  for (const char* parallel : {"data", "towers", "hybrid", "hybrid_in_turn"}) {
    SCOPED_TRACE(parallel);
    const std::string out = FreshFolder("mpi_gpu_two");
    const auto outcome = RunRanks(
        2, data, out, std::string("gpu=0 epochs=1 parallel=") + parallel);
    ExpectExits(outcome, 2, 0);
    EXPECT_TRUE(outcome.Has("on cuda:0,cuda:0")) << outcome.output;
    EXPECT_TRUE(
        outcome.Has("GPUs exchange through the memory of their hosts: "
                    "ranks 0 and 1 have one GPU"))
        << outcome.output;
    ExpectNear(Numbers(out + "/last.alexnet"), expected, 1e-5);
  }
  for (const char* parallel : {"data", "towers", "hybrid_in_turn"}) {
    SCOPED_TRACE(parallel);
    const std::string out = FreshFolder("mpi_gpu_linked");
    const auto outcome = RunRanks(
        2, data, out, std::string("own_gpu=1 epochs=1 parallel=") + parallel);
    ExpectExits(outcome, 2, 0);
    EXPECT_TRUE(outcome.Has("on cuda:0,cuda:1")) << outcome.output;
    EXPECT_TRUE(outcome.Has("GPUs exchange by emulated links"))
        << outcome.output;
    ExpectNear(Numbers(out + "/last.alexnet"), expected, 1e-5);
    EXPECT_EQ(LoadModel(out + "/last.alexnet").value()->training_state()->adder,
              "emulated links");
  }
}

TEST(MpiGpuTest, NoHostComputesBesideThem) {
  const std::string data = FreshFolder("mpi_mixed_data");
  WritePictures(data, 2, 1);
  const auto outcome =
      RunRanks(2, data, FreshFolder("mpi_mixed"), "rank=1 gpu=0");
  ExpectExits(outcome, 2, 1);
  EXPECT_TRUE(outcome.Has("rank 0 is on cpu and rank 1 on cuda:0"))
      << outcome.output;
}

TEST(MpiTrainingDataTest, FinetuningGivesWhatThreadsGive) {
  const std::string data = FreshFolder("mpi_tuned");
  WritePictures(data, 4, 1);
  const std::string start = FreshFolder("mpi_tuned_start");
  ASSERT_TRUE(Train(SmallRun(data, start), nullptr, {}).ok());
  const std::string out = FreshFolder("mpi_tuned_mpi");
  const auto outcome = RunRanks(
      2, data, out, "parallel=hybrid model=" + start + "/last.alexnet");
  ExpectExits(outcome, 2, 0);
  const std::string threads = FreshFolder("mpi_tuned_threads");
  FinetuneOptions finetune;
  finetune.model = LoadModel(start + "/last.alexnet").value();
  finetune.head.freeze = {"..conv2"};
  finetune.train = SmallRun(data, threads);
  finetune.train.devices = "cpu,cpu";
  finetune.train.parallel = ParallelKind::kHybrid;
  const auto summary = Finetune(finetune, nullptr, {});
  ASSERT_TRUE(summary.ok()) << summary.status().ToString();
  EXPECT_EQ(Numbers(out + "/last.alexnet"), Numbers(threads + "/last.alexnet"));
}

// Each rank reads half of the pictures; the list is of all.
TEST(MpiTrainingDataTest, BrokenPicturesAreNamedOnceByRank0) {
  const std::string data = FreshFolder("mpi_broken");
  WritePictures(data, 4, 2);
  std::vector<std::string> broken;
  for (const auto& entry : fs::recursive_directory_iterator(data + "/train")) {
    if (!entry.is_regular_file() || broken.size() == 3) continue;
    std::ofstream(entry.path()) << "no picture";
    broken.push_back(entry.path().filename());
  }
  const auto outcome = RunRanks(2, data, FreshFolder("mpi_broken_out"));
  ExpectExits(outcome, 2, 0);
  for (const std::string& name : broken) EXPECT_TRUE(outcome.Has(name)) << name;
  int named = 0;
  for (size_t at = 0;
       (at = outcome.output.find("rank 0: broken ", at)) != std::string::npos;
       ++at) {
    ++named;
  }
  EXPECT_EQ(named, 3) << outcome.output;
  EXPECT_FALSE(outcome.Has("rank 1: broken")) << outcome.output;

  const auto strict =
      RunRanks(2, data, FreshFolder("mpi_strict_out"), "strict=1");
  ExpectExits(strict, 2, 1);
  // Both say which picture it was, whoever read it.
  for (const char* rank : {"rank 0: failed ", "rank 1: failed "}) {
    const std::string why = LineAfter(strict.output, rank);
    EXPECT_TRUE(std::any_of(broken.begin(), broken.end(),
                            [&](const std::string& name) {
                              return why.find(name) != std::string::npos;
                            }))
        << strict.output;
  }
}

TEST(MpiTrainingDataTest, OthersNeitherSeeNorMakeTheFolderOfTheRun) {
  const std::string data = FreshFolder("mpi_out");
  WritePictures(data, 3, 1);
  const std::string out = FreshFolder("mpi_out_out");
  const auto outcome =
      RunRanks(2, data, out, "epochs=1 rank=1 out=/no/such/folder/at/all");
  ExpectExits(outcome, 2, 0);
  EXPECT_TRUE(LoadModel(out + "/last.alexnet").ok());
}

TEST(MpiTrainingDataTest, AProcessThatNobodyLaunchedIsToldSo) {
  const std::string data = FreshFolder("mpi_alone");
  WritePictures(data, 3, 1);
  const auto alone =
      RunRanks(1, data, FreshFolder("mpi_alone_out"), "epochs=1");
  ExpectExits(alone, 1, 0);
  EXPECT_TRUE(alone.Has("this process is the only rank")) << alone.output;
  const auto towers =
      RunRanks(1, data, FreshFolder("mpi_towers_out"), "parallel=towers");
  ExpectExits(towers, 1, 1);
  EXPECT_TRUE(towers.Has("mpirun -np 2")) << towers.output;
}

}  // namespace
}  // namespace alexnet
