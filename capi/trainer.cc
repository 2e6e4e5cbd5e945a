#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "capi/call.h"
#include "capi/context.h"
#include "capi/model.h"
#include "capi/session_options.h"
#include "capi/struct_size.h"
#include "core/exec/training_plan.h"
#include "core/model/version.h"
#include "core/train/snapshot.h"

struct alexnet_trainer : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c5452;
  static constexpr const char* kName = "trainer";
  alexnet_trainer() : Counted(kTag) {}

  std::shared_ptr<const alexnet::Model> model;  // started from
  std::unique_ptr<alexnet::TrainingPlan> plan;
  int64_t batch = 0;
  uint64_t seed = 1;
  uint32_t step = 0;      // updates made
  uint32_t forwards = 0;  // dropout's counter
  bool has_gradients = false;
  alexnet::capi::Birthplace birthplace;
  mutable alexnet::capi::Gate gate;
};

namespace alexnet::capi {
namespace {

// The caller's batch, checked.
Result<StepInput> ReadBatch(const alexnet_trainer& trainer, const float* images,
                            size_t image_size, const int32_t* labels,
                            size_t label_count) {
  ALEXNET_RETURN_IF_ERROR(CheckPointer(images, "images"));
  ALEXNET_RETURN_IF_ERROR(CheckPointer(labels, "labels"));
  const NetworkInfo& info = trainer.plan->info();
  const uint64_t batch = static_cast<uint64_t>(trainer.batch);
  const uint64_t floats =
      batch * static_cast<uint64_t>(info.layers.front().in.elements());
  if (image_size != floats) {
    return InvalidArgumentError(fmt::format("is {}; a batch of {} takes {}",
                                            image_size, batch, floats))
        .WithField("image_size");
  }
  if (label_count != batch) {
    return InvalidArgumentError(fmt::format("is {}; a batch of {} takes {}",
                                            label_count, batch, batch))
        .WithField("label_count");
  }
  for (size_t i = 0; i < label_count; ++i) {
    if (labels[i] < 0 || labels[i] >= info.classes) {
      return InvalidArgumentError(
                 fmt::format("label {} is {}; classes are 0 to {}", i,
                             labels[i], info.classes - 1))
          .WithField("labels");
    }
  }
  StepInput input;
  input.images = images;
  input.labels = labels;
  input.random.seed = trainer.seed;
  input.random.step = trainer.forwards + 1;
  return input;
}

Status CheckRule(const UpdateRule& rule) {
  for (const auto& [value, field] :
       {std::pair(rule.rate, "rate"), std::pair(rule.momentum, "momentum"),
        std::pair(rule.weight_decay, "weight_decay"),
        std::pair(rule.clip_gradient_norm, "clip_gradient_norm")}) {
    if (!(value >= 0.0f) || std::isinf(value)) {
      return InvalidArgumentError(
                 fmt::format("must be finite and not negative, not {:g}",
                             value))
          .WithField(field);
    }
  }
  return Status();
}

alexnet_step_result ToAbi(const StepResult& from, uint32_t step) {
  alexnet_step_result to{};
  to.loss = from.loss;
  to.correct = from.correct;
  to.gradient_norm = from.gradient_norm;
  to.step = step;
  return to;
}

// The parameter called `name`, whose buffer of `count` floats fits.
Result<int> FindValue(const alexnet_trainer& trainer, const char* name,
                      const float* values, size_t count) {
  ALEXNET_RETURN_IF_ERROR(CheckPointer(name, "name"));
  ALEXNET_RETURN_IF_ERROR(CheckPointer(values, "values"));
  std::string names;
  const std::vector<ParameterInfo>& all = trainer.plan->info().parameters;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].name != name) {
      names += " " + all[i].name;
      continue;
    }
    if (count == static_cast<size_t>(all[i].shape.elements())) {
      return static_cast<int>(i);
    }
    return InvalidArgumentError(
               fmt::format("is {}, but {} has {} elements {}", count, name,
                           all[i].shape.elements(), all[i].shape.ToString()))
        .WithField("count");
  }
  return NotFoundError(fmt::format("the network has no parameter \"{}\"; there "
                                   "are:{}",
                                   name, names))
      .WithField("name");
}

