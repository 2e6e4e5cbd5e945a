// What is copied from a caller, and for one.

#include <fmt/core.h>

#include <cstdlib>
#include <cstring>

#include "capi/call.h"

namespace alexnet::capi {

Result<std::vector<std::string>> ReadTexts(const char* const* texts,
                                           size_t count, size_t most,
                                           const char* field) {
  std::vector<std::string> copies;
  if (count == 0) return copies;
  ALEXNET_RETURN_IF_ERROR(CheckPointer(texts, field));
  if (count > most) {
    return InvalidArgumentError(
               fmt::format("are {}, but at most {} can be", count, most))
        .WithField(field);
  }
  for (size_t i = 0; i < count; ++i) {
    ALEXNET_RETURN_IF_ERROR(CheckPointer(texts[i], field));
    copies.emplace_back(texts[i]);
  }
  return copies;
}

char* CopyText(const std::string& text) {
  return static_cast<char*>(CopyBytes(text.c_str(), text.size() + 1));
}

void* CopyBytes(const void* bytes, size_t size) {
  void* copy = std::malloc(size > 0 ? size : 1);
  if (copy == nullptr) throw std::bad_alloc();
  if (size > 0) std::memcpy(copy, bytes, size);
  return copy;
}

}  // namespace alexnet::capi

void alexnet_free(void* memory) { std::free(memory); }
