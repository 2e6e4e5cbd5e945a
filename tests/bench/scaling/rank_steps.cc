// Training steps of torchvision's network, 128 pictures, by one plan: pictures
// a second, of the median step.
//
// usage: rank_steps {whole|PLAN} [local|mpi|apart]
//
// `whole` runs on one rank of two threads; the others on two ranks of one
// thread each, which are threads (local) or, under mpirun -np 2, processes
// (mpi). `apart` runs what `local` does in parts, each on both ranks at once:
// computing without exchanging anything, and sums of gradients without
// computing; from these and a whole step comes the share of the sums that is
// hidden under the backward pass.

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/dist/mpi/mpi_communicator.h"
#include "core/dist/rank_group.h"
#include "core/exec/parameters.h"
#include "core/network/init.h"
#include "core/network/presets.h"
#include "core/parallel/rank_training.h"
#include "tests/bench/scaling/silent_communicator.h"

namespace alexnet {
namespace {

constexpr int64_t kBatch = 128;
constexpr int kSteps = 5;
constexpr int kRanks = 2;

struct Problem {
  Network network;
  NetworkInfo info;
  std::vector<float> images;
  std::vector<int32_t> labels;
  std::shared_ptr<ParameterSource> start;
};

Problem MakeProblem() {
  Problem problem;
  problem.network = MakePreset("torchvision").value().network;
  problem.info = InferNetwork(problem.network).value();
  const int64_t elements = kBatch * problem.info.layers.front().in.elements();
  problem.images.resize(static_cast<size_t>(elements));
  for (int64_t i = 0; i < elements; ++i) {
    problem.images[static_cast<size_t>(i)] =
        static_cast<float>(i % 255) / 127.5f - 1.0f;
  }
  for (int64_t n = 0; n < kBatch; ++n) {
    problem.labels.push_back(
        static_cast<int32_t>(7 * n % problem.info.classes));
  }
  problem.start =
      TensorsAsSource(InitialParameters(problem.info, /*seed=*/1).value());
  return problem;
}

double Seconds(const std::chrono::steady_clock::time_point& since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since)
      .count();
}

// Of the median one; the first is not counted.
template <typename Step>
Result<double> MedianSeconds(const Step& step) {
  std::vector<double> seconds;
  for (int i = 0; i <= kSteps; ++i) {
    const auto start = std::chrono::steady_clock::now();
    ALEXNET_RETURN_IF_ERROR(step(i));
    if (i > 0) seconds.push_back(Seconds(start));
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[kSteps / 2];
}

Result<double> TimeSteps(const Problem& problem, int64_t first_sample,
                         TrainingPlan& plan) {
  const UpdateRule rule = {0.001f, 0.9f, 1e-4f, 0.0f};
  return MedianSeconds([&](int i) {
    StepInput input;
    input.images = problem.images.data() +
                   first_sample * problem.info.layers.front().in.elements();
    input.labels = problem.labels.data() + first_sample;
    input.random = {.seed = 1, .step = static_cast<uint32_t>(i)};
    return plan.Step(input, rule).status();
  });
}

Result<double> TimeWhole(const Problem& problem) {
  ALEXNET_ASSIGN_OR_RETURN(auto backend, CreateCpuBackend({.threads = kRanks}));
  ALEXNET_ASSIGN_OR_RETURN(
      const auto plan,
      TrainingPlan::Compile(problem.network, backend, *problem.start,
                            {.batch = kBatch}));
  return TimeSteps(problem, 0, *plan);
}

struct RankPlan {
  std::shared_ptr<ParallelPart> part;
  std::unique_ptr<TrainingPlan> plan;
};

Result<RankPlan> CompileRank(const Problem& problem, ParallelKind kind,
                             Communicator& comm) {
  ParallelOptions options;
  options.kind = kind;
  options.ranks = comm.size();
  ALEXNET_ASSIGN_OR_RETURN(
      const ParallelPlan plan,
      MakeParallelPlan(problem.network, problem.info, options));
  RankPlan rank;
  ALEXNET_ASSIGN_OR_RETURN(
      rank.part,
      ParallelPart::Create(plan, problem.network, problem.info, kBatch, comm));
  ALEXNET_ASSIGN_OR_RETURN(auto backend, CreateCpuBackend({.threads = 1}));
  ALEXNET_ASSIGN_OR_RETURN(
      rank.plan, CompileRankTraining(rank.part, backend, problem.start, {}));
  return rank;
}

Result<double> TimeRank(const Problem& problem, ParallelKind kind,
                        Communicator& comm) {
  ALEXNET_ASSIGN_OR_RETURN(const RankPlan rank,
                           CompileRank(problem, kind, comm));
  return TimeSteps(problem, rank.part->ShareOf(0, /*pass=*/0).part.first_sample,
                   *rank.plan);
}

// The sums of a step of `data`, one after another.
Result<double> TimeSums(const Problem& problem, Communicator& comm) {
  std::vector<std::vector<float>> gradients;
  for (const ParameterInfo& parameter : problem.info.parameters) {
    gradients.emplace_back(static_cast<size_t>(parameter.shape.elements()));
  }
  return MedianSeconds([&](int) -> Status {
    for (auto each = gradients.rbegin(); each != gradients.rend(); ++each) {
      ALEXNET_RETURN_IF_ERROR(comm.AllReduce(each->data(), each->data(),
                                             static_cast<int64_t>(each->size()),
                                             ElementType::kF32));
    }
    return comm.Finish();
  });
}

// On two threads, of which the first is timed.
template <typename Time>
Result<double> OnLocalRanks(const Time& time) {
  double seconds = 0.0;
  const Status status =
      RunLocalRanks(kRanks, {}, [&](Communicator& comm) -> Status {
        ALEXNET_ASSIGN_OR_RETURN(const double taken, time(comm));
        if (comm.rank() == 0) seconds = taken;
        return Status();
      });
  if (!status.ok()) return status;
  return seconds;
}

Status PrintApart(const Problem& problem, ParallelKind kind) {
  ALEXNET_ASSIGN_OR_RETURN(const double step,
                           OnLocalRanks([&](Communicator& comm) {
                             return TimeRank(problem, kind, comm);
                           }));
  ALEXNET_ASSIGN_OR_RETURN(
      const double computing, OnLocalRanks([&](Communicator& comm) {
        SilentCommunicator silent(comm.rank(), comm.size());
        return TimeRank(problem, kind, silent);
      }));
  ALEXNET_ASSIGN_OR_RETURN(const double sums,
                           OnLocalRanks([&](Communicator& comm) {
                             return TimeSums(problem, comm);
                           }));
  fmt::print(
      "step {:.0f} ms, computing alone {:.0f} ms, sums alone {:.0f} ms: "
      "{:.0f} % of the sums hidden\n",
      step * 1e3, computing * 1e3, sums * 1e3,
      100 * std::clamp(1 - (step - computing) / sums, 0.0, 1.0));
  return Status();
}

Status Run(const std::string& plan, const std::string& ranks) {
  const Problem problem = MakeProblem();
  double seconds = 0.0;
  bool first = true;
  if (plan == "whole") {
    ALEXNET_ASSIGN_OR_RETURN(seconds, TimeWhole(problem));
  } else {
    const std::optional<ParallelKind> kind = ParallelKindOf(plan);
    if (!kind.has_value()) return InvalidArgumentError("no such plan: " + plan);
    if (ranks == "apart") return PrintApart(problem, *kind);
    if (ranks == "mpi") {
      ALEXNET_ASSIGN_OR_RETURN(const auto comm, CreateMpiCommunicator());
      ALEXNET_ASSIGN_OR_RETURN(seconds, TimeRank(problem, *kind, *comm));
      first = comm->rank() == 0;
    } else {
      ALEXNET_ASSIGN_OR_RETURN(seconds, OnLocalRanks([&](Communicator& comm) {
                                 return TimeRank(problem, *kind, comm);
                               }));
    }
  }
  if (first) fmt::print("{:.1f}\n", kBatch / seconds);
  return Status();
}

}  // namespace
}  // namespace alexnet

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs(
        "usage: rank_steps {whole|PLAN} [local|mpi|apart]; PLAN as alexnet "
        "train --parallel has it\n",
        stderr);
    return 2;
  }
  const alexnet::Status status =
      alexnet::Run(argv[1], argc > 2 ? argv[2] : "local");
  if (status.ok()) return 0;
  std::fprintf(stderr, "rank_steps: %s\n", status.ToString().c_str());
  return 1;
}
