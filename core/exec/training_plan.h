// TrainingPlan: a network compiled for forward, loss, backward and update. It
// owns the float32 master parameters, their gradients and momenta, all in the
// kernels' layouts.

#ifndef ALEXNET_CORE_EXEC_TRAINING_PLAN_H_
#define ALEXNET_CORE_EXEC_TRAINING_PLAN_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/exec/dead_units.h"
#include "core/exec/deferred_update.h"
#include "core/exec/graph.h"
#include "core/exec/parameters.h"
#include "core/exec/step_slot.h"
#include "core/exec/training_chain.h"
#include "core/exec/training_parameters.h"
#include "core/exec/training_passes.h"
#include "core/exec/training_step.h"
#include "core/network/network.h"

namespace alexnet {

// Not thread safe.
class TrainingPlan {
 public:
  // Parameters start from `source`, momenta at zero; of a rank's part they are
  // the rank's, here and in all functions. Layers whose parameters
  // all have rate 0 are frozen: no gradients are made for them, nor below the
  // lowest layer that learns.
  static Result<std::unique_ptr<TrainingPlan>> Compile(
      const Network& network, std::shared_ptr<Backend> backend,
      ParameterSource& source, const TrainingPlanOptions& options);

  // Forward, loss and backward: fills gradients.
  Result<StepResult> Gradients(const StepInput& input);
  // Gradients, then one update. A loss or gradient norm that is not finite is
  // returned and nothing is updated; of layers that are updated after each of
  // several passes, nothing by a pass in which it is found.
  Result<StepResult> Step(const StepInput& input, const UpdateRule& rule);

  // The same in two halves, so that the device need not wait for the host:
  // Enqueue sends a step off, Await gives the result of the oldest one that was
  // sent. At most kQueuedSteps may be under way, and none when Step or
  // Gradients is called. The input must stay as it is until its Await. On the
  // host, where Enqueue takes as long as the step, `interrupt` is heard between
  // its layers, before anything is updated, but not where there are other
  // ranks.
  static constexpr int kQueuedSteps = 2;
  Status Enqueue(const StepInput& input, const UpdateRule& rule,
                 const Interrupt& interrupt = {});
  Result<StepResult> Await();
  // Steps on the input of slot 0 without bringing it to the device again: for
  // timing. After at least one Step; not of a rank's part.
  Status Repeat(int steps);

  // Dense copies by parameter index, NetworkInfo::parameters' order, after all
  // steps that were sent. Gradients of layers that are updated after each of
  // several passes are the last one's.
  Status ReadParameter(int parameter, float* dense) const {
    return Read(parameter, ParameterPart::kWeight, dense);
  }
  Status WriteParameter(int parameter, const float* dense) {
    return Write(parameter, ParameterPart::kWeight, dense);
  }
  Status ReadMomentum(int parameter, float* dense) const {
    return Read(parameter, ParameterPart::kVelocity, dense);
  }
  Status WriteMomentum(int parameter, const float* dense) {
    return Write(parameter, ParameterPart::kVelocity, dense);
  }
  Status ReadGradient(int parameter, float* dense) const {
    return Read(parameter, ParameterPart::kGradient, dense);
  }

  // Fraction of each ReLU layer's units that gave zero for every sample of the
  // last batch that asked to count them, by layer index; others -1. For the
  // watch on dead ReLUs. On a rank, of the units and samples of all ranks; -1
  // where ranks or passes lay a layer's units out differently, or share some of
  // them.
  std::vector<float> DeadUnits() const { return dead_units_; }

  const NetworkInfo& info() const { return info_; }
  int threads() const { return backend_->threads(); }  // that compute
  // Blobs and work space, in the device's memory.
  int64_t arena_bytes() const { return arena_.size() + passes_.bytes(); }
  // Parameters, gradients and momenta, likewise.
  int64_t parameter_bytes() const { return parameters_.bytes(); }
  // Both, and the buffers for what comes from the host.
  int64_t device_bytes() const {
    return arena_bytes() + parameter_bytes() + input_bytes_;
  }
  // Whether steps are recorded on a GPU; known after the first few.
  Capture capture() const;
  std::string Describe() const;

