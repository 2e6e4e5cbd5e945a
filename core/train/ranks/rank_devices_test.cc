#include "core/train/ranks/rank_devices.h"

#include <gtest/gtest.h>

#include <string>

namespace alexnet {
namespace {

TrainOptions Devices(const std::string& devices, int threads = 0) {
  TrainOptions options;
  options.devices = devices;
  options.threads = threads;
  return options;
}

TEST(RankDevicesTest, OneWhereNoneAreNamed) {
  TrainOptions options;
  options.device = "reference";
  const auto backends = MakeRankBackends(options);
  ASSERT_TRUE(backends.ok()) << backends.status().ToString();
  ASSERT_EQ(backends->size(), 1u);
  EXPECT_EQ(backends->front()->name(), "reference");
}

TEST(RankDevicesTest, ThreadsAreDividedAmongThem) {
  const auto backends = MakeRankBackends(Devices("cpu, cpu,cpu", 7));
  ASSERT_TRUE(backends.ok()) << backends.status().ToString();
  ASSERT_EQ(backends->size(), 3u);
  int threads = 0;
  for (const auto& backend : *backends) {
    EXPECT_GE(backend->threads(), 2);
    threads += backend->threads();
  }
  EXPECT_EQ(threads, 7);
  // More devices than threads have one each.
  EXPECT_EQ(ThreadsOfRank(1, 0, 2), 1);
  EXPECT_EQ(ThreadsOfRank(1, 1, 2), 1);
}

TEST(RankDevicesTest, RefusalsNameTheOption) {
  for (const auto& [devices, what] :
       {std::pair{"cpu,", "device 2 of 2 is empty"},
        std::pair{",cpu", "device 1 of 2 is empty"},
        std::pair{"cpu,gpu", "there is no device \"gpu\""}}) {
    const Status status = MakeRankBackends(Devices(devices)).status();
    EXPECT_FALSE(status.ok()) << devices;
    EXPECT_EQ(status.field(), "devices");
    EXPECT_NE(status.message().find(what), std::string::npos)
        << status.ToString();
  }
  TrainOptions both = Devices("cpu,cpu");
  both.device = "cpu";
  EXPECT_NE(MakeRankBackends(both).status().message().find("not both"),
            std::string::npos);
}

}  // namespace
}  // namespace alexnet
