// The engine's speed on a GPU, with synthetic data that is there already.
//
// usage: gpu_bench [--quick]
//
// Prints one JSON object a line: plans of the networks (milliseconds, images a
// second, memory), then our own kernels on tensors of 64 MB and more (GB/s of
// the bytes that they must read and write), then training on JPEGs: the data
// pipeline alone, the step alone, and both together. Medians, but for the last.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "core/backend/cuda/cuda_backend.h"
#include "core/base/philox.h"
#include "core/data/dataset.h"
#include "core/data/pipeline.h"
#include "core/exec/inference_plan.h"
#include "core/exec/training_plan.h"
#include "core/network/init.h"
#include "core/network/presets.h"
#include "core/preprocess/view.h"
#include "core/train/demo_pictures.h"

namespace alexnet {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 5;

double Seconds(Clock::time_point since) {
  return std::chrono::duration<double>(Clock::now() - since).count();
}

// Milliseconds of one of the `count` things that `run(count)` does and waits
// for; the median of rounds of half a second.
Result<double> Median(const std::function<Status(int)>& run, bool quick) {
  ALEXNET_RETURN_IF_ERROR(run(5));
  const Clock::time_point trial = Clock::now();
  ALEXNET_RETURN_IF_ERROR(run(5));
  const double one = Seconds(trial) / 5;
  const int count =
      std::clamp(static_cast<int>((quick ? 0.05 : 0.5) / one), 5, 20000);
  std::vector<double> times;
  for (int round = 0; round < kRounds; ++round) {
    const Clock::time_point start = Clock::now();
    ALEXNET_RETURN_IF_ERROR(run(count));
    times.push_back(1e3 * Seconds(start) / count);
  }
  std::nth_element(times.begin(), times.begin() + kRounds / 2, times.end());
  return times[kRounds / 2];
}

// In JSON's quotes.
std::string Quotable(const Status& status) {
  std::string text = status.ToString();
  std::replace(text.begin(), text.end(), '"', '\'');
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

const char* NameOf(Precision precision) {
  constexpr const char* kNames[] = {"f32", "tf32", "bf16"};
  return kNames[static_cast<int>(precision)];
}

struct Subject {
  std::string network;
  Precision precision;
  int64_t batch;
};

void Report(const Subject& subject, const char* mode, const Status& status) {
  std::printf(
      "{\"peer\": \"alexnet\", \"network\": \"%s\", \"mode\": \"%s\", "
      "\"precision\": \"%s\", \"batch\": %lld, \"error\": \"%s\"}\n",
      subject.network.c_str(), mode, NameOf(subject.precision),
      static_cast<long long>(subject.batch), Quotable(status).c_str());
}

void Report(const Subject& subject, const char* mode, double milliseconds,
            int64_t arena_bytes, int64_t parameter_bytes, int64_t macs) {
  constexpr double kMiB = 1 << 20;
  std::printf(
      "{\"peer\": \"alexnet\", \"network\": \"%s\", \"mode\": \"%s\", "
      "\"precision\": \"%s\", \"batch\": %lld, \"milliseconds\": %.4f, "
      "\"images_per_second\": %.1f, \"arena_mib\": %.1f, "
      "\"parameters_mib\": %.1f, \"gmacs_per_image\": %.4f}\n",
      subject.network.c_str(), mode, NameOf(subject.precision),
      static_cast<long long>(subject.batch), milliseconds,
      1e3 * static_cast<double>(subject.batch) / milliseconds,
      static_cast<double>(arena_bytes) / kMiB,
      static_cast<double>(parameter_bytes) / kMiB,
      static_cast<double>(macs) / 1e9);
  std::fflush(stdout);
}

std::vector<float> Uniform(int64_t count) {
  PhiloxStream stream(1, RandomPurpose::kSynthetic);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = 2.0f * stream.Uniform() - 1.0f;
  return values;
}

Result<std::shared_ptr<Backend>> TunedBackend(Precision precision) {
  CudaBackendOptions options;
  options.precision = precision;
  options.tune = true;
  return CreateCudaBackend(options);
}

Status TimeTraining(const Subject& subject, bool quick) {
  ALEXNET_ASSIGN_OR_RETURN(const Preset preset, MakePreset(subject.network));
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info,
                           InferNetwork(preset.network));
  ALEXNET_ASSIGN_OR_RETURN(auto backend, TunedBackend(subject.precision));
  ALEXNET_ASSIGN_OR_RETURN(auto tensors, InitialParameters(info, 1));
  const auto source = TensorsAsSource(std::move(tensors));
  TrainingOptions options;
  options.batch = subject.batch;
  ALEXNET_ASSIGN_OR_RETURN(
      const auto plan, TrainingPlan::Compile(preset.network, std::move(backend),
                                             *source, options));
  const std::vector<float> images =
      Uniform(subject.batch * info.layers.front().in.elements());
  const std::vector<int32_t> labels(static_cast<size_t>(subject.batch), 7);
  StepInput input;
  input.images = images.data();
  input.labels = labels.data();
  UpdateRule rule;
  rule.rate = 1e-6f;
  ALEXNET_RETURN_IF_ERROR(plan->Step(input, rule).status());
  ALEXNET_ASSIGN_OR_RETURN(
      const double milliseconds,
      Median([&](int count) { return plan->Repeat(count); }, quick));
  Report(subject, "training", milliseconds, plan->arena_bytes(),
         plan->parameter_bytes(), info.macs);
  return Status();
}

Status TimeInference(const Subject& subject, bool quick) {
  ALEXNET_ASSIGN_OR_RETURN(const Preset preset, MakePreset(subject.network));
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info,
                           InferNetwork(preset.network));
  ALEXNET_ASSIGN_OR_RETURN(auto backend, TunedBackend(subject.precision));
  ALEXNET_ASSIGN_OR_RETURN(auto tensors, InitialParameters(info, 1));
  InferenceOptions options;
  options.batch = subject.batch;
  ALEXNET_ASSIGN_OR_RETURN(
      const auto plan,
      InferencePlan::Compile(preset.network, std::move(backend),
                             std::make_shared<PackedParameters>(
                                 TensorsAsSource(std::move(tensors))),
                             options));
  const std::vector<float> images =
      Uniform(subject.batch * info.layers.front().in.elements());
  std::vector<float> output(static_cast<size_t>(subject.batch * info.classes));
  ALEXNET_RETURN_IF_ERROR(plan->Run(images.data(), output.data()));
  // Each run is waited for, so that a batch of one is a latency.
  const auto run = [&](int count) -> Status {
    for (int i = 0; i < count; ++i) {
      ALEXNET_RETURN_IF_ERROR(plan->Recompute());
    }
    return Status();
  };
  ALEXNET_ASSIGN_OR_RETURN(const double milliseconds, Median(run, quick));
  Report(subject, "inference", milliseconds, plan->arena_bytes(),
         info.parameter_count * (subject.precision == Precision::kBf16 ? 2 : 4),
         info.macs);
  return Status();
}

