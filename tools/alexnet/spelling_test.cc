#include "tools/alexnet/spelling.h"

#include <gtest/gtest.h>

namespace alexnet::cli {
namespace {

TEST(SpellingTest, OptionsBecomeTheirFlags) {
  EXPECT_EQ(WithFlags("go on with it (`resume`), or give `out`"),
            "go on with it (--resume), or give --out");
  EXPECT_EQ(WithFlags("`clip_gradient_norm` 5"), "--clip 5");
  EXPECT_EQ(WithFlags("`warmup_epochs`"), "--warmup-epochs");
  EXPECT_EQ(WithFlags("`validation_fraction`"), "--val-fraction");
}

TEST(SpellingTest, OtherTextStays) {
  EXPECT_EQ(WithFlags(""), "");
  EXPECT_EQ(WithFlags("a ` alone"), "a ` alone");
  EXPECT_EQ(WithFlags("``, `/no/file` and `A B`"), "``, `/no/file` and `A B`");
}

}  // namespace
}  // namespace alexnet::cli
