#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <numeric>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/pipeline.h"
#include "core/exec/training_plan.h"
#include "core/network/init.h"
#include "core/network/presets.h"
#include "core/preprocess/view.h"
#include "tests/bench/kernel_times.h"
#include "tests/bench/photolike.h"
#include "tests/gpu/bench.h"

namespace alexnet::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Jpegs {
  std::shared_ptr<const Dataset> dataset;
  Preset preset;
};

Result<Jpegs> WriteJpegs(const std::string& folder,
                         const GpuBenchOptions& options) {
  ALEXNET_RETURN_IF_ERROR(WritePhotolikeJpegs(folder, /*classes=*/10,
                                              10 * options.jpegs_per_class));
  Jpegs jpegs;
  ALEXNET_ASSIGN_OR_RETURN(jpegs.dataset, OpenFolderDataset(folder));
  ALEXNET_ASSIGN_OR_RETURN(jpegs.preset, MakePreset(options.jpeg_network));
  // The mean colour, since nobody computes a mean image here.
  jpegs.preset.preprocessing.mean_kind = MeanKind::kChannel;
  return jpegs;
}

Result<std::unique_ptr<Pipeline>> PixelPipeline(const Jpegs& jpegs,
                                                Backend& backend, int batch) {
  PipelineOptions options;
  options.batch = batch;
  options.cache_bytes = 0;  // every picture is decoded every time
  options.pixels = true;
  options.allocate = [&backend](int64_t bytes) {
    return backend.device().AllocateHost(bytes);
  };
  std::vector<int64_t> indices(static_cast<size_t>(jpegs.dataset->size()));
  std::iota(indices.begin(), indices.end(), 0);
  return Pipeline::Create(jpegs.dataset, std::move(indices),
                          jpegs.preset.preprocessing,
                          jpegs.preset.recipe.augmentation, options);
}

constexpr int kWarmUp = 10;  // batches

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Seconds of `batches` batches that nobody uses.
Result<double> TimePipeline(const Jpegs& jpegs, Backend& backend,
                            const GpuBenchOptions& options) {
  ALEXNET_ASSIGN_OR_RETURN(const auto pipeline,
                           PixelPipeline(jpegs, backend, options.jpeg_batch));
  Batch batch;
  Clock::time_point start;
  for (int i = 0; i < kWarmUp + options.jpeg_batches; ++i) {
    if (i == kWarmUp) start = Clock::now();
    ALEXNET_RETURN_IF_ERROR(pipeline->Next(&batch));
  }
  return SecondsSince(start);
}

// Seconds of as many steps, sent as a training run sends them: one ahead of the
// one that is waited for.
Result<double> TrainOn(Pipeline& pipeline, TrainingPlan& plan, int batches) {
  Batch slots[TrainingPlan::kQueuedSteps];
  Clock::time_point start;
  for (int i = 0; i < kWarmUp + batches; ++i) {
    if (i == kWarmUp) start = Clock::now();
    if (i >= TrainingPlan::kQueuedSteps) {
      ALEXNET_RETURN_IF_ERROR(plan.Await().status());
    }
    Batch& batch = slots[i % TrainingPlan::kQueuedSteps];
    ALEXNET_RETURN_IF_ERROR(pipeline.Next(&batch));
    StepInput input;
    input.pixels = {batch.pixels(), batch.pixel_views.data()};
    input.labels = batch.labels.data();
    UpdateRule rule;
    rule.rate = 1e-6f;
    ALEXNET_RETURN_IF_ERROR(plan.Enqueue(input, rule));
  }
  for (int i = 0; i < TrainingPlan::kQueuedSteps; ++i) {
    ALEXNET_RETURN_IF_ERROR(plan.Await().status());
  }
  return SecondsSince(start);
}

Status TimeJpegs(const std::shared_ptr<Backend>& backend,
                 const std::string& folder, const GpuBenchOptions& options) {
  ALEXNET_ASSIGN_OR_RETURN(const Jpegs jpegs, WriteJpegs(folder, options));
  ALEXNET_ASSIGN_OR_RETURN(const double alone,
                           TimePipeline(jpegs, *backend, options));
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info,
                           InferNetwork(jpegs.preset.network));
  ALEXNET_ASSIGN_OR_RETURN(auto tensors, InitialParameters(info, 1));
  const auto source = TensorsAsSource(std::move(tensors));
  TrainingPlanOptions training;
  training.batch = options.jpeg_batch;
  training.pixels = PixelInput{PixelCanvasOf(jpegs.preset.preprocessing)};
  ALEXNET_ASSIGN_OR_RETURN(
      const auto plan,
      TrainingPlan::Compile(jpegs.preset.network, backend, *source, training));
  ALEXNET_ASSIGN_OR_RETURN(const auto pipeline,
                           PixelPipeline(jpegs, *backend, options.jpeg_batch));
  ALEXNET_ASSIGN_OR_RETURN(const double both,
                           TrainOn(*pipeline, *plan, options.jpeg_batches));
  ALEXNET_ASSIGN_OR_RETURN(
      const double step,
      MedianMilliseconds([&](int count) { return plan->Repeat(count); },
                         options.rounds, options.seconds));
  const double pictures = options.jpeg_batches * options.jpeg_batch;
  std::printf(
      "{\"jpegs\": true, \"batch\": %d, \"pipeline_images_per_second\": %.1f, "
      "\"step_images_per_second\": %.1f, \"both_images_per_second\": %.1f}\n",
      options.jpeg_batch, pictures / alone, 1e3 * options.jpeg_batch / step,
      pictures / both);
  return Status();
}

}  // namespace

bool BenchJpegs(TunedBackends& backends, const GpuBenchOptions& options) {
  std::string folder =
      std::filesystem::temp_directory_path() / "alexnet_gpu_bench_XXXXXX";
  const auto backend = backends.Get(Precision::kBf16);
  Status status = backend.status();
  if (status.ok() && mkdtemp(folder.data()) == nullptr) {
    status = IoError("no folder for pictures can be made").WithFile(folder);
  }
  if (status.ok()) status = TimeJpegs(*backend, folder, options);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  if (status.ok()) return true;
  std::printf("{\"jpegs\": true, \"error\": \"%s\"}\n",
              Quotable(status).c_str());
  return false;
}

}  // namespace alexnet::bench
