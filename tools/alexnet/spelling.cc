#include "tools/alexnet/spelling.h"

#include <string>
#include <utility>

#include "tools/alexnet/printable.h"

namespace alexnet::cli {
namespace {

// How the command line calls what messages name.
constexpr std::pair<std::string_view, std::string_view> kSpellings[] = {
    // BEGIN options: cli.flags recipe
    {"batch", "--batch"},
    {"epochs", "--epochs"},
    {"rate", "--rate"},
    {"momentum", "--momentum"},
    {"weight_decay", "--weight-decay"},
    {"schedule", "--schedule"},
    {"factor", "--factor"},
    {"milestones", "--milestones"},
    {"patience", "--patience"},
    {"max_cuts", "--max-cuts"},
    {"power", "--power"},
    {"warmup_epochs", "--warmup-epochs"},
    {"crop", "--crop"},
    {"pad", "--pad"},
    {"mirror", "--mirror"},
    {"color_sigma", "--color-sigma"},
    {"rescale_after_noise", "--rescale-after-noise"},
    {"label_smoothing", "--label-smoothing"},
    {"clip_gradient_norm", "--clip"},
    {"class_balance", "--balance"},
    // END options
    // BEGIN options: cli.flags train_options
    {"input_size", "--input-size"},
    {"resume", "--resume"},
    {"validation_fraction", "--val-fraction"},
    {"seed", "--seed"},
    {"threads", "--threads"},
    {"loader_threads", "--loader-threads"},
    {"strict", "--strict"},
    {"stop_when_stuck", "--stop-when-stuck"},
    {"max_pixels", "--max-pixels"},
    {"log_every", "--log-every"},
    {"checkpoint_every", "--checkpoint-every"},
    {"device", "--device"},
    {"precision", "--precision"},
    {"tune", "--tune"},
    {"devices", "--devices"},
    {"parallel", "--parallel"},
    {"launcher", "--launcher"},
    {"rate_scaling", "--rate-scaling"},
    {"class_weights", "--class-weights"},
    // END options
    // BEGIN options: cli.flags session_options
    {"device", "--device"},
    {"threads", "--threads"},
    {"batch", "--batch"},
    {"weight_dtype", "--weights"},
    {"precision", "--precision"},
    {"tune", "--tune"},
    {"ten_crop", "--ten-crop"},
    {"max_pixels", "--max-pixels"},
    {"devices", "--devices"},
    {"parallel", "--parallel"},
    // END options
    // BEGIN options: cli.flags evaluate_options
    {"device", "--device"},
    {"threads", "--threads"},
    {"loader_threads", "--loader-threads"},
    {"batch", "--batch"},
    {"weight_dtype", "--weights"},
    {"precision", "--precision"},
    {"tune", "--tune"},
    {"ten_crop", "--ten-crop"},
    {"strict", "--strict"},
    {"max_pixels", "--max-pixels"},
    {"devices", "--devices"},
    {"parallel", "--parallel"},
    // END options
    // BEGIN options: cli.flags feature_options
    {"device", "--device"},
    {"threads", "--threads"},
    {"loader_threads", "--loader-threads"},
    {"batch", "--batch"},
    {"weight_dtype", "--weights"},
    {"precision", "--precision"},
    {"tune", "--tune"},
    {"strict", "--strict"},
    {"max_pixels", "--max-pixels"},
    // END options
    // BEGIN options: cli.flags finetune_options
    {"head_rate", "--head-rate"},
    // END options
    // BEGIN options: cli.flags pack_options
    {"resize", "--resize"},
    {"quality", "--quality"},
    {"shard_samples", "--shard-size"},
    {"threads", "--threads"},
    {"max_pixels", "--max-pixels"},
    {"seed", "--seed"},
    {"strict", "--strict"},
    // END options
    // Of several calls, or of the converters, and declared by hand.
    {"dtype", "--dtype"},
    {"channel_order", "--channel-order"},
    {"input_order", "--input-order"},
    {"key", "--key"},
    {"labels_file", "--labels"},
    {"mean_file", "--mean"},
    {"mean_values", "--mean-values"},
    {"network_file", "--prototxt"},
    {"no_softmax", "--no-softmax"},
    {"out", "--out"},
    {"preset", "--preset"},
    {"scale", "--scale"},
    {"strip_training_state", "--strip-training-state"},
    // Functions of the library that a verb calls.
    {"alexnet_dataset_lint", "alexnet doctor FOLDER"},
    {"alexnet_system_json", "alexnet doctor"},
};

// Empty: the command line has nothing of that name.
std::string_view SpellingOf(std::string_view named) {
  for (const auto& [name, spelling] : kSpellings) {
    if (name == named) return spelling;
  }
  return "";
}

}  // namespace

std::string WithFlags(std::string_view text) {
  std::string spelled;
  while (true) {
    const size_t begin = text.find('`');
    const size_t end =
        begin == std::string_view::npos ? begin : text.find('`', begin + 1);
    if (end == std::string_view::npos) return spelled.append(text);
    const std::string_view quoted = text.substr(begin + 1, end - begin - 1);
    spelled.append(text.substr(0, begin));
    if (const std::string_view spelling = SpellingOf(quoted);
        !spelling.empty()) {
      spelled += spelling;
    } else {
      spelled.append(text.substr(begin, end + 1 - begin));
    }
    text.remove_prefix(end + 1);
  }
}

std::string ErrorText(std::string_view file, std::string_view field,
                      std::string_view message) {
  std::string text;
  if (!file.empty()) text.append(Printable(file)) += ": ";
  if (!field.empty()) {
    // "alexnet_recipe.schedule": the option alone.
    const std::string_view spelling =
        SpellingOf(field.substr(field.rfind('.') + 1));
    text.append(spelling.empty() ? Printable(field) : std::string(spelling)) +=
        ": ";
  }
  return text + WithFlags(message);
}

}  // namespace alexnet::cli
