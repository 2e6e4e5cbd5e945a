// How every function of the ABI runs: no exception leaves it, and its status
// becomes a code and an error object.

#ifndef ALEXNET_CAPI_CALL_H_
#define ALEXNET_CAPI_CALL_H_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/base/status.h"

namespace alexnet::capi {

// The code of `status`; on failure `error`, if not null, receives an object.
alexnet_status Report(const Status& status, alexnet_error** error) noexcept;
// The same for memory that ran out, without needing any.
alexnet_status ReportOutOfMemory(alexnet_error** error) noexcept;

// Runs `body`, which gives a Status.
template <typename Body>
alexnet_status Call(alexnet_error** error, Body&& body) noexcept {
  try {
    return Report(std::forward<Body>(body)(), error);
  } catch (const std::bad_alloc&) {
    return ReportOutOfMemory(error);
  } catch (const std::length_error&) {
    return ReportOutOfMemory(error);
  } catch (const std::exception& exception) {
    return Report(InternalError(std::string("unexpected: ") + exception.what()),
                  error);
  } catch (...) {
    return Report(InternalError("unexpected exception"), error);
  }
}

// For functions that give a number or a text and no status: what `body` gives,
// or `otherwise` where that throws.
template <typename T, typename Body>
T Value(T otherwise, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (...) {
    return otherwise;
  }
}

// Refuses a null pointer argument called `name`.
inline Status CheckPointer(const void* pointer, const char* name) {
  if (pointer != nullptr) return Status();
  return InvalidArgumentError("must not be NULL").WithField(name);
}

// The same for an array of `size` elements: that of an empty one may be null,
// and what reads it says why none will not do.
inline Status CheckArray(const void* pointer, size_t size, const char* name) {
  return size == 0 ? Status() : CheckPointer(pointer, name);
}

// For functions that make something: refuses a null `out`, else clears it.
template <typename T>
Status ClearOutput(T** out, const char* name) {
  ALEXNET_RETURN_IF_ERROR(CheckPointer(out, name));
  *out = nullptr;
  return Status();
}

// The engine's enum of a number of the interface, which counts from 0 to
// `last`.
template <typename Enum>
Result<Enum> ReadEnum(int32_t given, int32_t last, std::string_view field) {
  ALEXNET_RETURN_IF_ERROR(CheckEnum(field, given, last));
  return static_cast<Enum>(given);
}

// The same for an enum that counts from 1, since 0 leaves the choice open.
template <typename Enum>
Result<std::optional<Enum>> ReadOpenEnum(int32_t given, int32_t last,
                                         std::string_view field) {
  ALEXNET_RETURN_IF_ERROR(CheckEnum(field, given, last));
  if (given == 0) return std::optional<Enum>();
  return std::optional<Enum>(static_cast<Enum>(given - 1));
}

// Copies of `count` texts, of which there may be `most`.
Result<std::vector<std::string>> ReadTexts(const char* const* texts,
                                           size_t count, size_t most,
                                           const char* field);

// A copy of `text` that alexnet_free frees; throws bad_alloc.
char* CopyText(const std::string& text);
// The same for bytes; never null, even for none.
void* CopyBytes(const void* bytes, size_t size);

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_CALL_H_
