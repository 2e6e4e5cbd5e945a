#include "core/benchmark/benchmark.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <utility>

#include "core/base/check.h"
#include "core/base/philox.h"
#include "core/exec/inference_plan.h"
#include "core/exec/training_plan.h"
#include "core/model/model.h"
#include "core/model/save.h"
#include "core/network/init.h"
#include "core/network/presets.h"
#include "core/parallel/parallel_part.h"
#include "core/parallel/parameter_slices.h"
#include "core/parallel/rank_training.h"

namespace alexnet {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kLeastRuns = 5;

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start)
      .count();
}

// Peak resident memory; 0 where the system does not tell.
int64_t PeakMemoryBytes() {
  std::ifstream status("/proc/self/status");
  std::string key;
  while (status >> key) {
    if (key == "VmHWM:") {
      int64_t kibibytes = 0;
      status >> kibibytes;
      return kibibytes * 1024;
    }
  }
  return 0;
}

// What is timed: a network and where its parameters come from.
struct Subject {
  Network network;
  NetworkInfo info;
  std::shared_ptr<ParameterSource> parameters;
  double load_milliseconds = 0.0;
};

Result<Subject> LoadSubject(const BenchmarkOptions& options) {
  Subject subject;
  if (!options.model.empty()) {
    const Clock::time_point start = Clock::now();
    ALEXNET_ASSIGN_OR_RETURN(const std::shared_ptr<const Model> model,
                             LoadModel(options.model));
    subject.load_milliseconds = MillisecondsSince(start);
    subject.network = model->network();
    subject.info = model->info();
    subject.parameters = ParametersOf(model, options.threads);
    return subject;
  }
  ALEXNET_ASSIGN_OR_RETURN(Preset preset, MakePreset(options.preset));
  subject.network = std::move(preset.network);
  ALEXNET_ASSIGN_OR_RETURN(subject.info, InferNetwork(subject.network));
  ALEXNET_ASSIGN_OR_RETURN(std::vector<Tensor> tensors,
                           InitialParameters(subject.info, options.seed));
  subject.parameters = TensorsAsSource(std::move(tensors));
  return subject;
}

// Pictures as preprocessing leaves them, uniform in [-1, 1).
Result<Tensor> SyntheticImages(const Network& network, int64_t batch,
                               uint64_t seed) {
  ALEXNET_ASSIGN_OR_RETURN(
      Tensor images,
      Tensor::Create({batch, network.channels, network.height, network.width}));
  PhiloxStream stream(seed, RandomPurpose::kSynthetic);
  for (int64_t i = 0; i < images.elements(); ++i) {
    images.f32()[i] = 2.0f * stream.Uniform() - 1.0f;
  }
  return images;
}

Status TimeRuns(const std::function<Status()>& run,
                const BenchmarkOptions& options, const Interrupt& interrupt,
                BenchmarkReport* report) {
  // A run more than those of before, which were counted as compiling.
  ALEXNET_RETURN_IF_ERROR(run());
  std::vector<double> times;
  const Clock::time_point start = Clock::now();
  while (times.size() < kLeastRuns ||
         MillisecondsSince(start) < options.seconds * 1e3) {
    ALEXNET_RETURN_IF_ERROR(interrupt.Check());
    const Clock::time_point begin = Clock::now();
    ALEXNET_RETURN_IF_ERROR(run());
    times.push_back(MillisecondsSince(begin));
  }
  std::sort(times.begin(), times.end());
  const size_t middle = times.size() / 2;
  report->runs = static_cast<int64_t>(times.size());
  report->milliseconds = times.size() % 2 == 1
                             ? times[middle]
                             : (times[middle - 1] + times[middle]) / 2;
  report->least_milliseconds = times.front();
  return Status();
}

// After the runs.
void ReportCapture(Capture capture, BenchmarkReport* report) {
  if (capture == Capture::kNone) return;
  report->captured = capture == Capture::kDone;
}

template <typename Plan>
void ReportMemory(const Plan& plan, BenchmarkReport* report) {
  report->parameter_bytes = plan.parameter_bytes();
  report->arena_bytes = plan.arena_bytes();
  report->device_bytes = plan.device_bytes();
}

Result<std::unique_ptr<Predictor>> CompileInference(
    const Subject& subject, const Computers& computers,
    const InferenceOptions& options) {
  const auto whole = std::make_shared<PackedParameters>(subject.parameters);
  const PredictionRanks& ranks = computers.ranks;
  if (!computers.several()) {
    ALEXNET_ASSIGN_OR_RETURN(
        std::unique_ptr<Predictor> plan,
        InferencePlan::Compile(subject.network, ranks.backends.front(), whole,
                               options));
    return plan;
  }
  ALEXNET_ASSIGN_OR_RETURN(
      const ParallelPlan plan,
      MakePredictionPlan(subject.network, subject.info, computers.parallel,
                         ranks.team->size()));
  const auto packed = [&](int rank) {
    return computers.parallel == ParallelKind::kData &&
                   ranks.over_devices.empty()
               ? whole
               : std::make_shared<PackedParameters>(
                     SourceOfRank(subject.parameters, plan, rank));
  };
  ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<Predictor> predictor,
                           RankPredictor::Create(subject.network, subject.info,
                                                 plan, ranks, packed, options));
  return predictor;
}

