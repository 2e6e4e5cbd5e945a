// InferencePlan: a network, or a rank's part of one, compiled for a backend and
// a batch size, forward only.
//
// Compile fixes shapes, layouts and algorithms, fuses activations, packs the
// parameters and lays all blobs out in one arena by lifetime. Run allocates
// nothing.

#ifndef ALEXNET_CORE_EXEC_INFERENCE_PLAN_H_
#define ALEXNET_CORE_EXEC_INFERENCE_PLAN_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/backend/weight_type.h"
#include "core/base/status.h"
#include "core/exec/dense_reader.h"
#include "core/exec/graph.h"
#include "core/exec/memory_plan.h"
#include "core/exec/parameters.h"
#include "core/exec/predictor.h"
#include "core/exec/rank_part.h"
#include "core/network/network.h"

namespace alexnet {

struct InferenceOptions {
  int64_t batch = 1;
  WeightType weight_dtype =
      WeightType::kF32;  // of fully connected layers; f32 sums
  // Layers whose output blobs are kept for InferencePlan::Blob; a fused
  // activation is split off where its input is kept.
  std::vector<std::string> keep = {};
  // Where the network is one rank's part of another; else null. `batch` is that
  // of all ranks, and Run is given the samples that the part reads, gives those
  // of the loss, and keeps the rank's part of a blob.
  std::shared_ptr<RankPart> part = nullptr;
};

// Plans of one model share its packed parameters.
class InferencePlan : public Predictor {
 public:
  // `backend` and `parameters` are kept alive by the plan.
  static Result<std::unique_ptr<InferencePlan>> Compile(
      const Network& network, std::shared_ptr<Backend> backend,
      std::shared_ptr<PackedParameters> parameters,
      const InferenceOptions& options);

  using Predictor::Run;
  Status Run(const float* images, float* output, float* logits) override;
  Status Recompute() override;
  Status Blob(const std::string& layer, float* dense) override;

  // Of the part, where there is one.
  const NetworkInfo& info() const override { return info_; }
  int64_t batch() const override { return options_.batch; }
  int threads() const override { return backend_->threads(); }
  Device& device() override { return backend_->device(); }
  int64_t arena_bytes() const override { return arena_.size(); }
  int64_t parameter_bytes() const override { return parameter_bytes_; }
  int64_t device_bytes() const override {
    return arena_bytes() + parameter_bytes() + end_bytes_;
  }
  int64_t exchanged_bytes() const override { return 0; }
  Capture capture() const override;

  // What a kernel of the plan computes.
  struct NodeLayers {
    int layer;  // -1: none; it puts a blob into another layout
    int fused;  // the next layer, that it applies as well; -1: none
    std::string algorithm;
  };
  std::vector<NodeLayers> Nodes() const;
  // A run that waits for each kernel: `seconds`, one for each of Nodes(), is
  // how long it took. `images` as of Run.
  Status TimeNodes(const float* images, std::span<double> seconds);

  // Packs the parameters anew, whose source has other values now. Not while
  // another plan that shares them runs.
  Status Reload();
  std::string Describe() const override;

 private:
  InferencePlan(const Network& network, std::shared_ptr<Backend> backend,
                std::shared_ptr<PackedParameters> parameters,
                const InferenceOptions& options);

  // What one run reads and writes, in the device's memory.
  struct Ends {
    const float* images = nullptr;
    float* output = nullptr;
    float* logits = nullptr;
  };
  // A layer whose output Blob gives.
  struct Kept {
    std::string layer;
    int blob;
    DenseReader reader;
    int64_t scratch;  // offset; -1: none
  };

  Result<std::vector<bool>> KeptLayers() const;
  // What Compile does.
  Status Prepare();
  Status PlanMemory(const std::vector<bool>& kept_layers);
  // The blob that the kernel of `layer` reads; -1: it has none.
  int ReadBy(int layer) const;
  // A parameter as one of the kernels wants it.
  struct Want {
    const ParameterLayout* layout;
    int parameter;
    const void** packed;
  };
  // Largest first: while one is packed, it is there twice, and that is cheapest
  // while the others are not there yet.
  std::vector<Want> Wants();
  Status PackParameters();
  // The memory that grows with the batch.
  Status Allocate();
  Status PrepareDevice();
  // What takes as long as its weights are read has them brought near under the
  // layers before.
  Status PreparePrefetch();
  Status BeginPrefetch();
  Status RunOnDevice(const float* images, float* output, float* logits);
  Status RunNodes(const Ends& ends);
  void* At(int64_t offset) {
    return offset < 0 ? nullptr : arena_.data() + offset;
  }

  const Network network_;
  const InferenceOptions options_;
  const std::shared_ptr<Backend> backend_;
  const std::shared_ptr<PackedParameters> parameters_;
  NetworkInfo info_;
  Graph graph_;
  MemoryPlan memory_;
  AlignedBuffer arena_;
  std::vector<ForwardArgs> args_;  // by node
  std::vector<Kept> kept_;
  int logits_blob_ = -1;  // what the softmax reads; -1: the output itself
  std::optional<DenseReader> logits_reader_;
  int64_t logits_scratch_ = -1;

  // Where the device is not the host: its copies of what the caller has, and
  // the recorded runs without and with logits.
  AlignedBuffer images_;
  AlignedBuffer output_;
  AlignedBuffer logits_;
  AlignedBuffer kept_staging_;
  int64_t parameter_bytes_ = 0;
  int64_t end_bytes_ = 0;
  std::array<std::unique_ptr<Program>, 2> programs_;
  size_t prefetched_ = 0;  // node; 0: none
  std::unique_ptr<Fence> prefetch_begun_;
  std::unique_ptr<Fence> prefetch_ended_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_INFERENCE_PLAN_H_
