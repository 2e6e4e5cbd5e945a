#include "core/train/ranks/process_options.h"

#include <gtest/gtest.h>

#include <string>

#include "core/devices/rank_devices.h"

namespace alexnet {
namespace {

TrainOptions Devices(const std::string& devices) {
  TrainOptions options;
  options.devices = devices;
  return options;
}

TEST(ProcessOptionsTest, AProcessHasTheDeviceOfItsNumberOnItsMachine) {
  RankSeat seat;
  seat.ranks = 2;
  seat.number = 1;
  auto own = OptionsOfProcess(Devices("cpu, reference"), seat);
  ASSERT_TRUE(own.ok()) << own.status().ToString();
  EXPECT_EQ(own->device, "reference");
  EXPECT_TRUE(own->devices.empty());
  own = OptionsOfProcess(Devices("cuda"), seat);
  ASSERT_TRUE(own.ok()) << own.status().ToString();
  EXPECT_EQ(own->device, "cuda:1");
  for (const char* devices : {"cpu", "cpu,cpu,cpu", "cpu,"}) {
    own = OptionsOfProcess(Devices(devices), seat);
    EXPECT_EQ(own.status().code(), StatusCode::kInvalidArgument) << devices;
    EXPECT_EQ(own.status().field(), "devices");
  }
  TrainOptions both = Devices("cpu,cpu");
  both.device = "cpu";
  EXPECT_EQ(OptionsOfProcess(both, seat).status().field(), "devices");
}

TEST(ProcessOptionsTest, ProcessesShareProcessorsWhereNoThreadsAreNamed) {
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
