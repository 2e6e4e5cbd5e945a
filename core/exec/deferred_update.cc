#include "core/exec/deferred_update.h"

#include <limits>
#include <utility>

namespace alexnet {
namespace {

// Diverges, whatever the rule.
constexpr StepOutcome kNothing = {{std::numeric_limits<double>::quiet_NaN(), 0},
                                  0.0};

}  // namespace

Status DeferredUpdate::Create(Backend& backend,
                              std::vector<SgdTensor> tensors) {
  device_ = &backend.device();
  ALEXNET_ASSIGN_OR_RETURN(
      left_,
      device_->Allocate(kStateBytes + static_cast<int64_t>(sizeof(StepOutcome)),
                        /*zero=*/true));
  ALEXNET_ASSIGN_OR_RETURN(begun_, device_->CreateFence());
  ALEXNET_ASSIGN_OR_RETURN(ended_, device_->CreateFence());
  ALEXNET_ASSIGN_OR_RETURN(
      updater_, backend.CreateUpdater(std::move(tensors), Queue::kSide));
  return LeaveNothing();
}

Status DeferredUpdate::Begin() {
  ALEXNET_RETURN_IF_ERROR(Fork());
  ALEXNET_RETURN_IF_ERROR(updater_->Update(state(), outcome()));
  // Should the step fail now, it is not to be done again.
  if (!device_->recording()) phase_ = Phase::kSent;
  return device_->Signal(Queue::kSide, *ended_);
}

Status DeferredUpdate::Fork() {
  ALEXNET_RETURN_IF_ERROR(device_->Signal(Queue::kCompute, *begun_));
  return device_->Wait(Queue::kSide, *begun_);
}

Status DeferredUpdate::Join() {
  return device_->Wait(Queue::kCompute, *ended_);
}

Status DeferredUpdate::Leave(const StepState* state,
                             const StepOutcome* outcome) {
  ALEXNET_RETURN_IF_ERROR(device_->Copy(state,
                                        static_cast<int64_t>(sizeof(StepState)),
                                        this->state(), Queue::kCompute));
  ALEXNET_RETURN_IF_ERROR(
      device_->Copy(outcome, static_cast<int64_t>(sizeof(StepOutcome)),
                    this->outcome(), Queue::kCompute));
  if (!device_->recording()) phase_ = Phase::kLeft;
  return Status();
}

Status DeferredUpdate::Flush() {
  if (phase_ == Phase::kNothing) return Status();
  if (phase_ == Phase::kLeft) {
    ALEXNET_RETURN_IF_ERROR(Fork());
    ALEXNET_RETURN_IF_ERROR(updater_->Update(state(), outcome()));
    phase_ = Phase::kSent;
  }
  ALEXNET_RETURN_IF_ERROR(device_->Signal(Queue::kSide, *ended_));
  ALEXNET_RETURN_IF_ERROR(Join());
  ALEXNET_RETURN_IF_ERROR(LeaveNothing());
  phase_ = Phase::kNothing;
  return Status();
}

Status DeferredUpdate::LeaveNothing() {
  return device_->Upload(&kNothing, static_cast<int64_t>(sizeof(StepOutcome)),
                         outcome(), Queue::kCompute);
}

}  // namespace alexnet
