#include "core/train/computed_on.h"

#include <fmt/core.h>

#include "core/base/cpu.h"
#include "core/train/build_id.h"

namespace alexnet {
namespace {

std::string DeviceText(const TrainingState& state) {
  return fmt::format(
      "{}{} in {}{}", state.device,
      state.hardware.empty() ? "" : fmt::format(" ({})", state.hardware),
      state.precision, state.tuned ? ", tuned" : "");
}

std::string DevicesText(const TrainingState& state) {
  return state.devices.empty()
             ? "one"
             : fmt::format("{} by {}", state.devices, state.parallel);
}

}  // namespace

void RecordComputer(const TrainingJob& job, TrainingState* state) {
  const Backend& backend = *job.backend;
  const Computer computer = backend.computer();
  state->device = computer.device;
  state->hardware = computer.hardware;
  state->precision = PrecisionName(computer.precision);
  state->tuned = computer.tuned;
  state->compute_threads = backend.threads();
  state->devices.clear();
  state->parallel.clear();
  if (!job.rank_devices.empty()) {
    state->parallel = ParallelKindName(job.options.parallel);
    state->compute_threads = 0;
    for (const RankDevice& device : job.rank_devices) {
      state->devices += (state->devices.empty() ? "" : ",") + device.name;
      state->compute_threads += device.threads;
    }
  }
  state->isa = HostCpu().isa;
  state->build_id = BuildId();
}

std::vector<std::string> DifferencesOf(const TrainingState& state,
                                       const TrainingJob& job) {
  TrainingState now;
  RecordComputer(job, &now);
  std::vector<std::string> differences;
  const auto compare = [&](const char* what, const std::string& before,
                           const std::string& after) {
    if (before == after) return;
    differences.push_back(
        fmt::format("{} ({} then, {} now)", what, before, after));
  };
  compare("device", DeviceText(state), DeviceText(now));
  compare("devices", DevicesText(state), DevicesText(now));
  compare("compute threads", fmt::format("{}", state.compute_threads),
          fmt::format("{}", now.compute_threads));
  compare("instruction set", state.isa, now.isa);
  if (state.build_id != now.build_id) {
    differences.push_back("the program's build");
  }
  if (differences.empty() && now.tuned) {
    differences.push_back("algorithms, which are chosen by their times");
  }
  return differences;
}

}  // namespace alexnet