Status TimeInference(const Subject& subject, const Computers& computers,
                     const BenchmarkOptions& options,
                     const Interrupt& interrupt, BenchmarkReport* report) {
  const Clock::time_point start = Clock::now();
  InferenceOptions plan_options;
  plan_options.batch = report->batch;
  plan_options.weight_dtype = options.weight_dtype;
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<Predictor> plan,
                           CompileInference(subject, computers, plan_options));
  const bool on_host = plan->device().is_host();
  ALEXNET_ASSIGN_OR_RETURN(
      const Tensor images,
      SyntheticImages(subject.network, report->batch, options.seed));
  std::vector<float> output(
      static_cast<size_t>(report->batch * subject.info.classes));
  ALEXNET_RETURN_IF_ERROR(plan->Run(images.f32(), output.data()));
  report->exchanged_bytes = plan->exchanged_bytes();
  // On a GPU the images are there already.
  const auto run = [&] {
    return on_host ? plan->Run(images.f32(), output.data()) : plan->Recompute();
  };
  ALEXNET_RETURN_IF_ERROR(run());
  report->compile_milliseconds = MillisecondsSince(start);
  ReportMemory(*plan, report);
  ALEXNET_RETURN_IF_ERROR(TimeRuns(run, options, interrupt, report));
  ReportCapture(plan->capture(), report);
  return Status();
}

// Labels of random pictures.
std::vector<int32_t> SyntheticLabels(const NetworkInfo& info, int64_t batch,
                                     uint64_t seed) {
  std::vector<int32_t> labels(static_cast<size_t>(batch));
  PhiloxStream stream(seed, RandomPurpose::kSynthetic, 1);
  for (int32_t& label : labels) {
    label =
        static_cast<int32_t>(stream.Below(static_cast<uint32_t>(info.classes)));
  }
  return labels;
}

// So small that random labels cannot drive the weights to infinity.
UpdateRule GentleRule() {
  UpdateRule rule;
  rule.rate = 1e-6f;
  return rule;
}

Status TimeTraining(const Subject& subject, const Computers& computers,
                    const BenchmarkOptions& options, const Interrupt& interrupt,
                    BenchmarkReport* report) {
  const Clock::time_point start = Clock::now();
  const std::shared_ptr<Backend>& backend = computers.ranks.backends.front();
  const bool on_host = backend->device().is_host();
  TrainingPlanOptions plan_options;
  plan_options.batch = report->batch;
  ALEXNET_ASSIGN_OR_RETURN(
      const std::unique_ptr<TrainingPlan> plan,
      TrainingPlan::Compile(subject.network, backend, *subject.parameters,
                            plan_options));
  ALEXNET_ASSIGN_OR_RETURN(
      const Tensor images,
      SyntheticImages(subject.network, report->batch, options.seed));
  const std::vector<int32_t> labels =
      SyntheticLabels(subject.info, report->batch, options.seed);
  StepInput input;
  input.images = images.f32();
  input.labels = labels.data();
  input.random.seed = options.seed;
  const UpdateRule rule = GentleRule();
  ALEXNET_RETURN_IF_ERROR(plan->Step(input, rule).status());
  const auto run = [&]() -> Status {
    if (!on_host) return plan->Repeat(1);
    ++input.random.step;
    return plan->Step(input, rule).status();
  };
  ALEXNET_RETURN_IF_ERROR(run());
  report->compile_milliseconds = MillisecondsSince(start);
  ReportMemory(*plan, report);
  ALEXNET_RETURN_IF_ERROR(TimeRuns(run, options, interrupt, report));
  ReportCapture(plan->capture(), report);
  return Status();
}

// A training plan on each of several ranks.
class RankSteps {
 public:
  RankSteps(const Subject& subject, const PredictionRanks& ranks,
            const Tensor& images, const std::vector<int32_t>& labels,
            uint64_t seed)
      : subject_(subject),
        computers_(ranks),
        images_(images),
        labels_(labels),
        ranks_(ranks.backends.size()) {
    for (Rank& rank : ranks_) rank.input.random.seed = seed;
  }

