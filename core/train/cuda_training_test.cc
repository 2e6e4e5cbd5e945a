// Training runs on the emulated GPU: what they learn, what stops them, and what
// is left when the device is lost.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/cuda/cuda_backend.h"
#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/backend/testing/throwing_backend.h"
#include "core/infer/verify.h"
#include "core/model/model.h"
#include "core/train/test_runs.h"
#include "core/train/trainer.h"

namespace alexnet {
namespace {

using testing::FreshFolder;
using testing::Numbers;
using testing::Recorder;
using testing::RelativeError;
using testing::SmallRun;
using testing::WritePictures;

class CudaTrainingRunTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    data_ = FreshFolder("cuda_data");
    WritePictures(data_, 2, 1);  // 20 pictures: 3 batches of 8
  }
  void TearDown() override { emulation::machine() = emulation::Machine(); }

  // A run for the emulated GPU, which is made anew.
  TrainOptions Run(const std::string& out,
                   Precision precision = Precision::kF32) {
    TrainOptions options = SmallRun(data_, FreshFolder(out));
    options.recipe.epochs = 2;
    CudaBackendOptions cuda;
    cuda.precision = precision;
    gpu_ = CreateCudaBackend(cuda).value();
    return options;
  }
  Result<TrainSummary> TrainOnGpu(const TrainOptions& options,
                                  TrainingListener* listener = nullptr,
                                  const Interrupt& interrupt = {}) {
    return TrainOn({gpu_}, options, listener, interrupt);
  }

  std::shared_ptr<Backend> gpu_;

  static inline std::string data_;
};

// The same pictures, draws and masks as on the CPU give the same curves.
TEST_F(CudaTrainingRunTest, LearnsAsTheCpuDoes) {
  Recorder gpu;
  Recorder cpu;
  TrainOptions options = Run("gpu");
  ASSERT_TRUE(TrainOnGpu(options, &gpu).ok());
  options.out = FreshFolder("cpu");
  ASSERT_TRUE(Train(options, &cpu, {}).ok());
  ASSERT_EQ(gpu.steps.size(), 6u);
  ASSERT_EQ(cpu.steps.size(), 6u);
  for (size_t i = 0; i < cpu.steps.size(); ++i) {
    EXPECT_NEAR(gpu.steps[i].loss, cpu.steps[i].loss, 1e-3) << i;
    EXPECT_EQ(gpu.steps[i].step, static_cast<int64_t>(i + 1));
  }
  EXPECT_NEAR(gpu.epochs.back().loss, cpu.epochs.back().loss, 1e-3);
  const auto report = VerifyModelFile(
      ::testing::TempDir() + "/gpu/last.alexnet", CompileOptions());
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_TRUE(report->ok());
}

TEST_F(CudaTrainingRunTest, AStoppedAndResumedRunGivesTheSameBits) {
  TrainOptions options = Run("whole", Precision::kBf16);
  options.checkpoint_every = 2;
  ASSERT_TRUE(TrainOnGpu(options).ok());
  const auto expected = Numbers(options.out + "/last.alexnet");
  for (const int64_t stop : {1, 3, 4}) {
    options.out = FreshFolder("stopped");
    CancelToken token;
    Recorder recorder;
    recorder.on_step = [&](const StepReport& step) {
      if (step.step == stop) token.Cancel();
    };
    Interrupt interrupt;
    interrupt.token = &token;
    EXPECT_EQ(TrainOnGpu(options, &recorder, interrupt).status().code(),
              StatusCode::kCancelled);
    const auto stopped = LoadModel(options.out + "/last.alexnet");
    ASSERT_TRUE(stopped.ok());
    // The update that was under way counts.
    EXPECT_EQ((*stopped)->training_state()->step,
              static_cast<int64_t>(recorder.steps.size()));
    TrainOptions rest = options;
    rest.resume = true;
    rest.recipe = {};
    const auto resumed = TrainOnGpu(rest);
    ASSERT_TRUE(resumed.ok()) << resumed.status().ToString();
    EXPECT_EQ(Numbers(options.out + "/last.alexnet"), expected) << stop;
  }
}

