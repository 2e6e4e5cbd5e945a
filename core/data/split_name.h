// Names of folders that hold a part of a data set: "train", "Testing",
// "seg_train", "training_set", "valid", "TestImages2".

#ifndef ALEXNET_CORE_DATA_SPLIT_NAME_H_
#define ALEXNET_CORE_DATA_SPLIT_NAME_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace alexnet {

enum class SplitRole : int8_t {
  kNone = 0,
  kTrain = 1,
  kValidation = 2,
  kTest = 3
};

struct SplitName {
  SplitRole role = SplitRole::kNone;
  // The name's other words, in lower case: the same for parts that belong
  // together ("seg" of "seg_train" and "seg_test"), empty for a plain "train".
  std::string rest;
};

// kNone where no word of the name, or more than one, is a part's.
SplitName ParseSplitName(std::string_view folder);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_SPLIT_NAME_H_
