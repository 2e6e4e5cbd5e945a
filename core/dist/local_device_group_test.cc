// On the emulated GPU, whose memory is the host's.

#include "core/dist/local_device_group.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cuda/test_backend.h"
#include "core/base/limited_child.h"
#include "core/dist/testing/early_copy.h"
#include "core/dist/testing/failed_call.h"
#include "core/dist/testing/rank_threads.h"

namespace alexnet {
namespace {

constexpr std::array kSizes = {1, 2, 3, 4};

std::vector<std::shared_ptr<Backend>> Backends(int count) {
  std::vector<std::shared_ptr<Backend>> backends;
  for (int rank = 0; rank < count; ++rank) {
    backends.push_back(testing::MakeTestBackend({}));
  }
  return backends;
}

Group MakeGroup(int size) {
  return CreateLocalDeviceGroup(Backends(size)).value();
}

[[maybe_unused]] const bool registered =
    RegisterConformanceTests("LocalDeviceGroupConformance", kSizes, MakeGroup);

TEST(LocalDeviceGroupTest, AChildOfForkCannotUseItAndMayDestroyIt) {
  Group group = MakeGroup(2);
  EXPECT_EQ(EndOfChild([&] {
              const bool refused =
                  group[0]->Barrier().code() ==
                      StatusCode::kFailedPrecondition &&
                  group[0]->Finish().code() == StatusCode::kFailedPrecondition;
              group.clear();
              return refused ? 0 : 1;
            }),
            "exit 0");
}

TEST(LocalDeviceGroupTest, AMissingFenceShows) {
  const auto backends = Backends(2);
  ExpectOldValuesWithoutAFence(backends,
                               CreateLocalDeviceGroup(backends).value());
}

TEST(LocalDeviceGroupTest, NothingIsWrittenAfterFinish) {
  for (const int ranks : {2, 3}) {
    SCOPED_TRACE(std::to_string(ranks) + " ranks");
    ExpectNothingWrittenAfterFinish(ranks, Backends, [](const auto& backends) {
      return CreateLocalDeviceGroup(backends);
    });
  }
}

TEST(LocalDeviceGroupTest, NothingIsWrittenAfterAThrow) {
  ExpectNothingWrittenAfterThrow(3, Backends, [](const auto& backends) {
    return CreateLocalDeviceGroup(backends);
  });
}

TEST(LocalDeviceGroupTest, RefusesWhatCannotBeAGroup) {
  const auto one = Backends(1).front();
  for (const auto& [backends, what] :
       {std::pair{std::vector{one, one}, "share a backend"},
        std::pair{std::vector<std::shared_ptr<Backend>>(), "1 to 16 ranks"}}) {
    const Status refused = CreateLocalDeviceGroup(backends).status();
    EXPECT_EQ(refused.code(), StatusCode::kInvalidArgument);
    EXPECT_NE(refused.message().find(what), std::string::npos)
        << refused.message();
  }
}

}  // namespace
}  // namespace alexnet
