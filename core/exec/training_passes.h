// TrainingPasses: what a training step does with the layers that a RankPart has
// in passes, and with their parameters. Internal to core/exec.

#ifndef ALEXNET_CORE_EXEC_TRAINING_PASSES_H_
#define ALEXNET_CORE_EXEC_TRAINING_PASSES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/exec/graph.h"
#include "core/exec/step_slot.h"
#include "core/exec/training_chain.h"
#include "core/exec/training_parameters.h"
#include "core/network/network.h"

namespace alexnet {

// A pass sends for the samples of the next one before it computes, and gives
// gradients back while the next one does. Not thread safe.
class TrainingPasses {
 public:
  // `options` are those of the layers before; part->passes() of several.
  // `source_learns`: one of those layers does. What is referred to must outlive
  // this object.
  Status Build(const Network& network, const NetworkInfo& info,
               Backend& backend, const GraphOptions& options,
               bool source_learns);
  const std::vector<TrainingChain>& chains() const { return chains_; }

  // When `parameters` have their memory; inside Backend::Run, as Run is.
  Status Allocate(TrainingParameters& parameters);
  int64_t bytes() const { return bytes_; }  // of the device

  // The loss of a pass: of its logits, to their gradient.
  using Loss =
      std::function<Status(int pass, const float* logits, float* gradient)>;
  // `given`: what the layers before gave, dense; its gradient is overwritten,
  // and null where none of them learns. `rectified`: as
  // TrainingChain::Forward's.
  Status Run(const StepSlot& slot, const StepVariant& variant,
             const float* given, float* given_gradient, int64_t given_bytes,
             const TrainingChain::Rectified* rectified, const Loss& loss);

  std::string Describe() const;

 private:
  LayerPasses passes() const { return options_.part->passes(); }
  // Passes but the first write their gradients there, one after another.
  Status AllocatePartialGradients(TrainingParameters& parameters);
  // Updates after each pass.
  Status CreateUpdaters(TrainingParameters& parameters);
  Status AddPartialGradients(int pass, size_t node);
  Status Update(const StepSlot& slot, int pass);
  Result<std::byte*> Allocate(int64_t bytes);

  // One pass's gradient of a parameter, which is added to that of the passes
  // before.
  struct Partial {
    void* data = nullptr;
    void* sum = nullptr;  // null: the parameter does not learn
    ElementType type = ElementType::kF32;
    int64_t elements = 0;
  };

  const Network* network_ = nullptr;
  const NetworkInfo* info_ = nullptr;
  Backend* backend_ = nullptr;
  GraphOptions options_;
  std::vector<TrainingChain> chains_;                     // by pass
  std::vector<std::unique_ptr<PassExchange>> exchanges_;  // by pass
  std::vector<AlignedBuffer> memory_;
  int64_t bytes_ = 0;
  float* source_ = nullptr;           // what a pass reads
  float* source_gradient_ = nullptr;  // null: nothing below learns
  bool source_learns_ = false;
  std::vector<Partial> partials_;  // by parameter; empty: none are added
  std::vector<std::unique_ptr<Updater>> updaters_;  // by pass
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_TRAINING_PASSES_H_
