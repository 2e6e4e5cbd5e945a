// What goes wrong in a foreign file. tools/convert throws alexnet::Error, as
// its C++ interface does; these name the common kinds. The file's name is
// added where the file was opened (InFile).

#ifndef ALEXNET_TOOLS_CONVERT_BASE_ERRORS_H_
#define ALEXNET_TOOLS_CONVERT_BASE_ERRORS_H_

#include <alexnet/alexnet.hpp>
#include <string>
#include <utility>

#include "core/base/status.h"

namespace alexnet::convert {

// `field` says where in the file, e.g. "tensor \"conv1.weight\"" or "node 7".

// Cut, changed, or inconsistent in itself.
inline Error Damaged(const std::string& field, const std::string& message) {
  return Error(ALEXNET_DATA_LOSS, message, "", field);
}

// Sound, but nothing that this engine can compute or this format can hold.
inline Error Unsupported(const std::string& field, const std::string& message) {
  return Error(ALEXNET_UNSUPPORTED, message, "", field);
}

// Not what was asked for: another kind of file, a wrong option.
inline Error Invalid(const std::string& field, const std::string& message) {
  return Error(ALEXNET_INVALID_ARGUMENT, message, "", field);
}

// Throws where `status` is a failure.
inline void Check(const Status& status) {
  if (status.ok()) return;
  throw Error(static_cast<alexnet_status>(status.code()), status.message(),
              status.file(), status.field());
}

template <typename T>
T Check(Result<T> result) {
  Check(result.status());
  return std::move(*result);
}

// In a handler that goes on without what failed: not where the system failed,
// which says nothing about the file.
inline void PassSystemErrors(const Error& error) {
  if (error.code() == ALEXNET_OUT_OF_MEMORY || error.code() == ALEXNET_IO) {
    throw;
  }
}

// Runs `body`; its errors that name no file get this one.
template <typename Body>
decltype(auto) InFile(const std::string& path, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (const Error& error) {
    if (!error.file().empty()) throw;
    throw Error(error.code(), error.message(), path, error.field());
  }
}

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_BASE_ERRORS_H_
