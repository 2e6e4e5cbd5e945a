#include "core/exec/step_slot.h"

#include <utility>

#include "core/exec/record_program.h"

namespace alexnet {

Status StepSlot::Create(Device& device, const StepSlotSizes& sizes) {
  device_ = &device;
  sizes_ = sizes;
  const auto allocate = [&](int64_t bytes, AlignedBuffer* buffer) -> Status {
    ALEXNET_ASSIGN_OR_RETURN(*buffer, device.Allocate(bytes, /*zero=*/true));
    return Status();
  };
  if (sizes.pixel_bytes > 0) {
    ALEXNET_RETURN_IF_ERROR(allocate(sizes.pixel_bytes, &pixel_buffer_));
    ALEXNET_RETURN_IF_ERROR(allocate(
        sizes.batch * static_cast<int64_t>(sizeof(PixelView)), &view_buffer_));
  } else if (!device.is_host()) {
    ALEXNET_RETURN_IF_ERROR(allocate(sizes.image_bytes, &image_buffer_));
    images_ = reinterpret_cast<const float*>(image_buffer_.data());
  }
  ALEXNET_RETURN_IF_ERROR(
      allocate(sizes.batch * int64_t{sizeof(int32_t)}, &label_buffer_));
  ALEXNET_RETURN_IF_ERROR(allocate(kStateBytes, &state_buffer_));
  const int64_t outcome = all_outcomes() + sizes.layers * 8;
  ALEXNET_RETURN_IF_ERROR(allocate(outcome, &outcome_buffer_));
  outcome_ = outcome_buffer_.data();
  ALEXNET_ASSIGN_OR_RETURN(
      host_, device.AllocateHost((outcome + 7) / 8 * 8 + kStateBytes));
  ALEXNET_ASSIGN_OR_RETURN(sent_, device.CreateFence());
  ALEXNET_ASSIGN_OR_RETURN(done_, device.CreateFence());
  return Status();
}

Status StepSlot::Record(const StepVariant& variant,
                        std::function<Status()> work, RankPart* part) {
  ALEXNET_ASSIGN_OR_RETURN(programs_[variant.index()],
                           RecordProgram(*device_, std::move(work), part));
  return Status();
}

Status StepSlot::Send(const StepInput& input, const UpdateRule& rule,
                      const StepVariant& variant) {
  variant_ = variant;
  // The buffers are free once the step that had them before is done.
  ALEXNET_RETURN_IF_ERROR(device_->Wait(Queue::kCopy, *done_));
  ALEXNET_RETURN_IF_ERROR(Upload(input, rule));
  ALEXNET_RETURN_IF_ERROR(device_->Signal(Queue::kCopy, *sent_));
  ALEXNET_RETURN_IF_ERROR(device_->Wait(Queue::kCompute, *sent_));
  ALEXNET_RETURN_IF_ERROR(Launch(variant));
  ALEXNET_RETURN_IF_ERROR(device_->Download(
      outcome_, all_outcomes() + sizes_.layers * 8, host_.data()));
  return device_->Signal(Queue::kCompute, *done_);
}

Status StepSlot::Upload(const StepInput& input, const UpdateRule& rule) {
  const auto upload = [&](const void* host, int64_t bytes,
                          AlignedBuffer* device) {
    return device_->Upload(host, bytes, device->data(), Queue::kCopy);
  };
  StepState* state = host_state();
  *state = {input.random, rule};
  ALEXNET_RETURN_IF_ERROR(
      upload(state, int64_t{sizeof(StepState)}, &state_buffer_));
  ALEXNET_RETURN_IF_ERROR(upload(
      input.labels, sizes_.batch * int64_t{sizeof(int32_t)}, &label_buffer_));
  if (sizes_.pixel_bytes > 0) {
    ALEXNET_RETURN_IF_ERROR(upload(
        input.pixels.views,
        sizes_.batch * static_cast<int64_t>(sizeof(PixelView)), &view_buffer_));
    return upload(input.pixels.pixels, sizes_.pixel_bytes, &pixel_buffer_);
  }
  if (device_->is_host()) {
    images_ = input.images;
    return Status();
  }
  return upload(input.images, sizes_.image_bytes, &image_buffer_);
}

}  // namespace alexnet
