// What a training run shows while it runs; train, finetune and demo share it.

#ifndef ALEXNET_TOOLS_ALEXNET_TRAINING_OUTPUT_H_
#define ALEXNET_TOOLS_ALEXNET_TRAINING_OUTPUT_H_

#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "tools/alexnet/progress.h"

namespace alexnet::cli {

// A live line for steps, a line that stays for each epoch, on standard error.
class ProgressListener : public TrainListener {
 public:
  ~ProgressListener() override { line_.Finish(); }

  void on_start(const alexnet_train_start& start) override;
  void on_progress(std::string_view doing, int64_t done,
                   int64_t total) override;
  void on_step(const alexnet_step_report& step) override;
  void on_epoch(const alexnet_epoch_report& epoch) override;
  // Takes the live line away.
  void Finish() { line_.Finish(); }

 private:
  ProgressLine line_;
};

// The files of a run in folder `out`.
std::string BestPath(const std::string& out);
std::string MetricsPath(const std::string& out);

// Result and files of a finished run.
std::string SummaryText(const TrainReport& report, const std::string& out);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_TRAINING_OUTPUT_H_
