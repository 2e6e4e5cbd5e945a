// StepSlot: one training step's way to the device and back. A plan has as many
// as it may have steps under way. Internal to core/exec.

#ifndef ALEXNET_CORE_EXEC_STEP_SLOT_H_
#define ALEXNET_CORE_EXEC_STEP_SLOT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "core/backend/device.h"
#include "core/backend/update.h"
#include "core/base/status.h"
#include "core/exec/training_step.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// What a recorded step does besides forward, loss and backward.
struct StepVariant {
  bool update = false;
  bool count_dead_units = false;

  size_t index() const {
    return (update ? 1u : 0u) + (count_dead_units ? 2u : 0u);
  }
};

struct StepSlotSizes {
  int64_t batch = 0;
  int64_t layers = 0;
  int64_t pass_outcomes = 0;  // of passes that update
  int64_t image_bytes = 0;    // of float images; 0: the step takes pixels
  int64_t pixel_bytes = 0;

  // Of the device's memory, for one slot; the host uses the caller's images.
  int64_t device_bytes(bool is_host) const {
    const int64_t views =
        pixel_bytes > 0 ? batch * static_cast<int64_t>(sizeof(PixelView)) : 0;
    return (is_host ? 0 : image_bytes) + pixel_bytes + views +
           batch * int64_t{sizeof(int32_t)};
  }
};

// Not thread safe; all calls but done inside Backend::Run.
class StepSlot {
 public:
  // `device` must outlive the slot.
  Status Create(Device& device, const StepSlotSizes& sizes);

  bool Has(const StepVariant& variant) const {
    return programs_[variant.index()] != nullptr;
  }
  // `part`: as RecordProgram's.
  Status Record(const StepVariant& variant, std::function<Status()> work,
                RankPart* part);
  // Brings the input to the device beside what it computes, then launches.
  Status Send(const StepInput& input, const UpdateRule& rule,
              const StepVariant& variant);
  // Of all variants.
  Capture capture() const {
    Capture all = Capture::kNone;
    for (const auto& program : programs_) {
      if (program != nullptr) all = Together(all, program->capture());
    }
    return all;
  }
  Status Launch(const StepVariant& variant) {
    return programs_[variant.index()]->Launch();
  }
  // Reached when the step that was sent is done.
  Fence& done() { return *done_; }

  // Of the last step that was sent.
  const StepVariant& variant() const { return variant_; }
  const UpdateRule& rule() const { return host_state()->rule; }
  const StepOutcome& outcome() const {
    return *reinterpret_cast<const StepOutcome*>(host_.data());
  }
  int64_t pass_outcomes() const { return sizes_.pass_outcomes; }
  const StepOutcome& pass_outcome(int64_t pass) const {
    return *reinterpret_cast<const StepOutcome*>(host_.data() +
                                                 (1 + pass) * kOutcomeBytes);
  }
  const int64_t* dead_units() const {  // by layer
    return reinterpret_cast<const int64_t*>(host_.data() + all_outcomes());
  }

  // What the recorded work reads and writes.
  const float* device_images() const { return images_; }
  const uint8_t* device_pixels() const {
    return reinterpret_cast<const uint8_t*>(pixel_buffer_.data());
  }
  const PixelView* device_views() const {
    return reinterpret_cast<const PixelView*>(view_buffer_.data());
  }
  const int32_t* device_labels() const {
    return reinterpret_cast<const int32_t*>(label_buffer_.data());
  }
  const StepState* device_state() const {
    return reinterpret_cast<const StepState*>(state_buffer_.data());
  }
  StepOutcome* device_outcome() const {
    return reinterpret_cast<StepOutcome*>(outcome_);
  }
  StepOutcome* device_pass_outcome(int64_t pass) const {
    return reinterpret_cast<StepOutcome*>(outcome_ +
                                          (1 + pass) * kOutcomeBytes);
  }
  int64_t* device_dead_units() const {
    return reinterpret_cast<int64_t*>(outcome_ + all_outcomes());
  }

 private:
  static constexpr int64_t kOutcomeBytes = 64;
  static_assert(sizeof(StepOutcome) <= kOutcomeBytes);
  static constexpr int64_t kStateBytes = 64;
  static_assert(sizeof(StepState) <= kStateBytes);

  int64_t all_outcomes() const {  // bytes
    return (1 + sizes_.pass_outcomes) * kOutcomeBytes;
  }
  StepState* host_state() const {
    return reinterpret_cast<StepState*>(
        const_cast<std::byte*>(host_.data() + host_.size() - kStateBytes));
  }
  Status Upload(const StepInput& input, const UpdateRule& rule);

  Device* device_ = nullptr;
  StepSlotSizes sizes_;
  StepVariant variant_;
  const float* images_ = nullptr;
  AlignedBuffer image_buffer_;
  AlignedBuffer pixel_buffer_;
  AlignedBuffer view_buffer_;
  AlignedBuffer label_buffer_;
  AlignedBuffer state_buffer_;
  // On the device: outcomes and dead units; its copy on the host, behind which
  // lies the state that is sent.
  AlignedBuffer outcome_buffer_;
  std::byte* outcome_ = nullptr;
  AlignedBuffer host_;
  std::unique_ptr<Fence> sent_;                       // the input is there
  std::unique_ptr<Fence> done_;                       // the outcome is here
  std::array<std::unique_ptr<Program>, 4> programs_;  // by variant
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_STEP_SLOT_H_
