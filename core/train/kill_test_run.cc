// A training run in a process of its own: DATA OUT [--resume].

#include <cstdio>
#include <cstring>

#include "core/train/test_runs.h"
#include "core/train/trainer.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  alexnet::TrainOptions options = alexnet::testing::SmallRun(argv[1], argv[2]);
  options.checkpoint_every = 2;
  if (argc > 3 && std::strcmp(argv[3], "--resume") == 0) {
    options.resume = true;
    options.recipe = {};
  }
  const auto result = alexnet::Train(options, nullptr, {});
  if (result.ok()) return 0;
  std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
  return 1;
}
