// DeferredUpdate: the update of a network's last layers, sent with the step
// after: beside that one's first layers, which read other parameters. Internal
// to core/exec.

#ifndef ALEXNET_CORE_EXEC_DEFERRED_UPDATE_H_
#define ALEXNET_CORE_EXEC_DEFERRED_UPDATE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "core/backend/backend.h"
#include "core/backend/update.h"
#include "core/base/status.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// The fully connected layers have nine tenths of the parameters, whose update
// is bound by memory, and the convolutions before them most of the sums. What
// is computed is the same as without: nothing reads the parameters meanwhile.
// Not thread safe; all calls inside Backend::Run.
class DeferredUpdate {
 public:
  // `backend` must outlive this object.
  Status Create(Backend& backend, std::vector<SgdTensor> tensors);
  bool exists() const { return updater_ != nullptr; }

  // In each step that updates, recorded with it. First of all: sends what the
  // step before has left, in kSide.
  Status Begin();
  // Before anything reads or writes the parameters or their gradients: kCompute
  // waits for it.
  Status Join();
  // When the outcome is there: leaves the update to the next step. `state` and
  // `outcome` lie in the device's memory, and may change afterwards.
  Status Leave(const StepState* state, const StepOutcome* outcome);

  // Such a step was launched.
  void Launched() { phase_ = Phase::kLeft; }
  // Carries out what was left, before anybody else has to do with the
  // parameters. Where it fails it can be called again.
  Status Flush();
  // Ends a Flush that has failed half-way, before another step.
  Status Settle() { return phase_ == Phase::kSent ? Flush() : Status(); }

 private:
  enum class Phase : int8_t {
    kNothing,  // nothing is left
    kLeft,     // the last step's
    kSent,     // it has been sent, and is still there
  };

  Status Fork();
  // An outcome by which nothing is updated.
  Status LeaveNothing();
  StepState* state() { return reinterpret_cast<StepState*>(left_.data()); }
  StepOutcome* outcome() {
    return reinterpret_cast<StepOutcome*>(left_.data() + kStateBytes);
  }

  static constexpr int64_t kStateBytes = 64;
  static_assert(sizeof(StepState) <= kStateBytes);

  Device* device_ = nullptr;
  std::unique_ptr<Updater> updater_;  // in kSide
  AlignedBuffer left_;                // a state and an outcome, on the device
  std::unique_ptr<Fence> begun_;
  std::unique_ptr<Fence> ended_;
  Phase phase_ = Phase::kNothing;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_DEFERRED_UPDATE_H_
