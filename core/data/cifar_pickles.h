// The Python version of CIFAR: pickles, of which nothing is executed
// (core/base/pickle.h).

#ifndef ALEXNET_CORE_DATA_CIFAR_PICKLES_H_
#define ALEXNET_CORE_DATA_CIFAR_PICKLES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/data/record_dataset.h"

namespace alexnet {

// The dict of a batch: "data", an array of bytes (pictures, pixel_bytes), which
// stays in the file where it can, and under `labels_key` a list of numbers from
// 0 to classes - 1. The name is left to the caller. kDataLoss, which asks to
// unpack `archive` again, and kUnsupported name the file and the key.
Result<RecordBatch> ReadPickledBatch(const std::string& path,
                                     std::string_view archive,
                                     std::string_view labels_key,
                                     size_t classes, size_t pixel_bytes);

// The list of texts under `key` of a dict. Errors as above.
Result<std::vector<std::string>> ReadPickledNames(const std::string& path,
                                                  std::string_view archive,
                                                  std::string_view key);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_CIFAR_PICKLES_H_