 private:
  TrainingPlan(const Network& network, std::shared_ptr<Backend> backend,
               const TrainingPlanOptions& options);

  // What Compile does.
  Status Prepare(ParameterSource& source);
  Status Read(int parameter, ParameterPart part, float* dense) const {
    return backend_->Run([&]() -> Status {
      ALEXNET_RETURN_IF_ERROR(deferred_.Flush());
      return parameters_.Read(parameter, part, dense);
    });
  }
  Status Write(int parameter, ParameterPart part, const float* dense) {
    return backend_->Run([&]() -> Status {
      ALEXNET_RETURN_IF_ERROR(deferred_.Flush());
      return parameters_.Write(parameter, part, dense);
    });
  }
  bool in_passes() const { return !passes_.chains().empty(); }
  // The graphs of a step: of the whole network, or up to the passes, and
  // theirs.
  Status BuildGraphs();
  Status CreateUpdater();
  // Of a device where it can be hidden: the update of the fully connected
  // layers is left to the next step.
  Status DeferUpdate();
  LayerShare ShareOfLoss(int pass) const;
  StepSlotSizes SlotSizes() const;
  // The memory that grows with the batch.
  Status Allocate();
  Status CheckInput(const StepInput& input) const;
  Status CheckRule(const UpdateRule& rule) const;
  Status Send(const StepInput& input, const UpdateRule& rule, bool update,
              const Interrupt& interrupt);
  Result<StepResult> Take();
  // Where this rank's part of a step failed, it fails on the others too.
  Status OnAllRanks(const Status& status);
  // One recorded step.
  Status RunStep(StepSlot& slot, const StepVariant& variant);
  Status Forward(const StepSlot& slot, const StepVariant& variant,
                 const TrainingChain::Rectified* rectified);
  Status RenderInput(const StepSlot& slot);
  Status ComputeLoss(const StepSlot& slot, int pass, const float* logits,
                     float* gradient);
  Status Backward(const StepSlot& slot);
  // Over the ranks, of what `node` has just written.
  Status SumGradients(size_t node);

  const Network network_;
  const TrainingPlanOptions options_;
  const std::shared_ptr<Backend> backend_;
  NetworkInfo info_;
  TrainingChain chain_;    // all layers, or those before the passes
  TrainingPasses passes_;  // no chains: there are none
  AlignedBuffer arena_;    // of chain_
  TrainingParameters parameters_;
  std::vector<float> dead_units_;  // by layer
  RankDeadUnits rank_dead_units_;  // of a rank's part

  // Where pixels are rendered to, and the node that reads it: not the first
  // where that brings dense floats into the device's format.
  int input_blob_ = 0;
  AlignedBuffer input_;          // blob 0, where the device renders to it
  AlignedBuffer mean_image_;     // on the device
  AlignedBuffer class_weights_;  // likewise
  AlignedBuffer loss_scratch_;
  int64_t input_bytes_ = 0;  // of the device, beside arena and parameters
  std::unique_ptr<Updater> updater_;  // null: of what updates after each pass
  // Where the last layers' update is deferred: of those before, the first node
  // of chain_ that waits for it, and the first layer's name.
  std::unique_ptr<Updater> early_updater_;
  mutable DeferredUpdate deferred_;  // reading carries it out first
  size_t deferred_until_ = 0;
  std::string first_deferred_;
  std::array<StepSlot, kQueuedSteps> slots_;
  int64_t sent_ = 0;     // steps, in all
  int64_t taken_ = 0;    // of which results were given
  Interrupt interrupt_;  // of the step that is being sent
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_TRAINING_PLAN_H_
