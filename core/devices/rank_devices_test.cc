#include "core/devices/rank_devices.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace alexnet {
namespace {

TEST(RankDevicesTest, OneWhereNoneAreNamed) {
  const auto backends = MakeRankBackends({.device = "reference"}, "");
  ASSERT_TRUE(backends.ok()) << backends.status().ToString();
  ASSERT_EQ(backends->size(), 1u);
  EXPECT_EQ(backends->front()->name(), "reference");
}

TEST(RankDevicesTest, ThreadsAreDividedAmongThem) {
  const auto backends = MakeRankBackends({.threads = 7}, "cpu, cpu,cpu");
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
    const Status status = MakeRankBackends({}, devices).status();
    EXPECT_FALSE(status.ok()) << devices;
    EXPECT_EQ(status.field(), "devices");
    EXPECT_NE(status.message().find(what), std::string::npos)
        << status.ToString();
  }
  EXPECT_NE(MakeRankBackends({.device = "cpu"}, "cpu,cpu")
                .status()
                .message()
                .find("not both"),
            std::string::npos);
}

}  // namespace
}  // namespace alexnet
