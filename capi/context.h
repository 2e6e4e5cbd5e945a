// Contexts, cancel tokens and limits behind their handles.

#ifndef ALEXNET_CAPI_CONTEXT_H_
#define ALEXNET_CAPI_CONTEXT_H_

#include <alexnet/alexnet.h>

#include <chrono>
#include <optional>
#include <string>

#include "capi/handle.h"
#include "core/base/cancel.h"
#include "core/base/log.h"

struct alexnet_cancel_token : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c434e;
  static constexpr const char* kName = "cancel token";
  alexnet_cancel_token() : Counted(kTag) {}
  alexnet::CancelToken token;
};

struct alexnet_context : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c4358;
  static constexpr const char* kName = "context";
  explicit alexnet_context(alexnet::Logger::Sink sink, alexnet::LogLevel least)
      : Counted(kTag), log(std::move(sink), least) {}
  const alexnet::Logger log;
};

namespace alexnet::capi {

// What alexnet_limits asks for, with the token kept alive, and a token of the
// call itself for its callbacks.
class Limits {
 public:
  static Result<Limits> Read(const alexnet_limits* given);
  // Borrows from this object, which must stay where it is.
  Interrupt interrupt();
  // Makes the interrupt fire where a callback said other than 0.
  void Obey(int32_t answer) {
    if (answer != 0) own_.Cancel();
  }

  // Not OK where a callback said so, however late.
  Status CheckObeyed() const;

  Limits(Limits&& other) noexcept
      : token_(std::move(other.token_)), deadline_(other.deadline_) {}

 private:
  Limits() = default;
  Ref<alexnet_cancel_token> token_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  CancelToken own_;
};

// To the context's log; nowhere for an empty one.
void LogInfo(const Ref<alexnet_context>& context, const std::string& message);
void LogWarning(const Ref<alexnet_context>& context,
                const std::string& message);

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_CONTEXT_H_
