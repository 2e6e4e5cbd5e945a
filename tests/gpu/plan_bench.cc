#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cuda/cuda_backend.h"
#include "core/base/philox.h"
#include "core/exec/inference_plan.h"
#include "core/exec/training_plan.h"
#include "core/network/init.h"
#include "core/network/presets.h"
#include "tests/bench/kernel_times.h"
#include "tests/gpu/bench.h"

namespace alexnet::bench {
namespace {

// A network with what its plans are given; made once for all of them.
class Subject {
 public:
  static Result<Subject> Make(const std::string& preset_name,
                              int64_t most_batch) {
    ALEXNET_ASSIGN_OR_RETURN(Preset preset, MakePreset(preset_name));
    Subject subject;
    subject.network_ = std::move(preset.network);
    subject.network_.name = preset_name;
    ALEXNET_ASSIGN_OR_RETURN(subject.info_, InferNetwork(subject.network_));
    ALEXNET_ASSIGN_OR_RETURN(auto tensors, InitialParameters(subject.info_, 1));
    subject.parameters_ = TensorsAsSource(std::move(tensors));
    PhiloxStream stream(1, RandomPurpose::kSynthetic);
    const int64_t image = subject.info_.layers.front().in.elements();
    subject.images_.resize(static_cast<size_t>(most_batch * image));
    // Pictures repeat after a few, whose values are drawn.
    const int64_t drawn = 16 * image;
    for (int64_t i = 0; i < most_batch * image; ++i) {
      subject.images_[static_cast<size_t>(i)] =
          i < drawn ? 2.0f * stream.Uniform() - 1.0f
                    : subject.images_[static_cast<size_t>(i - drawn)];
    }
    return subject;
  }

  const Network& network() const { return network_; }
  const NetworkInfo& info() const { return info_; }
  const std::shared_ptr<ParameterSource>& parameters() const {
    return parameters_;
  }
  const float* images() const { return images_.data(); }

