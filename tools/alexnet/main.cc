// The `alexnet` command: parses the command line, runs one verb, and turns its
// status into a message and an exit code: 0 done, 1 failed, 2 usage.

#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "tools/alexnet/cli.h"

namespace alexnet::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kInterrupted = 130;  // 128 + SIGINT, as shells expect

// A signal handler can reach nothing else.
CancelToken* signal_token = nullptr;

void OnSignal(int) { signal_token->cancel(); }

// While it lives, the first signal asks the verb to stop cleanly and the second
// one kills. Must not outlive the token.
class SignalsCaught {
 public:
  SignalsCaught() {
    struct sigaction action = {};
    action.sa_handler = OnSignal;
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    // A full disk or a size limit must come back as an error of write().
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
  }
  ~SignalsCaught() {
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
  }
  SignalsCaught(const SignalsCaught&) = delete;
  SignalsCaught& operator=(const SignalsCaught&) = delete;
};

void WriteLog(int32_t level, std::string_view message) {
  const char* prefix = level == ALEXNET_LOG_WARNING ? "warning: "
                       : level == ALEXNET_LOG_ERROR ? "error: "
                                                    : "";
  Complain(prefix + std::string(message));
}

int Main(int argc, char** argv) {
  CancelToken token;
  signal_token = &token;
  const SignalsCaught caught;
  CLI::App app{
      "AlexNet: train, fine-tune, evaluate and run the AlexNet family."};
  app.name("alexnet");
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  app.get_formatter()->column_width(34);

  Action action;
  AddDemo(app, action);
  AddTrain(app, action);
  AddFinetune(app, action);
  AddEval(app, action);
  AddPredict(app, action);
  AddPack(app, action);
  AddConvert(app, action);
  AddVerify(app, action);
  AddBench(app, action);
  AddDoctor(app, action);
  AddPresets(app, action);

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr,
                 "alexnet: %s\nSee: alexnet --help, alexnet VERB --help\n",
                 error.what());
    return kUsage;
  }

  // `bazel run` starts programs elsewhere; paths are the caller's.
  if (const char* caller = std::getenv("BUILD_WORKING_DIRECTORY");
      caller != nullptr && chdir(caller) != 0) {
    std::perror(caller);
    return kFailed;
  }

  const Context log(WriteLog);
  Setting setting{{}, log};
  setting.limits.cancel = token.get();
  try {
    action(setting);
    return 0;
  } catch (const Error& error) {
    Complain(std::string("alexnet: ") + error.what());
    return error.code() == ALEXNET_CANCELLED ? kInterrupted : kFailed;
  } catch (const Failure& failure) {
    Complain(std::string("alexnet: ") + failure.what());
    return kFailed;
  }
}

}  // namespace
}  // namespace alexnet::cli

int main(int argc, char** argv) {
  try {
    return alexnet::cli::Main(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs(
        "alexnet: out of memory; a smaller --batch or fewer --threads need "
        "less\n",
        stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "alexnet: internal error: %s\n", error.what());
  }
  return 1;
}
