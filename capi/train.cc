#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capi/call.h"
#include "capi/context.h"
#include "capi/dataset.h"
#include "capi/device_options.h"
#include "capi/model.h"
#include "capi/network.h"
#include "capi/recipe.h"
#include "capi/struct_size.h"
#include "capi/wrong_picture.h"
#include "core/dist/launched.h"
#include "core/train/finetune/finetune.h"
#include "core/train/trainer.h"

namespace alexnet::capi {
namespace {

// Tells the caller's listener, and its context.
class Teller final : public TrainingListener {
 public:
  Teller(const alexnet_train_listener& to, const Ref<alexnet_context>& context,
         Limits& limits)
      : to_(to), context_(context), limits_(limits) {}

  void OnStart(const TrainingStart& from) override {
    if (to_.on_start != nullptr) {
      std::vector<const char*> classes;
      for (const std::string& name : from.classes) {
        classes.push_back(name.c_str());
      }
      const alexnet_recipe recipe = ToAbi(from.recipe);
      alexnet_train_start start{};
      start.struct_size = sizeof(start);
      start.network = from.network.c_str();
      start.device = from.device.c_str();
      start.classes = classes.data();
      start.class_count = classes.size();
      start.train_samples = from.train_samples;
      start.validation_samples = from.validation_samples;
      start.parameters = from.parameters;
      start.frozen_parameters = from.frozen_parameters;
      start.macs = from.macs;
      start.arena_bytes = from.arena_bytes;
      start.device_bytes = from.device_bytes;
      start.recipe = &recipe;
      start.steps_per_epoch = from.steps_per_epoch;
      start.seed = from.seed;
      start.threads = from.threads;
      start.first_epoch = from.first_epoch;
      start.first_batch = from.first_batch;
      limits_.Obey(to_.on_start(to_.user, &start));
    }
    for (const std::string& choice : from.choices) LogInfo(context_, choice);
  }

  void OnProgress(const std::string& doing, int64_t done,
                  int64_t total) override {
    if (to_.on_progress == nullptr) return;
    limits_.Obey(to_.on_progress(to_.user, doing.c_str(), done, total));
  }

  void OnStep(const StepReport& from) override {
    if (to_.on_step == nullptr) return;
    alexnet_step_report report{};
    report.struct_size = sizeof(report);
    report.epoch = from.epoch;
    report.epochs = from.epochs;
    report.batch = from.batch;
    report.batches = from.batches;
    report.step = from.step;
    report.rate = from.rate;
    report.loss = from.loss;
    report.mean_loss = from.mean_loss;
    report.top1_accuracy = from.top1_accuracy;
    report.gradient_norm = from.gradient_norm;
    report.images_per_second = from.images_per_second;
    report.seconds_left = from.seconds_left;
    limits_.Obey(to_.on_step(to_.user, &report));
  }

  void OnEpoch(const EpochReport& from) override {
    if (to_.on_epoch == nullptr) return;
    alexnet_epoch_report report{};
    report.struct_size = sizeof(report);
    report.epoch = from.epoch;
    report.epochs = from.epochs;
    report.step = from.step;
    report.rate = from.rate;
    report.train_loss = from.train_loss;
    report.train_top1_error = from.train_top1_error;
    report.validated = from.validated;
    report.best = from.best;
    report.top1_error = from.top1_error;
    report.top5_error = from.top5_error;
    report.loss = from.loss;
    report.images_per_second = from.images_per_second;
    report.seconds = from.seconds;
    report.waited_seconds = from.waited_seconds;
    std::vector<alexnet_layer_norms> norms;
    for (const LayerNorms& each : from.norms) {
      norms.push_back(
          {each.layer.c_str(), each.weight, each.gradient, each.update});
    }
    report.norms = norms.data();
    report.norm_count = norms.size();
    std::vector<alexnet_wrong_picture> worst;
    if (from.evaluation != nullptr) {
      const Evaluation& evaluation = *from.evaluation;
      worst = WorstOf(evaluation);
      if (!evaluation.confusion.empty()) {
        report.confusion = evaluation.confusion.data();
        report.confusion_classes = static_cast<size_t>(evaluation.classes);
      }
    }
    report.worst = worst.data();
    report.worst_count = worst.size();
    limits_.Obey(to_.on_epoch(to_.user, &report));
  }

