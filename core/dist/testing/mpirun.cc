#include "core/dist/testing/mpirun.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

namespace alexnet::testing {

Mpirun::Mpirun(int ranks, const std::string& command,
               const std::string& options) {
  const std::string line = std::string(std::getenv("MPIRUN")) +
                           " --allow-run-as-root --oversubscribe " + options +
                           " -np " + std::to_string(ranks) + " " + command +
                           " 2>&1";
  pipe_ = popen(line.c_str(), "r");
  EXPECT_NE(pipe_, nullptr) << line;
}

Mpirun::~Mpirun() { Wait(); }

bool Mpirun::ReadLine() {
  char line[512];
  if (pipe_ == nullptr || std::fgets(line, sizeof(line), pipe_) == nullptr) {
    return false;
  }
  outcome_.output += line;
  return true;
}

bool Mpirun::ReadUntil(const std::string& text) {
  while (!outcome_.Has(text)) {
    if (!ReadLine()) return false;
  }
  return true;
}

const Mpirun::Outcome& Mpirun::Wait() {
  if (pipe_ == nullptr) return outcome_;
  while (ReadLine()) {
  }
  const int status = pclose(pipe_);
  pipe_ = nullptr;
  outcome_.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome_;
}

bool Vanishes(int process) {
  constexpr int kTries = 600;
  for (int i = 0; i < kTries; ++i) {
    if (kill(process, 0) != 0) return errno == ESRCH;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

}  // namespace alexnet::testing
