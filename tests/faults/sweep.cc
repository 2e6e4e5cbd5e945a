#include "tests/faults/sweep.h"

#include <fmt/core.h>
#include <signal.h>

#include <cerrno>
#include <filesystem>
#include <random>

#include "tests/faults/program.h"

namespace alexnet::faults {
namespace {

namespace fs = std::filesystem;

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The name of the file whose call failed, as a message has it: what is written
// beside it first has it inside. Empty where none is to be named.
std::string FileOf(const Fault& fault, const Ending& ending) {
  if (fault.calls != FAULTS_FILE || fault.onwards) return "";
  std::string name = fs::path(ending.faults.path).filename();
  if (name.starts_with('.') && name.ends_with(".tmp")) {
    name = name.substr(1, name.size() - 5);
    name = name.substr(0, name.rfind('.'));
  }
  return name;
}

std::string LastLine(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);  // npos + 1 is 0
}

}  // namespace

Faults Chosen(const Fault& fault, uint64_t at, bool all) {
  Faults faults{};
  faults.calls = fault.calls;
  faults.what = fault.what;
  faults.error = fault.error;
  faults.onwards = fault.onwards;
  faults.spares = all ? 0 : 1;
  faults.at = at;
  return faults;
}

Count Sweeper::Run(const Fault& fault, uint64_t most, uint64_t seed, bool all) {
  Count count;
  if (!Prepare(fault, &count)) return count;
  std::mt19937_64 random(seed);
  const uint64_t runs = most == 0 || most > count.calls ? count.calls : most;
  for (uint64_t i = 0; i < runs; ++i) {
    // One of each share, which is one call where all are taken.
    const uint64_t begin = count.calls * i / runs;
    const uint64_t share = count.calls * (i + 1) / runs - begin;
    const uint64_t at = begin + (share > 1 ? random() % share : 0);
    Lay(scenario_, given_, work_);
    const Faults faults = Chosen(fault, at, all);
    const Ending ending = RunProgram(work_, scenario_.command, &faults);
    const Verdict verdict = Judge(fault, ending);
    ++count.runs;
    ++count.verdicts[static_cast<size_t>(verdict)];
    if (verdict <= Verdict::kSpared) continue;
    count.wrong.push_back(
        fmt::format("{}, {} {} ({}{}{}): {}: exit {}, signal {}: {}",
                    scenario_.name, fault.name, at, ending.faults.function,
                    ending.faults.path[0] != '\0' ? " of " : "",
                    ending.faults.path, VerdictName(verdict), ending.code,
                    ending.signal, LastLine(ending.err)));
  }
  return count;
}

// Counts the calls, and takes what a run without failures gives, which has to
// be the same each time.
bool Sweeper::Prepare(const Fault& fault, Count* count) {
  while (!calls_.contains(fault.calls) || !expected_) {
    Lay(scenario_, given_, work_);
    before_.clear();
    for (const std::string& name : scenario_.makes) {
      if (fs::exists(work_ + "/" + name)) before_.push_back(name);
    }
    Faults faults{};
    faults.calls = fault.calls;
    const Ending ending = RunProgram(work_, scenario_.command, &faults);
    std::vector<std::string> damaged;
    Results results = ResultsIn(scenario_, work_, &damaged);
    if (scenario_.prints) results["output"] = ending.out;
    if (ending.code != 0 || !damaged.empty() ||
        (expected_ && results != *expected_)) {
      count->wrong.push_back(
          fmt::format("{}: without failures: exit {}, signal {}: {}",
                      scenario_.name, ending.code, ending.signal, ending.err));
      return false;
    }
    expected_ = std::move(results);
    calls_[fault.calls] = ending.faults.seen;
  }
  count->calls = calls_[fault.calls];
  return true;
}

