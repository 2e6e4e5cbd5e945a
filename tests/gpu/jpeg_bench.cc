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
#include "core/train/demo_pictures.h"
#include "tests/bench/kernel_times.h"
#include "tests/gpu/bench.h"

namespace alexnet::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kJpegBatch = 256;

struct Jpegs {
  std::shared_ptr<const Dataset> dataset;
  Preset preset;
};

Result<Jpegs> WriteJpegs(const std::string& folder, bool quick) {
  DemoPictureOptions options;
  options.train_per_class = quick ? 30 : 200;
  options.held_out_per_class = 1;
  options.size = 256;
  ALEXNET_RETURN_IF_ERROR(WriteDemoPictures(folder, options, {}));
  Jpegs jpegs;
  ALEXNET_ASSIGN_OR_RETURN(jpegs.dataset, OpenFolderDataset(folder + "/train"));
  ALEXNET_ASSIGN_OR_RETURN(jpegs.preset, MakePreset("alexnet"));
  // The mean colour, since nobody computes a mean image here.
  jpegs.preset.preprocessing.mean_kind = MeanKind::kChannel;
  return jpegs;
}

Result<std::unique_ptr<Pipeline>> PixelPipeline(const Jpegs& jpegs,
                                                Backend& backend) {
  PipelineOptions options;
  options.batch = kJpegBatch;
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

double ImagesPerSecond(int batches, Clock::time_point start) {
  return batches * kJpegBatch /
         std::chrono::duration<double>(Clock::now() - start).count();
}

// Steps as a training run sends them: one ahead of the one that is waited for.
Result<double> TrainOn(Pipeline& pipeline, TrainingPlan& plan, int batches) {
  Batch slots[TrainingPlan::kQueuedSteps];
  Clock::time_point start;
  for (int i = 0; i < batches + 10; ++i) {
    if (i == 10) start = Clock::now();
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
  return ImagesPerSecond(batches, start);
}

Status TimeJpegs(const std::shared_ptr<Backend>& backend,
                 const std::string& folder, const GpuBenchOptions& bench) {
  ALEXNET_ASSIGN_OR_RETURN(const Jpegs jpegs, WriteJpegs(folder, bench.quick));
  const int batches = bench.quick ? 10 : 100;

  ALEXNET_ASSIGN_OR_RETURN(const auto alone, PixelPipeline(jpegs, *backend));
  Batch batch;
  for (int i = 0; i < 10; ++i) ALEXNET_RETURN_IF_ERROR(alone->Next(&batch));
  Clock::time_point start = Clock::now();
  for (int i = 0; i < batches; ++i) {
    ALEXNET_RETURN_IF_ERROR(alone->Next(&batch));
  }
  const double pipeline_rate = ImagesPerSecond(batches, start);

  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info,
                           InferNetwork(jpegs.preset.network));
  ALEXNET_ASSIGN_OR_RETURN(auto tensors, InitialParameters(info, 1));
  const auto source = TensorsAsSource(std::move(tensors));
  TrainingOptions options;
  options.batch = kJpegBatch;
  options.pixels = PixelInput{PixelCanvasOf(jpegs.preset.preprocessing)};
  ALEXNET_ASSIGN_OR_RETURN(
      const auto plan,
      TrainingPlan::Compile(jpegs.preset.network, backend, *source, options));
  ALEXNET_ASSIGN_OR_RETURN(const auto pipeline, PixelPipeline(jpegs, *backend));
  ALEXNET_ASSIGN_OR_RETURN(const double both_rate,
                           TrainOn(*pipeline, *plan, batches));
  ALEXNET_ASSIGN_OR_RETURN(
      const double step,
      MedianMilliseconds([&](int count) { return plan->Repeat(count); },
                         bench.rounds(), bench.seconds()));
  std::printf(
      "{\"jpegs\": true, \"batch\": %d, \"pipeline_images_per_second\": %.1f, "
      "\"step_images_per_second\": %.1f, \"both_images_per_second\": %.1f}\n",
      kJpegBatch, pipeline_rate, 1e3 * kJpegBatch / step, both_rate);
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
