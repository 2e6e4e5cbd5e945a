#include "core/train/computed_on.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/cpu.h"
#include "core/devices/rank_devices.h"
#include "core/train/build_id.h"

namespace alexnet {
namespace {

std::string DeviceText(const TrainingState& state) {
  return fmt::format(
      "{}{} in {}{}", state.device,
      state.hardware.empty() ? "" : fmt::format(" ({})", state.hardware),
      state.precision, state.tuned ? ", tuned" : "");
}

std::string ThreadsText(const TrainingState& state) {
  return state.rank_threads.size() < 2
             ? fmt::format("{}", state.compute_threads)
             : fmt::format("{}", fmt::join(state.rank_threads, " + "));
}

std::string TimesText(size_t times) {
  return times == 1 ? "once" : fmt::format("{} times", times);
}

std::string AdderText(const TrainingState& state) {
  return state.adder.empty() ? "in the order of devices" : "by " + state.adder;
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
  state->rank_threads.clear();
  state->adder.clear();
  if (!job.rank_devices.empty()) {
    state->parallel = ParallelKindName(job.options.parallel);
    state->compute_threads = 0;
    for (const RankDevice& device : job.rank_devices) {
      state->devices += (state->devices.empty() ? "" : ",") + device.name;
      state->compute_threads += device.threads;
      state->rank_threads.push_back(device.threads);
    }
    if (job.over_device != nullptr) state->adder = job.over_device->adder();
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
  // Of one device, their number; where devices differ that has been said.
  const bool by_rank = state.rank_threads.size() == now.rank_threads.size();
  if (by_rank || state.compute_threads != now.compute_threads) {
    compare("compute threads", ThreadsText(state), ThreadsText(now));
  }
  if (!state.devices.empty() && !now.devices.empty()) {
    compare("sums over devices", AdderText(state), AdderText(now));
  }
  compare("instruction set", state.isa, now.isa);
  if (state.build_id != now.build_id) {
    differences.push_back("the program's build");
  }
  if (differences.empty() && now.tuned) {
    differences.push_back("algorithms, which are chosen by their times");
  }
  return differences;
}

std::string OtherUpdates(const TrainingState& state, const TrainingJob& job) {
  TrainingState now;
  RecordComputer(job, &now);
  const auto updates = [](const TrainingState& of) {
    return of.parallel == ParallelKindName(ParallelKind::kHybridSubBatches)
               ? DeviceNames(of.devices).size()
               : 1;
  };
  const size_t before = updates(state);
  const size_t after = updates(now);
  if (before == after) return "";
  return fmt::format(
      "fully connected layers were updated {} a batch by {} and are {} by {} "
      "from here on: the run learns in another way",
      TimesText(before), DevicesText(state), TimesText(after),
      DevicesText(now));
}

}  // namespace alexnet
