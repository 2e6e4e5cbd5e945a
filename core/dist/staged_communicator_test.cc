// On the emulated GPU, whose memory is the host's.

#include "core/dist/staged_communicator.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "core/backend/cuda/test_backend.h"
#include "core/backend/reference/reference_backend.h"
#include "core/dist/local_group.h"
#include "core/dist/testing/rank_threads.h"

namespace alexnet {
namespace {

constexpr std::array kSizes = {1, 2, 3, 4};

Group MakeGroup(int size) {
  Group group = CreateLocalGroup(size).value();
  for (std::unique_ptr<Communicator>& each : group) {
    each =
        CreateStagedCommunicator(testing::MakeTestBackend({}), std::move(each))
            .value();
  }
  return group;
}

[[maybe_unused]] const bool registered =
    RegisterConformanceTests("StagedConformance", kSizes, MakeGroup);

TEST(StagedCommunicatorTest, RefusesTheHost) {
  const Status refused =
      CreateStagedCommunicator(CreateReferenceBackend(),
                               std::move(CreateLocalGroup(1).value().front()))
          .status();
  EXPECT_EQ(refused.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(refused.message().find("in the host's memory"),
            std::string_view::npos);
}

}  // namespace
}  // namespace alexnet
