#include "core/exec/inference_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include "core/exec/plan_memory.h"
#include "core/exec/record_program.h"

namespace alexnet {
InferencePlan::InferencePlan(const Network& network,
                             std::shared_ptr<Backend> backend,
                             std::shared_ptr<PackedParameters> parameters,
                             const InferenceOptions& options)
    : network_(network),
      options_(options),
      backend_(std::move(backend)),
      parameters_(std::move(parameters)) {}

Result<std::vector<bool>> InferencePlan::KeptLayers() const {
  std::vector<bool> kept(network_.layers.size(), false);
  for (const std::string& name : options_.keep) {
    ALEXNET_ASSIGN_OR_RETURN(const int layer, FindLayer(network_, name));
    kept[static_cast<size_t>(layer)] = true;
  }
  return kept;
}

Status InferencePlan::Prepare() {
  if (options_.part != nullptr) {
    info_ = options_.part->info();
  } else {
    ALEXNET_ASSIGN_OR_RETURN(info_, InferNetwork(network_));
  }
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<bool> kept_layers, KeptLayers());
  GraphOptions options;
  options.batch = options_.batch;
  options.weight_dtype = options_.weight_dtype;
  options.keep = kept_layers;
  options.layers = static_cast<int>(network_.layers.size());
  options.part = options_.part.get();
  ALEXNET_ASSIGN_OR_RETURN(graph_,
                           BuildGraph(network_, info_, *backend_, options));
  ALEXNET_RETURN_IF_ERROR(
      backend_->Run([&] { return PlanMemory(kept_layers); }));
  args_.resize(graph_.nodes.size());
  ALEXNET_RETURN_IF_ERROR(PackParameters());
  ALEXNET_RETURN_IF_ERROR(backend_->Run([&] { return Allocate(); }));
  for (size_t i = 0; i < args_.size(); ++i) {
    args_[i].src = At(memory_.blobs[i]);
    args_[i].dst = At(memory_.blobs[i + 1]);
    args_[i].scratch = At(memory_.scratch[i]);
  }
  if (backend_->device().is_host()) return Status();
  return backend_->Run([&] { return PrepareDevice(); });
}

Status InferencePlan::Allocate() {
  Device& device = backend_->device();
  const int64_t images = graph_.blobs.front().bytes;
  const int64_t output = graph_.blobs.back().bytes;
  int64_t largest = 0;
  for (const Kept& kept : kept_) {
    const Format& format = graph_.blobs[static_cast<size_t>(kept.blob)];
    largest = std::max(largest, format.shape.elements() * 4);
  }
  end_bytes_ = device.is_host() ? 0 : images + 2 * output + largest;
  ALEXNET_RETURN_IF_ERROR(
      CheckRoom(device, memory_.bytes + end_bytes_, options_.batch));
  ALEXNET_ASSIGN_OR_RETURN(arena_,
                           device.Allocate(memory_.bytes, /*zero=*/false));
  if (device.is_host()) return Status();
  ALEXNET_ASSIGN_OR_RETURN(images_, device.Allocate(images, /*zero=*/true));
  ALEXNET_ASSIGN_OR_RETURN(output_, device.Allocate(output, /*zero=*/false));
  ALEXNET_ASSIGN_OR_RETURN(logits_, device.Allocate(output, /*zero=*/false));
  ALEXNET_ASSIGN_OR_RETURN(kept_staging_,
                           device.Allocate(largest, /*zero=*/false));
  return Status();
}

Status InferencePlan::PrepareDevice() {
  Device& device = backend_->device();
  ALEXNET_RETURN_IF_ERROR(PreparePrefetch());
  for (const bool with_logits : {false, true}) {
    Ends ends;
    ends.images = reinterpret_cast<const float*>(images_.data());
    ends.output = reinterpret_cast<float*>(output_.data());
    if (with_logits) ends.logits = reinterpret_cast<float*>(logits_.data());
    ALEXNET_ASSIGN_OR_RETURN(
        programs_[with_logits ? 1 : 0],
        RecordProgram(
            device, [this, ends] { return RunNodes(ends); },
            options_.part.get()));
  }
  return Status();
}

