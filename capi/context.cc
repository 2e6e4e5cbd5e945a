#include "capi/context.h"

#include <fmt/core.h>

#include <chrono>
#include <cmath>

#include "capi/call.h"
#include "capi/struct_size.h"

namespace alexnet::capi {

Result<Limits> Limits::Read(const alexnet_limits* given) {
  ALEXNET_ASSIGN_OR_RETURN(const alexnet_limits limits,
                           ReadStruct(given, "alexnet_limits"));
  Limits result;
  ALEXNET_ASSIGN_OR_RETURN(result.token_, EnterOptional(limits.cancel));
  const double seconds = limits.timeout_seconds;
  if (!(seconds >= 0.0)) {
    return InvalidArgumentError(
               fmt::format("must be 0 (none) or above, not {:g}", seconds))
        .WithField("timeout_seconds");
  }
  // Beyond two centuries a clock of nanoseconds overflows.
  if (seconds > 0.0 && seconds < 3e9) {
    result.deadline_ =
        std::chrono::steady_clock::now() +
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(
            std::chrono::duration<double>(seconds));
  }
  return result;
}

Interrupt Limits::interrupt() {
  Interrupt interrupt;
  if (token_) interrupt.token = &token_->token;
  interrupt.deadline = deadline_;
  interrupt.own_token = &own_;
  return interrupt;
}

Status Limits::CheckObeyed() const {
  if (!own_.cancelled()) return Status();
  return CancelledError("stopped by the caller's callback");
}

void LogInfo(const Ref<alexnet_context>& context, const std::string& message) {
  if (context) context->log.Info(message);
}

void LogWarning(const Ref<alexnet_context>& context,
                const std::string& message) {
  if (context) context->log.Warning(message);
}

}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_cancel_token_create(alexnet_cancel_token** token,
                                           alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(token, "token"));
    *token = new alexnet_cancel_token();
    return Status();
  });
}

void alexnet_cancel_token_cancel(alexnet_cancel_token* token) {
  if (token != nullptr && token->tag() == alexnet_cancel_token::kTag) {
    token->token.Cancel();
  }
}

int32_t alexnet_cancel_token_cancelled(const alexnet_cancel_token* token) {
  return token != nullptr && token->tag() == alexnet_cancel_token::kTag &&
         token->token.cancelled();
}

void alexnet_cancel_token_free(alexnet_cancel_token* token) {
  FreeHandle(token);
}

alexnet_status alexnet_context_create(const alexnet_context_options* given,
                                      alexnet_context** context,
                                      alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(context, "context"));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_context_options options,
                             ReadStruct(given, "alexnet_context_options"));
    if (options.log_level < ALEXNET_LOG_DEFAULT ||
        options.log_level > ALEXNET_LOG_ERROR) {
      return InvalidArgumentError(
                 fmt::format("{} is no ALEXNET_LOG level", options.log_level))
          .WithField("log_level");
    }
    const int32_t least = options.log_level == ALEXNET_LOG_DEFAULT
                              ? ALEXNET_LOG_INFO
                              : options.log_level;
    Logger::Sink sink;
    if (options.log != nullptr) {
      sink = [options](LogLevel level, std::string_view message) {
        options.log(options.log_user,
                    static_cast<int32_t>(level) + ALEXNET_LOG_DEBUG,
                    std::string(message).c_str());
      };
    }
    *context = new alexnet_context(
        std::move(sink), static_cast<LogLevel>(least - ALEXNET_LOG_DEBUG));
    return Status();
  });
}

void alexnet_context_log(alexnet_context* context, int32_t level,
                         const char* message) {
  if (message == nullptr || !CheckHandle(context).ok()) return;
  const bool known = level >= ALEXNET_LOG_DEBUG && level <= ALEXNET_LOG_ERROR;
  Call(nullptr, [&] {
    context->log.Log(known ? static_cast<LogLevel>(level - ALEXNET_LOG_DEBUG)
                           : LogLevel::kInfo,
                     message);
    return Status();
  });
}

void alexnet_context_free(alexnet_context* context) { FreeHandle(context); }
