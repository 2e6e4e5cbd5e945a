#include "core/data/split_name.h"

#include <gtest/gtest.h>

namespace alexnet {
namespace {

void ExpectName(std::string_view folder, SplitRole role,
                std::string_view rest) {
  const SplitName name = ParseSplitName(folder);
  EXPECT_EQ(name.role, role) << folder;
  EXPECT_EQ(name.rest, rest) << folder;
}

TEST(SplitNameTest, WordsInAnyCase) {
  for (const char* folder : {"train", "Train", "TRAIN", "Training",
                             "training_set", "TrainSet", "train-data"}) {
    ExpectName(folder, SplitRole::kTrain, "");
  }
  for (const char* folder :
       {"val", "VAL", "valid", "Validation", "validation_set", "dev"}) {
    ExpectName(folder, SplitRole::kValidation, "");
  }
  for (const char* folder : {"test", "Testing", "test_set", "test1", "eval"}) {
    ExpectName(folder, SplitRole::kTest, "");
  }
}

TEST(SplitNameTest, OtherWordsTellWhatBelongsTogether) {
  ExpectName("seg_train", SplitRole::kTrain, "seg");
  ExpectName("seg_test", SplitRole::kTest, "seg");
  ExpectName("ILSVRC2012_img_val", SplitRole::kValidation, "ilsvrc2012 img");
  ExpectName("Fruits test 2", SplitRole::kTest, "fruits 2");
}

TEST(SplitNameTest, ClassesAreNoParts) {
  for (const char* folder : {"", "cat", "trainers", "contest", "valley",
                             "strain", "train_test", "devil", "_"}) {
    ExpectName(folder, SplitRole::kNone, "");
  }
}

}  // namespace
}  // namespace alexnet
