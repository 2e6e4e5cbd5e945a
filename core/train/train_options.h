// What a training run is asked to do.

#ifndef ALEXNET_CORE_TRAIN_TRAIN_OPTIONS_H_
#define ALEXNET_CORE_TRAIN_TRAIN_OPTIONS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/data/split.h"
#include "core/infer/session_options.h"
#include "core/network/presets.h"
#include "core/network/recipe.h"

namespace alexnet {

// Numbers of the recipe that a caller sets; the others stay the preset's.
struct RecipeChanges {
  std::optional<int> batch;
  std::optional<int> epochs;
  std::optional<float> rate;
  std::optional<float> momentum;
  std::optional<float> weight_decay;
  std::optional<ScheduleKind> schedule;
  std::optional<float> factor;
  std::optional<std::vector<float>> milestones;  // fractions of all epochs
  std::optional<int> patience;
  std::optional<int> max_cuts;
  std::optional<float> power;
  std::optional<float> warmup_epochs;
  std::optional<CropKind> crop;
  std::optional<int> pad;
  std::optional<bool> mirror;
  std::optional<float> color_sigma;
  std::optional<bool> rescale_after_noise;
  std::optional<float> label_smoothing;
  std::optional<float> clip_gradient_norm;
  bool operator==(const RecipeChanges&) const = default;
};

// The recipe with the changes put in, checked; errors name the field.
Result<Recipe> ChangeRecipe(Recipe recipe, const RecipeChanges& changes);

// "constant", "step", "plateau", "poly"; "centre", "random", "resized". For the
// command line; errors list the names.
Result<ScheduleKind> ParseScheduleKind(const std::string& name);
Result<CropKind> ParseCropKind(const std::string& name);

struct TrainOptions : BackendOptions {
  std::string data;  // folder, see core/data/dataset.h
  std::string out;   // folder for checkpoints and metrics; made if missing

  // The network, from its initial values: a preset by name, or `network` where
  // that is given, with one class for each of the data's.
  std::string preset = "alexnet";
  std::shared_ptr<const Preset> network;
  int64_t input_size = 0;  // square, pixels; 0: the preset's own
  RecipeChanges recipe;

  // Go on with the run whose last.alexnet is in `out`. Preset, recipe, seed and
  // split are that run's; of `recipe` only `epochs` may be given.
  bool resume = false;

  // Held out of the training pictures where there is no validation folder. 0:
  // nothing is held out, and the best checkpoint is chosen by training loss.
  double validation_fraction = kDefaultValidationFraction;
  uint64_t seed = 1;
  int loader_threads = 0;  // decoding; 0: AvailableCpus()
  bool strict = false;     // stop at the first broken picture
  int64_t max_pixels = 100'000'000;
  int64_t log_every = 20;  // steps between lines of metrics.jsonl
  // Steps between checkpoints within an epoch; 0: only at its end.
  int64_t checkpoint_every = 0;
  // A loss that stays at ln(classes) or dead layers: say so and go on (false),
  // or stop with kDiverged (true).
  bool stop_when_stuck = false;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_TRAIN_OPTIONS_H_
