#include "core/train/training_rank.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/parallel/parallel_plan.h"
#include "core/parallel/parameter_slices.h"
#include "core/parallel/rank_training.h"
#include "core/train/ranks/gather.h"

namespace alexnet {
namespace {

// Gradients are summed as kernels lay them out. GPUs are told apart by number.
Status CheckSameKind(const TrainingJob& job, const ParallelPlan& plan) {
  const bool sums = std::any_of(
      plan.parameters.begin(), plan.parameters.end(),
      [](const ParameterPlacement& placement) { return placement.by_samples; });
  if (!sums || !job.backend->device().is_host()) return Status();
  const std::vector<RankDevice>& devices = job.rank_devices;
  for (size_t rank = 1; rank < devices.size(); ++rank) {
    if (devices[rank].name == devices[0].name) continue;
    return InvalidArgumentError(
               fmt::format("rank 0 is on {} and rank {} on {}, whose gradients "
                           "cannot be added; name one of them for all ranks",
                           devices[0].name, rank, devices[rank].name))
        .WithField("devices");
  }
  return Status();
}

}  // namespace

void AbandonRun(const TrainingJob& job, Communicator& comm, const Status& why) {
  Communicator* const over_device = job.over_device.get();
  // First where the cause is told to others; they may wait in either.
  comm.Abort(why);
  if (over_device != nullptr) over_device->Abort(why);
  // The failure that was first, on whatever rank.
  static_cast<void>(comm.Finish());
  if (over_device == nullptr) return;
  static_cast<void>(over_device->Finish());
  static_cast<void>(
      job.backend->Run([&] { return job.backend->device().Finish(); }));
}

Result<std::unique_ptr<TrainingRank>> TrainingRank::Create(
    const TrainingJob& job, const std::optional<PixelInput>& pixels,
    Communicator* comm) {
  std::shared_ptr<ParallelPart> part;
  if (comm != nullptr) {
    ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info, InferNetwork(job.network));
    ParallelOptions options;
    options.kind = job.options.parallel;
    options.ranks = comm->size();
    ALEXNET_ASSIGN_OR_RETURN(const ParallelPlan plan,
                             MakeParallelPlan(job.network, info, options));
    ALEXNET_RETURN_IF_ERROR(CheckSameKind(job, plan));
    if (options.kind == ParallelKind::kHybridSubBatches &&
        job.recipe.clip_gradient_norm > 0.0f) {
      return InvalidArgumentError(
                 fmt::format("`{}` updates layers before the norm of all "
                             "gradients is known, by which they would be "
                             "clipped; use 0, or `hybrid_in_turn`",
                             ParallelKindName(options.kind)))
          .WithField("clip_gradient_norm");
    }
    ALEXNET_ASSIGN_OR_RETURN(
        part, ParallelPart::Create(plan, job.network, info, job.recipe.batch,
                                   *comm, job.over_device.get()));
  }
  std::unique_ptr<TrainingRank> rank(new TrainingRank(comm, std::move(part)));
  ALEXNET_RETURN_IF_ERROR(rank->Compile(job, pixels));
  return rank;
}

Status TrainingRank::Compile(const TrainingJob& job,
                             const std::optional<PixelInput>& pixels) {
  TrainingPlanOptions options;
  options.batch = job.recipe.batch;
  options.label_smoothing = job.recipe.label_smoothing;
  options.class_weights = job.class_weights;
  options.pixels = pixels;
  if (part_ == nullptr) {
    samples_ = {0, job.recipe.batch};
    ALEXNET_ASSIGN_OR_RETURN(
        plan_,
        TrainingPlan::Compile(job.network, job.backend, *job.start, options));
  } else {
    const LayerShare share = part_->ShareOf(0, /*pass=*/0);
    samples_ = {share.part.first_sample,
                share.part.first_sample + share.samples};
    ALEXNET_ASSIGN_OR_RETURN(
        plan_, CompileRankTraining(part_, job.backend, job.start, options));
  }
  return job.resumed != nullptr ? Restore(*job.resumed) : Status();
}

Status TrainingRank::Restore(const Model& resumed) {
  for (size_t i = 0; i < plan_->info().parameters.size(); ++i) {
    const int parameter = static_cast<int>(i);
    const int index = resumed.momentum_tensor(parameter);
    if (index < 0) continue;
    ALEXNET_ASSIGN_OR_RETURN(TensorView momentum, resumed.View(index));
    if (part_ != nullptr) {
      ALEXNET_ASSIGN_OR_RETURN(
          momentum, alexnet::RowsOf(momentum, RowsOf(parameter, rank())));
    }
    ALEXNET_RETURN_IF_ERROR(plan_->WriteMomentum(parameter, momentum.f32()));
    resumed.Release(index);
  }
  return Status();
}

