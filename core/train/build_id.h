// Which build of this code runs.

#ifndef ALEXNET_CORE_TRAIN_BUILD_ID_H_
#define ALEXNET_CORE_TRAIN_BUILD_ID_H_

#include <string>

namespace alexnet {

// The linker's build id, hexadecimal, of the program or library that holds this
// code; "unknown" where it was linked without one.
std::string BuildId();

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_BUILD_ID_H_