 private:
  Network network_;
  NetworkInfo info_;
  std::shared_ptr<ParameterSource> parameters_;
  std::vector<float> images_;
};

struct Measurement {
  double milliseconds = 0;
  int64_t arena_bytes = 0;
  int64_t parameter_bytes = 0;
  bool captured = false;
};

Result<Measurement> TimeTraining(const Subject& subject,
                                 std::shared_ptr<Backend> backend,
                                 int64_t batch,
                                 const GpuBenchOptions& options) {
  TrainingPlanOptions training;
  training.batch = batch;
  ALEXNET_ASSIGN_OR_RETURN(
      const auto plan,
      TrainingPlan::Compile(subject.network(), std::move(backend),
                            *subject.parameters(), training));
  std::vector<int32_t> labels(static_cast<size_t>(batch));
  for (size_t n = 0; n < labels.size(); ++n) {
    labels[n] = static_cast<int32_t>(n * 37) %
                static_cast<int32_t>(subject.info().classes);
  }
  StepInput input;
  input.images = subject.images();
  input.labels = labels.data();
  UpdateRule rule;
  rule.rate = 1e-6f;
  ALEXNET_RETURN_IF_ERROR(plan->Step(input, rule).status());
  Measurement measured;
  ALEXNET_ASSIGN_OR_RETURN(
      measured.milliseconds,
      MedianMilliseconds([&](int count) { return plan->Repeat(count); },
                         options.rounds, options.seconds));
  measured.arena_bytes = plan->arena_bytes();
  measured.parameter_bytes = plan->parameter_bytes();
  measured.captured = plan->capture() == Capture::kDone;
  return measured;
}

Result<Measurement> TimeInference(const Subject& subject,
                                  std::shared_ptr<Backend> backend,
                                  int64_t batch,
                                  const GpuBenchOptions& options) {
  InferenceOptions inference;
  inference.batch = batch;
  ALEXNET_ASSIGN_OR_RETURN(
      const auto plan,
      InferencePlan::Compile(
          subject.network(), std::move(backend),
          std::make_shared<PackedParameters>(subject.parameters()), inference));
  std::vector<float> output(
      static_cast<size_t>(batch * subject.info().classes));
  ALEXNET_RETURN_IF_ERROR(plan->Run(subject.images(), output.data()));
  Measurement measured;
  // Each run is waited for, so that a batch of one is a latency.
  ALEXNET_ASSIGN_OR_RETURN(measured.milliseconds,
                           MedianMilliseconds(
                               [&](int count) -> Status {
                                 for (int i = 0; i < count; ++i) {
                                   ALEXNET_RETURN_IF_ERROR(plan->Recompute());
                                 }
                                 return Status();
                               },
                               options.rounds, options.seconds));
  measured.arena_bytes = plan->arena_bytes();
  measured.parameter_bytes = plan->parameter_bytes();
  measured.captured = plan->capture() == Capture::kDone;
  return measured;
}

bool Report(const Subject& subject, const char* mode, Precision precision,
            int64_t batch, const Result<Measurement>& measured) {
  std::printf(
      "{\"peer\": \"alexnet\", \"network\": \"%s\", \"mode\": \"%s\", "
      "\"precision\": \"%s\", \"batch\": %lld, ",
      subject.network().name.c_str(), mode, PrecisionName(precision),
      static_cast<long long>(batch));
  if (measured.ok()) {
    constexpr double kMiB = 1 << 20;
    std::printf(
        "\"milliseconds\": %.4f, \"images_per_second\": %.1f, "
        "\"arena_mib\": %.1f, \"parameters_mib\": %.1f, "
        "\"gmacs_per_image\": %.4f, \"captured\": %s}\n",
        measured->milliseconds,
        1e3 * static_cast<double>(batch) / measured->milliseconds,
        static_cast<double>(measured->arena_bytes) / kMiB,
        static_cast<double>(measured->parameter_bytes) / kMiB,
        static_cast<double>(subject.info().macs) / 1e9,
        measured->captured ? "true" : "false");
  } else {
    std::printf("\"error\": \"%s\"}\n", Quotable(measured.status()).c_str());
  }
  std::fflush(stdout);
  return measured.ok();
}

}  // namespace

bool BenchPlan(TunedBackends& backends, const PlanSize& size,
               const GpuBenchOptions& options) {
  const Result<Subject> subject = Subject::Make(size.network, size.batch);
  if (!subject.ok()) {
    std::fprintf(stderr, "gpu_bench: %s\n",
                 subject.status().ToString().c_str());
    return false;
  }
  const auto backend = backends.Get(size.precision);
  const auto time = size.training ? TimeTraining : TimeInference;
  return Report(*subject, size.training ? "training" : "inference",
                size.precision, size.batch,
                backend.ok() ? time(*subject, *backend, size.batch, options)
                             : backend.status());
}

Status PrintCapture(const std::string& network) {
  constexpr int64_t kBatch = 8;
  ALEXNET_ASSIGN_OR_RETURN(const Subject subject,
                           Subject::Make(network, kBatch));
  CudaBackendOptions cuda;
  cuda.precision = Precision::kBf16;
  ALEXNET_ASSIGN_OR_RETURN(auto backend, CreateCudaBackend(cuda));
  TrainingPlanOptions training;
  training.batch = kBatch;
  ALEXNET_ASSIGN_OR_RETURN(
      const auto plan,
      TrainingPlan::Compile(subject.network(), std::move(backend),
                            *subject.parameters(), training));
  const std::vector<int32_t> labels(static_cast<size_t>(kBatch));
  StepInput input;
  input.images = subject.images();
  input.labels = labels.data();
  UpdateRule rule;
  rule.rate = 1e-6f;
  StepResult result;
  for (int step = 0; step < 6; ++step) {
    ALEXNET_ASSIGN_OR_RETURN(result, plan->Step(input, rule));
  }
  std::printf("captured: %s, loss %.4f\n", CaptureWord(plan->capture()),
              result.loss);
  return plan->capture() == Capture::kDone
             ? Status()
             : FailedPreconditionError("steps are not captured");
}

}  // namespace alexnet::bench
