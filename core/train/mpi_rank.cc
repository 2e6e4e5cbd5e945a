// usage: mpi_rank DATA OUT [NAME=VALUE]...
//
// One rank of a small run by MPI, for tests. `rank=N` puts what follows
// on rank N alone. Prints "rank 1 is process 1234", on rank 0 "step 1" and so
// on, and at the end "rank 1: passed EPOCHS STEPS LOSS" or "rank 1: failed
// WHY".

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#include "core/backend/cuda/test_backend.h"
#include "core/base/limited_child.h"
#include "core/dist/launched.h"
#include "core/model/model.h"
#include "core/train/finetune/finetune.h"
#include "core/train/test_runs.h"
#include "core/train/trainer.h"

namespace alexnet {
namespace {

struct Asked {
  TrainOptions options;
  int64_t stop = 0;   // after this update; 0: not
  int64_t full = 0;   // no large files from this update on; 0: none such
  std::string model;  // fine-tuned; empty: trained from scratch
  std::shared_ptr<Backend> backend;  // null: what the options name
};

// Stands for a disk on which there is no room for a checkpoint.
void LimitFiles() {
  constexpr rlim_t kSize = 64 << 10;
  const rlimit limit = {kSize, kSize};
  if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR ||
      setrlimit(RLIMIT_FSIZE, &limit) != 0) {
    std::abort();
  }
}

bool Take(const std::string& name, const std::string& value, Asked* asked) {
  TrainOptions& options = asked->options;
  const int number = std::atoi(value.c_str());
  if (name == "parallel") {
    options.parallel = ParallelKindOf(value).value();
  } else if (name == "seed") {
    options.seed = static_cast<uint64_t>(number);
  } else if (name == "batch") {
    options.recipe.batch = number;
  } else if (name == "epochs") {
    options.recipe.epochs = number;
  } else if (name == "rate") {
    options.recipe.rate = static_cast<float>(number);
  } else if (name == "threads") {
    options.threads = number;
  } else if (name == "checkpoint_every") {
    options.checkpoint_every = number;
  } else if (name == "device") {
    options.device = value;
  } else if (name == "devices") {
    options.devices = value;
  } else if (name == "strict") {
    options.strict = true;
  } else if (name == "data") {
    options.data = value;
  } else if (name == "out") {
    options.out = value;
  } else if (name == "resume") {
    options.resume = true;
    options.recipe = {};
  } else if (name == "model") {
    asked->model = value;
  } else if (name == "own_gpu") {  // of as many as there are ranks
    emulation::machine().devices = FindLaunchedRank().size;
    CudaBackendOptions own;
    own.device = FindLaunchedRank().rank;
    asked->backend = testing::MakeTestBackend(own);
  } else if (name == "gpu") {  // an emulated one
    CudaBackendOptions emulated;
    emulated.device = number;
    asked->backend = testing::MakeTestBackend(emulated);
  } else if (name == "stop") {
    asked->stop = number;
  } else if (name == "full") {
    asked->full = number;
  } else if (name == "spare_mib") {
    LimitAddressSpace(int64_t{number} << 20);
  } else if (name == "preset") {
    options.preset = value;
    options.input_size = 0;
  } else if (name == "loader_threads") {
    options.loader_threads = number;
  } else {
    return false;
  }
  return true;
}

class Teller : public TrainingListener {
 public:
  Teller(const Asked& asked, CancelToken* token)
      : stop_(asked.stop), full_(asked.full), token_(token) {}
  void OnStart(const TrainingStart& start) override {
    std::printf("on %s, %d threads\n", start.device.c_str(), start.threads);
    for (const std::string& choice : start.choices) {
      std::printf("%s\n", choice.c_str());
    }
  }
  void OnProgress(const std::string& doing, int64_t done, int64_t) override {
    std::printf("%s %lld\n", doing.c_str(), static_cast<long long>(done));
    std::fflush(stdout);
  }
  void OnStep(const StepReport& step) override {
    std::printf("step %lld\n", static_cast<long long>(step.step));
    std::fflush(stdout);
    if (step.step == stop_) token_->Cancel();
    if (step.step == full_) LimitFiles();
  }
  void OnWarning(const std::string& message) override {
    std::printf("warning: %s\n", message.c_str());
  }

 private:
  const int64_t stop_;
  const int64_t full_;
  CancelToken* const token_;
};

Result<TrainSummary> RunAsked(const Asked& asked) {
  CancelToken token;
  Teller teller(asked, &token);
  Interrupt interrupt;
  interrupt.token = &token;
  if (asked.model.empty()) {
    std::vector<std::shared_ptr<Backend>> own;
    if (asked.backend != nullptr) own.push_back(asked.backend);
    return TrainOn(own, asked.options, &teller, interrupt);
  }
  FinetuneOptions finetune;
  ALEXNET_ASSIGN_OR_RETURN(finetune.model, LoadModel(asked.model));
  finetune.head.freeze = {"..conv2"};
  finetune.train = asked.options;
  return Finetune(finetune, &teller, interrupt);
}

int Main(int argc, char** argv) {
  const int rank = FindLaunchedRank().rank;
  Asked asked;
  asked.options = testing::SmallRun(argv[1], argv[2]);
  asked.options.launcher = Launcher::kMpi;
  asked.options.threads = 1;
  bool mine = true;
  for (int i = 3; i < argc; ++i) {
    const std::string word = argv[i];
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const std::string value = word.substr(equals + 1);
    if (name == "rank") {
      mine = std::atoi(value.c_str()) == rank;
    } else if (mine && !Take(name, value, &asked)) {
      std::fprintf(stderr, "mpi_rank: what is %s?\n", word.c_str());
      return 2;
    }
  }
  std::printf("rank %d is process %d\n", rank, getpid());
  std::fflush(stdout);
  const auto summary = RunAsked(asked);
  if (!summary.ok()) {
    std::printf("rank %d: failed %s\n", rank,
                summary.status().ToString().c_str());
    return 1;
  }
  std::printf("rank %d: passed %lld %lld %.9g\n", rank,
              static_cast<long long>(summary->epochs),
              static_cast<long long>(summary->steps), summary->last.loss);
  for (const BrokenPicture& picture : summary->broken) {
    std::printf("rank %d: broken %s\n", rank, picture.name.c_str());
  }
  return 0;
}

}  // namespace
}  // namespace alexnet

int main(int argc, char** argv) {
  return argc < 3 ? 2 : alexnet::Main(argc, argv);
}
