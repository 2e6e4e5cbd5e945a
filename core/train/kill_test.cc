// kill -9 at any moment leaves the last good checkpoint readable, and a run
// killed again and again ends with the bits of one that was not.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

#include "core/base/philox.h"
#include "core/model/model.h"
#include "core/train/test_runs.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "core/train/kill_test_run";

pid_t Start(const std::string& data, const std::string& out, bool resume) {
  std::vector<const char*> arguments = {kProgram, data.c_str(), out.c_str()};
  if (resume) arguments.push_back("--resume");
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    execv(kProgram, const_cast<char* const*>(arguments.data()));
    _exit(127);
  }
  return child;
}

// The exit code, or -1 where the process was killed.
int Wait(pid_t child) {
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(KillTest, AKilledRunLosesNothing) {
  const std::string data = testing::FreshFolder("kill_data");
  testing::WritePictures(data, 4, 1);
  const std::string whole = testing::FreshFolder("kill_whole");
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(Wait(Start(data, whole, false)), 0);
  const auto needed = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);

  const std::string out = testing::FreshFolder("kill_out");
  PhiloxStream stream(1, RandomPurpose::kSynthetic);
  int kills = 0;
  int finished = 0;
  int64_t step = -1;
  for (int i = 0; i < 60 && finished == 0; ++i) {
    const bool resume = fs::exists(out + "/last.alexnet");
    const pid_t child = Start(data, out, resume);
    // From at once to a quarter of what the whole run takes.
    std::this_thread::sleep_for(needed * stream.Uniform() / 4);
    kill(child, SIGKILL);
    const int code = Wait(child);
    ASSERT_LE(code, 0) << "the run failed by itself";
    finished += code == 0;
    kills += code < 0;
    for (const char* name : {"/last.alexnet", "/best.alexnet"}) {
      if (!fs::exists(out + name)) continue;
      const auto model = LoadModel(out + name);
      ASSERT_TRUE(model.ok()) << model.status().ToString();
      const Status checked = CheckAll(**model);
      ASSERT_TRUE(checked.ok()) << checked.ToString();
      if (const TrainingState* state = (*model)->training_state()) {
        EXPECT_GE(state->step, step);  // never back
        step = state->step;
      }
    }
  }
  EXPECT_GE(kills, 3);
  if (finished == 0) {
    ASSERT_EQ(Wait(Start(data, out, fs::exists(out + "/last.alexnet"))), 0);
  }
  for (const auto& entry : fs::directory_iterator(out)) {
    EXPECT_NE(entry.path().extension(), ".tmp") << "left over by a kill";
  }
  EXPECT_EQ(testing::Numbers(out + "/last.alexnet"),
            testing::Numbers(whole + "/last.alexnet"));
  EXPECT_EQ(testing::Numbers(out + "/best.alexnet"),
            testing::Numbers(whole + "/best.alexnet"));
}

}  // namespace
}  // namespace alexnet
