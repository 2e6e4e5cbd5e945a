#include "tools/alexnet/train_arguments.h"

#include <map>
#include <string>

namespace alexnet::cli {
namespace {

constexpr const char* kRecipe = "Recipe (default: the preset's)";

void AddRecipeArguments(CLI::App& verb, RecipeChanges& recipe) {
  const auto add = [&verb](const char* name, auto& value, const char* help) {
    return verb.add_option(name, value, help)->group(kRecipe);
  };
  add("--epochs", recipe.epochs, "Passes over the training pictures");
  add("--batch", recipe.batch, "Pictures in an update");
  add("--rate", recipe.rate, "Learning rate at the start");
  add("--momentum", recipe.momentum, "Of the velocity");
  add("--weight-decay", recipe.weight_decay, "L2 factor");
  static const std::map<std::string, ScheduleKind> kSchedules = {
      {"constant", ScheduleKind::kConstant},
      {"step", ScheduleKind::kStep},
      {"plateau", ScheduleKind::kPlateau},
      {"poly", ScheduleKind::kPoly}};
  add("--schedule", recipe.schedule, "Of the rate")
      ->transform(CLI::CheckedTransformer(kSchedules));
  add("--factor", recipe.factor, "What a cut multiplies the rate by");
  add("--milestones", recipe.milestones,
      "step: where to cut, as fractions of all epochs, e.g. 0.5,0.75")
      ->delimiter(',');
  add("--patience", recipe.patience,
      "plateau: epochs without a better error before a cut");
  add("--max-cuts", recipe.max_cuts, "plateau: at most this many cuts");
  add("--power", recipe.power, "poly: exponent");
  add("--warmup-epochs", recipe.warmup_epochs, "Rise from a tenth of the rate");
  static const std::map<std::string, CropKind> kCrops = {
      {"centre", CropKind::kCentre},
      {"random", CropKind::kRandom},
      {"resized", CropKind::kRandomResized}};
  add("--crop", recipe.crop, "Of training pictures")
      ->transform(CLI::CheckedTransformer(kCrops));
  add("--pad", recipe.pad, "Pixels around a picture before a random crop");
  add("--mirror", recipe.mirror, "Mirror half of the pictures: true or false");
  add("--color-sigma", recipe.color_sigma, "PCA colour noise; 0: none");
  add("--label-smoothing", recipe.label_smoothing, "0: none");
  add("--clip", recipe.clip_gradient_norm, "Largest gradient norm; 0: any");
}

}  // namespace

void AddTrainArguments(CLI::App& verb, TrainOptions& options) {
  verb.add_option("--out", options.out,
                  "Folder for checkpoints and curves; made if missing")
      ->required();
  verb.add_flag("--resume", options.resume, "Go on with the run in --out");
  verb.add_option("--val-fraction", options.validation_fraction,
                  "Held out where there is no validation folder")
      ->check(CLI::Range(0.0, 0.9))
      ->capture_default_str();
  verb.add_option("--seed", options.seed, "Of everything random")
      ->capture_default_str();
  verb.add_option("--threads", options.threads, "Compute threads; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb.add_option("--loader-threads", options.loader_threads,
                  "Threads that decode pictures; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb.add_option("--log-every", options.log_every,
                  "Steps between lines of metrics.jsonl")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb.add_option("--max-pixels", options.max_pixels, "Refuse larger pictures")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb.add_flag("--strict", options.strict, "Stop at the first broken picture");
  verb.add_flag("--stop-when-stuck", options.stop_when_stuck,
                "Stop when the loss does not move or layers are dead");
  AddRecipeArguments(verb, options.recipe);
}

}  // namespace alexnet::cli