// On one GPU, which is both ranks', and on two that are linked.
TEST_F(CudaTrainingRunTest, RanksLearnAsOneDoes) {
  emulation::machine().devices = 2;
  TrainOptions options = Run("one");
  ASSERT_TRUE(TrainOnGpu(options).ok());
  const auto expected = Numbers(options.out + "/last.alexnet");
  for (const int second : {0, 1}) {
    for (const ParallelKind kind :
         {ParallelKind::kData, ParallelKind::kTowers, ParallelKind::kHybrid}) {
      SCOPED_TRACE(ParallelKindName(kind) + std::to_string(second));
      options.out = FreshFolder("two");
      options.devices = "cuda:0,cuda:" + std::to_string(second);
      options.parallel = kind;
      Recorder recorder;
      CudaBackendOptions other;
      other.device = second;
      const auto trained = TrainOn(
          {CreateCudaBackend({}).value(), CreateCudaBackend(other).value()},
          options, &recorder, {});
      ASSERT_TRUE(trained.ok()) << trained.status().ToString();
      EXPECT_EQ(recorder.steps.size(), 6u);
      const auto actual = Numbers(options.out + "/last.alexnet");
      ASSERT_EQ(actual.size(), expected.size());
      for (size_t t = 0; t < expected.size(); ++t) {
        EXPECT_LE(RelativeError(actual[t], expected[t]), 1e-5) << t;
      }
    }
  }
}

TEST_F(CudaTrainingRunTest, ALostDeviceEndsAllRanks) {
  TrainOptions options = Run("lost_ranks");
  options.checkpoint_every = 2;
  Recorder recorder;
  recorder.on_step = [](const StepReport& step) {
    if (step.step == 3) emulation::machine().fault = cudaErrorLaunchFailure;
  };
  const auto lost =
      TrainOn({CreateCudaBackend({}).value(), CreateCudaBackend({}).value()},
              options, &recorder, {});
  ASSERT_FALSE(lost.ok());
  EXPECT_NE(lost.status().message().find("device is lost"), std::string::npos)
      << lost.status().ToString();
  emulation::machine().fault = cudaSuccess;
  EXPECT_TRUE(LoadModel(options.out + "/last.alexnet").ok());
}

// NCCL's order of sums is its own, kernels' that of devices.
TEST_F(CudaTrainingRunTest, AResumedRunSaysWhoAddsNow) {
  emulation::machine().devices = 2;
  TrainOptions options = Run("adder");
  options.devices = "cuda:0,cuda:1";
  options.recipe.epochs = 1;
  const auto train = [&](Recorder* recorder) {
    CudaBackendOptions other;
    other.device = 1;
    return TrainOn({CreateCudaBackend({}).value(),
                    CreateCudaBackend(other).value()},
                   options, recorder, {})
        .status();
  };
  ASSERT_TRUE(train(nullptr).ok());
  options.resume = true;
  options.recipe = {};
  options.recipe.epochs = 2;
  Recorder same;
  ASSERT_TRUE(train(&same).ok());
  EXPECT_TRUE(same.warnings.empty()) << same.warnings[0];
  options.recipe.epochs = 3;
  emulation::machine().no_links = true;
  Recorder other;
  ASSERT_TRUE(train(&other).ok());
  // Besides, that its steps can no longer be captured.
  std::string said;
  for (const std::string& warning : other.warnings) said += warning + '\n';
  EXPECT_NE(said.find("sums over devices (by emulated links then, in the order "
                      "of devices now)"),
            std::string::npos)
      << said;
}

