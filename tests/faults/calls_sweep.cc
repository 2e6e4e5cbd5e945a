#include "tests/faults/calls_sweep.h"

#include <fmt/core.h>
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <utility>

#include "tests/faults/program.h"

namespace alexnet::faults {
namespace {

namespace fs = std::filesystem;

std::string CallsPath() { return fs::absolute(CALLS_BINARY); }

Verdict VerdictOf(const std::string& name) {
  for (int i = 0; i < kVerdicts; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    if (name == VerdictName(verdict)) return verdict;
  }
  return Verdict::kExit;
}

// Below which others lose memory where an allocation of theirs fails: protobuf
// of messages, the loader of libraries that it looks for.
bool LosesMemory(const std::string& call) {
  return call.ends_with("port onnx") || call.ends_with("port caffemodel") ||
         call == "system_json";
}

// Of a line that the program printed.
struct Run {
  std::string verdict, at, function, path, message;

  static Run Of(const std::string& line) {
    Run run;
    std::istringstream fields(line);
    for (std::string* field :
         {&run.verdict, &run.at, &run.function, &run.path, &run.message}) {
      std::getline(fields, *field, '\t');
    }
    return run;
  }
};

}  // namespace

std::vector<std::string> CallNames(const std::string& work) {
  fs::create_directories(work);
  std::istringstream lines(RunProgram(CallsPath(), work, {}, nullptr).out);
  std::vector<std::string> names;
  for (std::string name; std::getline(lines, name);) names.push_back(name);
  return names;
}

bool IsForCalls(const Fault& fault) {
  return fault.what == FAULTS_FAIL || fault.what == FAULTS_SHORTEN;
}

Count SweepCall(const std::string& call, const Fault& fault,
                const std::string& given, const std::string& work,
                uint64_t most, uint64_t seed, bool all) {
  Count count;
  const auto judge = [&](Verdict verdict, const Run& run) {
    ++count.runs;
    ++count.verdicts[static_cast<size_t>(verdict)];
    if (verdict <= Verdict::kSpared) return;
    count.wrong.push_back(fmt::format(
        "{}, {} {} ({}{}{}): {}: {}", call, fault.name, run.at, run.function,
        run.path.empty() ? "" : " of ", run.path, run.verdict, run.message));
  };
  for (uint64_t from = 0;;) {
    fs::remove_all(work);
    fs::create_directories(work);
    Faults faults = Chosen(fault, from, all);
    faults.then = std::exchange(faults.what, FAULTS_COUNT);
    const Ending ending =
        RunProgram(CallsPath(), work,
                   {fs::absolute(given), call, std::to_string(from),
                    std::to_string(most), std::to_string(seed)},
                   &faults);
    std::istringstream lines(ending.out);
    lines >> count.calls;
    lines.ignore();
    for (std::string line; std::getline(lines, line);) {
      const Run run = Run::Of(line);
      Verdict verdict = VerdictOf(run.verdict);
      const bool caused = fault.cause != nullptr &&
                          run.message.find(fault.cause) != std::string::npos;
      if (verdict == Verdict::kSaid && fault.cause != nullptr && !caused) {
        verdict = Verdict::kUnsaid;
      }
      if (verdict == Verdict::kLeak && fault.calls == FAULTS_ALLOCATE &&
          LosesMemory(call)) {
        verdict = Verdict::kSpared;
      }
      // It reports what is wrong with each picture.
      if (verdict == Verdict::kOther && call == "dataset_lint" && caused) {
        verdict = Verdict::kSaid;
      }
      judge(verdict, run);
    }
    if (ending.signal == 0) {
      if (ending.code != 0) {
        count.wrong.push_back(fmt::format("{}, {}: exit {}: {}{}", call,
                                          fault.name, ending.code, ending.out,
                                          ending.err));
      }
      return count;
    }
    // It goes on behind the call that ended it.
    const Verdict verdict =
        ending.signal == SIGALRM ? Verdict::kHang : Verdict::kCrash;
    judge(verdict, {VerdictName(verdict), std::to_string(ending.faults.at),
                    ending.faults.function, ending.faults.path,
                    fmt::format("signal {}", ending.signal)});
    if (ending.out.empty()) return count;
    from = ending.faults.at + 1;
  }
}

}  // namespace alexnet::faults
