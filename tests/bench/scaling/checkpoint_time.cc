// Milliseconds of a checkpoint of torchvision's network, the median of a run's:
// from an update to the file.
//
// usage: checkpoint_time FOLDER write
//        checkpoint_time FOLDER {whole|data|towers|hybrid} [local|mpi]
//
// `write` makes the pictures of the runs, which write to FOLDER/out, a folder
// that must not be there yet. `whole` trains on one rank of two threads; the
// others on two ranks of one thread each, which are threads (local) or, under
// mpirun -np 2, processes (mpi).

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "core/demo/demo_pictures.h"
#include "core/train/trainer.h"

namespace alexnet {
namespace {

using Clock = std::chrono::steady_clock;

class Stopwatch : public TrainingListener {
 public:
  void OnStep(const StepReport&) override { since_ = Clock::now(); }
  void OnCheckpoint(const CheckpointReport& checkpoint) override {
    // At the end of an epoch there is more between.
    if (checkpoint.best || checkpoint.epoch > 0) return;
    const std::chrono::duration<double, std::milli> taken =
        Clock::now() - since_;
    milliseconds_.push_back(taken.count());
  }

  // The first also takes memory for the momenta.
  double Median() {
    if (milliseconds_.size() < 2) return 0.0;
    std::sort(milliseconds_.begin() + 1, milliseconds_.end());
    return milliseconds_[(milliseconds_.size() + 1) / 2];
  }

 private:
  Clock::time_point since_;
  std::vector<double> milliseconds_;
};

Status Run(const std::string& folder, const std::string& plan,
           const std::string& ranks) {
  if (plan == "write") {
    DemoPictureOptions pictures;
    pictures.train_per_class = 2;
    pictures.held_out_per_class = 1;
    return WriteDemoPictures(folder + "/pictures", pictures, {});
  }
  TrainOptions options;
  options.data = folder + "/pictures";
  options.out = folder + "/out";
  options.preset = "torchvision";
  options.recipe.batch = 2;
  options.recipe.epochs = 1;
  options.checkpoint_every = 1;
  options.threads = 2;
  if (plan != "whole") {
    const std::optional<ParallelKind> kind = ParallelKindOf(plan);
    if (!kind.has_value()) return InvalidArgumentError("no such plan: " + plan);
    options.parallel = *kind;
    if (ranks == "mpi") {
      options.launcher = Launcher::kMpi;
      options.threads = 1;
    } else {
      options.devices = "cpu,cpu";
    }
  }
  Stopwatch stopwatch;
  ALEXNET_RETURN_IF_ERROR(Train(options, &stopwatch, {}).status());
  if (const double median = stopwatch.Median(); median > 0.0) {
    fmt::print("{:.0f}\n", median);
  }
  return Status();
}

}  // namespace
}  // namespace alexnet

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs(
        "usage: checkpoint_time FOLDER {write|whole|data|towers|hybrid} "
        "[local|mpi]\n",
        stderr);
    return 2;
  }
  const alexnet::Status status =
      alexnet::Run(argv[1], argv[2], argc > 3 ? argv[3] : "local");
  if (status.ok()) return 0;
  std::fprintf(stderr, "checkpoint_time: %s\n", status.ToString().c_str());
  return 1;
}
