#include "core/base/log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace alexnet {
namespace {

TEST(LoggerTest, WithoutSinkDropsEverything) {
  const Logger logger(nullptr);
  logger.Warning("nobody hears this");
}

TEST(LoggerTest, PassesLevelAndTextFromTheLeastLevelOn) {
  std::vector<std::pair<LogLevel, std::string>> heard;
  const Logger logger(
      [&heard](LogLevel level, std::string_view text) {
        heard.emplace_back(level, text);
      },
      LogLevel::kWarning);
  logger.Log(LogLevel::kDebug, "a");
  logger.Info("b");
  logger.Warning("c");
  logger.Log(LogLevel::kError, "d");
  const std::vector<std::pair<LogLevel, std::string>> expected = {
      {LogLevel::kWarning, "c"}, {LogLevel::kError, "d"}};
  EXPECT_EQ(heard, expected);
}

TEST(LoggerTest, CallsOfTheSinkNeverOverlap) {
  int inside = 0;
  int most = 0;
  int calls = 0;
  const Logger logger([&](LogLevel, std::string_view) {
    most = std::max(most, ++inside);
    ++calls;
    std::this_thread::yield();
    --inside;
  });
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&logger] {
      for (int i = 0; i < 1000; ++i) logger.Info("x");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(calls, 4000);
  EXPECT_EQ(most, 1);
}

}  // namespace
}  // namespace alexnet
