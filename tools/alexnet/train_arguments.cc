#include "tools/alexnet/train_arguments.h"

#include <cstdint>
#include <map>

#include "tools/alexnet/session_arguments.h"

namespace alexnet::cli {
namespace {

constexpr const char* kRecipe = "Recipe (default: the preset's)";

void AddRecipeArguments(CLI::App& verb, TrainArguments& arguments) {
  Recipe& recipe = arguments.recipe;
  // An option that sets a field of the recipe, and says that it is set.
  const auto add = [&verb, &recipe]<typename Value>(
                       const char* name, uint64_t field, Value& value,
                       const char* help) {
    return verb
        .add_option_function<Value>(
            name,
            [&recipe, &value, field](const Value& given) {
              value = given;
              recipe.fields |= field;
            },
            help)
        ->group(kRecipe);
  };
  add("--epochs", ALEXNET_RECIPE_EPOCHS, recipe.epochs,
      "Passes over the training pictures");
  add("--batch", ALEXNET_RECIPE_BATCH, recipe.batch, "Pictures in an update");
  add("--rate", ALEXNET_RECIPE_RATE, recipe.rate, "Learning rate at the start");
  add("--momentum", ALEXNET_RECIPE_MOMENTUM, recipe.momentum,
      "Of the velocity");
  add("--weight-decay", ALEXNET_RECIPE_WEIGHT_DECAY, recipe.weight_decay,
      "L2 factor");
  static const std::map<std::string, int32_t> kSchedules = {
      {"constant", ALEXNET_SCHEDULE_CONSTANT},
      {"step", ALEXNET_SCHEDULE_STEP},
      {"plateau", ALEXNET_SCHEDULE_PLATEAU},
      {"poly", ALEXNET_SCHEDULE_POLY}};
  add("--schedule", ALEXNET_RECIPE_SCHEDULE, recipe.schedule, "Of the rate")
      ->transform(CLI::CheckedTransformer(kSchedules));
  add("--factor", ALEXNET_RECIPE_FACTOR, recipe.factor,
      "What a cut multiplies the rate by");
  add("--milestones", ALEXNET_RECIPE_MILESTONES, arguments.milestones,
      "step: where to cut, as fractions of all epochs, e.g. 0.5,0.75")
      ->delimiter(',');
  add("--patience", ALEXNET_RECIPE_PATIENCE, recipe.patience,
      "plateau: epochs without a better error before a cut");
  add("--max-cuts", ALEXNET_RECIPE_MAX_CUTS, recipe.max_cuts,
      "plateau: at most this many cuts");
  add("--power", ALEXNET_RECIPE_POWER, recipe.power, "poly: exponent");
  add("--warmup-epochs", ALEXNET_RECIPE_WARMUP_EPOCHS, recipe.warmup_epochs,
      "Rise from a tenth of the rate");
  static const std::map<std::string, int32_t> kCrops = {
      {"centre", ALEXNET_CROP_CENTRE},
      {"random", ALEXNET_CROP_RANDOM},
      {"resized", ALEXNET_CROP_RANDOM_RESIZED}};
  add("--crop", ALEXNET_RECIPE_CROP, recipe.crop, "Of training pictures")
      ->transform(CLI::CheckedTransformer(kCrops));
  add("--pad", ALEXNET_RECIPE_PAD, recipe.pad,
      "Pixels around a picture before a random crop");
  static const std::map<std::string, int32_t> kTruth = {{"true", 1},
                                                        {"false", 0}};
  add("--mirror", ALEXNET_RECIPE_MIRROR, recipe.mirror,
      "Mirror half of the pictures: true or false")
      ->transform(CLI::CheckedTransformer(kTruth));
  add("--color-sigma", ALEXNET_RECIPE_COLOR_SIGMA, recipe.color_sigma,
      "PCA colour noise; 0: none");
  add("--label-smoothing", ALEXNET_RECIPE_LABEL_SMOOTHING,
      recipe.label_smoothing, "0: none");
  add("--clip", ALEXNET_RECIPE_CLIP_GRADIENT_NORM, recipe.clip_gradient_norm,
      "Largest gradient norm; 0: any");
}

}  // namespace

const TrainOptions& TrainArguments::Complete(const Context& log) {
  recipe.milestones = milestones.data();
  recipe.milestone_count = milestones.size();
  options.context = log.get();
  options.data = data.c_str();
  options.out = out.c_str();
  options.recipe = &recipe;
  options.validation_fraction = validation_fraction;
  options.no_validation = validation_fraction == 0;
  return options;
}

void AddTrainArguments(CLI::App& verb, TrainArguments& arguments) {
  TrainOptions& options = arguments.options;
  options.seed = 1;
  options.log_every = 20;
  options.max_pixels = 100'000'000;
  verb.add_option("--out", arguments.out,
                  "Folder for checkpoints and curves; made if missing")
      ->required();
  verb.add_flag("--resume", options.resume, "Go on with the run in --out");
  verb.add_option("--val-fraction", arguments.validation_fraction,
                  "Held out where there is no validation folder")
      ->check(CLI::Range(0.0, 0.9))
      ->capture_default_str();
  verb.add_option("--seed", options.seed, "Of everything random")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  AddDeviceArguments(verb, options);
  verb.add_option("--loader-threads", options.loader_threads,
                  "Threads that decode pictures; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb.add_option("--log-every", options.log_every,
                  "Steps between lines of metrics.jsonl")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb.add_option("--checkpoint-every", options.checkpoint_every,
                  "Steps between checkpoints; 0: one an epoch")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb.add_option("--max-pixels", options.max_pixels, "Refuse larger pictures")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb.add_flag("--strict", options.strict, "Stop at the first broken picture");
  verb.add_flag("--stop-when-stuck", options.stop_when_stuck,
                "Stop when the loss does not move or layers are dead");
  AddRecipeArguments(verb, arguments);
}

}  // namespace alexnet::cli
