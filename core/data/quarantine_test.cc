#include "core/data/quarantine.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace alexnet {
namespace {

TEST(QuarantineTest, HoldsWhatIsWrongInPictures) {
  Quarantine quarantine(QuarantineOptions{}, 100);
  for (const Status& why :
       {DataLossError("cut"), UnsupportedError("a GIF"),
        InvalidArgumentError("too large"), NotFoundError("not there")}) {
    EXPECT_TRUE(quarantine.Add(why.message(), why).ok());
  }
  EXPECT_EQ(quarantine.size(), 4);
}

TEST(QuarantineTest, WhatElseFailsEndsTheJob) {
  Quarantine quarantine(QuarantineOptions{}, 100);
  for (const Status& why :
       {ErrnoError("cannot open", EIO), ErrnoError("cannot open", EMFILE),
        OutOfMemoryError("no memory"), InternalError("a defect"),
        FailedPreconditionError("the file was changed")}) {
    const Status ended = quarantine.Add("a.jpg", why);
    EXPECT_EQ(ended.code(), why.code());
    EXPECT_EQ(ended.message(), why.message());
    EXPECT_EQ(ended.file(), "a.jpg");
  }
  EXPECT_EQ(quarantine.size(), 0);
}

}  // namespace
}  // namespace alexnet
