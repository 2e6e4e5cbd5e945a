// Status and Result<T>: how every fallible function of the engine reports.
//
// The engine throws no exceptions of its own. A Status is OK or carries a code,
// a message for a person (what was wrong and what to do), and, where it makes
// sense, the file and the field it is about. Messages hold no control
// characters but line breaks (core/base/utf8.h); file and field are as they are
// called. Values are cheap to copy when OK. Thread safety: const access from
// many threads is safe.

#ifndef ALEXNET_CORE_BASE_STATUS_H_
#define ALEXNET_CORE_BASE_STATUS_H_

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace alexnet {

// Numbers are part of the C ABI and never change meaning.
enum class StatusCode : int {
  kOk = 0,
  kCancelled = 1,           // a cancel token fired
  kInvalidArgument = 2,     // the caller passed something that can never work
  kNotFound = 3,            // a file, a layer, a class that is not there
  kFailedPrecondition = 4,  // right call, wrong state or wrong kind of model
  kDataLoss = 5,            // a file is damaged: cut, changed, inconsistent
  kIo = 6,                  // the system refused: permission, full disk
  kOutOfMemory = 7,
  kDeadlineExceeded = 8,
  kUnsupported = 9,  // valid, but this build or device cannot do it
  kDiverged = 10,    // training produced NaN or cannot go on
  kInternal = 11,    // a defect of the engine
};

// The lower-case name of `code`, e.g. "data loss".
const char* StatusCodeName(StatusCode code);

class [[nodiscard]] Status {
 public:
  Status() = default;  // OK
  // kOutOfMemory where there is no memory for it, so that whoever has just
  // caught that can say so.
  Status(StatusCode code, std::string_view message);
  Status(const Status& other) : detail_(other.detail_) {
    if (detail_ != nullptr) Retain();
  }
  Status(Status&& other) noexcept
      : detail_(std::exchange(other.detail_, nullptr)) {}
  Status& operator=(Status other) noexcept {
    std::swap(detail_, other.detail_);
    return *this;
  }
  ~Status() {
    if (detail_ != nullptr) Release();
  }

  bool ok() const { return detail_ == nullptr; }
  StatusCode code() const;
  const std::string& message() const;
  // Empty where the error is about no file or no field.
  const std::string& file() const;
  const std::string& field() const;

  // Copies of this status that name the file or field. No effect on OK; a name
  // that is already set is kept, since the innermost place knows best.
  Status WithFile(std::string_view file) const;
  Status WithField(std::string_view field) const;
  // Puts "context: " before the message.
  Status WithContext(std::string_view context) const;

  // "file: field: message", with the parts that are there.
  std::string ToString() const;

 private:
  // Shared by copies, whose users it counts. Kept out of this header, with all
  // that only happens to errors, so that each of the many places that may
  // return one compiles to little.
  struct Detail;
  template <typename Change>
  Status Changed(const Change& change) const;
  explicit Status(Detail* detail) : detail_(detail) {}
  void Retain() const;
  void Release() const;

  Detail* detail_ = nullptr;  // null: OK
};

Status CancelledError(std::string_view message);
Status InvalidArgumentError(std::string_view message);
Status NotFoundError(std::string_view message);
Status FailedPreconditionError(std::string_view message);
Status DataLossError(std::string_view message);
Status IoError(std::string_view message);
// `message` with the text of errno value `error` and, where a limit of the
// system's was reached, what to do about that: kOutOfMemory for memory, else
// kIo.
Status ErrnoError(std::string_view message, int error);
Status OutOfMemoryError(std::string_view message);
Status DeadlineExceededError(std::string_view message);
Status UnsupportedError(std::string_view message);
Status DivergedError(std::string_view message);
Status InternalError(std::string_view message);

// A T or the Status that says why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // NOLINT: implicit on purpose
  Result(Status status) : status_(std::move(status)) {  // NOLINT: as above
    assert(!status_.ok());
  }

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }

  T& value() & {
    assert(ok());
    return *value_;
  }
  const T& value() const& {
    assert(ok());
    return *value_;
  }
  T&& value() && {
    assert(ok());
    return std::move(*value_);
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  Status status_;
  std::optional<T> value_;
};

}  // namespace alexnet

#define ALEXNET_STATUS_CONCAT_INNER(a, b) a##b
#define ALEXNET_STATUS_CONCAT(a, b) ALEXNET_STATUS_CONCAT_INNER(a, b)

// Returns from the calling function when `expr`, a Status, is not OK.
#define ALEXNET_RETURN_IF_ERROR(expr)                                        \
  do {                                                                       \
    if (::alexnet::Status alexnet_status_ = (expr); !alexnet_status_.ok()) { \
      return alexnet_status_;                                                \
    }                                                                        \
  } while (false)

// Evaluates `expr`, a Result, and either moves its value into `lhs` or returns.
#define ALEXNET_ASSIGN_OR_RETURN(lhs, expr) \
  ALEXNET_ASSIGN_OR_RETURN_IMPL(            \
      ALEXNET_STATUS_CONCAT(alexnet_result_, __LINE__), lhs, expr)
#define ALEXNET_ASSIGN_OR_RETURN_IMPL(result, lhs, expr) \
  auto result = (expr);                                  \
  if (!result.ok()) return result.status();              \
  lhs = std::move(result).value()

#endif  // ALEXNET_CORE_BASE_STATUS_H_
