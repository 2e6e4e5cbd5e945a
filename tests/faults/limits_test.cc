// The command line under limits of the system's, with closed or full standard
// streams, stopped, and told to end.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/faults/program.h"
#include "tests/faults/scenarios.h"

namespace alexnet::faults {
namespace {

namespace fs = std::filesystem;

constexpr char kTrain[] =
    "train data/train --preset lenet5 --batch 4 --threads 1 "
    "--loader-threads 1 --val-fraction 0.2 --checkpoint-every 2 --no-report ";

std::string Text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class LimitsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers have needs and exit codes of their own";
#endif
    given_ = fs::absolute(::testing::TempDir() + "/limits_given");
    ASSERT_TRUE(MakeGiven(given_));
  }
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers have needs and exit codes of their own";
#endif
    work_ = fs::absolute(::testing::TempDir() + "/limits_work");
    fs::remove_all(work_);
    fs::create_directories(work_);
    for (const char* name : {"data", "model.alexnet"}) {
      fs::create_symlink(given_ + "/" + name, work_ + "/" + name);
    }
  }

  // What a shell gives for `command`, in which $A is the program; 128 and the
  // signal where one ended it.
  int Shell(const std::string& command) const {
    return CodeOf(std::system(LineOf(command).c_str()));
  }
  // The same of a run that is long enough, to which `signal` is sent so many
  // times, `apart`, as soon as there is a checkpoint. Not in a shell's
  // background, which ignores SIGINT.
  int SignalTo(int signal, int times, std::chrono::milliseconds apart) const {
    const std::string line = LineOf(std::string("exec $A ") + kTrain +
                                    "--epochs 100000 --out out >out.txt 2>err");
    const pid_t process = fork();
    if (process == 0) {
      std::signal(signal, SIG_DFL);
      execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
      _exit(127);
    }
    int status = 0;
    while (waitpid(process, &status, WNOHANG) == 0) {
      if (times > 0 && fs::exists(work_ + "/out/last.alexnet")) {
        for (; times > 0; --times) {
          kill(process, signal);
          std::this_thread::sleep_for(apart);
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return CodeOf(status);
  }
  std::string Written(const std::string& name) const {
    return Text(work_ + "/" + name);
  }
  std::string LineOf(const std::string& command) const {
    return "cd '" + work_ + "'; A='" + ProgramPath() + "'; " + command;
  }
  static int CodeOf(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  static inline std::string given_;
  std::string work_;
};

TEST_F(LimitsTest, ClosedStandardStreamsAreNotTheRunsFiles) {
  EXPECT_EQ(
      Shell(std::string("$A ") + kTrain + "--epochs 2 --out out <&- >&- 2>&-"),
      0);
  std::istringstream lines(Written("out/metrics.jsonl"));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_EQ(line.front(), '{') << line;
    EXPECT_EQ(line.back(), '}') << line;
  }
  EXPECT_GE(count, 3);
}

TEST_F(LimitsTest, FullStandardOutputIsAnError) {
  for (const char* what : {"--help", "train --help", "verify model.alexnet",
                           "inspect --json model.alexnet", "presets"}) {
    EXPECT_EQ(Shell(std::string("$A ") + what + " >/dev/full 2>err"), 1)
        << what;
    EXPECT_NE(Written("err").find("standard output could not be written"),
              std::string::npos)
        << what;
  }
}

TEST_F(LimitsTest, TheSignalIsInTheExitCode) {
  for (const int signal : {SIGTERM, SIGINT}) {
    // As timeout(1) sends them.
    for (const int times : {1, 2}) {
      fs::remove_all(work_ + "/out");
      EXPECT_EQ(SignalTo(signal, times, {}), 128 + signal) << Written("err");
      EXPECT_NE(Written("err").find("--resume"), std::string::npos);
    }
  }
}

TEST_F(LimitsTest, AFolderThatTakesNoFilesIsNamed) {
  // In which even the superuser makes none.
  const std::string folder = "/sys";
  if (!fs::is_directory(folder)) GTEST_SKIP() << "there is no " << folder;
  const std::string commands[] = {
      std::string(kTrain) + "--epochs 1 --out /sys/out",
      "convert model.alexnet /sys/new.npz",
      "pack data/train /sys/packed",
  };
  for (const std::string& command : commands) {
    EXPECT_EQ(Shell("$A " + command + " >/dev/null 2>err"), 1) << command;
    EXPECT_NE(Written("err").find(folder + "/"), std::string::npos)
        << Written("err");
  }
}

TEST_F(LimitsTest, AReaderThatLeavesIsAnError) {
  for (const char* what : {"presets", "verify model.alexnet"}) {
    Shell(std::string("{ $A ") + what + " 2>err; echo $? >code; } | true");
    const std::string code = Written("code");
    // What was written before the reader left has come through.
    EXPECT_TRUE(code == "1\n" || code == "0\n") << code;
    if (code == "1\n") {
      EXPECT_NE(Written("err").find("Broken pipe"), std::string::npos);
    }
  }
}

// All that a checkpoint holds but for when it was made.
std::string StateOf(const std::string& checkpoint) {
  std::vector<std::string> damaged;
  Scenario scenario;
  scenario.makes = {fs::path(checkpoint).filename()};
  const Results results =
      ResultsIn(scenario, fs::path(checkpoint).parent_path(), &damaged);
  EXPECT_TRUE(damaged.empty()) << checkpoint;
  return results.empty() ? "" : results.begin()->second;
}

TEST_F(LimitsTest, ALaterSignalEndsItAtOnceAndLosesNothing) {
  for (const int signal : {SIGTERM, SIGINT}) {
    fs::remove_all(work_ + "/out");
    EXPECT_EQ(SignalTo(signal, 2, std::chrono::milliseconds(1100)),
              128 + signal)
        << Written("err");
    EXPECT_NE(StateOf(work_ + "/out/last.alexnet"), "");
    EXPECT_EQ(Shell("$A verify out/last.alexnet >/dev/null 2>err"), 0)
        << Written("err");
  }
}

TEST_F(LimitsTest, ARunThatIsStoppedForAWhileGoesOn) {
  const std::string run = std::string("$A ") + kTrain + "--epochs 3 --out ";
  ASSERT_EQ(Shell(run + "whole >/dev/null 2>err"), 0) << Written("err");
  ASSERT_EQ(Shell(run + "stopped >/dev/null 2>err & P=$!; "
                        "for i in 1 2 3 4; do kill -STOP $P; sleep 0.1; "
                        "kill -CONT $P; sleep 0.05; done; wait $P"),
            0)
      << Written("err");
  EXPECT_EQ(StateOf(work_ + "/stopped/last.alexnet"),
            StateOf(work_ + "/whole/last.alexnet"));
}

TEST_F(LimitsTest, NamesPlayNoTricks) {
  fs::create_directories(work_ + "/odd/a\nerror: b\x1B[31m");
  fs::create_directories(work_ + "/odd/c");
  const std::string picture = work_ + "/data/train/circle/0000.jpg";
  fs::copy_file(picture, work_ + "/odd/a\nerror: b\x1B[31m/1\a.jpg");
  fs::copy_file(picture, work_ + "/odd/c/1.jpg");
  Shell(
      "$A doctor odd >out 2>err; $A pack odd packed >>out 2>>err; "
      "$A predict model.alexnet odd/a*/none.jpg >>out 2>>err; "
      "$A verify \"$(printf 'no\\nerror: such\\033[31m')\" >>out 2>>err");
  for (const char* name : {"out", "err"}) {
    const std::string text = Written(name);
    EXPECT_EQ(text.find('\x1B'), std::string::npos) << text;
    EXPECT_EQ(text.find('\a'), std::string::npos) << text;
    EXPECT_EQ(text.find("\nerror: b"), std::string::npos) << text;
    EXPECT_EQ(text.find("\nerror: such"), std::string::npos) << text;
  }
}

TEST_F(LimitsTest, NoLimitEndsItByASignal) {
  constexpr int kNotStarted = 127;  // by the system's loader
  const std::string commands[] = {
      "predict --threads 2 model.alexnet data/train/circle/0000.jpg",
      "verify --threads 2 model.alexnet",
      std::string(kTrain) + "--epochs 2 --out out",
      "convert model.alexnet new.npz",
  };
  std::vector<std::string> limits;
  for (int megabytes = 60; megabytes < 700; megabytes += 40) {
    limits.push_back("-v " + std::to_string(megabytes * 1000));
  }
  for (int files = 3; files < 12; ++files) {
    limits.push_back("-n " + std::to_string(files));
  }
  for (int blocks = 0; blocks < 1200; blocks += 150) {
    limits.push_back("-f " + std::to_string(blocks));
  }
  for (const std::string& command : commands) {
    for (const std::string& limit : limits) {
      fs::remove_all(work_ + "/out");
      // The shell itself opens nothing under the limit.
      const int code = Shell("exec >/dev/null 2>&1; ulimit " + limit +
                             "; exec $A " + command);
      EXPECT_TRUE(code == 0 || code == 1 || code == kNotStarted)
          << command << " under ulimit " << limit << ": " << code;
    }
  }
}

}  // namespace
}  // namespace alexnet::faults
