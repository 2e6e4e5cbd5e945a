// The small files that go with weights: labels and means.

#ifndef ALEXNET_TOOLS_CONVERT_LIBRARY_SIDE_FILES_H_
#define ALEXNET_TOOLS_CONVERT_LIBRARY_SIDE_FILES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tools/convert/base/source_file.h"
#include "tools/convert/model/foreign_model.h"

namespace alexnet::convert {

// The labels of a file, in the order of the logits (label_forms.h). A WordNet
// id before a label ("n01440764 tench, Tinca tinca") stays, so that folders
// that are called so can be matched. Throws Invalid unless there are `classes`
// of them, in UTF-8.
std::vector<std::string> ReadLabels(const SourceFile& file, int64_t classes);

// A mean.binaryproto of Caffe's, or a .npy array: (3, H, W), (H, W, 3) or (3).
Mean ReadMean(const std::shared_ptr<SourceFile>& file);

// ImageNet's 1000 classes in the order of Caffe and torchvision: sorted by
// WordNet id.
std::vector<std::string> ImageNetLabels();

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_LIBRARY_SIDE_FILES_H_
