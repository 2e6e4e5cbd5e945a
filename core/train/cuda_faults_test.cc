// Training and predictions on the emulated GPU while calls of CUDA fail, one
// after another: whatever fails is told, the checkpoint before it is good, and
// who goes on from there gets the bits of a run that nothing has disturbed.
//
// Takes a sample of the calls, the same in every run; with
// ALEXNET_CUDA_FAULTS=all in the environment, each call.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cuda/cuda_backend.h"
#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#include "core/exec/inference_plan.h"
#include "core/exec/parameters.h"
#include "core/model/model.h"
#include "core/network/own_network.h"
#include "core/train/test_runs.h"
#include "core/train/trainer.h"

namespace alexnet {
namespace {

using testing::FreshFolder;
using testing::Numbers;
using testing::SmallRun;
using testing::WritePictures;

struct Fault {
  const char* name;
  cudaError_t error;
  bool lost;
  StatusCode code;
};

constexpr Fault kFaults[] = {
    {"cudaErrorMemoryAllocation", cudaErrorMemoryAllocation, false,
     StatusCode::kOutOfMemory},
    {"cudaErrorLaunchOutOfResources", cudaErrorLaunchOutOfResources, false,
     StatusCode::kInternal},
    {"cudaErrorLaunchFailure", cudaErrorLaunchFailure, true, StatusCode::kIo},
    {"cudaErrorECCUncorrectable", cudaErrorECCUncorrectable, true,
     StatusCode::kIo},
};

// Which of `calls` calls are to fail: `most` spread over them, or all.
std::vector<int64_t> Chosen(int64_t calls, int64_t most) {
  const char* all = std::getenv("ALEXNET_CUDA_FAULTS");
  const bool each = all != nullptr && std::strcmp(all, "all") == 0;
  const int64_t count = each || most > calls ? calls : most;
  std::mt19937_64 random(1);
  std::vector<int64_t> chosen;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t begin = calls * i / count;
    const int64_t share = calls * (i + 1) / count - begin;
    chosen.push_back(
        begin + static_cast<int64_t>(random() % static_cast<uint64_t>(share)));
  }
  return chosen;
}

// What calls have met, for the log.
struct Tally {
  int64_t runs = 0;
  int64_t borne = 0;
  int64_t told = 0;
  std::map<std::string, int64_t> calls;

  ~Tally() {
    std::printf("%lld runs: %lld bore it, %lld told it\n",
                static_cast<long long>(runs), static_cast<long long>(borne),
                static_cast<long long>(told));
    for (const auto& [call, count] : calls) {
      std::printf("  %-30s %lld\n", call.c_str(),
                  static_cast<long long>(count));
    }
  }
};

void ExpectTold(const Status& status, const Fault& fault) {
  EXPECT_EQ(status.code(), fault.code) << status.ToString();
  // Where memory was asked for, what is left and what to do says more.
  EXPECT_TRUE(status.message().find(fault.name) != std::string::npos ||
              status.message().find(" has not ") != std::string::npos)
      << status.ToString();
}

// What is on the device, for as long as nobody fails.
class NothingIsLeft {
 public:
  ~NothingIsLeft() {
    EXPECT_EQ(emulation::BytesInUse(), bytes_);
    EXPECT_EQ(emulation::ObjectsInUse(), objects_);
  }

 private:
  const size_t bytes_ = emulation::BytesInUse();
  const int64_t objects_ = emulation::ObjectsInUse();
};

class CudaFaultsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    data_ = FreshFolder("cuda_faults_data");
    WritePictures(data_, 2, 1);  // 20 pictures: 3 batches of 8
    Preset preset = BlankNetwork("tiny", 3, 12, 12).value();
    Convolution convolution;
    convolution.out_channels = 4;
    convolution.window = Window::Square(3, 2);
    FullyConnected full;
    full.out_features = 10;
    const std::vector<Layer> layers = {{"conv1", convolution},
                                       {"relu1", Activation{}},
                                       {"drop1", Dropout{0.5f}},
                                       {"fc2", full},
                                       {"prob", Softmax{}}};
    for (const Layer& layer : layers) {
      ASSERT_TRUE(AppendLayer(layer, &preset.network).ok());
    }
    network_ = std::make_shared<const Preset>(preset);
  }
  void SetUp() override { emulation::machine().devices = 2; }
  void TearDown() override {
    emulation::FailCall(-1, cudaSuccess, false);
    emulation::machine() = emulation::Machine();
  }

  static TrainOptions Run(const std::string& out) {
    TrainOptions options = SmallRun(data_, out);
    options.network = network_;
    options.recipe.epochs = 2;
    options.checkpoint_every = 2;
    options.threads = 1;
    options.loader_threads = 1;
    return options;
  }

  // On `devices`, which are opened for it.
  static Status TrainOnGpus(const TrainOptions& options,
                            const std::vector<int>& devices) {
    std::vector<std::shared_ptr<Backend>> gpus;
    for (const int device : devices) {
      CudaBackendOptions cuda;
      cuda.device = device;
      ALEXNET_ASSIGN_OR_RETURN(auto gpu, CreateCudaBackend(cuda));
      gpus.push_back(std::move(gpu));
    }
    return TrainOn(std::move(gpus), options, nullptr, {}).status();
  }

  // Lets `most` calls of a run fail, of each kind.
  static void SweepTraining(TrainOptions options,
                            const std::vector<int>& devices, int64_t most);

  static inline std::string data_;
  static inline std::shared_ptr<const Preset> network_;
};