  void OnWarning(const std::string& message) override {
    LogWarning(context_, message);
  }

  void OnCheckpoint(const CheckpointReport& from) override {
    if (to_.on_checkpoint == nullptr) return;
    limits_.Obey(
        to_.on_checkpoint(to_.user, from.path.c_str(), from.best ? 1 : 0));
  }

 private:
  const alexnet_train_listener& to_;
  const Ref<alexnet_context>& context_;
  Limits& limits_;
};

Status ReadNetwork(const alexnet_train_options& given, TrainOptions* options) {
  if (given.network == nullptr) return Status();
  if (given.preset != nullptr || given.input_size != 0) {
    return InvalidArgumentError(
               "give either a network or a preset with its input size")
        .WithField("alexnet_train_options.network");
  }
  ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(given.network));
  options->network = std::make_shared<const Preset>(network->preset);
  return Status();
}

// What is not zero was said.
void ReadSaid(const alexnet_train_options& given, SaidAnew* said) {
  if (given.preset != nullptr) said->preset = given.preset;
  if (given.input_size != 0) said->input_size = given.input_size;
  if (given.seed != 0) said->seed = given.seed;
  if (given.validation_fraction != 0) {
    said->validation_fraction = given.validation_fraction;
  }
  if (given.no_validation != 0) said->validation_fraction = 0.0;
}

Result<TrainOptions> ReadTrainOptions(const alexnet_train_options& given) {
  TrainOptions options;
  ALEXNET_RETURN_IF_ERROR(
      CheckPointer(given.data, "alexnet_train_options.data"));
  ALEXNET_RETURN_IF_ERROR(CheckPointer(given.out, "alexnet_train_options.out"));
  ALEXNET_RETURN_IF_ERROR(ReadDeviceOptions(given, &options));
  // BEGIN options: capi.read train_options from=given to=options
  if (given.data != nullptr) options.data = given.data;
  if (given.out != nullptr) options.out = given.out;
  if (given.preset != nullptr) options.preset = given.preset;
  options.input_size = given.input_size;
  options.resume = given.resume != 0;
  if (given.validation_fraction != 0)
    options.validation_fraction = given.validation_fraction;
  if (given.seed != 0) options.seed = given.seed;
  options.loader_threads = given.loader_threads;
  options.strict = given.strict != 0;
  options.stop_when_stuck = given.stop_when_stuck != 0;
  if (given.max_pixels != 0) options.max_pixels = given.max_pixels;
  if (given.log_every != 0) options.log_every = given.log_every;
  options.checkpoint_every = given.checkpoint_every;
  if (given.devices != nullptr) options.devices = given.devices;
  ALEXNET_ASSIGN_OR_RETURN(
      options.parallel,
      ReadEnum<ParallelKind>(given.parallel,
                             ALEXNET_PARALLEL_HYBRID_SUB_BATCHES, "parallel"));
  ALEXNET_ASSIGN_OR_RETURN(
      options.launcher,
      ReadEnum<Launcher>(given.launcher, ALEXNET_LAUNCHER_MPI, "launcher"));
  ALEXNET_ASSIGN_OR_RETURN(
      options.rate_scaling,
      ReadEnum<RateScaling>(given.rate_scaling, ALEXNET_RATE_SCALING_LINEAR,
                            "rate_scaling"));
  if (given.class_weights != nullptr)
    options.class_weights = given.class_weights;
  options.change_parallel = given.change_parallel != 0;
  // END options
  ReadSaid(given, &options.said);
  ALEXNET_RETURN_IF_ERROR(ReadNetwork(given, &options));
  ALEXNET_ASSIGN_OR_RETURN(options.recipe, ReadRecipe(given.recipe));
  if (given.no_validation != 0) options.validation_fraction = 0;
  return options;
}

alexnet_train_report ToAbi(const TrainSummary& summary) {
  alexnet_train_report report{};
  report.epochs = summary.epochs;
  report.steps = summary.steps;
  report.seconds = summary.seconds;
  report.best_epoch = summary.best_epoch;
  report.best_top1_error = summary.best_top1_error;
  report.validated = summary.last.validated;
  report.top1_error = summary.last.top1_error;
  report.top5_error = summary.last.top5_error;
  report.loss = summary.last.loss;
  report.train_loss = summary.last.train_loss;
  report.broken = static_cast<int64_t>(summary.broken.size());
  return report;
}

// What alexnet_train and alexnet_finetune share; `run` trains.
template <typename Run>
alexnet_status Carry(const alexnet_train_options* given,
                     const alexnet_train_listener* given_listener,
                     const alexnet_limits* given_limits,
                     alexnet_train_report* report, alexnet_error** error,
                     Run&& run) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckOptional(report, "alexnet_train_report"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(given, "alexnet_train_options"));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_train_options options,
                             ReadStruct(given, "alexnet_train_options"));
    ALEXNET_ASSIGN_OR_RETURN(
        const alexnet_train_listener listener,
        ReadStruct(given_listener, "alexnet_train_listener"));
    ALEXNET_ASSIGN_OR_RETURN(const auto context,
                             EnterOptional(options.context));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    ALEXNET_ASSIGN_OR_RETURN(const TrainOptions train,
                             ReadTrainOptions(options));
    Teller teller(listener, context, limits);
    Result<TrainSummary> summary = run(train, &teller, limits.interrupt());
    if (!summary.ok()) return summary.status();
    LogBroken(context, summary->broken);
    return FillOptional(ToAbi(*summary), report, "alexnet_train_report");
  });
}