Status CheckLearns(const alexnet_trainer& trainer, int parameter) {
  const ParameterInfo& info =
      trainer.plan->info().parameters[static_cast<size_t>(parameter)];
  if (info.rule.rate != 0.0f) return Status();
  return FailedPreconditionError(
             "is frozen: it has neither momentum nor gradient")
      .WithField(info.name);
}

Status BadWhat(int32_t what, const char* allowed) {
  return InvalidArgumentError(fmt::format("{} is not {}", what, allowed))
      .WithField("what");
}

}  // namespace
}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_trainer_create(const alexnet_model* handle,
                                      const alexnet_trainer_options* given,
                                      alexnet_trainer** trainer,
                                      alexnet_error** error) {
  return Call(error, [&]() -> Status {
    constexpr int64_t kDefaultBatch = 128;
    constexpr int64_t kLargestBatch = 65536;
    ALEXNET_RETURN_IF_ERROR(ClearOutput(trainer, "trainer"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_trainer_options options,
                             ReadStruct(given, "alexnet_trainer_options"));
    if (options.batch < 0 || options.batch > kLargestBatch) {
      return InvalidArgumentError(
                 fmt::format("must be 0 (the default) to {}, not {}",
                             kLargestBatch, options.batch))
          .WithField("batch");
    }
    if (!(options.label_smoothing >= 0.0f && options.label_smoothing < 1.0f)) {
      return InvalidArgumentError(fmt::format("must be 0 to below 1, not {:g}",
                                              options.label_smoothing))
          .WithField("label_smoothing");
    }
    ALEXNET_RETURN_IF_ERROR(CheckClassifies(model->get()));
    auto made = std::make_unique<alexnet_trainer>();
    made->model = model->shared->model();
    made->batch = options.batch != 0 ? options.batch : kDefaultBatch;
    if (options.seed != 0) made->seed = options.seed;
    ALEXNET_ASSIGN_OR_RETURN(
        const BackendOptions chosen,
        ReadBackendOptions(options.device, options.threads, options.precision,
                           options.tune));
    ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<Backend> backend,
                             MakeBackend(chosen));
    TrainingOptions training;
    training.batch = made->batch;
    training.label_smoothing = options.label_smoothing;
    const std::shared_ptr<ParameterSource> source = ParametersOf(made->model);
    ALEXNET_ASSIGN_OR_RETURN(
        made->plan,
        TrainingPlan::Compile(made->model->network(), std::move(backend),
                              *source, training));
    *trainer = made.release();
    return Status();
  });
}

void alexnet_trainer_free(alexnet_trainer* trainer) { FreeHandle(trainer); }

alexnet_status alexnet_trainer_step(
    alexnet_trainer* handle, const float* images, size_t image_size,
    const int32_t* labels, size_t label_count, float rate, float momentum,
    float weight_decay, float clip_gradient_norm, alexnet_step_result* result,
    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckOptional(result, "alexnet_step_result"));
    ALEXNET_ASSIGN_OR_RETURN(const auto trainer, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(
        const StepInput input,
        ReadBatch(*trainer, images, image_size, labels, label_count));
    const UpdateRule rule{rate, momentum, weight_decay, clip_gradient_norm};
    ALEXNET_RETURN_IF_ERROR(CheckRule(rule));
    ALEXNET_ASSIGN_OR_RETURN(const StepResult done,
                             trainer->plan->Step(input, rule));
    ++trainer->forwards;
    trainer->has_gradients = true;
    if (!std::isfinite(done.loss) || !std::isfinite(done.gradient_norm)) {
      return DivergedError(fmt::format(
          "the loss is {:g} and the gradients' norm {:g}: nothing was updated; "
          "a lower rate or clipped gradients may help, or the images hold "
          "values that are not finite",
          done.loss, done.gradient_norm));
    }
    ++trainer->step;
    return FillOptional(ToAbi(done, trainer->step), result,
                        "alexnet_step_result");
  });
}

