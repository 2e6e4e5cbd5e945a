// Runs of mpirun in which a rank is told other things, lacks something, dies or
// stops: the others end, and say which and what.

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/data/decode.h"
#include "core/dist/testing/mpirun.h"
#include "core/model/model.h"
#include "core/preprocess/image.h"
#include "core/train/mpi_runs.h"
#include "core/train/test_runs.h"
#include "core/train/trainer.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing::ExpectExit;
using testing::ExpectExits;
using testing::FreshFolder;
using testing::kLetOthersLook;
using testing::LineAfter;
using testing::Mpirun;
using testing::RankProgram;
using testing::Recorder;
using testing::RunRanks;
using testing::SmallRun;
using testing::Telling;
using testing::Vanishes;
using testing::WritePictures;

// All ranks say which differs, and in what, and no run has begun.
TEST(MpiFaultsTest, RanksThatAreToldOtherThingsAreRefused) {
  const std::string data = FreshFolder("mpi_told");
  WritePictures(data, 3, 1);
  const std::string other = FreshFolder("mpi_told_other");
  WritePictures(other, 4, 1);
  struct Case {
    const char* words;
    const char* difference;
  };
  const std::string elsewhere = "rank=1 data=" + other;
  for (const Case& each :
       {Case{"rank=1 seed=2", "`seed` is 2 here and 1 on rank 0"},
        Case{"rank=1 batch=4", "`batch` is 4 here and 8 on rank 0"},
        Case{"rank=1 parallel=hybrid",
             "`parallel` is hybrid here and data on rank 0"},
        Case{"rank=1 rate=1", "`rate` is 1 here and not given on rank 0"},
        Case{elsewhere.c_str(),
             "the pictures are not those of rank 0 (30 to "
             "learn and 10 held out there, 40 and 10 here)"},
        Case{"rank=1 data=/no/such/folder", "/no/such/folder"}}) {
    SCOPED_TRACE(each.words);
    const std::string out = FreshFolder("mpi_told_out");
    const auto outcome = RunRanks(2, data, out, each.words);
    ExpectExits(outcome, 2, 1);
    for (const char* rank : {"rank 0: failed ", "rank 1: failed "}) {
      const std::string why = LineAfter(outcome.output, rank);
      EXPECT_NE(why.find("rank 1 failed: "), std::string::npos)
          << outcome.output;
      EXPECT_NE(why.find(each.difference), std::string::npos) << outcome.output;
    }
    EXPECT_FALSE(fs::exists(out + "/last.alexnet"));
  }
}

TEST(MpiFaultsTest, WhatRank0CannotDoIsToldOnAll) {
  const std::string data = FreshFolder("mpi_rank0");
  WritePictures(data, 3, 1);
  const std::string out = FreshFolder("mpi_rank0_out");
  ExpectExits(RunRanks(2, data, out, "epochs=1"), 2, 0);
  const auto again = RunRanks(2, data, out, "epochs=1");
  ExpectExits(again, 2, 1);
  EXPECT_NE(
      LineAfter(again.output, "rank 0: failed ").find("holds a run already"),
      std::string::npos)
      << again.output;
  EXPECT_NE(LineAfter(again.output, "rank 1: failed ").find("rank 0 failed: "),
            std::string::npos)
      << again.output;
}

TEST(MpiFaultsTest, ARankWithoutMemoryIsNamedByAll) {
  const std::string data = FreshFolder("mpi_memory");
  WritePictures(data, 3, 1);
  const std::string out = FreshFolder("mpi_memory_out");
  // Parameters, gradients and momenta take 730 MiB, MPI and threads far less.
  const auto outcome =
      RunRanks(2, data, out, "preset=alexnet rank=1 spare_mib=500");
  ExpectExits(outcome, 2, 1);
  EXPECT_NE(
      LineAfter(outcome.output, "rank 0: failed ").find("rank 1 failed: "),
      std::string::npos)
      << outcome.output;
  EXPECT_NE(LineAfter(outcome.output, "rank 1: failed ").find("memory"),
            std::string::npos)
      << outcome.output;
  EXPECT_FALSE(fs::exists(out + "/last.alexnet"));
}

TEST(MpiFaultsTest, AFullDiskEndsAllAndKeepsWhatWasSaved) {
  const std::string data = FreshFolder("mpi_full");
  WritePictures(data, 5, 1);
  const std::string out = FreshFolder("mpi_full_out");
  const auto outcome =
      RunRanks(2, data, out, "epochs=100000 checkpoint_every=5 full=12");
  ExpectExits(outcome, 2, 1);
  const std::string why = LineAfter(outcome.output, "rank 0: failed ");
  EXPECT_NE(why.find(out), std::string::npos) << outcome.output;
  EXPECT_NE(LineAfter(outcome.output, "rank 1: failed ").find(why),
            std::string::npos)
      << outcome.output;
  const auto model = LoadModel(out + "/last.alexnet");
  ASSERT_TRUE(model.ok()) << model.status().ToString();
  EXPECT_TRUE(CheckAll(**model).ok());
  EXPECT_EQ((*model)->training_state()->step, 10);
}

// A run that does not end by itself, and loses its second rank in the middle of
// an epoch.
class MpiLossTest : public ::testing::Test {
 protected:
  void SetUp() override {
    data_ = FreshFolder("mpi_lost");
    WritePictures(data_, 5, 1);
    out_ = FreshFolder("mpi_lost_out");
  }