Result<HeadOptions> ReadHeadOptions(const alexnet_finetune_options* pointer) {
  constexpr size_t kMostNames = 1000;  // as many as a network may have
  ALEXNET_ASSIGN_OR_RETURN(const alexnet_finetune_options given,
                           ReadStruct(pointer, "alexnet_finetune_options"));
  HeadOptions options;
  ALEXNET_ASSIGN_OR_RETURN(
      std::vector<std::string> freeze,
      ReadTexts(given.freeze, given.freeze_count, kMostNames, "freeze"));
  if (!freeze.empty()) options.freeze = std::move(freeze);
  // BEGIN options: capi.read finetune_options from=given to=options
  if (given.head_rate != 0) options.head_rate = given.head_rate;
  // END options
  options.says_head_rate = given.head_rate != 0;
  return options;
}

}  // namespace
}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

int32_t alexnet_launcher_rank(void) {
  return Value<int32_t>(0, [] { return FindLaunchedRank().rank; });
}

int32_t alexnet_launcher_size(void) {
  return Value<int32_t>(1, [] { return FindLaunchedRank().size; });
}

alexnet_status alexnet_train(const alexnet_train_options* options,
                             const alexnet_train_listener* listener,
                             const alexnet_limits* limits,
                             alexnet_train_report* report,
                             alexnet_error** error) {
  return Carry(
      options, listener, limits, report, error,
      [](const TrainOptions& train, TrainingListener* told,
         const Interrupt& interrupt) { return Train(train, told, interrupt); });
}

alexnet_status alexnet_finetune(const alexnet_model* handle,
                                const alexnet_finetune_options* given,
                                const alexnet_train_options* options,
                                const alexnet_train_listener* listener,
                                const alexnet_limits* limits,
                                alexnet_train_report* report,
                                alexnet_error** error) {
  return Carry(options, listener, limits, report, error,
               [&](const TrainOptions& train, TrainingListener* told,
                   const Interrupt& interrupt) -> Result<TrainSummary> {
                 ALEXNET_ASSIGN_OR_RETURN(const auto model, EnterWhole(handle));
                 FinetuneOptions finetune;
                 ALEXNET_ASSIGN_OR_RETURN(finetune.head,
                                          ReadHeadOptions(given));
                 finetune.model = model->shared->model();
                 finetune.train = train;
                 return Finetune(finetune, told, interrupt);
               });
}
