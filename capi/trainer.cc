#include <memory>
#include <utility>

#include "capi/call.h"
#include "capi/context.h"
#include "capi/device_options.h"
#include "capi/model.h"
#include "capi/struct_size.h"
#include "core/base/birthplace.h"
#include "core/train/step_trainer.h"

struct alexnet_trainer : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c5452;
  static constexpr const char* kName = "trainer";
  explicit alexnet_trainer(std::unique_ptr<alexnet::StepTrainer> made)
      : Counted(kTag), trainer(std::move(made)) {}

  const std::unique_ptr<alexnet::StepTrainer> trainer;
  alexnet::Birthplace birthplace;
  mutable alexnet::capi::Gate gate;
};

namespace alexnet::capi {
namespace {

Result<StepTrainerOptions> ReadTrainerOptions(
    const alexnet_trainer_options* pointer) {
  ALEXNET_ASSIGN_OR_RETURN(const alexnet_trainer_options given,
                           ReadStruct(pointer, "alexnet_trainer_options"));
  StepTrainerOptions options;
  ALEXNET_RETURN_IF_ERROR(ReadDeviceOptions(given, &options));
  // BEGIN options: capi.read trainer_options from=given to=options
  if (given.batch != 0) options.batch = given.batch;
  options.label_smoothing = given.label_smoothing;
  if (given.seed != 0) options.seed = given.seed;
  // END options
  return options;
}

// Zeros mean themselves here.
Result<UpdateRule> ReadRule(const alexnet_update_rule* pointer) {
  ALEXNET_RETURN_IF_ERROR(CheckPointer(pointer, "rule"));
  ALEXNET_ASSIGN_OR_RETURN(const alexnet_update_rule given,
                           ReadStruct(pointer, "alexnet_update_rule"));
  UpdateRule rule;
  // BEGIN options: capi.copy update_rule from=given to=rule
  rule.rate = given.rate;
  rule.momentum = given.momentum;
  rule.weight_decay = given.weight_decay;
  rule.clip_gradient_norm = given.clip_gradient_norm;
  // END options
  return rule;
}

alexnet_step_result ToAbi(const StepResult& from, const StepTrainer& trainer) {
  alexnet_step_result to{};
  to.loss = from.loss;
  to.correct = from.correct;
  to.gradient_norm = from.gradient_norm;
  to.step = trainer.steps();
  to.threads = trainer.threads();
  return to;
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
    ALEXNET_RETURN_IF_ERROR(ClearOutput(trainer, "trainer"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, EnterWhole(handle));
    ALEXNET_ASSIGN_OR_RETURN(const StepTrainerOptions options,
                             ReadTrainerOptions(given));
    ALEXNET_ASSIGN_OR_RETURN(
        std::unique_ptr<StepTrainer> made,
        StepTrainer::Create(model->shared->model(), options));
    *trainer = new alexnet_trainer(std::move(made));
    return Status();
  });
}

void alexnet_trainer_free(alexnet_trainer* trainer) { FreeHandle(trainer); }

alexnet_status alexnet_trainer_step(alexnet_trainer* handle,
                                    const float* images, size_t image_size,
                                    const int32_t* labels, size_t label_count,
                                    const alexnet_update_rule* given,
                                    alexnet_step_result* result,
                                    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckOptional(result, "alexnet_step_result"));
    ALEXNET_ASSIGN_OR_RETURN(const auto trainer, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckArray(images, image_size, "images"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(labels, label_count, "labels"));
    ALEXNET_ASSIGN_OR_RETURN(const UpdateRule rule, ReadRule(given));
    ALEXNET_ASSIGN_OR_RETURN(
        const StepResult done,
        trainer->trainer->Step({images, image_size}, {labels, label_count},
                               rule));
    return FillOptional(ToAbi(done, *trainer->trainer), result,
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
    ALEXNET_RETURN_IF_ERROR(CheckArray(images, image_size, "images"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(labels, label_count, "labels"));
    ALEXNET_ASSIGN_OR_RETURN(const StepResult done,
                             trainer->trainer->Gradients(
                                 {images, image_size}, {labels, label_count}));
    return FillOptional(ToAbi(done, *trainer->trainer), result,
                        "alexnet_step_result");
  });
}

alexnet_status alexnet_trainer_read(const alexnet_trainer* handle,
                                    const char* name, int32_t what,
                                    float* values, size_t count,
                                    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto trainer, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(name, "name"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(values, count, "values"));
    ALEXNET_ASSIGN_OR_RETURN(
        const ParameterValue value,
        ReadEnum<ParameterValue>(what, ALEXNET_VALUE_GRADIENT, "what"));
    return trainer->trainer->Read(name, value, {values, count});
  });
}

alexnet_status alexnet_trainer_write(alexnet_trainer* handle, const char* name,
                                     int32_t what, const float* values,
                                     size_t count, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto trainer, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(name, "name"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(values, count, "values"));
    ALEXNET_ASSIGN_OR_RETURN(
        const ParameterValue value,
        ReadEnum<ParameterValue>(what, ALEXNET_VALUE_GRADIENT, "what"));
    return trainer->trainer->Write(name, value, {values, count});
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
    ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<const Model> now,
                             trainer->trainer->ModelNow(limits.interrupt()));
    *model = new alexnet_model(std::move(now));
    return Status();
  });
}
