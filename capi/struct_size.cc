#include "capi/struct_size.h"

#include <fmt/core.h>

#include "core/base/version.h"

namespace alexnet::capi {
namespace {

// Larger than any struct of this interface will become; what is beyond it was
// never initialised.
constexpr size_t kLargest = 4096;

}  // namespace

void InitStruct(void* given, size_t size) {
  if (given == nullptr || size < sizeof(size)) return;
  std::memset(given, 0, size);
  std::memcpy(given, &size, sizeof(size));
}

Status CheckStruct(const void* given, size_t known, const char* name) {
  size_t size = 0;
  std::memcpy(&size, given, sizeof(size));
  if (size < sizeof(size) || size > kLargest) {
    return InvalidArgumentError(
               fmt::format("{} is no size of this struct; set it up with "
                           "{}_init({}*, sizeof({}))",
                           size, name, name, name))
        .WithField(fmt::format("{}.struct_size", name));
  }
  const auto* bytes = static_cast<const unsigned char*>(given);
  for (size_t i = known; i < size; ++i) {
    if (bytes[i] == 0) continue;
    return UnsupportedError(
               fmt::format("a field of {} at byte {} is set, which alexnet {} "
                           "does not know: its struct ends at byte {}; leave "
                           "the field zero or use the newer library",
                           name, i, kEngineVersion, known))
        .WithField(name);
  }
  return Status();
}

}  // namespace alexnet::capi
