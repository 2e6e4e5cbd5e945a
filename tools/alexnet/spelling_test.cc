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
  EXPECT_EQ(WithFlags("`network_file`, `mean_file`"), "--prototxt, --mean");
}

TEST(SpellingTest, FunctionsBecomeVerbs) {
  EXPECT_EQ(WithFlags("look (`alexnet_dataset_lint`)"),
            "look (alexnet doctor FOLDER)");
}

TEST(SpellingTest, AFileIsNotSpelledAndAFieldIs) {
  EXPECT_EQ(ErrorText("a`out`.jpg", "alexnet_recipe.clip_gradient_norm",
                      "give less `max_pixels`"),
            "a`out`.jpg: --clip: give less --max-pixels");
  EXPECT_EQ(ErrorText("", "schema.name", "no"), "schema.name: no");
}

TEST(SpellingTest, OtherTextStays) {
  EXPECT_EQ(WithFlags(""), "");
  EXPECT_EQ(WithFlags("a ` alone"), "a ` alone");
  EXPECT_EQ(WithFlags("``, `/no/file`, `kernel_h` and `A B`"),
            "``, `/no/file`, `kernel_h` and `A B`");
}

}  // namespace
}  // namespace alexnet::cli
