#include "core/base/caught.h"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>
#include <string>

namespace alexnet {
namespace {

TEST(CaughtTest, WhatIsReturnedComesBack) {
  EXPECT_TRUE(Caught([] { return Status(); }).ok());
  EXPECT_EQ(Caught([] { return InvalidArgumentError("no"); }).message(), "no");
}

TEST(CaughtTest, WhatIsThrownIsAStatus) {
  EXPECT_EQ(Caught([]() -> Status { throw std::bad_alloc(); }).code(),
            StatusCode::kOutOfMemory);
  const Status told =
      Caught([]() -> Status { throw std::runtime_error("why"); });
  EXPECT_EQ(told.code(), StatusCode::kInternal);
  EXPECT_NE(told.message().find("why"), std::string::npos);
  EXPECT_EQ(Caught([]() -> Status { throw 1; }).code(), StatusCode::kInternal);
}

}  // namespace
}  // namespace alexnet
