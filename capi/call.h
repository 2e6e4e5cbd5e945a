// How every function of the ABI runs: no exception leaves it, and its status
// becomes a code and an error object.

#ifndef ALEXNET_CAPI_CALL_H_
#define ALEXNET_CAPI_CALL_H_

#include <alexnet/alexnet.h>

#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

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

// Refuses a null pointer argument called `name`.
inline Status CheckPointer(const void* pointer, const char* name) {
  if (pointer != nullptr) return Status();
  return InvalidArgumentError("must not be NULL").WithField(name);
}

// For functions that make something: refuses a null `out`, else clears it.
template <typename T>
Status ClearOutput(T** out, const char* name) {
  ALEXNET_RETURN_IF_ERROR(CheckPointer(out, name));
  *out = nullptr;
  return Status();
}

// A copy of `text` that alexnet_free frees; throws bad_alloc.
char* CopyText(const std::string& text);
// The same for bytes; never null, even for none.
void* CopyBytes(const void* bytes, size_t size);

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_CALL_H_
