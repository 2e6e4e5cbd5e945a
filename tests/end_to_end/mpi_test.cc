// `mpirun -np 2 alexnet train ... --launcher mpi`, as a user types it. The
// plugin is found where the build puts it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/dist/testing/mpirun.h"
#include "tests/end_to_end/command.h"

namespace alexnet::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class MpiCliTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string demo = ::testing::TempDir() + "mpi_demo";
    ASSERT_EQ(RunAlexnet({"demo", "--out", demo}).exit_code, 0);
    data_ = demo + "/data/val";
  }

  static std::string Folder(const std::string& name) {
    const std::string path = ::testing::TempDir() + name;
    fs::remove_all(path);
    return path;
  }
  // The command line of a rank.
  static std::string Train(const std::string& out, const std::string& more) {
    return AlexnetProgram() + " train " + data_ +
           " --preset alexnet_small --launcher mpi --out " + out + " " + more;
  }
  static int Count(const std::string& text, const std::string& part) {
    int count = 0;
    for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) {
      ++count;
    }
    return count;
  }

  static inline std::string data_;
};

TEST_F(MpiCliTest, TwoProcessesTrainAndOneTells) {
  const std::string out = Folder("mpi_train");
  Mpirun run(2, Train(out, "--epochs 1 --parallel hybrid"));
  const Mpirun::Outcome& outcome = run.Wait();
  ASSERT_EQ(outcome.exit, 0) << outcome.output;
  EXPECT_EQ(Count(outcome.output, "hybrid on 2 devices"), 1) << outcome.output;
  EXPECT_EQ(Count(outcome.output, "epoch   1/1"), 1) << outcome.output;
  EXPECT_EQ(Count(outcome.output, "Trained 1 epochs"), 1) << outcome.output;
  // The model is as any other, and trains on alone.
  EXPECT_EQ(RunAlexnet({"verify", out + "/best.alexnet"}).exit_code, 0);
  const CommandResult alone =
      RunAlexnet({"train", data_, "--out", out, "--resume", "--epochs", "2",
                  "--device", "cpu"});
  ASSERT_EQ(alone.exit_code, 0) << alone.err;
  EXPECT_THAT(alone.err,
              HasSubstr("devices (cpu,cpu by hybrid then, one now)"));
  // And together again.
  Mpirun again(2, Train(out, "--resume --epochs 3"));
  EXPECT_EQ(again.Wait().exit, 0) << again.output();
  EXPECT_EQ(Count(again.output(), "Trained 3 epochs"), 1) << again.output();
}

TEST_F(MpiCliTest, TwoProcessesFinetune) {
  const std::string start = Folder("mpi_start");
  ASSERT_EQ(RunAlexnet({"train", data_, "--preset", "alexnet_small", "--out",
                        start, "--epochs", "1"})
                .exit_code,
            0);
  const std::string out = Folder("mpi_finetune");
  Mpirun run(2, AlexnetProgram() + " finetune " + start + "/best.alexnet " +
                    data_ + " --epochs 1 --out " + out + " --launcher mpi");
  EXPECT_EQ(run.Wait().exit, 0) << run.output();
  EXPECT_EQ(Count(run.output(), "Trained 1 epochs"), 1) << run.output();
  EXPECT_EQ(RunAlexnet({"verify", out + "/best.alexnet"}).exit_code, 0);
}

TEST_F(MpiCliTest, RanksThatAreToldOtherThingsSayWhichAndWhat) {
  const std::string out = Folder("mpi_refused");
  Mpirun run(1, Train(out, "--batch 8 : -np 1 ") + Train(out, "--batch 16"),
             kLetOthersLook);
  const Mpirun::Outcome& outcome = run.Wait();
  EXPECT_EQ(Count(outcome.output,
                  "rank 1 failed: --batch is 16 here and 8 on rank 0"),
            2)
      << outcome.output;
  EXPECT_FALSE(fs::exists(out + "/last.alexnet"));
}

TEST_F(MpiCliTest, ProcessesThatDoNotKnowOfEachOtherAreToldHow) {
  const std::string alone = AlexnetProgram() + " train " + data_ +
                            " --preset alexnet_small --epochs 1000 --out " +
                            Folder("mpi_each");
  Mpirun run(2, alone);
  EXPECT_EQ(run.Wait().exit, 1);
  EXPECT_THAT(run.output(), HasSubstr("another run is at work"));
  EXPECT_THAT(run.output(), HasSubstr("started, say so (--launcher)"));
}

TEST_F(MpiCliTest, ARankThatStopsEndsTheRunByName) {
  const std::string out = Folder("mpi_stopped");
  // A shell tells its process number, which is the program's afterwards.
  const std::string rank =
      "sh -c 'echo \"process $$ of $OMPI_COMM_WORLD_RANK.\"; exec " +
      Train(out, "--epochs 100000 --checkpoint-every 1") + "'";
  Mpirun run(2, rank);
  ASSERT_TRUE(run.ReadUntil("epoch   2/")) << run.output();
  const std::string& output = run.output();
  const size_t end = output.find(" of 1.");
  ASSERT_NE(end, std::string::npos) << output;
  const size_t begin = output.rfind("process ", end) + 8;
  const int process = std::atoi(output.substr(begin, end - begin).c_str());
  ASSERT_GT(process, 0) << output;
  ASSERT_EQ(kill(process, SIGSTOP), 0);
  EXPECT_EQ(run.Wait().exit, 1);
  EXPECT_THAT(run.output(), HasSubstr("rank 1 gave rank 0 no sign of life"));
  EXPECT_THAT(run.output(), HasSubstr("go on with it (--resume)"));
  EXPECT_TRUE(Vanishes(process));
  EXPECT_EQ(RunAlexnet({"verify", out + "/last.alexnet"}).exit_code, 0);
}

TEST_F(MpiCliTest, WithoutMpiItSaysWhatToInstall) {
  ASSERT_EQ(setenv("ALEXNET_MPI_PLUGIN", "/no/libalexnet_mpi.so", 1), 0);
  const CommandResult train = RunAlexnet(
      {"train", data_, "--out", Folder("mpi_none"), "--launcher", "mpi"});
  const CommandResult doctor = RunAlexnet({"doctor"});
  unsetenv("ALEXNET_MPI_PLUGIN");
  EXPECT_EQ(train.exit_code, 1);
  EXPECT_THAT(train.err, HasSubstr("openmpi-bin and libopenmpi3"));
  EXPECT_EQ(doctor.exit_code, 0);
  EXPECT_THAT(doctor.out, HasSubstr("MPI        none: "));
  EXPECT_THAT(doctor.out, HasSubstr("openmpi-bin and libopenmpi3"));
}

TEST_F(MpiCliTest, TheDoctorNamesTheMpiThatItFinds) {
  Mpirun run(1, AlexnetProgram() + " doctor");
  EXPECT_EQ(run.Wait().exit, 0);
  EXPECT_THAT(run.output(), HasSubstr("MPI        Open MPI v4"));
  EXPECT_THAT(run.output(), HasSubstr("libalexnet_mpi.so\n"));
}

}  // namespace
}  // namespace alexnet::testing
