// kill -9 at any moment leaves the last good checkpoint readable, and a run
// killed again and again ends with the bits of one that was not.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <limits>
#include <thread>
#include <vector>

#include "core/base/philox.h"
#include "core/model/model.h"
#include "core/train/test_runs.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "core/train/kill_test_run";

// A run in a process of its own, which waits after each thing that happens.
class Process {
 public:
  Process(const std::string& data, const std::string& out) {
    int sockets[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
    socket_ = sockets[0];
    const bool resume = fs::exists(out + "/last.alexnet");
    const char* const arguments[] = {kProgram, data.c_str(), out.c_str(),
                                     resume ? "--resume" : nullptr, nullptr};
    child_ = fork();
    if (child_ == 0) {
      dup2(sockets[1], 0);
      execv(kProgram, const_cast<char* const*>(arguments));
      _exit(127);
    }
    close(sockets[1]);
  }
  ~Process() { close(socket_); }

  // Lets up to `most` things happen; how many did before the run ended.
  int GoOn(int most) {
    int happened = 0;
    char byte = 0;
    while (happened < most && recv(socket_, &byte, 1, 0) == 1 &&
           send(socket_, &byte, 1, MSG_NOSIGNAL) == 1) {
      ++happened;
    }
    return happened;
  }
  void Kill() { kill(child_, SIGKILL); }
  // The exit code, or -1 where the process was killed.
  int Wait() {
    int status = 0;
    EXPECT_EQ(waitpid(child_, &status, 0), child_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  int socket_ = -1;
  pid_t child_ = -1;
};

// Returns how many things happened in a run that was left to its end.
int RunToTheEnd(const std::string& data, const std::string& out) {
  Process run(data, out);
  const int happened = run.GoOn(std::numeric_limits<int>::max());
  EXPECT_EQ(run.Wait(), 0);
  return happened;
}

TEST(KillTest, AKilledRunLosesNothing) {
  const std::string data = testing::FreshFolder("kill_data");
  testing::WritePictures(data, 4, 1);
  const std::string whole = testing::FreshFolder("kill_whole");
  const auto start = std::chrono::steady_clock::now();
  const int happened = RunToTheEnd(data, whole);
  ASSERT_GE(happened, 16);
  const auto between = std::chrono::duration_cast<std::chrono::microseconds>(
                           std::chrono::steady_clock::now() - start) /
                       happened;

  const auto quarter = static_cast<uint32_t>(happened / 4);
  const std::string out = testing::FreshFolder("kill_out");
  PhiloxStream stream(1, RandomPurpose::kSynthetic);
  int kills = 0;
  int finished = 0;
  int64_t step = -1;
  for (int i = 0; i < 60 && finished == 0; ++i) {
    Process run(data, out);
    // From at once to a quarter of the whole run, and then at any moment before
    // the next thing has happened, however slow the machine is.
    run.GoOn(static_cast<int>(stream.Below(quarter)));
    std::this_thread::sleep_for(between * stream.Uniform());
    run.Kill();
    const int code = run.Wait();
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
  if (finished == 0) RunToTheEnd(data, out);
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