// Our own kernels.

struct KernelSubject {
  const char* name;
  LayerSpec spec;
  Shape in;  // batch 1
  int64_t batch;
  // Of an element, forward and backward: bytes that must be read and written,
  // in elements of the source and of the output.
  double forward_src, forward_dst, backward_src, backward_dst;
};

void ReportKernel(const std::string& name, Precision precision, double mib,
                  double milliseconds, double bytes) {
  std::printf(
      "{\"kernel\": \"%s\", \"precision\": \"%s\", \"mib\": %.0f, "
      "\"milliseconds\": %.4f, \"gbps\": %.1f}\n",
      name.c_str(), NameOf(precision), mib, milliseconds,
      bytes / milliseconds / 1e6);
  std::fflush(stdout);
}

Status TimeKernel(const KernelSubject& subject, Precision precision,
                  bool quick) {
  ALEXNET_ASSIGN_OR_RETURN(const auto backend, TunedBackend(precision));
  Network network;
  network.name = subject.name;
  network.channels = subject.in[1];
  network.height = subject.in.rank() > 2 ? subject.in[2] : 1;
  network.width = subject.in.rank() > 3 ? subject.in[3] : 1;
  network.layers = {{subject.name, subject.spec}};
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info, InferNetwork(network));
  KernelRequest request;
  request.layer = &network.layers[0];
  request.shapes = &info.layers[0];
  request.batch = subject.batch;
  request.src = Format::Dense(WithBatch(info.layers[0].in, subject.batch));
  request.training = true;
  request.src_gradient = true;
  return backend->Run([&]() -> Status {
    Device& device = backend->device();
    ALEXNET_ASSIGN_OR_RETURN(const auto kernel, backend->CreateKernel(request));
    const int64_t src = kernel->src_format().bytes;
    const int64_t dst = kernel->dst_format().bytes;
    std::vector<AlignedBuffer> buffers;
    const auto allocate = [&](int64_t bytes) -> Result<void*> {
      ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer buffer,
                               device.Allocate(bytes, /*zero=*/true));
      buffers.push_back(std::move(buffer));
      return static_cast<void*>(buffers.back().data());
    };
    ForwardArgs forward;
    BackwardArgs backward;
    ALEXNET_ASSIGN_OR_RETURN(void* source, allocate(src));
    ALEXNET_ASSIGN_OR_RETURN(forward.dst, allocate(dst));
    ALEXNET_ASSIGN_OR_RETURN(backward.src_gradient, allocate(src));
    ALEXNET_ASSIGN_OR_RETURN(forward.saved,
                             allocate(kernel->memory().saved_bytes));
    ALEXNET_ASSIGN_OR_RETURN(forward.scratch,
                             allocate(kernel->memory().scratch_bytes));
    ALEXNET_ASSIGN_OR_RETURN(void* random, allocate(sizeof(RandomState)));
    forward.src = backward.src = source;
    backward.dst = backward.dst_gradient = forward.dst;
    backward.saved = forward.saved;
    backward.scratch = forward.scratch;
    forward.random = backward.random = static_cast<RandomState*>(random);
    const auto time = [&](const char* pass, const std::function<Status()>& one,
                          double bytes) -> Status {
      ALEXNET_ASSIGN_OR_RETURN(const double milliseconds,
                               Median(
                                   [&](int count) -> Status {
                                     for (int i = 0; i < count; ++i)
                                       ALEXNET_RETURN_IF_ERROR(one());
                                     return device.Finish();
                                   },
                                   quick));
      ReportKernel(std::string(subject.name) + " " + pass, precision,
                   static_cast<double>(src) / (1 << 20), milliseconds, bytes);
      return Status();
    };
    const double src_bytes = static_cast<double>(src);
    const double dst_bytes = static_cast<double>(dst);
    ALEXNET_RETURN_IF_ERROR(time(
        "forward", [&] { return kernel->Forward(forward); },
        subject.forward_src * src_bytes + subject.forward_dst * dst_bytes +
            static_cast<double>(kernel->memory().saved_bytes)));
    return time(
        "backward", [&] { return kernel->Backward(backward); },
        subject.backward_src * src_bytes + subject.backward_dst * dst_bytes +
            static_cast<double>(kernel->memory().saved_bytes));
  });
}

