// The small files that go with weights: labels and means.

#ifndef ALEXNET_TOOLS_CONVERT_LIBRARY_SIDE_FILES_H_
#define ALEXNET_TOOLS_CONVERT_LIBRARY_SIDE_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tools/convert/model/foreign_model.h"

namespace alexnet::convert {

// One label per line, in the order of the logits; a WordNet id before a label
// ("n01440764 tench, Tinca tinca") is left out, as is an empty last line.
// Throws Invalid unless there are `classes` of them.
std::vector<std::string> ReadLabels(const std::string& path, int64_t classes);

// A mean.binaryproto of Caffe's, or a .npy array: (3, H, W) or (3).
Mean ReadMean(const std::string& path);

// ImageNet's 1000 classes in the order of Caffe and torchvision: sorted by
// WordNet id.
std::vector<std::string> ImageNetLabels();

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_LIBRARY_SIDE_FILES_H_
