#include "core/model/chunks.h"

#include <gtest/gtest.h>

#include "core/base/failing_allocation.h"
#include "core/model/layout.h"

namespace alexnet {
namespace {

TEST(ChunksTest, MemoryThatRunsOutNeverEndsTheProcess) {
  std::vector<std::byte> bytes(24 * kChunkBytes);
  for (size_t i = 0; i < bytes.size(); i += 1000) {
    bytes[i] = static_cast<std::byte>(i / 1000);
  }
  const std::span<const std::byte> tensors[] = {bytes};
  const auto expected = HashChunks(tensors, 1);
  ASSERT_EQ(expected[0].size(), 24u);
  int whole = 0;
  testing::FailEachAllocation([&] {
    EXPECT_EQ(HashChunks(tensors, 3), expected);
    ++whole;
  });
  // Where a thread could not be started, and where nothing failed.
  EXPECT_GT(whole, 1);
}

}  // namespace
}  // namespace alexnet