// On one GPU, and on two that are linked, whose operations wait for ever.
TEST_F(CudaTrainingRunTest, NoRankWaitsForOneThatThrows) {
  emulation::machine().devices = 2;
  TrainOptions options = Run("threw");
  options.checkpoint_every = 2;
  for (const int second : {0, 1}) {
    for (const int thrower : {0, 1}) {
      SCOPED_TRACE(std::to_string(thrower) +
                   " of cuda:0 and cuda:" + std::to_string(second));
      options.out = FreshFolder("threw");
      std::vector<std::shared_ptr<testing::ThrowingBackend>> gpus;
      for (const int device : {0, second}) {
        CudaBackendOptions cuda;
        cuda.device = device;
        gpus.push_back(std::make_shared<testing::ThrowingBackend>(
            CreateCudaBackend(cuda).value()));
      }
      Recorder recorder;
      recorder.on_step = [&](const StepReport& step) {
        if (step.step == 3) gpus[static_cast<size_t>(thrower)]->Arm();
      };
      const Status status =
          TrainOn({gpus[0], gpus[1]}, options, &recorder, {}).status();
      EXPECT_TRUE(gpus[static_cast<size_t>(thrower)]->thrown());
      EXPECT_EQ(status.code(), StatusCode::kOutOfMemory) << status.ToString();
      EXPECT_NE(status.message().find("update 2, in"), std::string::npos)
          << status.ToString();
      if (thrower == 1) {
        EXPECT_NE(status.message().find("rank 1 failed: not enough memory"),
                  std::string::npos)
            << status.ToString();
      }
      EXPECT_TRUE(LoadModel(options.out + "/last.alexnet").ok());
    }
  }
}

// As by another program's thread that waits for the device.
TEST_F(CudaTrainingRunTest, SpoiledCapturesChangeNothing) {
  TrainOptions options = Run("whole", Precision::kBf16);
  ASSERT_TRUE(TrainOnGpu(options).ok());
  const auto expected = Numbers(options.out + "/last.alexnet");
  emulation::machine().spoiled_captures = 2;
  options.out = FreshFolder("spoiled");
  ASSERT_TRUE(TrainOnGpu(options).ok());
  EXPECT_EQ(emulation::machine().spoiled_captures, 0);
  EXPECT_EQ(Numbers(options.out + "/last.alexnet"), expected);
}

TEST_F(CudaTrainingRunTest, ARunThatCannotBeCapturedSaysSoOnce) {
  TrainOptions options = Run("whole");
  options.recipe.epochs = 8;  // 24 steps, every other one of the same program
  Recorder captured;
  ASSERT_TRUE(TrainOnGpu(options, &captured).ok());
  const auto expected = Numbers(options.out + "/last.alexnet");
  emulation::machine().spoiled_captures = 1000;
  options.out = FreshFolder("never_captured");
  Recorder sent;
  ASSERT_TRUE(TrainOnGpu(options, &sent).ok());
  EXPECT_EQ(Numbers(options.out + "/last.alexnet"), expected);
  const auto told = [](const Recorder& recorder) {
    return std::count_if(recorder.warnings.begin(), recorder.warnings.end(),
                         [](const std::string& warning) {
                           return warning.starts_with("captured: no.");
                         });
  };
  EXPECT_EQ(told(captured), 0);
  EXPECT_EQ(told(sent), 1);
}

TEST_F(CudaTrainingRunTest, ALostDeviceLeavesTheLastCheckpoint) {
  TrainOptions options = Run("lost");
  options.checkpoint_every = 2;
  Recorder recorder;
  recorder.on_step = [](const StepReport& step) {
    if (step.step == 3) emulation::machine().fault = cudaErrorLaunchFailure;
  };
  const auto lost = TrainOnGpu(options, &recorder);
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.status().code(), StatusCode::kIo);
  // Where to go on from.
  for (const char* part :
       {"device is lost", "update 2", "/lost/last.alexnet", "`resume`"}) {
    EXPECT_NE(lost.status().message().find(part), std::string::npos)
        << lost.status().ToString();
  }
  const auto kept = LoadModel(options.out + "/last.alexnet");
  ASSERT_TRUE(kept.ok()) << kept.status().ToString();
  EXPECT_EQ((*kept)->training_state()->step, 2);

  emulation::machine().fault = cudaSuccess;
  options.resume = true;
  options.recipe = {};
  gpu_ = CreateCudaBackend({}).value();
  EXPECT_TRUE(TrainOnGpu(options).ok());
}