// Under the layers before it, which are bound by computing.
Status InferencePlan::PreparePrefetch() {
  Device& device = backend_->device();
  const auto bound = std::find_if(
      graph_.nodes.begin(), graph_.nodes.end(),
      [](const GraphNode& node) { return node.kernel->memory().weight_bound; });
  if (bound == graph_.nodes.end() || bound - graph_.nodes.begin() < 2) {
    return Status();
  }
  ALEXNET_ASSIGN_OR_RETURN(prefetch_begun_, device.CreateFence());
  ALEXNET_ASSIGN_OR_RETURN(prefetch_ended_, device.CreateFence());
  prefetched_ = static_cast<size_t>(bound - graph_.nodes.begin());
  return Status();
}

Status InferencePlan::BeginPrefetch() {
  Device& device = backend_->device();
  ALEXNET_RETURN_IF_ERROR(device.Signal(Queue::kCompute, *prefetch_begun_));
  ALEXNET_RETURN_IF_ERROR(device.Wait(Queue::kSide, *prefetch_begun_));
  ALEXNET_RETURN_IF_ERROR(backend_->Prefetch(
      args_[prefetched_].weight,
      graph_.nodes[prefetched_].kernel->weight_layout()->bytes()));
  return device.Signal(Queue::kSide, *prefetch_ended_);
}

Status InferencePlan::PlanMemory(const std::vector<bool>& kept_layers) {
  const int end = static_cast<int>(graph_.nodes.size());
  std::vector<bool> kept_blobs(graph_.blobs.size(), false);
  std::vector<ArenaRequest> extra;
  for (size_t i = 0; i < kept_layers.size(); ++i) {
    if (!kept_layers[i]) continue;
    const int blob = graph_.layer_blob[i];
    ALEXNET_ASSIGN_OR_RETURN(
        DenseReader reader,
        DenseReader::Create(*backend_,
                            graph_.blobs[static_cast<size_t>(blob)]));
    extra.push_back({reader.scratch_bytes(), end, end});
    kept_.push_back({network_.layers[i].name, blob, std::move(reader), -1});
    kept_blobs[static_cast<size_t>(blob)] = true;
  }
  logits_blob_ = ReadBy(info_.logits_layer + 1);
  if (logits_blob_ >= 0) {
    ALEXNET_ASSIGN_OR_RETURN(
        logits_reader_,
        DenseReader::Create(*backend_,
                            graph_.blobs[static_cast<size_t>(logits_blob_)]));
    const int step = logits_blob_ - 1;  // right after it is written
    extra.push_back({logits_reader_->scratch_bytes(), step, step});
  }
  memory_ = PlanInferenceMemory(graph_, kept_blobs, extra);
  for (size_t i = 0; i < kept_.size(); ++i) kept_[i].scratch = memory_.extra[i];
  if (logits_reader_) logits_scratch_ = memory_.extra.back();
  return Status();
}

int InferencePlan::ReadBy(int layer) const {
  for (size_t i = 0; i < graph_.nodes.size(); ++i) {
    if (graph_.nodes[i].layer == layer) return static_cast<int>(i);
  }
  return -1;
}

std::vector<InferencePlan::Want> InferencePlan::Wants() {
  std::vector<Want> wants;
  for (size_t i = 0; i < graph_.nodes.size(); ++i) {
    const GraphNode& node = graph_.nodes[i];
    if (node.weight >= 0) {
      wants.push_back(
          {node.kernel->weight_layout(), node.weight, &args_[i].weight});
    }
    if (node.bias >= 0) {
      wants.push_back({node.kernel->bias_layout(), node.bias, &args_[i].bias});
    }
  }
  std::stable_sort(wants.begin(), wants.end(),
                   [](const Want& a, const Want& b) {
                     return a.layout->bytes() > b.layout->bytes();
                   });
  return wants;
}

Status InferencePlan::PackParameters() {
  return backend_->Run([&]() -> Status {
    for (const Want& want : Wants()) {
      auto packed =
          parameters_->Get(want.parameter, *want.layout, backend_->device());
      if (!packed.ok()) {
        return packed.status().WithContext(fmt::format(
            "parameter \"{}\"",
            info_.parameters[static_cast<size_t>(want.parameter)].name));
      }
      *want.packed = *packed;
      parameter_bytes_ += want.layout->bytes();
    }
    return Status();
  });
}