void CudaFaultsTest::SweepTraining(TrainOptions options,
                                   const std::vector<int>& devices,
                                   int64_t most) {
  options.out = FreshFolder("undisturbed");
  emulation::FailCall(-1, cudaSuccess, false);
  ASSERT_TRUE(TrainOnGpus(options, devices).ok());
  const int64_t calls = emulation::Calls();
  const auto expected = Numbers(options.out + "/last.alexnet");
  const auto best = Numbers(options.out + "/best.alexnet");
  ASSERT_FALSE(expected.empty());
  Tally tally;
  for (const Fault& fault : kFaults) {
    for (const int64_t at : Chosen(calls, most)) {
      SCOPED_TRACE(std::string(fault.name) + " at " + std::to_string(at));
      options.out = FreshFolder("disturbed");
      const std::string last = options.out + "/last.alexnet";
      Status status;
      const char* failed = nullptr;
      {
        const NothingIsLeft nothing;
        emulation::FailCall(at, fault.error, fault.lost);
        status = TrainOnGpus(options, devices);
        failed = emulation::FailedCall();
        emulation::FailCall(-1, cudaSuccess, false);
      }
      SCOPED_TRACE(failed != nullptr ? failed : "none");
      ++tally.runs;
      ++(status.ok() ? tally.borne : tally.told);
      if (failed != nullptr) ++tally.calls[failed];
      if (!status.ok()) {
        ExpectTold(status, fault);
        TrainOptions rest = options;
        if (std::filesystem::exists(last)) {
          const auto kept = LoadModel(last);
          ASSERT_TRUE(kept.ok()) << kept.status().ToString();
          EXPECT_TRUE(CheckAll(**kept).ok());
          rest.resume = true;
          rest.network = nullptr;
          rest.recipe = {};
        }
        const Status resumed = TrainOnGpus(rest, devices);
        ASSERT_TRUE(resumed.ok()) << resumed.ToString();
      }
      EXPECT_EQ(Numbers(last), expected);
      EXPECT_EQ(Numbers(options.out + "/best.alexnet"), best);
    }
  }
}

TEST_F(CudaFaultsTest, ARunLosesNothing) { SweepTraining(Run(""), {0}, 30); }

TEST_F(CudaFaultsTest, NoRankWaitsForOneThatFailed) {
  TrainOptions options = Run("");
  for (const int second : {0, 1}) {
    SCOPED_TRACE("on cuda:0 and cuda:" + std::to_string(second));
    options.devices = "cuda:0,cuda:" + std::to_string(second);
    SweepTraining(options, {0, second}, 8);
  }
}

// What a plan gives in three runs, of which the first warms up, the second is
// recorded and the third launched, and a blob that it keeps.
Status Predict(InferencePlan& plan, const std::vector<float>& images,
               std::vector<float>* results) {
  const size_t count = static_cast<size_t>(4 * plan.info().classes);
  const size_t blob = static_cast<size_t>(4 * 4 * 5 * 5);
  results->assign(6 * count + blob, -1.0f);
  float* to = results->data();
  for (int run = 0; run < 3; ++run) {
    ALEXNET_RETURN_IF_ERROR(plan.Run(images.data(), to, to + count));
    to += 2 * count;
  }
  return plan.Blob("conv1", to);
}

TEST_F(CudaFaultsTest, APlanThatFailedRunsAgain) {
  TrainOptions options = Run(FreshFolder("model"));
  options.recipe.epochs = 1;
  ASSERT_TRUE(TrainOnGpus(options, {0}).ok());
  const auto model = LoadModel(options.out + "/last.alexnet").value();
  std::vector<float> images(4 * 3 * 12 * 12);
  for (size_t i = 0; i < images.size(); ++i) {
    images[i] = static_cast<float>(i % 17) / 8.0f - 1.0f;
  }
  InferenceOptions inference;
  inference.batch = 4;
  inference.keep = {"conv1"};
  std::shared_ptr<Backend> gpu;
  std::unique_ptr<InferencePlan> plan;
  std::vector<float> results;
  const auto compile_and_run = [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(gpu, CreateCudaBackend());
    ALEXNET_ASSIGN_OR_RETURN(
        plan, InferencePlan::Compile(
                  model->network(), gpu,
                  std::make_shared<PackedParameters>(ParametersOf(model)),
                  inference));
    return Predict(*plan, images, &results);
  };
  emulation::FailCall(-1, cudaSuccess, false);
  ASSERT_TRUE(compile_and_run().ok());
  const int64_t calls = emulation::Calls();
  const std::vector<float> expected = results;
  plan.reset();
  gpu.reset();
  Tally tally;
  for (const Fault& fault : kFaults) {
    for (const int64_t at : Chosen(calls, 60)) {
      SCOPED_TRACE(std::string(fault.name) + " at " + std::to_string(at));
      const NothingIsLeft nothing;
      emulation::FailCall(at, fault.error, fault.lost);
      Status status = compile_and_run();
      const char* failed = emulation::FailedCall();
      SCOPED_TRACE(failed != nullptr ? failed : "none");
      ++tally.runs;
      ++(status.ok() ? tally.borne : tally.told);
      if (failed != nullptr) ++tally.calls[failed];
      if (!status.ok()) ExpectTold(status, fault);
      if (fault.lost) {
        plan.reset();
        gpu.reset();
      }
      emulation::FailCall(-1, cudaSuccess, false);
      if (!status.ok()) {
        // The same plan, where there is one that nobody has lost.
        status = plan != nullptr ? Predict(*plan, images, &results)
                                 : compile_and_run();
        EXPECT_TRUE(status.ok()) << status.ToString();
      }
      EXPECT_EQ(results, expected);
      plan.reset();
      gpu.reset();
    }
  }
}

}  // namespace
}  // namespace alexnet
