// What failing calls throw.

#ifndef ALEXNET_CPP_ERROR_HPP_
#define ALEXNET_CPP_ERROR_HPP_

#include <alexnet/alexnet.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace alexnet {
inline namespace v0 {

class Error : public std::runtime_error {
 public:
  // Takes `error`, which may be null.
  Error(alexnet_status code, alexnet_error* error)
      : Error(code, Owned(error)) {}

  // One of the program's own.
  Error(alexnet_status code, const std::string& message,
        const std::string& file = "", const std::string& field = "")
      : Error(code, alexnet_error_create(code, message.c_str(), file.c_str(),
                                         field.c_str())) {}

  alexnet_status code() const { return code_; }  // ALEXNET_NOT_FOUND, ...
  const std::string& message() const { return message_; }
  const std::string& file() const { return file_; }    // or ""
  const std::string& field() const { return field_; }  // or ""

 private:
  struct Free {
    void operator()(alexnet_error* error) const { alexnet_error_free(error); }
  };
  using Owned = std::unique_ptr<alexnet_error, Free>;

  // Its texts are copied, for which there may be no memory.
  Error(alexnet_status code, const Owned& error)
      : std::runtime_error(error != nullptr ? alexnet_error_text(error.get())
                                            : alexnet_status_name(code)),
        code_(code),
        message_(alexnet_error_message(error.get())),
        file_(alexnet_error_file(error.get())),
        field_(alexnet_error_field(error.get())) {}

  alexnet_status code_;
  std::string message_;
  std::string file_;
  std::string field_;
};

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_ERROR_HPP_
