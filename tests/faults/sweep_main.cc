// Lets each call of each scenario, and below each call of the C interfaces,
// fail and prints a table of what came of it:
//   sweep [--scenario NAME] [--fault NAME] [--most N] [--seed S] [--folder F]
// With --all, calls of CUDA's libraries fail, too.
// Exits with 1 where anything was wrong. Takes hours without --most.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "tests/faults/calls_sweep.h"
#include "tests/faults/sweep.h"

namespace alexnet::faults {
namespace {

struct Options {
  std::string scenario;  // empty: all
  std::string fault;
  uint64_t most = 0;
  uint64_t seed = 1;
  std::string folder;
  bool all = false;
};

bool Parse(int argc, char** argv, Options* options) {
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--all") {
      options->all = true;
      --i;
      continue;
    }
    if (i + 1 == argc) return false;
    const char* value = argv[i + 1];
    if (name == "--scenario") {
      options->scenario = value;
    } else if (name == "--fault") {
      options->fault = value;
    } else if (name == "--most") {
      options->most = std::strtoull(value, nullptr, 10);
    } else if (name == "--seed") {
      options->seed = std::strtoull(value, nullptr, 10);
    } else if (name == "--folder") {
      options->folder = value;
    } else {
      return false;
    }
  }
  return true;
}

// A line of the table, and what was wrong. False where anything was.
bool Print(const std::string& name, const Fault& fault, const Count& count) {
  std::printf("%-32s %-12s %7llu %7llu", name.c_str(), fault.name,
              static_cast<unsigned long long>(count.calls),
              static_cast<unsigned long long>(count.runs));
  for (int i = 0; i < kVerdicts; ++i) {
    std::printf(
        " %*llu",
        static_cast<int>(std::strlen(VerdictName(static_cast<Verdict>(i)))),
        static_cast<unsigned long long>(
            count.verdicts[static_cast<size_t>(i)]));
  }
  std::puts("");
  std::fflush(stdout);
  for (const std::string& line : count.wrong) {
    std::fprintf(stderr, "  %s\n", line.c_str());
  }
  return count.wrong.empty();
}

int Main(int argc, char** argv) {
  Options options;
  if (!Parse(argc, argv, &options)) {
    std::fputs(
        "sweep [--scenario NAME] [--fault NAME] [--most RUNS] [--seed SEED] "
        "[--folder FOLDER] [--all]\n",
        stderr);
    return 2;
  }
  if (options.folder.empty()) {
    std::string made = std::filesystem::temp_directory_path() / "faults.XXXXXX";
    if (mkdtemp(made.data()) == nullptr) return 1;
    options.folder = made;
  }
  const std::string given = options.folder + "/given";
  if (!MakeGiven(given)) return 1;
  std::printf("%-32s %-12s %7s %7s", "scenario", "fault", "calls", "runs");
  for (int i = 0; i < kVerdicts; ++i) {
    std::printf(" %s", VerdictName(static_cast<Verdict>(i)));
  }
  std::puts("");
  bool wrong = false;
  for (const Scenario& scenario : Scenarios()) {
    if (!options.scenario.empty() && options.scenario != scenario.name) {
      continue;
    }
    Sweeper sweeper(scenario, given, options.folder + "/work");
    for (const Fault& fault : AllFaults()) {
      if (!options.fault.empty() && options.fault != fault.name) continue;
      const Count count =
          sweeper.Run(fault, options.most, options.seed, options.all);
      wrong |= !Print(scenario.name, fault, count);
    }
  }
  for (const std::string& call : CallNames(options.folder + "/work")) {
    if (!options.scenario.empty() && options.scenario != call) continue;
    for (const Fault& fault : AllFaults()) {
      if (!IsForCalls(fault) ||
          (!options.fault.empty() && options.fault != fault.name)) {
        continue;
      }
      const Count count =
          SweepCall(call, fault, given, options.folder + "/work", options.most,
                    options.seed, options.all);
      wrong |= !Print(call, fault, count);
    }
  }
  for (const char* name : {"/given", "/work"}) {
    std::filesystem::remove_all(options.folder + name);
  }
  return wrong ? 1 : 0;
}

}  // namespace
}  // namespace alexnet::faults

int main(int argc, char** argv) { return alexnet::faults::Main(argc, argv); }
