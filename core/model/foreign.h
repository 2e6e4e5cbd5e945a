// What a file that is no model is.

#ifndef ALEXNET_CORE_MODEL_FOREIGN_H_
#define ALEXNET_CORE_MODEL_FOREIGN_H_

#include <cstddef>
#include <span>
#include <string>

#include "core/base/status.h"

namespace alexnet {

// A guess from the first bytes, e.g. "a JPEG picture" or "a zip archive, as
// PyTorch writes .pth files"; "no file of a kind that is known here" otherwise.
std::string GuessFileKind(std::span<const std::byte> bytes);

// kInvalidArgument: says what the file looks like and what is needed instead.
Status NotAModelError(std::span<const std::byte> bytes);

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_FOREIGN_H_
