#include "core/base/status.h"

#include <atomic>
#include <cerrno>
#include <new>
#include <system_error>

#include "core/base/utf8.h"

namespace alexnet {
namespace {

const std::string& EmptyString() {
  static const std::string empty;
  return empty;
}

// What to do about a limit that errno value `error` tells of.
const char* RemedyFor(int error) {
  switch (error) {
    case ENOMEM:
      return "; end other programs or raise the limit of address space "
             "(ulimit -v)";
    case EMFILE:
      return "; close files or raise the limit of open ones (ulimit -n)";
    case ENFILE:
      return "; other programs have too many files open: end some or raise "
             "the system's limit (fs.file-max)";
    default:
      return "";
  }
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

struct Status::Detail {
  StatusCode code;
  std::string message;
  std::string file = "";
  std::string field = "";
  std::atomic<int> users = 1;

  Detail(StatusCode given, std::string text)
      : code(given), message(std::move(text)) {}
  Detail(const Detail& other)
      : code(other.code),
        message(other.message),
        file(other.file),
        field(other.field) {}
};

Status::Status(StatusCode code, std::string_view message) {
  // Short enough to need no memory; never freed, since it counts as a user.
  static Detail last_resort(StatusCode::kOutOfMemory, "out of memory");
  if (code == StatusCode::kOk) return;
  try {
    detail_ = new Detail(code, EscapedLines(message));
  } catch (const std::bad_alloc&) {
    detail_ = &last_resort;
    Retain();
  }
}

void Status::Retain() const {
  detail_->users.fetch_add(1, std::memory_order_relaxed);
}

void Status::Release() const {
  if (detail_->users.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete detail_;
  }
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

// `change` is made to a copy; where there is no memory for one, the status goes
// on without it.
template <typename Change>
Status Status::Changed(const Change& change) const {
  try {
    Status status(new Detail(*detail_));
    change(status.detail_);
    return status;
  } catch (const std::bad_alloc&) {
    return *this;
  }
}

Status Status::WithFile(std::string_view file) const {
  if (ok() || !detail_->file.empty()) return *this;
  return Changed([file](Detail* detail) { detail->file = file; });
}

Status Status::WithField(std::string_view field) const {
  if (ok() || !detail_->field.empty()) return *this;
  return Changed([field](Detail* detail) { detail->field = field; });
}

Status Status::WithContext(std::string_view context) const {
  if (ok()) return *this;
  return Changed([context](Detail* detail) {
    detail->message = EscapedLines(context) + ": " + detail->message;
  });
}

std::string Status::ToString() const {
  if (ok()) return StatusCodeName(StatusCode::kOk);
  std::string text;
  if (!file().empty()) text += Escaped(file()) + ": ";
  if (!field().empty()) text += Escaped(field()) + ": ";
  return text + message();
}

Status CancelledError(std::string_view message) {
  return Status(StatusCode::kCancelled, message);
}
Status InvalidArgumentError(std::string_view message) {
  return Status(StatusCode::kInvalidArgument, message);
}
Status NotFoundError(std::string_view message) {
  return Status(StatusCode::kNotFound, message);
}
Status FailedPreconditionError(std::string_view message) {
  return Status(StatusCode::kFailedPrecondition, message);
}
Status DataLossError(std::string_view message) {
  return Status(StatusCode::kDataLoss, message);
}
Status IoError(std::string_view message) {
  return Status(StatusCode::kIo, message);
}
Status ErrnoError(std::string_view message, int error) {
  return Status(error == ENOMEM ? StatusCode::kOutOfMemory : StatusCode::kIo,
                std::string(message) + ": " +
                    std::generic_category().message(error) + RemedyFor(error));
}
Status OutOfMemoryError(std::string_view message) {
  return Status(StatusCode::kOutOfMemory, message);
}
Status DeadlineExceededError(std::string_view message) {
  return Status(StatusCode::kDeadlineExceeded, message);
}
Status UnsupportedError(std::string_view message) {
  return Status(StatusCode::kUnsupported, message);
}
Status DivergedError(std::string_view message) {
  return Status(StatusCode::kDiverged, message);
}
Status InternalError(std::string_view message) {
  return Status(StatusCode::kInternal, message);
}

}  // namespace alexnet
