#include "core/train/step_trainer.h"

#include <fmt/core.h>

#include <utility>

#include "core/base/check.h"
#include "core/base/version.h"
#include "core/compose/build_model.h"
#include "core/infer/compile_model.h"
#include "core/train/snapshot.h"

namespace alexnet {
namespace {

Status CheckOptions(const StepTrainerOptions& options) {
  // BEGIN options: core.checks trainer_options of=options
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<int64_t>("batch", options.batch, 1, 65'536));
  ALEXNET_RETURN_IF_ERROR(CheckRange<float>(
      "label_smoothing", options.label_smoothing, 0.0f, 0.999f));
  // END options
  return Status();
}

Status CheckRule(const UpdateRule& rule) {
  // BEGIN options: core.checks update_rule of=rule
  ALEXNET_RETURN_IF_ERROR(CheckRange<float>("rate", rule.rate, 0.0f, 1e6f));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<float>("momentum", rule.momentum, 0.0f, 0.9999f));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<float>("weight_decay", rule.weight_decay, 0.0f, 1'000.0f));
  ALEXNET_RETURN_IF_ERROR(CheckRange<float>(
      "clip_gradient_norm", rule.clip_gradient_norm, 0.0f, 1e9f));
  // END options
  return Status();
}

}  // namespace

Result<std::unique_ptr<StepTrainer>> StepTrainer::Create(
    std::shared_ptr<const Model> model, const StepTrainerOptions& options) {
  ALEXNET_RETURN_IF_ERROR(CheckOptions(options));
  ALEXNET_RETURN_IF_ERROR(CheckClassifies(*model));
  ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<Backend> backend,
                           MakeBackend(options));
  TrainingPlanOptions compile;
  compile.batch = options.batch;
  compile.label_smoothing = options.label_smoothing;
  const std::shared_ptr<ParameterSource> start = ParametersOf(model);
  ALEXNET_ASSIGN_OR_RETURN(
      std::unique_ptr<TrainingPlan> plan,
      TrainingPlan::Compile(model->network(), std::move(backend), *start,
                            compile));
  return std::unique_ptr<StepTrainer>(
      new StepTrainer(std::move(model), std::move(plan), options));
}

StepTrainer::StepTrainer(std::shared_ptr<const Model> model,
                         std::unique_ptr<TrainingPlan> plan,
                         const StepTrainerOptions& options)
    : model_(std::move(model)),
      plan_(std::move(plan)),
      batch_(options.batch),
      seed_(options.seed) {}

Result<StepInput> StepTrainer::CheckBatch(
    std::span<const float> images, std::span<const int32_t> labels) const {
  const NetworkInfo& info = plan_->info();
  const uint64_t batch = static_cast<uint64_t>(batch_);
  const uint64_t floats =
      batch * static_cast<uint64_t>(info.layers.front().in.elements());
  if (images.size() != floats) {
    return InvalidArgumentError(fmt::format("is {}; a batch of {} takes {}",
                                            images.size(), batch, floats))
        .WithField("image_size");
  }
  if (labels.size() != batch) {
    return InvalidArgumentError(fmt::format("is {}; a batch of {} takes {}",
                                            labels.size(), batch, batch))
        .WithField("label_count");
  }
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || labels[i] >= info.classes) {
      return InvalidArgumentError(
                 fmt::format("label {} is {}; classes are 0 to {}", i,
                             labels[i], info.classes - 1))
          .WithField("labels");
    }
  }
  StepInput input;
  input.images = images.data();
  input.labels = labels.data();
  input.random.seed = seed_;
  input.random.step = forwards_ + 1;
  return input;
}