Status InferencePlan::Reload() {
  return backend_->Run([&]() -> Status {
    for (const Want& want : Wants()) {
      ALEXNET_RETURN_IF_ERROR(parameters_->Reload(want.parameter, *want.layout,
                                                  backend_->device()));
    }
    return Status();
  });
}

Status InferencePlan::Run(const float* images, float* output, float* logits) {
  if (images == nullptr || output == nullptr) {
    return InvalidArgumentError("images and output must not be null");
  }
  // By reference: a closure of more than two words would be allocated.
  const auto work = [=, this] {
    return backend_->device().is_host() ? RunNodes({images, output, logits})
                                        : RunOnDevice(images, output, logits);
  };
  const Status done = backend_->Run(std::cref(work));
  // What was sent may still use the caller's memory. Of ranks, which may wait
  // for each other, each sees to it when they have heard of the failure.
  if (!done.ok() && options_.part == nullptr) {
    static_cast<void>(
        backend_->Run([this] { return backend_->device().Finish(); }));
  }
  return done;
}

Status InferencePlan::Recompute() {
  if (backend_->device().is_host()) {
    return FailedPreconditionError(
        "on the host there is no copy of the images to compute on again");
  }
  return backend_->Run([&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(programs_[0]->Launch());
    return backend_->device().Finish();
  });
}

Status InferencePlan::RunOnDevice(const float* images, float* output,
                                  float* logits) {
  Device& device = backend_->device();
  const int64_t bytes = graph_.blobs.back().bytes;
  ALEXNET_RETURN_IF_ERROR(device.Upload(images, graph_.blobs.front().bytes,
                                        images_.data(), Queue::kCompute));
  RankPart* const part = options_.part.get();
  if (part != nullptr) ALEXNET_RETURN_IF_ERROR(part->BeginStep());
  ALEXNET_RETURN_IF_ERROR(programs_[logits != nullptr ? 1 : 0]->Launch());
  ALEXNET_RETURN_IF_ERROR(device.Download(output_.data(), bytes, output));
  if (logits != nullptr) {
    ALEXNET_RETURN_IF_ERROR(device.Download(logits_.data(), bytes, logits));
  }
  ALEXNET_RETURN_IF_ERROR(device.Finish());
  return part != nullptr ? part->CheckStep() : Status();
}

Status InferencePlan::RunNodes(const Ends& ends) {
  Device& device = backend_->device();
  const bool output_kept = memory_.blobs.back() >= 0;
  args_.front().src = ends.images;
  if (!output_kept) args_.back().dst = ends.output;
  if (prefetched_ > 0) ALEXNET_RETURN_IF_ERROR(BeginPrefetch());
  for (size_t i = 0; i < args_.size(); ++i) {
    // One kernel before it, whose end it need not wait for to begin.
    if (prefetched_ > 0 && i + 1 == prefetched_) {
      ALEXNET_RETURN_IF_ERROR(device.Wait(Queue::kCompute, *prefetch_ended_));
    }
    ALEXNET_RETURN_IF_ERROR(graph_.nodes[i].kernel->Forward(args_[i]));
    if (ends.logits != nullptr && logits_blob_ == static_cast<int>(i) + 1) {
      ALEXNET_RETURN_IF_ERROR(
          logits_reader_->Read(args_[i].dst, At(logits_scratch_), ends.logits));
    }
  }
  const int64_t bytes = graph_.blobs.back().bytes;
  if (output_kept) {
    ALEXNET_RETURN_IF_ERROR(
        device.Copy(args_.back().dst, bytes, ends.output, Queue::kCompute));
  }
  if (ends.logits != nullptr && logits_blob_ < 0) {
    return device.Copy(ends.output, bytes, ends.logits, Queue::kCompute);
  }
  return Status();
}