  Status Compile(ParallelKind kind) {
    const auto batch = static_cast<int64_t>(labels_.size());
    ALEXNET_ASSIGN_OR_RETURN(const ParallelPlan plan,
                             MakeParallelPlan(subject_.network, subject_.info,
                                              {kind, computers_.team->size()}));
    ALEXNET_RETURN_IF_ERROR(plan.CheckBatch(batch).WithField("batch"));
    return computers_.team->Run([&](Communicator& comm) -> Status {
      const auto index = static_cast<size_t>(comm.rank());
      Rank& rank = ranks_[index];
      ALEXNET_ASSIGN_OR_RETURN(
          rank.part, ParallelPart::Create(plan, subject_.network, subject_.info,
                                          batch, comm, OverDevice(index)));
      ALEXNET_ASSIGN_OR_RETURN(
          rank.plan, CompileRankTraining(rank.part, computers_.backends[index],
                                         subject_.parameters, {}));
      const int64_t first = rank.part->ShareOf(0, /*pass=*/0).part.first_sample;
      rank.input.images = images_.f32() + first * (images_.elements() / batch);
      rank.input.labels = labels_.data() + first;
      return Status();
    });
  }

  Status Step() {
    return computers_.team->Run([&](Communicator& comm) -> Status {
      Rank& rank = ranks_[static_cast<size_t>(comm.rank())];
      const Communicator* const over_device =
          OverDevice(static_cast<size_t>(comm.rank()));
      const Communicator& data = over_device != nullptr ? *over_device : comm;
      const int64_t before = data.traffic().bytes();
      const Status status = rank.plan->Step(rank.input, GentleRule()).status();
      ++rank.input.random.step;
      rank.exchanged_bytes = data.traffic().bytes() - before;
      return status;
    });
  }

  // After a step, of all ranks together.
  void Report(BenchmarkReport* report) const {
    for (const Rank& rank : ranks_) {
      report->parameter_bytes += rank.plan->parameter_bytes();
      report->arena_bytes += rank.plan->arena_bytes();
      report->device_bytes += rank.plan->device_bytes();
      report->exchanged_bytes += rank.exchanged_bytes;
    }
  }

  Capture capture() const {
    Capture all = Capture::kNone;
    for (const Rank& rank : ranks_) all = Together(all, rank.plan->capture());
    return all;
  }

 private:
  struct Rank {
    std::shared_ptr<ParallelPart> part;
    std::unique_ptr<TrainingPlan> plan;
    StepInput input;
    int64_t exchanged_bytes = 0;  // in the last step
  };

  Communicator* OverDevice(size_t rank) const {
    return computers_.over_devices.empty()
               ? nullptr
               : computers_.over_devices[rank].get();
  }

  const Subject& subject_;
  const PredictionRanks& computers_;
  const Tensor& images_;
  const std::vector<int32_t>& labels_;
  std::vector<Rank> ranks_;
};

Status TimeRankTraining(const Subject& subject, const Computers& computers,
                        const BenchmarkOptions& options,
                        const Interrupt& interrupt, BenchmarkReport* report) {
  const Clock::time_point start = Clock::now();
  ALEXNET_ASSIGN_OR_RETURN(
      const Tensor images,
      SyntheticImages(subject.network, report->batch, options.seed));
  const std::vector<int32_t> labels =
      SyntheticLabels(subject.info, report->batch, options.seed);
  RankSteps steps(subject, computers.ranks, images, labels, options.seed);
  ALEXNET_RETURN_IF_ERROR(steps.Compile(computers.parallel));
  const auto run = [&] { return steps.Step(); };
  ALEXNET_RETURN_IF_ERROR(run());
  ALEXNET_RETURN_IF_ERROR(run());
  report->compile_milliseconds = MillisecondsSince(start);
  steps.Report(report);
  ALEXNET_RETURN_IF_ERROR(TimeRuns(run, options, interrupt, report));
  ReportCapture(steps.capture(), report);
  return Status();
}

}  // namespace

Result<BenchmarkReport> RunBenchmark(const BenchmarkOptions& options,
                                     const Interrupt& interrupt) {
  // BEGIN options: core.checks benchmark_options of=options
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<double>("seconds", options.seconds, 0, 3'600));
  // END options
  ALEXNET_RETURN_IF_ERROR(CheckBatch(options));
  const bool training = options.mode == BenchmarkMode::kTraining;
  ALEXNET_ASSIGN_OR_RETURN(const Subject subject, LoadSubject(options));
  ALEXNET_ASSIGN_OR_RETURN(const Computers computers, MakeComputers(options));
  BenchmarkReport report;
  report.network = subject.network.name;
  report.device = computers.names();
  report.threads = computers.threads();
  report.batch = options.batch > 0 ? options.batch
                 : training        ? 128
                                   : computers.least_batch();
  report.load_milliseconds = subject.load_milliseconds;
  const auto time = !training             ? TimeInference
                    : computers.several() ? TimeRankTraining
                                          : TimeTraining;
  ALEXNET_RETURN_IF_ERROR(
      time(subject, computers, options, interrupt, &report));
  report.images_per_second =
      1e3 * static_cast<double>(report.batch) / report.milliseconds;
  report.macs_per_second = report.images_per_second *
                           static_cast<double>(subject.info.macs) *
                           (training ? 3 : 1);
  report.peak_memory_bytes = PeakMemoryBytes();
  return report;
}

}  // namespace alexnet