Status TimeSgd(Precision precision, bool quick) {
  ALEXNET_ASSIGN_OR_RETURN(const auto backend, TunedBackend(precision));
  return backend->Run([&]() -> Status {
    Device& device = backend->device();
    const bool narrow = precision == Precision::kBf16;
    SgdTensor tensor;
    tensor.elements = 61'100'840;  // torchvision's
    tensor.compute_dtype = narrow ? DType::kBF16 : DType::kF32;
    const int64_t small = tensor.elements * DTypeSize(tensor.compute_dtype);
    ALEXNET_ASSIGN_OR_RETURN(auto weight,
                             device.Allocate(tensor.elements * 4, true));
    ALEXNET_ASSIGN_OR_RETURN(auto velocity,
                             device.Allocate(tensor.elements * 4, true));
    ALEXNET_ASSIGN_OR_RETURN(auto gradient, device.Allocate(small, true));
    ALEXNET_ASSIGN_OR_RETURN(auto working, device.Allocate(small, true));
    ALEXNET_ASSIGN_OR_RETURN(auto state, device.Allocate(64, true));
    ALEXNET_ASSIGN_OR_RETURN(auto outcome, device.Allocate(64, true));
    tensor.weight = reinterpret_cast<float*>(weight.data());
    tensor.velocity = reinterpret_cast<float*>(velocity.data());
    tensor.gradient = gradient.data();
    if (narrow) tensor.working = working.data();
    ALEXNET_ASSIGN_OR_RETURN(const auto updater,
                             backend->CreateUpdater({tensor}));
    const auto run = [&](int count) -> Status {
      for (int i = 0; i < count; ++i) {
        ALEXNET_RETURN_IF_ERROR(updater->Update(
            reinterpret_cast<const StepState*>(state.data()), false,
            reinterpret_cast<StepOutcome*>(outcome.data())));
      }
      return device.Finish();
    };
    ALEXNET_ASSIGN_OR_RETURN(const double milliseconds, Median(run, quick));
    ReportKernel("SGD", precision,
                 static_cast<double>(tensor.elements * 4) / (1 << 20),
                 milliseconds,
                 static_cast<double>(tensor.elements) * 16 +
                     static_cast<double>(small) * (narrow ? 2 : 1));
    return Status();
  });
}

