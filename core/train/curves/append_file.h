// Appending whole records to a file.

#ifndef ALEXNET_CORE_TRAIN_APPEND_FILE_H_
#define ALEXNET_CORE_TRAIN_APPEND_FILE_H_

#include <string>
#include <string_view>

#include "core/base/status.h"

namespace alexnet {

// Writes all of `record` to the end of `fd`, which `path` names in errors; or
// none: after an error the file ends where it did.
Status AppendRecord(int fd, const std::string& path, std::string_view record);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_APPEND_FILE_H_
