// The tables of docs/scaling.md: what ranks exchange in a step, published runs
// beside what the simulation makes of them, and what it predicts.

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/network/network.h"
#include "core/network/presets.h"
#include "core/parallel/parallel_plan.h"
#include "core/parallel/step_traffic.h"
#include "tests/bench/scaling/published.h"
#include "tests/bench/scaling/step_simulation.h"

namespace alexnet {
namespace {

struct Planned {
  NetworkInfo info;
  Result<ParallelPlan> plan;
};

Planned PlanOf(std::string_view preset, const ParallelOptions& options) {
  const Network network = MakePreset(preset).value().network;
  NetworkInfo info = InferNetwork(network).value();
  Result<ParallelPlan> plan = MakeParallelPlan(network, info, options);
  return {std::move(info), std::move(plan)};
}

double Megabytes(int64_t elements) {
  return static_cast<double>(elements) * sizeof(float) / 1e6;
}

// What a rank sends; of those that differ, the one that sends most.
double SentMegabytes(const std::vector<StepExchange>& step, bool gradients) {
  std::vector<StepExchange> some;
  for (const StepExchange& exchange : step) {
    if ((exchange.kind == StepExchange::Kind::kGradient) == gradients) {
      some.push_back(exchange);
    }
  }
  int64_t most = 0;
  for (const RankTraffic& rank : SumOverStep(some)) {
    most = std::max(most, rank.sent);
  }
  return Megabytes(most);
}

void PrintTraffic() {
  constexpr int64_t kBatch = 256;
  fmt::print(
      "What a rank sends in a step of {} pictures on all of them, MB\n\n"
      "| network | plan | ranks | gradients | blobs | together |\n"
      "|---|---|---|---|---|---|\n",
      kBatch);
  for (const char* preset : {"torchvision", "alexnet"}) {
    for (const ParallelKind kind :
         {ParallelKind::kData, ParallelKind::kTowers, ParallelKind::kHybrid}) {
      for (const int ranks : {2, 4, 8}) {
        const Planned planned = PlanOf(preset, {kind, ranks});
        if (!planned.plan.ok()) continue;
        const auto step = TrafficOfStep(*planned.plan, planned.info, kBatch);
        const double gradients = SentMegabytes(step, true);
        const double blobs = SentMegabytes(step, false);
        fmt::print("| {} | {} | {} | {:.1f} | {:.1f} | {:.1f} |\n", preset,
                   ParallelKindName(kind), ranks, gradients, blobs,
                   gradients + blobs);
      }
    }
  }
}

void PrintWeirdTrick() {
  fmt::print(
      "\nOne weird trick's table 1, NVIDIA K20\n\n"
      "| GPUs | batch of convolutions | of fully connected layers | hours, "
      "published | times one GPU | simulated | simulated / published |\n"
      "|---|---|---|---|---|---|---|\n");
  const double one_gpu =
      kWeirdTrickRuns[0].hours * 3600 * 128 / kWeirdTrickPictures;
  for (const WeirdTrickRun& run : kWeirdTrickRuns) {
    const Planned planned = PlanOf(
        "owt",
        {run.in_turn() ? ParallelKind::kHybridInTurn : ParallelKind::kHybrid,
         run.ranks});
    const StepTimes times =
        SimulateStep(planned.info, *planned.plan,
                     {.batch = 128 * run.ranks,
                      .update_each_pass = run.in_turn(),
                      .logits_on_one_rank = true},
                     ProcessorOf(planned.info, 128, one_gpu, kK20Memory),
                     WeirdTrickCluster(run.ranks));
    const double speedup = one_gpu * run.ranks / times.total;
    const double published = WeirdTrickSpeedup(run);
    fmt::print("| {} | {} | {} | {:.2f} | {:.2f} | {:.2f} | {:.2f} |\n",
               run.ranks, 128 * run.ranks, run.divided_batch, run.hours,
               published, speedup, speedup / published);
  }
}

// The paper (section 5) took five to six days for 90 epochs on two GTX 580, of
// which each could reach the other's memory over PCI-Express 2.0.
void PrintPaper() {
  constexpr double kDays = 5.5;
  constexpr double kBatch = 128;
  constexpr Cluster kPciExpress = {2, {6e9, 20e-6}, {}, false};
  constexpr double kMemory = 192.4e9;
  const double seconds = kDays * 86400 * kBatch / kWeirdTrickPictures;
  const Planned two = PlanOf("alexnet", {ParallelKind::kTowers, 2});
  // One that would take the same time on two without exchanging.
  const Processor processor = ProcessorOf(two.info, 128, 2 * seconds, kMemory);
  const StepTimes times =
      SimulateStep(two.info, *two.plan, {.batch = 128}, processor, kPciExpress);
  fmt::print(
      "\nThe paper's two GPUs: a step of 128 pictures took {:.0f} ms "
      "({} days); `towers` exchanges for {:.1f} ms of it ({:.1f} %)\n",
      seconds * 1e3, kDays, times.exchanging * 1e3,
      100 * times.exchanging / seconds);
}

// GradientFlow (arXiv:1902.06855): 410.2 times one GPU on 512 of V100's class,
// 56 Gbit/s a machine, gradients of 16 bits; about 3,300 pictures a second on
// one. Eight GPUs a machine and 128 pictures each are assumed.
void PrintGradientFlow() {
  constexpr int kRanks = 512;
  constexpr double kPublished = 410.2;
  constexpr double kOneGpu = 3300.0;
  constexpr int kEach = 128;
  constexpr Cluster kCluster = {8, {10e9, 10e-6}, {56e9 / 8 / 8, 20e-6}, true};
  constexpr double kMemory = 900e9;
  const Planned planned = PlanOf("torchvision", {ParallelKind::kData, kRanks});
  const StepTimes times = SimulateStep(
      planned.info, *planned.plan,
      {.batch = int64_t{kEach} * kRanks, .gradient_bytes = 2},
      ProcessorOf(planned.info, kEach, kEach / kOneGpu, kMemory), kCluster);
  fmt::print(
      "\nGradientFlow, 512 GPUs, 56 Gbit/s a machine of eight: published "
      "{:.0f} times one GPU, simulated {:.0f}\n",
      kPublished, kEach / kOneGpu * kRanks / times.total);
}

struct Wires {
  const char* name;
  Cluster cluster;
};

void PrintPredictions(double step_ms) {
  constexpr int64_t kEach = 256;
  constexpr double kMemory = 4.3e12;
  constexpr double kLatency = 10e-6;
  const Wires kWires[] = {
      {"NVLink in machines of 8, 400 Gbit/s a GPU between",
       {8, {450e9, kLatency}, {50e9, kLatency}, true}},
      {"400 Gbit/s a GPU", {1, {}, {50e9, kLatency}, true}},
      {"100 Gbit/s a GPU", {1, {}, {12.5e9, kLatency}, true}}};
  fmt::print(
      "\nPredicted: {} pictures a GPU whose own step takes {} ms, in bfloat16\n"
      "\n| GPUs | network | plan | links | ms a step | of it exposed | "
      "efficiency |\n"
      "|---|---|---|---|---|---|---|\n",
      kEach, step_ms);
  constexpr struct {
    const char* preset;
    ParallelKind kind;
  } kRuns[] = {{"torchvision", ParallelKind::kData},
               {"torchvision", ParallelKind::kHybrid},
               {"alexnet", ParallelKind::kTowers}};
  for (const int ranks : {2, 8, 64, 512}) {
    for (const auto& [preset, kind] : kRuns) {
      const Planned planned = PlanOf(preset, {kind, ranks});
      // Towers end where a layer has fewer channels than there are ranks.
      if (!planned.plan.ok()) continue;
      const Processor processor =
          ProcessorOf(planned.info, kEach, step_ms / 1e3, kMemory);
      for (const Wires& wires : kWires) {
        const StepTimes times =
            SimulateStep(planned.info, *planned.plan,
                         {.batch = kEach * ranks, .gradient_bytes = 2},
                         processor, wires.cluster);
        fmt::print("| {} | {} | {} | {} | {:.2f} | {:.2f} | {:.0f} % |\n",
                   ranks, preset, ParallelKindName(kind), wires.name,
                   times.total * 1e3, (times.total - times.computing) * 1e3,
                   100 * step_ms / 1e3 / times.total);
      }
    }
  }
}

}  // namespace
}  // namespace alexnet

int main() {
  using namespace alexnet;
  // What is expected of an H200; never measured.
  constexpr double kStepMs = 3.1;
  PrintTraffic();
  PrintWeirdTrick();
  PrintPaper();
  PrintGradientFlow();
  PrintPredictions(kStepMs);
  return 0;
}
