#include "core/base/status.h"

#include <system_error>

namespace alexnet {
namespace {

const std::string& EmptyString() {
  static const std::string empty;
  return empty;
}

}  // namespace

const char* StatusCodeName(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return "ok";
    case StatusCode::kCancelled:
      return "cancelled";
    case StatusCode::kInvalidArgument:
      return "invalid argument";
    case StatusCode::kNotFound:
      return "not found";
    case StatusCode::kFailedPrecondition:
      return "failed precondition";
    case StatusCode::kDataLoss:
      return "data loss";
    case StatusCode::kIo:
      return "input or output error";
    case StatusCode::kOutOfMemory:
      return "out of memory";
    case StatusCode::kDeadlineExceeded:
      return "deadline exceeded";
    case StatusCode::kUnsupported:
      return "unsupported";
    case StatusCode::kDiverged:
      return "diverged";
    case StatusCode::kInternal:
      return "internal error";
  }
  return "unknown";
}

Status::Status(StatusCode code, std::string message) {
  if (code == StatusCode::kOk) return;
  detail_ =
      std::make_shared<const Detail>(Detail{code, std::move(message), {}, {}});
}

StatusCode Status::code() const {
  return ok() ? StatusCode::kOk : detail_->code;
}

const std::string& Status::message() const {
  return ok() ? EmptyString() : detail_->message;
}

const std::string& Status::file() const {
  return ok() ? EmptyString() : detail_->file;
}

const std::string& Status::field() const {
  return ok() ? EmptyString() : detail_->field;
}

Status Status::WithFile(std::string file) const {
  if (ok() || !detail_->file.empty()) return *this;
  Detail detail = *detail_;
  detail.file = std::move(file);
  Status status;
  status.detail_ = std::make_shared<const Detail>(std::move(detail));
  return status;
}

Status Status::WithField(std::string field) const {
  if (ok() || !detail_->field.empty()) return *this;
  Detail detail = *detail_;
  detail.field = std::move(field);
  Status status;
  status.detail_ = std::make_shared<const Detail>(std::move(detail));
  return status;
}

Status Status::WithContext(const std::string& context) const {
  if (ok()) return *this;
  Detail detail = *detail_;
  detail.message = context + ": " + detail.message;
  Status status;
  status.detail_ = std::make_shared<const Detail>(std::move(detail));
  return status;
}

std::string Status::ToString() const {
  if (ok()) return StatusCodeName(StatusCode::kOk);
  std::string text;
  if (!file().empty()) text += file() + ": ";
  if (!field().empty()) text += field() + ": ";
  return text + message();
}

Status CancelledError(std::string message) {
  return Status(StatusCode::kCancelled, std::move(message));
}
Status InvalidArgumentError(std::string message) {
  return Status(StatusCode::kInvalidArgument, std::move(message));
}
Status NotFoundError(std::string message) {
  return Status(StatusCode::kNotFound, std::move(message));
}
Status FailedPreconditionError(std::string message) {
  return Status(StatusCode::kFailedPrecondition, std::move(message));
}
Status DataLossError(std::string message) {
  return Status(StatusCode::kDataLoss, std::move(message));
}
Status IoError(std::string message) {
  return Status(StatusCode::kIo, std::move(message));
}
Status ErrnoError(std::string message, int error) {
  return IoError(std::move(message) + ": " +
                 std::generic_category().message(error));
}
Status OutOfMemoryError(std::string message) {
  return Status(StatusCode::kOutOfMemory, std::move(message));
}
Status DeadlineExceededError(std::string message) {
  return Status(StatusCode::kDeadlineExceeded, std::move(message));
}
Status UnsupportedError(std::string message) {
  return Status(StatusCode::kUnsupported, std::move(message));
}
Status DivergedError(std::string message) {
  return Status(StatusCode::kDiverged, std::move(message));
}
Status InternalError(std::string message) {
  return Status(StatusCode::kInternal, std::move(message));
}

}  // namespace alexnet
