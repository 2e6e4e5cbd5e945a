// A training run in a process of its own: DATA OUT [--resume]. Standard input
// is a socket: the run sends a byte of each thing that happens, and goes on
// when it gets one.

#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "core/train/test_runs.h"
#include "core/train/trainer.h"

namespace {

class Stepwise : public alexnet::TrainingListener {
 public:
  void OnStart(const alexnet::TrainingStart&) override { Pause(); }
  void OnStep(const alexnet::StepReport&) override { Pause(); }
  void OnEpoch(const alexnet::EpochReport&) override { Pause(); }
  void OnCheckpoint(const alexnet::CheckpointReport&) override { Pause(); }

 private:
  static void Pause() {
    char byte = 0;
    if (write(0, &byte, 1) != 1 || read(0, &byte, 1) != 1) _exit(3);
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  alexnet::TrainOptions options = alexnet::testing::SmallRun(argv[1], argv[2]);
  options.checkpoint_every = 2;
  if (argc > 3 && std::strcmp(argv[3], "--resume") == 0) {
    options.resume = true;
    options.recipe = {};
  }
  Stepwise stepwise;
  const auto result = alexnet::Train(options, &stepwise, {});
  if (result.ok()) return 0;
  std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
  return 1;
}
