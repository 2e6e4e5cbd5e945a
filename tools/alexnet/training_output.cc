#include "tools/alexnet/training_output.h"

#include <fmt/format.h>

namespace alexnet::cli {

void ProgressListener::OnStart(const TrainingStart& start) {
  line_.Keep(fmt::format(
      "{}: {:.2f} million parameters{}, {:.1f} million MACs per picture",
      start.network, static_cast<double>(start.parameters) / 1e6,
      start.frozen_parameters > 0
          ? fmt::format(" ({:.2f} million frozen)",
                        static_cast<double>(start.frozen_parameters) / 1e6)
          : "",
      static_cast<double>(start.macs) / 1e6));
  line_.Keep(fmt::format(
      "{} classes, {} pictures to learn, {} held out; batch {}, {} epochs of "
      "{} steps, rate {:g}, seed {}, {} threads on {}",
      start.classes.size(), start.train_samples, start.validation_samples,
      start.recipe.batch, start.recipe.epochs, start.steps_per_epoch,
      start.recipe.rate, start.seed, start.threads, start.backend));
  if (start.first_epoch > 0 || start.first_batch > 0) {
    line_.Keep(fmt::format("Resumed at epoch {}, step {} of it",
                           start.first_epoch + 1, start.first_batch + 1));
  }
  for (const std::string& choice : start.choices) line_.Keep(choice);
}

void ProgressListener::OnProgress(const std::string& doing, int64_t done,
                                  int64_t total) {
  line_.Update(fmt::format("{} {} of {}", doing, done, total));
}

void ProgressListener::OnStep(const StepReport& step) {
  line_.Update(fmt::format(
      "epoch {}/{}  step {}/{}  {:.0f} images/s  loss {:.4f}  top-1 {:.1f} %"
      "  rate {:g}{}",
      step.epoch + 1, step.epochs, step.batch + 1, step.batches,
      step.images_per_second, step.mean_loss, step.top1_accuracy, step.rate,
      step.seconds_left > 0 ? "  ETA " + FormatSeconds(step.seconds_left)
                            : ""));
}

void ProgressListener::OnEpoch(const EpochReport& epoch) {
  std::string text = fmt::format(
      "epoch {:3}/{}  loss {:.4f}  top-1 {:.2f} %", epoch.epoch + 1,
      epoch.epochs, epoch.train_loss, 100.0 - epoch.train_top1_error);
  if (epoch.validated) {
    text += fmt::format(
        "  held out: loss {:.4f}  top-1 {:.2f} %  top-5 {:.2f} %", epoch.loss,
        100.0 - epoch.top1_error, 100.0 - epoch.top5_error);
  }
  text += fmt::format("  {:.0f} images/s  {}{}", epoch.images_per_second,
                      FormatSeconds(epoch.seconds), epoch.best ? "  best" : "");
  line_.Keep(text);
}

void ProgressListener::OnWarning(const std::string& message) {
  line_.Finish();
  log_.Warning(message);
}

std::string SummaryText(const TrainSummary& summary) {
  std::string text =
      fmt::format("Trained {} epochs, {} steps in {}\n", summary.epochs,
                  summary.steps, FormatSeconds(summary.seconds));
  if (summary.best_epoch >= 0) {
    text += fmt::format("best    {}  (epoch {}: top-1 error {:.2f} %)\n",
                        summary.best_path, summary.best_epoch + 1,
                        summary.best_top1_error);
  }
  text += fmt::format("last    {}\ncurves  {}\n", summary.last_path,
                      summary.metrics_path);
  for (const BrokenPicture& broken : summary.broken) {
    text += fmt::format("left out {}: {}\n", broken.name, broken.reason);
  }
  return text;
}

}  // namespace alexnet::cli
