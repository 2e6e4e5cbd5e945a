#include "tools/alexnet/training_output.h"

#include <fmt/core.h>

#include "tools/alexnet/inspection_words.h"

namespace alexnet::cli {

void ProgressListener::on_start(const alexnet_train_start& start) {
  line_.Keep(fmt::format(
      "{}: {:.2f} million parameters{}, {:.1f} million MACs per picture",
      start.network, static_cast<double>(start.parameters) / 1e6,
      start.frozen_parameters > 0
          ? fmt::format(" ({:.2f} million frozen)",
                        static_cast<double>(start.frozen_parameters) / 1e6)
          : "",
      static_cast<double>(start.macs) / 1e6));
  line_.Keep(fmt::format(
      "{} classes, {} pictures to learn, {} held out; batch {}, {} of {}, "
      "rate {:g}, seed {}, {} on {}, {:.0f} MiB of its memory",
      start.class_count, start.train_samples, start.validation_samples,
      start.recipe->batch, Counted(start.recipe->epochs, "epoch"),
      Counted(start.steps_per_epoch, "step"), start.recipe->rate, start.seed,
      Counted(start.threads, "thread"), start.device,
      static_cast<double>(start.device_bytes) / (1 << 20)));
  if (start.first_epoch > 0 || start.first_batch > 0) {
    line_.Keep(fmt::format("Resumed at epoch {}, step {} of it",
                           start.first_epoch + 1, start.first_batch + 1));
  }
}

void ProgressListener::on_progress(std::string_view doing, int64_t done,
                                   int64_t total) {
  line_.Update(fmt::format("{} {} of {}", doing, done, total));
}

void ProgressListener::on_step(const alexnet_step_report& step) {
  line_.Update(fmt::format(
      "epoch {}/{}  step {}/{}  {:.0f} images/s  loss {:.4f}  top-1 {:.1f} %"
      "  rate {:g}{}",
      step.epoch + 1, step.epochs, step.batch + 1, step.batches,
      step.images_per_second, step.mean_loss, step.top1_accuracy, step.rate,
      step.seconds_left > 0 ? "  ETA " + FormatSeconds(step.seconds_left)
                            : ""));
}

void ProgressListener::on_epoch(const alexnet_epoch_report& epoch) {
  std::string text = fmt::format(
      "epoch {:3}/{}  loss {:.4f}  top-1 {:.2f} %", epoch.epoch + 1,
      epoch.epochs, epoch.train_loss, 100.0 - epoch.train_top1_error);
  if (epoch.validated != 0) {
    text += fmt::format(
        "  held out: loss {:.4f}  top-1 {:.2f} %  top-5 {:.2f} %", epoch.loss,
        100.0 - epoch.top1_error, 100.0 - epoch.top5_error);
  }
  text += fmt::format("  {:.0f} images/s  {}", epoch.images_per_second,
                      FormatSeconds(epoch.seconds));
  // What makes a fast device slow.
  if (epoch.waited_seconds > 0.1 * epoch.seconds) {
    text += fmt::format(" ({} of them waiting for pictures)",
                        FormatSeconds(epoch.waited_seconds));
  }
  if (epoch.best != 0) text += "  best";
  line_.Keep(text);
}

std::string BestPath(const std::string& out) { return out + "/best.alexnet"; }

std::string MetricsPath(const std::string& out) {
  return out + "/metrics.jsonl";
}

std::string SummaryText(const TrainReport& report, const std::string& out) {
  std::string text =
      fmt::format("Trained {} epochs, {} steps in {}\n", report.epochs,
                  report.steps, FormatSeconds(report.seconds));
  if (report.best_epoch >= 0) {
    text += fmt::format("best    {}  (epoch {}: top-1 error {:.2f} %)\n",
                        BestPath(out), report.best_epoch + 1,
                        report.best_top1_error);
  }
  return text + fmt::format("last    {}/last.alexnet\ncurves  {}\n", out,
                            MetricsPath(out));
}

}  // namespace alexnet::cli
