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

TEST(RankDevicesTest, AProcessHasTheDeviceOfItsNumberOnItsMachine) {
  RankSeat seat;
  seat.ranks = 2;
  seat.number = 1;
  auto own = OptionsOfProcess(Devices("cpu, reference"), seat);
  ASSERT_TRUE(own.ok()) << own.status().ToString();
  EXPECT_EQ(own->device, "reference");
  EXPECT_TRUE(own->devices.empty());
  for (const char* devices : {"cpu", "cpu,cpu,cpu", "cpu,"}) {
    own = OptionsOfProcess(Devices(devices), seat);
    EXPECT_EQ(own.status().code(), StatusCode::kInvalidArgument) << devices;
    EXPECT_EQ(own.status().field(), "devices");
  }
  TrainOptions both = Devices("cpu,cpu");
  both.device = "cpu";
  EXPECT_EQ(OptionsOfProcess(both, seat).status().field(), "devices");
}

TEST(RankDevicesTest, ProcessesShareProcessorsWhereNoThreadsAreNamed) {
  int threads = 0;
  for (int sharer = 0; sharer < 2; ++sharer) {
    const auto own =
        OptionsOfProcess(TrainOptions(), {.sharer = sharer, .sharers = 2});
    ASSERT_TRUE(own.ok());
    EXPECT_EQ(own->threads, own->loader_threads);
    threads += own->threads;
  }
  EXPECT_EQ(threads, ThreadsOfRank(0, 0, 2) + ThreadsOfRank(0, 1, 2));
  TrainOptions named;
  named.threads = 5;
  named.loader_threads = 3;
  const auto own = OptionsOfProcess(named, {.sharer = 1, .sharers = 2});
  ASSERT_TRUE(own.ok());
  EXPECT_EQ(own->threads, 5);
  EXPECT_EQ(own->loader_threads, 3);
}

}  // namespace
}  // namespace alexnet