// Training on JPEGs.

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
  return batches * kJpegBatch / Seconds(start);
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

Status TimeJpegs(bool quick) {
  const std::string folder =
      std::filesystem::temp_directory_path() / "alexnet_gpu_bench_pictures";
  ALEXNET_ASSIGN_OR_RETURN(const Jpegs jpegs, WriteJpegs(folder, quick));
  ALEXNET_ASSIGN_OR_RETURN(const auto backend, TunedBackend(Precision::kBf16));
  const int batches = quick ? 10 : 100;

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
      Median([&](int count) { return plan->Repeat(count); }, quick));
  std::printf(
      "{\"jpegs\": true, \"batch\": %d, \"pipeline_images_per_second\": %.1f, "
      "\"step_images_per_second\": %.1f, \"both_images_per_second\": %.1f}\n",
      kJpegBatch, pipeline_rate, 1e3 * kJpegBatch / step, both_rate);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return Status();
}

int Run(bool quick) {
  const std::vector<int64_t> training_batches = {128, 256, 1024};
  const std::vector<int64_t> inference_batches = {1, 256};
  bool ok = true;
  const auto check = [&](const Subject& subject, const char* mode,
                         const Status& status) {
    if (!status.ok()) Report(subject, mode, status);
    ok = ok && status.ok();
  };
  for (const char* network : {"torchvision", "alexnet"}) {
    for (const Precision precision :
         {Precision::kBf16, Precision::kTf32, Precision::kF32}) {
      for (const int64_t batch : training_batches) {
        const Subject subject = {network, precision, batch};
        check(subject, "training", TimeTraining(subject, quick));
      }
      for (const int64_t batch : inference_batches) {
        const Subject subject = {network, precision, batch};
        check(subject, "inference", TimeInference(subject, quick));
      }
    }
  }
  Pooling pooling;
  pooling.window = Window::Square(3, 2);
  Lrn norm;
  norm.groups = 2;
  const KernelSubject kernels[] = {
      {"LRN", norm, {1, 96, 55, 55}, 256, 1, 1, 2, 1},
      {"max pooling", pooling, {1, 96, 55, 55}, 256, 1, 1, 1, 1},
      {"dropout", Dropout{0.5f}, {1, 4096}, 16384, 1, 1, 1, 1},
  };
  for (const Precision precision : {Precision::kBf16, Precision::kF32}) {
    for (const KernelSubject& kernel : kernels) {
      const Status status = TimeKernel(kernel, precision, quick);
      if (!status.ok()) {
        std::printf("{\"kernel\": \"%s\", \"error\": \"%s\"}\n", kernel.name,
                    Quotable(status).c_str());
        ok = false;
      }
    }
    ok = TimeSgd(precision, quick).ok() && ok;
  }
  const Status jpegs = TimeJpegs(quick);
  if (!jpegs.ok()) {
    std::printf("{\"jpegs\": true, \"error\": \"%s\"}\n",
                Quotable(jpegs).c_str());
    ok = false;
  }
  return ok ? 0 : 1;
}

}  // namespace
}  // namespace alexnet

int main(int argc, char** argv) {
  return alexnet::Run(argc > 1 && std::strcmp(argv[1], "--quick") == 0);
}
