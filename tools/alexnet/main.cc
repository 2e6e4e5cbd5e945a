// The `alexnet` command: parses the command line, runs one verb, and turns its
// status into a message and an exit code: 0 done, 1 failed, 2 usage.

#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/spelling.h"

namespace alexnet::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kSignal = 128;  // and the signal, as shells expect

// A signal handler can reach nothing else.
CancelToken* signal_token = nullptr;
std::atomic<int> signal_number = SIGINT;
std::atomic<int64_t> signal_time = 0;  // of the first, in nanoseconds

// The first asks the verb to stop cleanly, and one that comes a second later or
// more kills. What comes sooner is the same signal again: timeout(1) sends it
// to a program and then to its group.
void OnSignal(int number) {
  struct timespec time = {};
  clock_gettime(CLOCK_MONOTONIC, &time);
  constexpr int64_t kSecond = 1'000'000'000;
  const int64_t now = time.tv_sec * kSecond + time.tv_nsec;
  if (int64_t none = 0; signal_time.compare_exchange_strong(none, now)) {
    signal_number = number;
    signal_token->cancel();
  } else if (now - signal_time >= kSecond) {
    signal(number, SIG_DFL);
    raise(number);
  }
}

// Files that are opened later must not become standard streams, to which text
// would be written.
void OpenStandardStreams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    const int opened = open("/dev/null", O_RDWR);
    if (opened >= 0 && opened != fd) close(opened);
  }
}

// While it lives, OnSignal is asked. Must not outlive the token.
class SignalsCaught {
 public:
  SignalsCaught() {
    struct sigaction action = {};
    action.sa_handler = OnSignal;
    action.sa_flags = SA_RESTART;
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
  Complain(prefix + WithFlags(message));
}

// Of a library that cannot bear a failed allocation (nlohmann's JSON).
// Files are whole or not there at any moment.
[[noreturn]] void OnTerminate() {
  constexpr char kText[] =
      "alexnet: ended within a library, most likely since memory ran out; a "
      "smaller --batch or fewer --threads need less\n";
  [[maybe_unused]] const ssize_t ignored =
      write(STDERR_FILENO, kText, sizeof(kText) - 1);
  _exit(kFailed);
}

int Usage(const char* what) {
  std::fprintf(stderr,
               "alexnet: %s\nSee: alexnet --help, alexnet VERB --help\n", what);
  return kUsage;
}

int Main(int argc, char** argv) {
  CancelToken token;
  signal_token = &token;
  const SignalsCaught caught;
  CommandLine line(
      "alexnet",
      "AlexNet: train, fine-tune, evaluate and run the AlexNet family.");
  std::vector<std::pair<Arguments, Action>> verbs;
  for (const Verb& verb : Verbs()) {
    Arguments arguments = line.AddVerb(verb.name, verb.summary);
    Action action = verb.declare(arguments);
    verbs.emplace_back(arguments, std::move(action));
  }
  try {
    if (!line.Parse(argc, argv)) {
      Print("");  // flushes
      return 0;
    }
  } catch (const Failure& failure) {
    Complain(std::string("alexnet: ") + failure.what());
    return kFailed;
  } catch (const UsageError& error) {
    return Usage(error.what());
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
    for (const auto& [arguments, action] : verbs) {
      if (arguments.Chosen()) action(setting);
    }
    return 0;
  } catch (const UsageError& error) {
    return Usage(error.what());
  } catch (const Error& error) {
    Complain("alexnet: " + ErrorText(error.file(), error.field(),
                                     error.message().empty()
                                         ? error.what()
                                         : error.message()));
    return error.code() == ALEXNET_CANCELLED ? kSignal + signal_number
                                             : kFailed;
  } catch (const Failure& failure) {
    Complain(std::string("alexnet: ") + failure.what());
    return kFailed;
  }
}

}  // namespace
}  // namespace alexnet::cli

int main(int argc, char** argv) {
  try {
    alexnet::cli::OpenStandardStreams();
    std::set_terminate(alexnet::cli::OnTerminate);
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
