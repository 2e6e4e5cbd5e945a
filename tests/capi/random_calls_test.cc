// Sequences of calls that nobody would write, on several threads at once: make,
// run, cancel, train, fork, free and misuse, in any order. Nothing crashes or
// hangs, every call gives a status that it may give, and nothing is left
// behind.
//
// ALEXNET_RANDOM_CALLS is how many (10,000), ALEXNET_RANDOM_SEED where they
// begin: a sequence of one thread repeats, what several do to each other does
// not.

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/capi/random_player.h"
#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

constexpr int kThreads = 3;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

int ThreadCount() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word != "Threads:") continue;
    int count = 0;
    status >> count;
    return count;
  }
  return -1;
}

// A child that frees what its parent made and goes on with handles of its own.
void ForkAndPlay(Shelves* shelves, uint64_t seed) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(240);  // what hangs is killed, and its parent told
    shelves->Clear();
    Shelves own;
    PlayCalls(&own, seed, 100);
    _exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(RandomCallsTest, NothingCrashesHangsOrStays) {
  const uint64_t calls = FromEnvironment("ALEXNET_RANDOM_CALLS", 10'000);
  const uint64_t seed = FromEnvironment("ALEXNET_RANDOM_SEED", 1);
  // The sanitizer starts a thread of its own with the first.
  if (kThreadSanitizer) std::thread([] {}).join();
  const int before = ThreadCount();
  {
    Shelves shelves;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        PlayCalls(&shelves, seed * kThreads + static_cast<uint64_t>(i),
                  calls / kThreads);
      });
    }
    for (std::thread& thread : threads) thread.join();
    // With one thread of its own only, as a program that forks must be; the
    // sessions have theirs.
    if (!kThreadSanitizer) ForkAndPlay(&shelves, seed);
  }
  // The system may still count a thread that was joined; one that stays lets
  // the test run out of time.
  while (ThreadCount() > before) std::this_thread::yield();
}

}  // namespace
}  // namespace alexnet_test
