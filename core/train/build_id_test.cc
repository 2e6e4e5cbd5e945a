#include "core/train/build_id.h"

#include <gtest/gtest.h>

namespace alexnet {
namespace {

// Else two builds would look alike.
TEST(BuildIdTest, IsThatOfTheLinker) {
  const std::string id = BuildId();
  EXPECT_GE(id.size(), 16u);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
  EXPECT_EQ(BuildId(), id);
}

}  // namespace
}  // namespace alexnet