TEST_F(CudaTrainingRunTest, ABatchThatIsSaidToFitFits) {
  TrainOptions options = Run("memory");
  options.recipe.batch = 16;
  options.recipe.epochs = 1;
  options.input_size = 56;
  for (const size_t mebibytes : {9, 10, 11}) {
    SCOPED_TRACE(mebibytes);
    emulation::machine().memory = emulation::BytesInUse() + (mebibytes << 20);
    options.out = FreshFolder("memory");
    options.recipe.batch = 16;
    const auto refused = TrainOnGpu(options);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.status().code(), StatusCode::kOutOfMemory);
    const std::string& text = refused.status().message();
    const size_t at = text.find("a batch of ", text.find("are free"));
    ASSERT_NE(at, std::string::npos) << text;
    const int fits = std::stoi(text.substr(at + 11));
    EXPECT_GE(fits, 1) << text;
    EXPECT_LT(fits, 16) << text;
    options.out = FreshFolder("memory");
    options.recipe.batch = fits;
    const auto report = TrainOnGpu(options);
    EXPECT_TRUE(report.ok()) << fits << ": " << report.status().ToString();
  }
}

// What a run was computed on is what it goes on with, or is warned of.
TEST_F(CudaTrainingRunTest, AResumedRunKnowsItsDevice) {
  TrainOptions options = Run("device", Precision::kBf16);
  options.recipe.epochs = 1;
  ASSERT_TRUE(TrainOnGpu(options).ok());
  const auto kept = LoadModel(options.out + "/last.alexnet");
  ASSERT_TRUE(kept.ok()) << kept.status().ToString();
  const TrainingState& state = *(*kept)->training_state();
  EXPECT_EQ(state.device, "cuda:0");
  EXPECT_EQ(state.hardware, "emulated GPU");
  EXPECT_EQ(state.precision, "bf16");
  EXPECT_FALSE(state.tuned);

  // On the processor, because it was named.
  options.resume = true;
  options.recipe = {};
  options.recipe.epochs = 2;
  options.device = "cpu";
  Recorder recorder;
  ASSERT_TRUE(Train(options, &recorder, {}).ok());
  bool warned = false;
  for (const std::string& warning : recorder.warnings) {
    warned = warned || warning.find(
                           "device (cuda:0 (emulated GPU) in bf16 "
                           "then, cpu in f32 now)") != std::string::npos;
  }
  EXPECT_TRUE(warned);
}

TEST_F(CudaTrainingRunTest, AResumedRunMissesItsDevice) {
  // By name only the machine's own GPUs are found, not the emulation's, of
  // which no machine has so many.
  emulation::machine().devices = 1000;
  TrainOptions options = Run("missing");
  CudaBackendOptions last;
  last.device = 999;
  gpu_ = CreateCudaBackend(last).value();
  options.recipe.epochs = 1;
  ASSERT_TRUE(TrainOnGpu(options).ok());
  options.resume = true;
  options.recipe = {};
  options.recipe.epochs = 2;
  const auto missing = Train(options, nullptr, {});
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(
      missing.status().message().find("computed on cuda:999 (emulated GPU)"),
      std::string::npos)
      << missing.status().ToString();
}

TEST_F(CudaTrainingRunTest, MissingDriversAndDevicesAreNamed) {
  emulation::machine().driver_version = 12040;
  auto refused = CreateCudaBackend({});
  EXPECT_EQ(refused.status().code(), StatusCode::kUnsupported);
  EXPECT_NE(refused.status().message().find("driver"), std::string::npos);
  emulation::machine() = emulation::Machine();
  emulation::machine().devices = 0;
  refused = CreateCudaBackend({});
  EXPECT_EQ(refused.status().code(), StatusCode::kUnsupported);
  EXPECT_NE(refused.status().message().find("no NVIDIA GPU"),
            std::string::npos);
  EXPECT_TRUE(ListCudaDevices().empty());
  EXPECT_NE(ReportCuda().problem, "");
}

}  // namespace
}  // namespace alexnet
