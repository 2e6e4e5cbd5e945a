// Which class of a model each class of a data set is.

#ifndef ALEXNET_CORE_INFER_MATCH_CLASSES_H_
#define ALEXNET_CORE_INFER_MATCH_CLASSES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

struct ClassMatch {
  std::vector<int32_t> map;  // of each class of the data, the model's
  // How they were matched, a sentence; empty where all are the model's labels.
  std::string note;
};

// A class of the data is called as the model's label, or as a part of one label
// only: "n01440764", "tench" and "tinca_tinca" all are "n01440764 tench, Tinca
// tinca". Whole numbers are indices, where no label is one. A thousand WordNet
// ids are matched with a thousand labels without ids in their order, which is
// that of ImageNet's networks, and so are the classes of a model without
// labels. Refuses classes that the model does not know or that are parts of
// several labels, naming them; the model may know more.
Result<ClassMatch> MatchClasses(const std::vector<std::string>& model_labels,
                                int64_t model_classes,
                                const std::vector<std::string>& data_classes);

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_MATCH_CLASSES_H_
