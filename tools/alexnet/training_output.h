// What a training run shows while it runs; train, finetune and demo share it.

#ifndef ALEXNET_TOOLS_ALEXNET_TRAINING_OUTPUT_H_
#define ALEXNET_TOOLS_ALEXNET_TRAINING_OUTPUT_H_

#include <cstdint>
#include <string>

#include "core/base/log.h"
#include "core/train/listener.h"
#include "core/train/trainer.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {

// A live line for steps, a line that stays for each epoch, on standard error.
class ProgressListener : public TrainingListener {
 public:
  explicit ProgressListener(const Logger& log) : log_(log) {}

  void OnStart(const TrainingStart& start) override;
  void OnProgress(const std::string& doing, int64_t done,
                  int64_t total) override;
  void OnStep(const StepReport& step) override;
  void OnEpoch(const EpochReport& epoch) override;
  void OnWarning(const std::string& message) override;
  // Takes the live line away.
  void Finish() { line_.Finish(); }

 private:
  const Logger& log_;
  ProgressLine line_;
};

// Result and files of a finished run.
std::string SummaryText(const TrainSummary& summary);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_TRAINING_OUTPUT_H_
