#include "core/train/train_options.h"

#include "core/base/check.h"
#include "core/data/decode.h"
#include "core/devices/rank_devices.h"

namespace alexnet {

Status NeedsSeveralDevices() {
  return InvalidArgumentError(
             "is for several devices that train together; name them "
             "(`devices`)")
      .WithField("parallel");
}

Status CheckTrainOptions(const TrainOptions& options) {
  // BEGIN options: core.checks train_options of=options
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<int64_t>("input_size", options.input_size, 0, 4'096));
  ALEXNET_RETURN_IF_ERROR(CheckRange<double>(
      "validation_fraction", options.validation_fraction, 0, 0.99));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<int>("loader_threads", options.loader_threads, 0, 1'024));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<int64_t>("log_every", options.log_every, 1, 1'000'000'000));
  ALEXNET_RETURN_IF_ERROR(CheckRange<int64_t>(
      "checkpoint_every", options.checkpoint_every, 0, 1'000'000'000));
  ALEXNET_RETURN_IF_ERROR(
      CheckEnum("parallel", options.parallel, ParallelKind::kHybridSubBatches));
  ALEXNET_RETURN_IF_ERROR(
      CheckEnum("launcher", options.launcher, Launcher::kMpi));
  ALEXNET_RETURN_IF_ERROR(
      CheckEnum("rate_scaling", options.rate_scaling, RateScaling::kLinear));
  // END options
  // Which of a run that is gone on with are those of before.
  const bool of_before =
      options.resume && options.device.empty() && options.devices.empty();
  if (!of_before && DeviceNames(options.devices).size() < 2 &&
      options.launcher == Launcher::kLocal &&
      options.parallel != ParallelKind::kData) {
    return NeedsSeveralDevices();
  }
  return CheckMaxPixels(options.max_pixels);
}

}  // namespace alexnet