Status InferencePlan::Blob(const std::string& layer, float* dense) {
  for (const Kept& kept : kept_) {
    if (kept.layer != layer) continue;
    const void* blob = At(memory_.blobs[static_cast<size_t>(kept.blob)]);
    return backend_->Run([&]() -> Status {
      Device& device = backend_->device();
      void* scratch = At(kept.scratch);
      if (device.is_host()) return kept.reader.Read(blob, scratch, dense);
      auto* staged = reinterpret_cast<float*>(kept_staging_.data());
      ALEXNET_RETURN_IF_ERROR(kept.reader.Read(blob, scratch, staged));
      const Format& format = graph_.blobs[static_cast<size_t>(kept.blob)];
      ALEXNET_RETURN_IF_ERROR(
          device.Download(staged, format.shape.elements() * 4, dense));
      return device.Finish();
    });
  }
  return FailedPreconditionError(
      fmt::format("the plan does not keep layer \"{}\"; name it in "
                  "InferenceOptions::keep",
                  layer));
}

std::vector<InferencePlan::NodeLayers> InferencePlan::Nodes() const {
  std::vector<NodeLayers> nodes;
  for (const GraphNode& node : graph_.nodes) {
    std::string algorithm = node.kernel->Name();
    if (node.layer >= 0) {
      const Layer& layer = network_.layers[static_cast<size_t>(node.layer)];
      const std::string named = layer.name + " ";
      if (algorithm.starts_with(named)) algorithm.erase(0, named.size());
    }
    nodes.push_back({node.layer, node.fused, std::move(algorithm)});
  }
  return nodes;
}

Status InferencePlan::TimeNodes(const float* images,
                                std::span<double> seconds) {
  using Clock = std::chrono::steady_clock;
  std::vector<float> output(
      static_cast<size_t>(graph_.blobs.back().shape.elements()));
  return backend_->Run([&]() -> Status {
    Device& device = backend_->device();
    const bool on_host = device.is_host();
    // To launch a small kernel of a GPU takes as long as to run it.
    const int together = on_host ? 1 : 20;
    if (!on_host) {
      ALEXNET_RETURN_IF_ERROR(device.Upload(images, graph_.blobs.front().bytes,
                                            images_.data(), Queue::kCompute));
      images = reinterpret_cast<const float*>(images_.data());
    }
    args_.front().src = images;
    if (memory_.blobs.back() < 0) {
      args_.back().dst = on_host ? static_cast<void*>(output.data())
                                 : static_cast<void*>(output_.data());
    }
    for (size_t i = 0; i < args_.size(); ++i) {
      ALEXNET_RETURN_IF_ERROR(device.Finish());
      const Clock::time_point start = Clock::now();
      for (int repeat = 0; repeat < together; ++repeat) {
        ALEXNET_RETURN_IF_ERROR(graph_.nodes[i].kernel->Forward(args_[i]));
      }
      ALEXNET_RETURN_IF_ERROR(device.Finish());
      const std::chrono::duration<double> taken = Clock::now() - start;
      seconds[i] = taken.count() / together;
    }
    return Status();
  });
}

Capture InferencePlan::capture() const {
  Capture all = Capture::kNone;
  for (const auto& program : programs_) {
    if (program != nullptr) all = Together(all, program->capture());
  }
  return all;
}

std::string InferencePlan::Describe() const {
  std::string text = fmt::format(
      "inference of {}, batch {}, on {} with {} threads, arena {} bytes, "
      "captured: {}\n",
      network_.name, options_.batch, backend_->name(), backend_->threads(),
      arena_.size(), CaptureWord(capture()));
  for (size_t i = 0; i < graph_.nodes.size(); ++i) {
    const int64_t offset = memory_.blobs[i + 1];
    text +=
        DescribeNode(graph_, network_, static_cast<int>(i),
                     offset < 0 ? " (output)" : fmt::format(" @{}", offset));
  }
  return text;
}

Result<std::unique_ptr<InferencePlan>> InferencePlan::Compile(
    const Network& network, std::shared_ptr<Backend> backend,
    std::shared_ptr<PackedParameters> parameters,
    const InferenceOptions& options) {
  std::unique_ptr<InferencePlan> plan(new InferencePlan(
      network, std::move(backend), std::move(parameters), options));
  ALEXNET_RETURN_IF_ERROR(plan->Prepare());
  return plan;
}

}  // namespace alexnet
