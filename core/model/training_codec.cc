#include "core/model/training_codec.h"

#include <fmt/core.h>

#include <cmath>

namespace alexnet {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

Offset<schema::Recipe> EncodeRecipe(FlatBufferBuilder& builder,
                                    const Recipe& r) {
  const Schedule& s = r.schedule;
  // BEGIN options: codec.encode recipe nest=schedule from=s
  const auto milestones =
      builder.CreateVector(s.milestones.data(), s.milestones.size());
  const auto schedule = schema::CreateSchedule(
      builder, EncodeEnum<schema::ScheduleKind>(s.kind), s.factor, milestones,
      s.patience, s.max_cuts, s.power, s.warmup_epochs);
  // END options
  const Augmentation& a = r.augmentation;
  // BEGIN options: codec.encode recipe nest=augmentation from=a
  const auto augmentation = schema::CreateAugmentation(
      builder, EncodeEnum<schema::CropKind>(a.crop), a.pad, a.mirror,
      a.color_sigma, a.rescale_after_noise);
  // END options
  // BEGIN options: codec.encode recipe from=r
  const auto encoded = schema::CreateRecipe(
      builder, r.batch, r.epochs, r.rate, r.momentum, r.weight_decay, schedule,
      augmentation, r.label_smoothing, r.clip_gradient_norm,
      EncodeEnum<schema::ClassBalance>(r.class_balance));
  // END options
  return encoded;
}

Result<Recipe> DecodeRecipe(const schema::Recipe& from, DecodeBudget& budget) {
  Recipe r;
  // BEGIN options: codec.decode recipe from=from to=r
  r.batch = from.batch();
  r.epochs = from.epochs();
  r.rate = from.rate();
  r.momentum = from.momentum();
  r.weight_decay = from.weight_decay();
  r.label_smoothing = from.label_smoothing();
  r.clip_gradient_norm = from.clip_gradient_norm();
  ALEXNET_ASSIGN_OR_RETURN(
      r.class_balance,
      DecodeEnum<ClassBalance>(from.class_balance(), "class_balance"));
  // END options
  const schema::Schedule& s = *from.schedule();
  // BEGIN options: codec.decode recipe nest=schedule from=s to=r.schedule
  ALEXNET_ASSIGN_OR_RETURN(r.schedule.kind,
                           DecodeEnum<ScheduleKind>(s.kind(), "schedule.kind"));
  r.schedule.factor = s.factor();
  ALEXNET_ASSIGN_OR_RETURN(
      r.schedule.milestones,
      DecodeVector(*s.milestones(), "schedule.milestones", budget));
  r.schedule.patience = s.patience();
  r.schedule.max_cuts = s.max_cuts();
  r.schedule.power = s.power();
  r.schedule.warmup_epochs = s.warmup_epochs();
  // END options
  const schema::Augmentation& a = *from.augmentation();
  // BEGIN options: codec.decode recipe nest=augmentation from=a to=r.augmentation
  ALEXNET_ASSIGN_OR_RETURN(r.augmentation.crop,
                           DecodeEnum<CropKind>(a.crop(), "augmentation.crop"));
  r.augmentation.pad = a.pad();
  r.augmentation.mirror = a.mirror();
  r.augmentation.color_sigma = a.color_sigma();
  r.augmentation.rescale_after_noise = a.rescale_after_noise();
  // END options
  ALEXNET_RETURN_IF_ERROR(ValidateRecipe(r));
  return r;
}

Status Wrong(std::string_view field, const std::string& message) {
  return InvalidArgumentError(message).WithField(
      fmt::format("training_state.{}", field));
}

Status CheckCount(int64_t value, std::string_view field, int64_t least = 0) {
  if (value >= least) return Status();
  return Wrong(field, fmt::format("{}; it must be at least {}", value, least));
}

// Refuses NaN too.
Status CheckFraction(double value, std::string_view field) {
  if (value >= 0.0 && value <= 1.0) return Status();
  return Wrong(field, fmt::format("{}; it must be from 0 to 1", value));
}

Status CheckFinite(double value, std::string_view field) {
  if (std::isfinite(value)) return Status();
  return Wrong(field, fmt::format("{}; it must be finite", value));
}

Status CheckRanges(const TrainingState& s) {
  ALEXNET_RETURN_IF_ERROR(CheckCount(s.epoch, "epoch"));
  ALEXNET_RETURN_IF_ERROR(CheckCount(s.step, "step"));
  ALEXNET_RETURN_IF_ERROR(CheckCount(s.position, "position"));
  ALEXNET_RETURN_IF_ERROR(CheckCount(s.schedule.cuts, "schedule.cuts"));
  ALEXNET_RETURN_IF_ERROR(CheckCount(s.schedule.epochs_without_better,
                                     "schedule.epochs_without_better"));
  ALEXNET_RETURN_IF_ERROR(
      CheckFraction(s.schedule.best_top1_error, "schedule.best_top1_error"));
  ALEXNET_RETURN_IF_ERROR(CheckCount(s.best.epoch, "best.epoch", -1));
  ALEXNET_RETURN_IF_ERROR(CheckFraction(s.best.top1_error, "best.top1_error"));
  ALEXNET_RETURN_IF_ERROR(CheckFraction(s.best.top5_error, "best.top5_error"));
  ALEXNET_RETURN_IF_ERROR(CheckFinite(s.best.loss, "best.loss"));
  ALEXNET_RETURN_IF_ERROR(CheckFinite(s.sums.loss, "sums.loss"));
  ALEXNET_RETURN_IF_ERROR(CheckCount(s.sums.correct, "sums.correct"));
  ALEXNET_RETURN_IF_ERROR(
      CheckCount(s.sums.samples, "sums.samples", s.sums.correct));
  ALEXNET_RETURN_IF_ERROR(CheckFinite(s.seconds, "seconds"));
  ALEXNET_RETURN_IF_ERROR(CheckCount(s.dataset_samples, "dataset_samples"));
  ALEXNET_RETURN_IF_ERROR(
      CheckFraction(s.validation_fraction, "validation_fraction"));
  for (const float weight : s.class_weights) {
    if (std::isfinite(weight) && weight >= 0.0f) continue;
    return Wrong("class_weights",
                 fmt::format("{}; weights are finite and at least 0", weight));
  }
  for (const int threads : s.rank_threads) {
    ALEXNET_RETURN_IF_ERROR(CheckCount(threads, "rank_threads"));
  }
  return CheckCount(s.compute_threads, "compute_threads");
}

}  // namespace