alexnet_status alexnet_trainer_gradients(alexnet_trainer* handle,
                                         const float* images, size_t image_size,
                                         const int32_t* labels,
                                         size_t label_count,
                                         alexnet_step_result* result,
                                         alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckOptional(result, "alexnet_step_result"));
    ALEXNET_ASSIGN_OR_RETURN(const auto trainer, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(
        const StepInput input,
        ReadBatch(*trainer, images, image_size, labels, label_count));
    ALEXNET_ASSIGN_OR_RETURN(const StepResult done,
                             trainer->plan->Gradients(input));
    ++trainer->forwards;
    trainer->has_gradients = true;
    return FillOptional(ToAbi(done, trainer->step), result,
                        "alexnet_step_result");
  });
}

alexnet_status alexnet_trainer_read(const alexnet_trainer* handle,
                                    const char* name, int32_t what,
                                    float* values, size_t count,
                                    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto trainer, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(const int parameter,
                             FindValue(*trainer, name, values, count));
    const TrainingPlan& plan = *trainer->plan;
    if (what == ALEXNET_VALUE_PARAMETER) {
      return plan.ReadParameter(parameter, values);
    }
    if (what != ALEXNET_VALUE_MOMENTUM && what != ALEXNET_VALUE_GRADIENT) {
      return BadWhat(what, "an ALEXNET_VALUE");
    }
    ALEXNET_RETURN_IF_ERROR(CheckLearns(*trainer, parameter));
    if (what == ALEXNET_VALUE_MOMENTUM) {
      return plan.ReadMomentum(parameter, values);
    }
    if (!trainer->has_gradients) {
      return FailedPreconditionError(
                 "there are no gradients before the first step")
          .WithField("trainer");
    }
    return plan.ReadGradient(parameter, values);
  });
}

alexnet_status alexnet_trainer_write(alexnet_trainer* handle, const char* name,
                                     int32_t what, const float* values,
                                     size_t count, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto trainer, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(const int parameter,
                             FindValue(*trainer, name, values, count));
    if (what == ALEXNET_VALUE_PARAMETER) {
      return trainer->plan->WriteParameter(parameter, values);
    }
    if (what != ALEXNET_VALUE_MOMENTUM) {
      return BadWhat(what,
                     "ALEXNET_VALUE_PARAMETER or ALEXNET_VALUE_MOMENTUM, which "
                     "can be written");
    }
    ALEXNET_RETURN_IF_ERROR(CheckLearns(*trainer, parameter));
    return trainer->plan->WriteMomentum(parameter, values);
  });
}

alexnet_status alexnet_trainer_model(const alexnet_trainer* handle,
                                     const alexnet_limits* given_limits,
                                     alexnet_model** model,
                                     alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(model, "model"));
    ALEXNET_ASSIGN_OR_RETURN(const auto trainer, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    ALEXNET_ASSIGN_OR_RETURN(const std::shared_ptr<Snapshot> snapshot,
                             Snapshot::Create(trainer->plan->info()));
    ALEXNET_RETURN_IF_ERROR(snapshot->ReadParameters(*trainer->plan));
    ModelContents contents;
    contents.network = trainer->model->network();
    contents.preprocessing = trainer->model->preprocessing();
    contents.labels = trainer->model->labels();
    contents.metadata = trainer->model->metadata();
    contents.parameters = snapshot->parameters();
    contents.provenance.source =
        fmt::format("trained {} steps by a program", trainer->step);
    contents.provenance.parent_hash = trainer->model->file_hash();
    contents.provenance.tool = fmt::format("alexnet {}", kEngineVersion);
    ALEXNET_ASSIGN_OR_RETURN(
        std::shared_ptr<const Model> built,
        BuildModel(std::move(contents), snapshot, limits.interrupt()));
    *model = new alexnet_model(std::move(built));
    return Status();
  });
}
