// A scenario with each of its calls failing in turn, and what came of it.

#ifndef ALEXNET_TESTS_FAULTS_SWEEP_H_
#define ALEXNET_TESTS_FAULTS_SWEEP_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/faults/program.h"
#include "tests/faults/scenarios.h"

namespace alexnet::faults {

// One way of failing.
struct Fault {
  const char* name;
  int calls;  // of faults.h, as the next two
  int what;
  int error;
  bool onwards;
  const char* cause;  // what a message has to hold; null: any message
};

const std::vector<Fault>& AllFaults();

// Of call number `at`; spares those of libraries that bear no failures unless
// `all`.
Faults Chosen(const Fault& fault, uint64_t at, bool all);

// What is counted. All but the first four are wrong.
enum class Verdict {
  kSame,    // exit 0 and the results of a run without failures
  kSaid,    // exit 1, with a message that names the cause
  kKilled,  // by the library, nothing lost
  kSpared,  // a call of a library that bears no failures: nothing failed
  kCrash,   // a signal
  kHang,
  kExit,          // neither 0 nor 1
  kOther,         // exit 0 with other results
  kUnsaid,        // exit 1 without the cause
  kLost,          // a model that was there is gone or damaged
  kStray,         // a temporary file stays
  kLeak,          // a descriptor or memory stays
  kNotRecovered,  // the next run, without failures, does not give the results
};
inline constexpr int kVerdicts = 13;
const char* VerdictName(Verdict verdict);

struct Count {
  uint64_t calls = 0;  // that a run makes
  uint64_t runs = 0;
  std::array<uint64_t, kVerdicts> verdicts{};
  std::vector<std::string> wrong;  // one line each
};

// Sweeps over one scenario. Not thread safe.
class Sweeper {
 public:
  // `given` is MakeGiven's folder, `work` one to work in; all are kept.
  Sweeper(const Scenario& scenario, std::string given, std::string work)
      : scenario_(scenario), given_(std::move(given)), work_(std::move(work)) {}

  // Lets call 0, 1, ... fail, `most` of them, spread over all with what `seed`
  // draws; 0: each. Spares calls of libraries that bear no failures unless
  // `all`.
  Count Run(const Fault& fault, uint64_t most, uint64_t seed, bool all);

 private:
  bool Prepare(const Fault& fault, Count* count);
  Verdict Judge(const Fault& fault, const Ending& ending) const;
  bool Recovers() const;

  const Scenario& scenario_;
  const std::string given_;
  const std::string work_;
  std::optional<Results> expected_;  // without failures
  std::vector<std::string> before_;  // models that are there at the start
  std::map<int, uint64_t> calls_;    // of each kind, in such a run
};

}  // namespace alexnet::faults

#endif  // ALEXNET_TESTS_FAULTS_SWEEP_H_