  // What the ranks said after rank 1 got `signal`, in step 12.
  Mpirun::Outcome Lose(int signal, const std::string& options) {
    return LoseAfter("step 12\n", "epochs=100000 checkpoint_every=5", signal,
                     options);
  }

  // After rank 0 wrote `text`. A shell around a rank would hide its end from
  // mpirun.
  Mpirun::Outcome LoseAfter(const std::string& text, const std::string& words,
                            int signal, const std::string& options) {
    const std::string program = RankProgram(data_, out_, words);
    Mpirun run(2, options == kLetOthersLook ? Telling(program) : program,
               options);
    EXPECT_TRUE(run.ReadUntil(text)) << run.output();
    for (int rank = 0; rank < 2; ++rank) {
      processes_.push_back(
          std::atoi(LineAfter(run.output(),
                              "rank " + std::to_string(rank) + " is process ")
                        .c_str()));
      EXPECT_GT(processes_.back(), 0) << run.output();
    }
    EXPECT_EQ(kill(processes_[1], signal), 0);
    return run.Wait();
  }

  // No process is left, and the run goes on from what was saved.
  void ExpectEndAndGoOn() {
    for (const int process : processes_) {
      EXPECT_TRUE(Vanishes(process)) << process;
    }
    const auto model = LoadModel(out_ + "/last.alexnet");
    ASSERT_TRUE(model.ok()) << model.status().ToString();
    EXPECT_TRUE(CheckAll(**model).ok());
    EXPECT_GE((*model)->training_state()->step, 10);
    TrainOptions alone = SmallRun(data_, out_);
    alone.resume = true;
    alone.device = "cpu";
    alone.recipe = {};
    Recorder recorder;
    const int64_t goal = (*model)->training_state()->step + 3;
    EXPECT_EQ(TrainUntil(goal, alone, &recorder).code(),
              StatusCode::kCancelled);
    EXPECT_EQ(recorder.steps.size(), 3u);
  }

  std::string data_;
  std::string out_;
  std::vector<int> processes_;
};

TEST_F(MpiLossTest, AKilledRankIsNamedByTheOthers) {
  const auto outcome = Lose(SIGKILL, kLetOthersLook);
  const std::string why = LineAfter(outcome.output, "rank 0: failed ");
  EXPECT_NE(why.find("rank 1 gave rank 0 no sign of life for 20 s"),
            std::string::npos)
      << outcome.output;
  EXPECT_NE(why.find("what was saved last is update "), std::string::npos)
      << outcome.output;
  ExpectExit(outcome, 0, 1);
  ExpectEndAndGoOn();
}

TEST_F(MpiLossTest, ARankThatGoesWhileRank0PreparesEndsThat) {
  // Each takes a part of a second to measure, so that all take minutes.
  const auto large = Image::Create(6000, 6000, 3);
  ASSERT_TRUE(large.ok());
  const auto png = EncodePng(*large);
  ASSERT_TRUE(png.ok());
  const fs::path folder = fs::directory_iterator(data_ + "/train")->path();
  std::ofstream(folder / "large.png")
      .write(reinterpret_cast<const char*>(png->data()),
             static_cast<std::streamsize>(png->size()));
  for (int i = 1; i < 1000; ++i) {
    fs::create_hard_link(folder / "large.png",
                         folder / ("large" + std::to_string(i) + ".png"));
  }
  const auto outcome =
      LoseAfter("measured colours of ", "preset=cifar10 loader_threads=1",
                SIGKILL, kLetOthersLook);
  const std::string why = LineAfter(outcome.output, "rank 0: failed ");
  EXPECT_NE(why.find("rank 1 gave rank 0 no sign of life for 20 s"),
            std::string::npos)
      << outcome.output;
  EXPECT_FALSE(outcome.Has("parallel by data")) << outcome.output;
  ExpectExit(outcome, 0, 1);
  for (const int process : processes_) {
    EXPECT_TRUE(Vanishes(process)) << process;
  }
  EXPECT_FALSE(fs::exists(out_ + "/last.alexnet"));
}

// As a user starts it: mpirun sees the end of a process at once.
TEST_F(MpiLossTest, AKilledRankEndsTheOthersByMpirun) {
  const auto outcome = Lose(SIGKILL, "");
  EXPECT_NE(outcome.exit, 0);
  EXPECT_TRUE(outcome.Has("rank 1")) << outcome.output;
  ExpectEndAndGoOn();
}

// What waits on the GPU of the other does not end by itself.
TEST_F(MpiLossTest, AKilledRankWhoseGpuIsLinkedIsNamed) {
  const auto outcome =
      LoseAfter("step 12\n", "own_gpu=1 epochs=100000 checkpoint_every=5",
                SIGKILL, kLetOthersLook);
  EXPECT_NE(LineAfter(outcome.output, "rank 0: failed ")
                .find("rank 1 gave rank 0 no sign of life for 20 s"),
            std::string::npos)
      << outcome.output;
  ExpectExit(outcome, 0, 1);
  for (const int process : processes_) {
    EXPECT_TRUE(Vanishes(process)) << process;
  }
  EXPECT_TRUE(LoadModel(out_ + "/last.alexnet").ok());
}

TEST_F(MpiLossTest, AStoppedRankIsNamedAndDoesNotStay) {
  const auto outcome = Lose(SIGSTOP, "");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_NE(LineAfter(outcome.output, "rank 0: failed ")
                .find("rank 1 gave rank 0 no sign of life for 20 s"),
            std::string::npos)
      << outcome.output;
  ExpectEndAndGoOn();
}

}  // namespace
}  // namespace alexnet
