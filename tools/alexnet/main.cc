// The `alexnet` command: parses the command line, runs one verb, and turns its
// status into a message and an exit code: 0 done, 1 failed, 2 usage.

#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "core/base/cancel.h"
#include "core/base/log.h"
#include "tools/alexnet/cli.h"

namespace alexnet::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kInterrupted = 130;  // 128 + SIGINT, as shells expect

// A signal handler can reach nothing else.
CancelToken& SignalToken() {
  static CancelToken token;
  return token;
}

void OnSignal(int) { SignalToken().Cancel(); }

// The first signal asks the verb to stop cleanly, the second one kills.
void CatchSignals() {
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A full disk or a size limit must come back as an error of write().
  signal(SIGXFSZ, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
}

void WriteLog(LogLevel level, std::string_view message) {
  const char* prefix = level == LogLevel::kWarning ? "warning: "
                       : level == LogLevel::kError ? "error: "
                                                   : "";
  std::fprintf(stderr, "%s%.*s\n", prefix, static_cast<int>(message.size()),
               message.data());
}

int Main(int argc, char** argv) {
  CatchSignals();
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

  const Logger log(WriteLog);
  Context context{Interrupt{&SignalToken(), std::nullopt}, log};
  const Status status = action(context);
  if (status.ok()) return 0;
  std::fprintf(stderr, "alexnet: %s\n", status.ToString().c_str());
  return status.code() == StatusCode::kCancelled ? kInterrupted : kFailed;
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
