// PassOutOfMemory: a lack of memory says nothing of what was read.

#ifndef ALEXNET_TOOLS_ALEXNET_OUT_OF_MEMORY_H_
#define ALEXNET_TOOLS_ALEXNET_OUT_OF_MEMORY_H_

#include <alexnet/alexnet.hpp>
#include <exception>
#include <new>

namespace alexnet::cli {

// For a handler that goes on without what has failed: throws `error` again
// where it came of a lack of memory, and the result would be another one.
inline void PassOutOfMemory(const std::exception& error) {
  const auto* own = dynamic_cast<const Error*>(&error);
  if ((own != nullptr && own->code() == ALEXNET_OUT_OF_MEMORY) ||
      dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    throw;
  }
}

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_OUT_OF_MEMORY_H_
