// The demo: draws labelled pictures, trains alexnet_small on them with the real
// pipeline, evaluates and predicts. `alexnet demo` in one call.

#ifndef ALEXNET_CORE_TRAIN_DEMO_H_
#define ALEXNET_CORE_TRAIN_DEMO_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/infer/evaluation.h"
#include "core/infer/predictor.h"
#include "core/train/listener.h"
#include "core/train/trainer.h"

namespace alexnet {

struct DemoOptions {
  std::string out = "alexnet-demo";  // pictures go to out/data, the run to
                                     // out/run
  // Of the pictures and of the training. A demo is repeated with the same
  // folder: its own run there is replaced, anything else is refused.
  uint64_t seed = 1;
  int threads = 0;
  int epochs = 0;           // 0: what reaches the promised accuracy
  int train_per_class = 0;  // pictures; 0: likewise
  int held_out_per_class = 0;
};

struct DemoPrediction {
  std::string truth;
  FilePrediction prediction;
};

struct DemoReport {
  std::string data_path;
  TrainSummary train;
  std::string model_path;                   // best.alexnet
  Evaluation evaluation;                    // of the held-out pictures
  std::vector<DemoPrediction> predictions;  // three
  double seconds = 0.0;
};

Result<DemoReport> RunDemo(const DemoOptions& options,
                           TrainingListener* listener,
                           const Interrupt& interrupt);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_DEMO_H_
