#include <string>
#include <utility>

#include "capi/call.h"
#include "capi/handle.h"

struct alexnet_error : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c4552;
  static constexpr const char* kName = "error";

  explicit alexnet_error(alexnet::Status what)
      : Counted(kTag), status(std::move(what)), text(status.ToString()) {}

  const alexnet::Status status;
  const std::string text;
};

namespace alexnet::capi {
namespace {

// Made while there is memory, handed out when there is none; never freed.
alexnet_error* const kOutOfMemory = new alexnet_error(OutOfMemoryError(
    "memory ran out; a smaller batch or fewer threads need less"));

// Whether `error` is there and one of ours.
bool IsError(const alexnet_error* error) {
  return error != nullptr && error->tag() == alexnet_error::kTag;
}

}  // namespace

static_assert(static_cast<int>(StatusCode::kCancelled) == ALEXNET_CANCELLED);
static_assert(static_cast<int>(StatusCode::kInvalidArgument) ==
              ALEXNET_INVALID_ARGUMENT);
static_assert(static_cast<int>(StatusCode::kNotFound) == ALEXNET_NOT_FOUND);
static_assert(static_cast<int>(StatusCode::kFailedPrecondition) ==
              ALEXNET_FAILED_PRECONDITION);
static_assert(static_cast<int>(StatusCode::kDataLoss) == ALEXNET_DATA_LOSS);
static_assert(static_cast<int>(StatusCode::kIo) == ALEXNET_IO);
static_assert(static_cast<int>(StatusCode::kOutOfMemory) ==
              ALEXNET_OUT_OF_MEMORY);
static_assert(static_cast<int>(StatusCode::kDeadlineExceeded) ==
              ALEXNET_DEADLINE_EXCEEDED);
static_assert(static_cast<int>(StatusCode::kUnsupported) ==
              ALEXNET_UNSUPPORTED);
static_assert(static_cast<int>(StatusCode::kDiverged) == ALEXNET_DIVERGED);
static_assert(static_cast<int>(StatusCode::kInternal) == ALEXNET_INTERNAL);

alexnet_status Report(const Status& status, alexnet_error** error) noexcept {
  if (error != nullptr) *error = nullptr;
  if (status.ok()) return ALEXNET_OK;
  if (error != nullptr) {
    try {
      *error = new alexnet_error(status);
    } catch (...) {
      *error = kOutOfMemory;
    }
  }
  return static_cast<alexnet_status>(status.code());
}

alexnet_status ReportOutOfMemory(alexnet_error** error) noexcept {
  if (error != nullptr) *error = kOutOfMemory;
  return ALEXNET_OUT_OF_MEMORY;
}

}  // namespace alexnet::capi

using alexnet::capi::IsError;

const char* alexnet_status_name(alexnet_status status) {
  if (status < ALEXNET_OK || status > ALEXNET_INTERNAL) return "unknown status";
  return alexnet::StatusCodeName(static_cast<alexnet::StatusCode>(status));
}

alexnet_status alexnet_error_code(const alexnet_error* error) {
  return IsError(error) ? static_cast<alexnet_status>(error->status.code())
                        : ALEXNET_OK;
}

const char* alexnet_error_message(const alexnet_error* error) {
  return IsError(error) ? error->status.message().c_str() : "";
}

const char* alexnet_error_file(const alexnet_error* error) {
  return IsError(error) ? error->status.file().c_str() : "";
}

const char* alexnet_error_field(const alexnet_error* error) {
  return IsError(error) ? error->status.field().c_str() : "";
}

const char* alexnet_error_text(const alexnet_error* error) {
  return IsError(error) ? error->text.c_str() : "";
}

alexnet_error* alexnet_error_create(alexnet_status code, const char* message,
                                    const char* file, const char* field) {
  if (code == ALEXNET_OK) return nullptr;
  try {
    const bool known = code > ALEXNET_OK && code <= ALEXNET_INTERNAL;
    const alexnet::Status status(known ? static_cast<alexnet::StatusCode>(code)
                                       : alexnet::StatusCode::kInternal,
                                 message != nullptr ? message : "");
    return new alexnet_error(status.WithFile(file != nullptr ? file : "")
                                 .WithField(field != nullptr ? field : ""));
  } catch (...) {
    return alexnet::capi::kOutOfMemory;
  }
}

void alexnet_error_free(alexnet_error* error) {
  if (error == alexnet::capi::kOutOfMemory) return;
  alexnet::capi::FreeHandle(error);
}
