#include "core/base/status.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <set>
#include <string>

#include "core/base/failing_allocation.h"

namespace alexnet {
namespace {

TEST(StatusTest, DefaultIsOk) {
  const Status status;
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kOk);
  EXPECT_EQ(status.message(), "");
  EXPECT_EQ(status.file(), "");
  EXPECT_EQ(status.field(), "");
  EXPECT_EQ(status.ToString(), "ok");
  EXPECT_TRUE(Status(StatusCode::kOk, "ignored").ok());
}

TEST(StatusTest, EachMakerHasItsCode) {
  EXPECT_EQ(CancelledError("m").code(), StatusCode::kCancelled);
  EXPECT_EQ(InvalidArgumentError("m").code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(NotFoundError("m").code(), StatusCode::kNotFound);
  EXPECT_EQ(FailedPreconditionError("m").code(),
            StatusCode::kFailedPrecondition);
  EXPECT_EQ(DataLossError("m").code(), StatusCode::kDataLoss);
  EXPECT_EQ(IoError("m").code(), StatusCode::kIo);
  EXPECT_EQ(OutOfMemoryError("m").code(), StatusCode::kOutOfMemory);
  EXPECT_EQ(DeadlineExceededError("m").code(), StatusCode::kDeadlineExceeded);
  EXPECT_EQ(UnsupportedError("m").code(), StatusCode::kUnsupported);
  EXPECT_EQ(DivergedError("m").code(), StatusCode::kDiverged);
  EXPECT_EQ(InternalError("m").code(), StatusCode::kInternal);
  EXPECT_FALSE(InternalError("m").ok());
  EXPECT_EQ(InternalError("m").message(), "m");
}

TEST(StatusTest, ErrnoErrorNamesTheReason) {
  const Status status = ErrnoError("cannot write", ENOSPC);
  EXPECT_EQ(status.code(), StatusCode::kIo);
  EXPECT_EQ(status.message(), "cannot write: No space left on device");
}

TEST(StatusTest, ErrnoErrorOfALimitSaysWhatToDo) {
  const struct {
    int error;
    StatusCode code;
    const char* remedy;
  } limits[] = {{ENOMEM, StatusCode::kOutOfMemory, "ulimit -v"},
                {EMFILE, StatusCode::kIo, "ulimit -n"},
                {ENFILE, StatusCode::kIo, "fs.file-max"}};
  for (const auto& limit : limits) {
    const Status status = ErrnoError("cannot", limit.error);
    EXPECT_EQ(status.code(), limit.code);
    EXPECT_NE(status.message().find(limit.remedy), std::string::npos)
        << status.message();
  }
}

TEST(StatusTest, IsMadeWithoutMemory) {
  int failed = 0;
  testing::FailEachAllocation([&failed] {
    const Status status =
        DataLossError("a message that needs memory of its own");
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): is tested.
    const Status copy = status;
    if (copy.code() == StatusCode::kDataLoss) return;
    EXPECT_EQ(copy.code(), StatusCode::kOutOfMemory);
    EXPECT_EQ(copy.message(), "out of memory");
    ++failed;
  });
  EXPECT_GE(failed, 2);  // the text and what holds it
}

TEST(StatusTest, CodeNamesAreDistinct) {
  std::set<std::string> names;
  for (int code = 0; code <= 11; ++code) {
    names.insert(StatusCodeName(static_cast<StatusCode>(code)));
  }
  EXPECT_EQ(names.size(), 12u);
  EXPECT_EQ(names.count("unknown"), 0u);
  EXPECT_STREQ(StatusCodeName(static_cast<StatusCode>(99)), "unknown");
  EXPECT_STREQ(StatusCodeName(StatusCode::kDataLoss), "data loss");
}

TEST(StatusTest, InnermostFileAndFieldAreKept) {
  const Status status = DataLossError("cut short")
                            .WithField("tensors[3]")
                            .WithFile("inner.alxn")
                            .WithFile("outer.alxn")
                            .WithField("other");
  EXPECT_EQ(status.file(), "inner.alxn");
  EXPECT_EQ(status.field(), "tensors[3]");
  EXPECT_EQ(status.ToString(), "inner.alxn: tensors[3]: cut short");
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
}

TEST(StatusTest, ContextGoesBeforeTheMessage) {
  const Status status =
      NotFoundError("no class 7").WithFile("f").WithContext("labels");
  EXPECT_EQ(status.ToString(), "f: labels: no class 7");
}

TEST(StatusTest, OkTakesNoContext) {
  EXPECT_TRUE(Status().WithFile("f").ok());
  EXPECT_EQ(Status().WithField("f").field(), "");
  EXPECT_TRUE(Status().WithContext("c").ok());
}

Result<std::unique_ptr<int>> Make(bool good) {
  if (!good) return NotFoundError("none");
  return std::make_unique<int>(5);
}

Status Take(bool good, int* got) {
  ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<int> value, Make(good));
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<int> second, Make(true));
  *got = *value + *second;
  return Status();
}

Status Chain(const Status& status, bool* went_on) {
  ALEXNET_RETURN_IF_ERROR(status);
  *went_on = true;
  return Status();
}

TEST(ResultTest, HoldsAMovableValueOrAnError) {
  EXPECT_EQ(**Make(true), 5);
  EXPECT_TRUE(Make(true).status().ok());
  const Result<std::unique_ptr<int>> none = Make(false);
  EXPECT_FALSE(none.ok());
  EXPECT_EQ(none.status().code(), StatusCode::kNotFound);
}

TEST(ResultTest, AssignOrReturnStopsAtTheFirstError) {
  int got = 0;
  EXPECT_TRUE(Take(true, &got).ok());
  EXPECT_EQ(got, 10);
  got = 0;
  EXPECT_EQ(Take(false, &got).message(), "none");
  EXPECT_EQ(got, 0);
}

TEST(StatusTest, ReturnIfErrorStopsOnlyAtErrors) {
  bool went_on = false;
  EXPECT_EQ(Chain(IoError("m"), &went_on).message(), "m");
  EXPECT_FALSE(went_on);
  EXPECT_TRUE(Chain(Status(), &went_on).ok());
  EXPECT_TRUE(went_on);
}

}  // namespace
}  // namespace alexnet