Verdict Sweeper::Judge(const Fault& fault, const Ending& ending) const {
  const bool kills =
      fault.what == FAULTS_KILL_BEFORE || fault.what == FAULTS_KILL_AFTER;
  const bool killed = kills && ending.signal == SIGKILL;
  if (ending.signal == SIGALRM) return Verdict::kHang;
  if (ending.signal != 0 && !killed) return Verdict::kCrash;
  if (!killed && ending.code != 0 && ending.code != 1) return Verdict::kExit;
  std::vector<std::string> damaged;
  Results results = ResultsIn(scenario_, work_, &damaged);
  if (!damaged.empty()) return Verdict::kLost;
  for (const std::string& name : before_) {
    if (!fs::exists(work_ + "/" + name)) return Verdict::kLost;
  }
  if (ending.code == 0) {
    if (scenario_.prints) results["output"] = ending.out;
    if (results != *expected_) return Verdict::kOther;
  } else if (!killed && ending.err.empty()) {
    return Verdict::kUnsaid;
  } else if (!killed && fault.cause != nullptr &&
             (!Holds(ending.err + ending.out, fault.cause) ||
              !Holds(ending.err + ending.out, FileOf(fault, ending)))) {
    return Verdict::kUnsaid;
  }
  // Where all that follows fails, so does removing; the next run does that.
  if (!killed && !fault.onwards && !StraysIn(work_).empty()) {
    return Verdict::kStray;
  }
  if (ending.code == 0) {
    return ending.faults.met == 0 ? Verdict::kSpared : Verdict::kSame;
  }
  if (!Recovers()) return Verdict::kNotRecovered;
  return killed ? Verdict::kKilled : Verdict::kSaid;
}

// Whether the same user, who goes on, gets the results.
bool Sweeper::Recovers() const {
  std::vector<std::string> command = scenario_.command;
  if (command.front() == "train" && fs::exists(work_ + "/out/last.alexnet")) {
    command = {"train",    command[1],   "--out", "out",
               "--resume", "--threads",  "1",     "--loader-threads",
               "1",        "--no-report"};
  } else if (command.front() == "train") {
    // As its message says: of a run that was killed before its first
    // checkpoint.
    fs::remove(work_ + "/out/best.alexnet");
  }
  const Ending ending = RunProgram(work_, command, nullptr);
  std::vector<std::string> damaged;
  Results results = ResultsIn(scenario_, work_, &damaged);
  if (scenario_.prints) results["output"] = ending.out;
  return ending.code == 0 && damaged.empty() && results == *expected_ &&
         StraysIn(work_).empty();
}

const std::vector<Fault>& AllFaults() {
  static constexpr char kIo[] = "Input/output error";
  static const std::vector<Fault> all{
      {"allocation", FAULTS_ALLOCATE, FAULTS_FAIL, ENOMEM, false, "memory"},
      {"allocations", FAULTS_ALLOCATE, FAULTS_FAIL, ENOMEM, true, "memory"},
      {"mapping", FAULTS_MAP, FAULTS_FAIL, ENOMEM, false, "memory"},
      {"mappings", FAULTS_MAP, FAULTS_FAIL, ENOMEM, true, "memory"},
      {"thread", FAULTS_THREAD, FAULTS_FAIL, EAGAIN, false, nullptr},
      {"threads", FAULTS_THREAD, FAULTS_FAIL, EAGAIN, true, nullptr},
      {"EIO", FAULTS_FILE, FAULTS_FAIL, EIO, false, kIo},
      {"EIOs", FAULTS_FILE, FAULTS_FAIL, EIO, true, kIo},
      {"ENOSPC", FAULTS_FILE, FAULTS_FAIL, ENOSPC, false, "No space left"},
      {"EMFILE", FAULTS_FILE, FAULTS_FAIL, EMFILE, false, "Too many open"},
      {"EINTR", FAULTS_FILE, FAULTS_FAIL, EINTR, false, "Interrupted"},
      {"short", FAULTS_FILE, FAULTS_SHORTEN, 0, false, nullptr},
      {"shorts", FAULTS_FILE, FAULTS_SHORTEN, 0, true, nullptr},
      {"kill before", FAULTS_FILE, FAULTS_KILL_BEFORE, 0, false, nullptr},
      {"kill after", FAULTS_FILE, FAULTS_KILL_AFTER, 0, false, nullptr},
  };
  return all;
}

const char* VerdictName(Verdict verdict) {
  constexpr const char* kNames[kVerdicts] = {
      "same",  "said",   "killed", "spared", "crash", "hang",         "exit",
      "other", "unsaid", "lost",   "stray",  "leak",  "not recovered"};
  return kNames[static_cast<size_t>(verdict)];
}

}  // namespace alexnet::faults