Result<StepResult> StepTrainer::Step(std::span<const float> images,
                                     std::span<const int32_t> labels,
                                     const UpdateRule& rule) {
  ALEXNET_ASSIGN_OR_RETURN(const StepInput input, CheckBatch(images, labels));
  ALEXNET_RETURN_IF_ERROR(CheckRule(rule));
  ALEXNET_ASSIGN_OR_RETURN(const StepResult done, plan_->Step(input, rule));
  ++forwards_;
  if (done.diverged) {
    return DivergedError(fmt::format(
        "the loss is {:g} and the gradients' norm {:g} at a rate of {:g}: "
        "nothing was updated; a lower `rate` or `clip_gradient_norm` may help, "
        "or the images hold values that are not finite",
        done.loss, done.gradient_norm, rule.rate));
  }
  ++steps_;
  return done;
}

Result<StepResult> StepTrainer::Gradients(std::span<const float> images,
                                          std::span<const int32_t> labels) {
  ALEXNET_ASSIGN_OR_RETURN(const StepInput input, CheckBatch(images, labels));
  ALEXNET_ASSIGN_OR_RETURN(const StepResult done, plan_->Gradients(input));
  ++forwards_;
  return done;
}

Result<int> StepTrainer::Find(const std::string& name, size_t count) const {
  const Result<int> index = FindParameter(plan_->info(), name);
  if (!index.ok()) return index.status().WithField("name");
  const Shape& shape =
      plan_->info().parameters[static_cast<size_t>(*index)].shape;
  if (count == static_cast<size_t>(shape.elements())) return index;
  return InvalidArgumentError(fmt::format("is {}, but {} has {} elements {}",
                                          count, name, shape.elements(),
                                          shape.ToString()))
      .WithField("count");
}

Status StepTrainer::CheckLearns(int parameter) const {
  const ParameterInfo& info =
      plan_->info().parameters[static_cast<size_t>(parameter)];
  if (info.rule.rate != 0.0f) return Status();
  return FailedPreconditionError(
             "is frozen: it has neither momentum nor gradient")
      .WithField(info.name);
}

Status StepTrainer::Read(const std::string& name, ParameterValue what,
                         std::span<float> values) const {
  ALEXNET_ASSIGN_OR_RETURN(const int index, Find(name, values.size()));
  if (what == ParameterValue::kParameter) {
    return plan_->ReadParameter(index, values.data());
  }
  ALEXNET_RETURN_IF_ERROR(CheckLearns(index));
  if (what == ParameterValue::kMomentum) {
    return plan_->ReadMomentum(index, values.data());
  }
  if (forwards_ == 0) {
    return FailedPreconditionError(
               "there are no gradients before the first step")
        .WithField("trainer");
  }
  return plan_->ReadGradient(index, values.data());
}

Status StepTrainer::Write(const std::string& name, ParameterValue what,
                          std::span<const float> values) {
  ALEXNET_ASSIGN_OR_RETURN(const int index, Find(name, values.size()));
  if (what == ParameterValue::kParameter) {
    return plan_->WriteParameter(index, values.data());
  }
  if (what == ParameterValue::kGradient) {
    return InvalidArgumentError(
               "is the gradient; parameters and momenta can be written")
        .WithField("what");
  }
  ALEXNET_RETURN_IF_ERROR(CheckLearns(index));
  return plan_->WriteMomentum(index, values.data());
}

Result<std::shared_ptr<const Model>> StepTrainer::ModelNow(
    const Interrupt& interrupt) const {
  ALEXNET_ASSIGN_OR_RETURN(const std::shared_ptr<Snapshot> snapshot,
                           Snapshot::Create(plan_->info()));
  ALEXNET_RETURN_IF_ERROR(snapshot->ReadParameters(*plan_));
  ModelContents contents;
  contents.network = model_->network();
  contents.preprocessing = model_->preprocessing();
  contents.labels = model_->labels();
  contents.metadata = model_->metadata();
  contents.parameters = snapshot->parameters();
  contents.provenance.source =
      fmt::format("trained {} steps by a program", steps_);
  contents.provenance.parent_hash = model_->file_hash();
  contents.provenance.tool = fmt::format("alexnet {}", kEngineVersion);
  return BuildModel(std::move(contents), snapshot, interrupt);
}

}  // namespace alexnet
