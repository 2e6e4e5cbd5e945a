#include "tools/alexnet/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <string>

namespace alexnet::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

// Standard error is a terminal while it exists.
class Terminal {
 public:
  Terminal() : before_(dup(STDERR_FILENO)) {
    int ours = -1, theirs = -1;
    if (openpty(&ours, &theirs, nullptr, nullptr, nullptr) != 0) return;
    screen_ = ours;
    dup2(theirs, STDERR_FILENO);
    close(theirs);
  }
  ~Terminal() {
    dup2(before_, STDERR_FILENO);
    close(before_);
    close(screen_);
  }
  bool opened() const { return screen_ >= 0; }
  // What was written, once `text` is part of it.
  std::string ReadUntil(const std::string& text) {
    while (shown_.find(text) == std::string::npos) {
      char part[256];
      const ssize_t count = read(screen_, part, sizeof(part));
      if (count <= 0) break;
      shown_.append(part, static_cast<size_t>(count));
    }
    return shown_;
  }

 private:
  const int before_;
  int screen_ = -1;
  std::string shown_;
};

TEST(ProgressTest, ATerminalHasOneLineThatIsTakenAway) {
  Terminal terminal;
  if (!terminal.opened()) GTEST_SKIP() << "no terminals here";
  {
    ProgressLine line;
    CountProgress(line, "compared")(3, 7);
  }
  EXPECT_THAT(terminal.ReadUntil("\x1b[K"),
              EndsWith("compared 3 of 7\r\x1b[K"));
}

TEST(ProgressTest, WhatTakesLongIsSaidWithItsTime) {
  Terminal terminal;
  if (!terminal.opened()) GTEST_SKIP() << "no terminals here";
  {
    BusyLine line("reading");
    line.Doing("measuring");
    terminal.ReadUntil("measuring  0:0");
  }
  EXPECT_THAT(terminal.ReadUntil("\x1b[K"), HasSubstr("\r\x1b[K"));
}

TEST(ProgressTest, WhatIsShortIsNotSaid) {
  Terminal terminal;
  if (!terminal.opened()) GTEST_SKIP() << "no terminals here";
  { const BusyLine line("reading"); }
  ProgressLine().Keep("over");
  EXPECT_EQ(terminal.ReadUntil("over").substr(0, 4), "over");
}

TEST(ProgressTest, SecondsAreReadable) {
  EXPECT_EQ(FormatSeconds(7.4), "0:07");
  EXPECT_EQ(FormatSeconds(754), "12:34");
  EXPECT_EQ(FormatSeconds(11110), "3:05:10");
}

}  // namespace
}  // namespace alexnet::cli