std::string TrainingRank::Describe() const {
  const ParallelPlan& plan = part_->plan();
  const int64_t batch = part_->batch();
  const std::string each =
      samples_.count() == batch
          ? fmt::format("all {} pictures of a batch", batch)
          : fmt::format("{} of a batch's {} pictures", samples_.count(), batch);
  switch (plan.options.kind) {
    case ParallelKind::kData:
      return fmt::format("parallel by data on {} devices: each has {}", ranks(),
                         each);
    case ParallelKind::kTowers:
      return fmt::format(
          "parallel by towers on {} devices: each has its channels and units "
          "of {}",
          ranks(), each);
    case ParallelKind::kHybrid:
      return fmt::format(
          "parallel in a hybrid on {} devices: each has {} in the "
          "convolutions, then its units of all {}",
          ranks(), each, batch);
    case ParallelKind::kHybridInTurn:
      return fmt::format(
          "parallel in a hybrid on {} devices: each has {} in the "
          "convolutions, then its units of all {}, those of one device after "
          "another's, and is updated after all",
          ranks(), each, batch);
    case ParallelKind::kHybridSubBatches:
      return fmt::format(
          "parallel in a hybrid on {} devices: each has {} in the "
          "convolutions, then its units of all {}, those of one device after "
          "another's, which are updated after each",
          ranks(), each, batch);
  }
  return "";
}

Status TrainingRank::Tell(const RankCommand& command) {
  if (comm_ == nullptr || rank() != 0) return Status();
  return alexnet::Tell(*comm_, command);
}

Range TrainingRank::RowsOf(int parameter, int rank) const {
  return part_->plan()
      .parameters[static_cast<size_t>(parameter)]
      .rows[static_cast<size_t>(rank)];
}

Status TrainingRank::ReadParameter(int parameter, float* dense) {
  return Read({parameter, ParameterPart::kWeight}, dense);
}

Status TrainingRank::ReadMomentum(int parameter, float* dense) {
  return Read({parameter, ParameterPart::kVelocity}, dense);
}

Status TrainingRank::ReadGradient(int parameter, float* dense) {
  return Read({parameter, ParameterPart::kGradient}, dense);
}

Status TrainingRank::ReadOwn(const SendRows& rows, float* dense) {
  switch (rows.part) {
    case ParameterPart::kGradient:
      return plan_->ReadGradient(rows.parameter, dense);
    case ParameterPart::kVelocity:
      return plan_->ReadMomentum(rows.parameter, dense);
    default:
      return plan_->ReadParameter(rows.parameter, dense);
  }
}

Status TrainingRank::Read(const SendRows& rows, float* dense) {
  ALEXNET_RETURN_IF_ERROR(ReadOwn(rows, dense));
  if (part_ == nullptr) return Status();
  const auto index = static_cast<size_t>(rows.parameter);
  const int slices = SlicesOfWhole(part_->plan().parameters[index]);
  if (slices == 1) return Status();
  ALEXNET_RETURN_IF_ERROR(Tell(rows));
  const ParameterInfo& own = plan_->info().parameters[index];
  const int64_t row = own.shape.elements() / own.shape[0];
  for (int from = 1; from < slices; ++from) {
    const Range range = RowsOf(rows.parameter, from);
    ALEXNET_RETURN_IF_ERROR(comm_->Receive(dense + range.begin * row,
                                           range.count() * row,
                                           ElementType::kF32, from));
  }
  return comm_->Finish();
}

Status TrainingRank::Send(const SendRows& rows) {
  const Shape& shape =
      plan_->info().parameters[static_cast<size_t>(rows.parameter)].shape;
  ALEXNET_ASSIGN_OR_RETURN(Tensor own, Tensor::Create(shape));
  ALEXNET_RETURN_IF_ERROR(ReadOwn(rows, own.f32()));
  ALEXNET_RETURN_IF_ERROR(
      comm_->Send(own.f32(), own.elements(), ElementType::kF32, /*to=*/0));
  return comm_->Finish();
}

Status TrainingRank::Share(Snapshot* parameters) {
  if (comm_ == nullptr) return Status();
  const auto broadcast = [this](float* values, int64_t count) {
    return comm_->Broadcast(values, count, ElementType::kF32, /*root=*/0);
  };
  if (rank() == 0) {
    // Only read, so that they count as read for the checkpoint that follows.
    for (const TensorView& tensor : parameters->parameters()) {
      ALEXNET_RETURN_IF_ERROR(
          broadcast(const_cast<float*>(tensor.f32()), tensor.shape.elements()));
    }
  } else {
    for (Tensor& tensor : *parameters->writable_parameters()) {
      ALEXNET_RETURN_IF_ERROR(broadcast(tensor.f32(), tensor.elements()));
    }
  }
  return comm_->Finish();
}

Result<Evaluation> TrainingRank::Sum(const Result<Evaluation>& share) {
  return comm_ != nullptr ? SumEvaluations(share, *comm_) : share;
}

Result<std::vector<BrokenPicture>> TrainingRank::Collect(
    const std::vector<BrokenPicture>& own) {
  return comm_ != nullptr ? GatherBroken(own, *comm_) : own;
}

}  // namespace alexnet