Offset<schema::TrainingState> EncodeTrainingState(FlatBufferBuilder& builder,
                                                  const TrainingState& s) {
  const auto recipe = EncodeRecipe(builder, s.recipe);
  const auto schedule = schema::CreateScheduleState(
      builder, s.schedule.cuts, s.schedule.epochs_without_better,
      s.schedule.best_top1_error);
  const auto best = schema::CreateBestMetrics(
      builder, s.best.epoch, s.best.top1_error, s.best.top5_error, s.best.loss);
  const auto sums = schema::CreateEpochSums(builder, s.sums.loss,
                                            s.sums.correct, s.sums.samples);
  const auto isa = builder.CreateString(s.isa);
  const auto build_id = builder.CreateString(s.build_id);
  const auto device = builder.CreateString(s.device);
  const auto hardware = builder.CreateString(s.hardware);
  const auto precision = builder.CreateString(s.precision);
  const auto devices = builder.CreateString(s.devices);
  const auto parallel = builder.CreateString(s.parallel);
  const auto class_weights =
      builder.CreateVector(s.class_weights.data(), s.class_weights.size());
  const auto rank_threads =
      builder.CreateVector(s.rank_threads.data(), s.rank_threads.size());
  const auto adder = builder.CreateString(s.adder);
  return schema::CreateTrainingState(
      builder, recipe, s.seed, s.epoch, s.step, s.position, schedule, best,
      sums, s.seconds, s.dataset_hash, s.dataset_samples, s.validation_fraction,
      s.compute_threads, isa, build_id, device, hardware, precision, s.tuned,
      devices, parallel, class_weights, rank_threads, adder);
}

Result<TrainingState> DecodeTrainingState(const schema::TrainingState& from,
                                          DecodeBudget& budget) {
  TrainingState s;
  Result<Recipe> recipe = DecodeRecipe(*from.recipe(), budget);
  if (!recipe.ok()) {
    return recipe.status().WithContext("the training state's recipe");
  }
  s.recipe = std::move(recipe).value();
  s.seed = from.seed();
  s.epoch = from.epoch();
  s.step = from.step();
  s.position = from.position();
  s.schedule = {from.schedule()->cuts(),
                from.schedule()->epochs_without_better(),
                from.schedule()->best_top1_error()};
  s.best = {from.best()->epoch(), from.best()->top1_error(),
            from.best()->top5_error(), from.best()->loss()};
  s.sums = {from.sums()->loss(), from.sums()->correct(),
            from.sums()->samples()};
  s.seconds = from.seconds();
  s.dataset_hash = from.dataset_hash();
  s.dataset_samples = from.dataset_samples();
  s.validation_fraction = from.validation_fraction();
  s.compute_threads = from.compute_threads();
  ALEXNET_ASSIGN_OR_RETURN(s.isa, DecodeText(*from.isa(), kMaxNameBytes,
                                             "training_state.isa", budget));
  ALEXNET_ASSIGN_OR_RETURN(s.build_id,
                           DecodeText(*from.build_id(), kMaxNameBytes,
                                      "training_state.build_id", budget));
  const auto decode = [&budget](const flatbuffers::String* text,
                                const char* field, std::string* to,
                                size_t max_bytes = kMaxNameBytes) -> Status {
    if (text == nullptr) return Status();  // of a file from before it was added
    ALEXNET_ASSIGN_OR_RETURN(*to, DecodeText(*text, max_bytes, field, budget));
    return Status();
  };
  ALEXNET_RETURN_IF_ERROR(
      decode(from.device(), "training_state.device", &s.device));
  ALEXNET_RETURN_IF_ERROR(
      decode(from.hardware(), "training_state.hardware", &s.hardware));
  ALEXNET_RETURN_IF_ERROR(
      decode(from.precision(), "training_state.precision", &s.precision));
  s.tuned = from.tuned();
  ALEXNET_RETURN_IF_ERROR(decode(from.devices(), "training_state.devices",
                                 &s.devices, kMaxValueBytes));
  ALEXNET_RETURN_IF_ERROR(
      decode(from.parallel(), "training_state.parallel", &s.parallel));
  if (from.class_weights() != nullptr) {
    ALEXNET_ASSIGN_OR_RETURN(
        s.class_weights, DecodeVector(*from.class_weights(),
                                      "training_state.class_weights", budget));
  }
  if (from.rank_threads() != nullptr) {
    ALEXNET_ASSIGN_OR_RETURN(
        s.rank_threads, DecodeVector(*from.rank_threads(),
                                     "training_state.rank_threads", budget));
  }
  ALEXNET_RETURN_IF_ERROR(
      decode(from.adder(), "training_state.adder", &s.adder));
  ALEXNET_RETURN_IF_ERROR(CheckRanges(s));
  return s;
}

}  // namespace alexnet
