#include "core/train/trainer.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/infer/verify.h"
#include "core/model/model.h"
#include "core/train/test_runs.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing::FreshFolder;
using testing::Numbers;
using testing::SmallRun;
using testing::WritePictures;

// Calls back and remembers.
class Recorder : public TrainingListener {
 public:
  void OnStart(const TrainingStart& start) override { starts.push_back(start); }
  void OnProgress(const std::string& doing, int64_t, int64_t) override {
    if (on_progress) on_progress(doing);
  }
  void OnStep(const StepReport& step) override {
    steps.push_back(step);
    if (on_step) on_step(step);
  }
  void OnEpoch(const EpochReport& epoch) override {
    epochs.push_back(epoch);
    if (on_epoch) on_epoch(epoch);
  }
  void OnWarning(const std::string& message) override {
    warnings.push_back(message);
  }

  std::vector<TrainingStart> starts;
  std::vector<StepReport> steps;
  std::vector<EpochReport> epochs;
  std::vector<std::string> warnings;
  std::function<void(const std::string&)> on_progress;
  std::function<void(const StepReport&)> on_step;
  std::function<void(const EpochReport&)> on_epoch;
};

class TrainerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    data_ = FreshFolder("trainer_data");
    WritePictures(data_, 5, 2);  // 50 pictures: 7 batches of 8, the last filled
  }

  static Status RunAll(const TrainOptions& options,
                       TrainingListener* listener = nullptr) {
    return Train(options, listener, {}).status();
  }

  static inline std::string data_;
};

TEST_F(TrainerTest, AStoppedAndResumedRunGivesTheSameBits) {
  const std::string whole = FreshFolder("whole");
  Recorder whole_recorder;
  Status status = RunAll(SmallRun(data_, whole), &whole_recorder);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_EQ(whole_recorder.steps.size(), 21u);
  const auto expected = Numbers(whole + "/last.alexnet");
  const auto expected_best = Numbers(whole + "/best.alexnet");

  // Stopped after these updates: in the middle of an epoch, before its last
  // batch, after its last batch, and in the validation that follows.
  for (const int64_t stop : {3, 6, 7, -1, 17}) {
    const std::string out = FreshFolder("stopped");
    TrainOptions options = SmallRun(data_, out);
    CancelToken token;
    Recorder recorder;
    recorder.on_step = [&](const StepReport& step) {
      if (step.step == stop) token.Cancel();
    };
    recorder.on_progress = [&](const std::string& doing) {
      if (stop < 0 && doing == "validated") token.Cancel();
    };
    Interrupt interrupt;
    interrupt.token = &token;
    status = Train(options, &recorder, interrupt).status();
    EXPECT_EQ(status.code(), StatusCode::kCancelled) << status.ToString();
    EXPECT_NE(status.message().find("--resume"), std::string::npos);
    const auto stopped = LoadModel(out + "/last.alexnet");
    ASSERT_TRUE(stopped.ok());
    EXPECT_EQ((*stopped)->training_state()->step,
              static_cast<int64_t>(recorder.steps.size()));
    options.resume = true;
    options.preset = "ignored";
    options.recipe = {};
    Recorder rest;
    status = RunAll(options, &rest);
    ASSERT_TRUE(status.ok()) << status.ToString();
    EXPECT_EQ(recorder.steps.size() + rest.steps.size(), 21u) << stop;
    EXPECT_TRUE(rest.warnings.empty()) << rest.warnings[0];
    EXPECT_EQ(Numbers(out + "/last.alexnet"), expected) << stop;
    EXPECT_EQ(Numbers(out + "/best.alexnet"), expected_best) << stop;
    // Reports of an epoch that was interrupted are of all of it.
    ASSERT_FALSE(rest.epochs.empty());
    EXPECT_EQ(rest.epochs.back().train_loss,
              whole_recorder.epochs.back().train_loss);
    EXPECT_EQ(rest.epochs.front().train_loss,
              whole_recorder.epochs[rest.epochs.front().epoch].train_loss);
    // The curves have every update once.
    std::ifstream curves(out + "/metrics.jsonl");
    int64_t next = 1;
    int64_t epochs = 0;
    for (std::string text; std::getline(curves, text);) {
      const auto line = nlohmann::json::parse(text);
      if (line["type"] == "step") {
        EXPECT_EQ(line["step"], next++);
      }
      epochs += line["type"] == "epoch";
    }
    EXPECT_EQ(next, 22);
    EXPECT_EQ(epochs, 3);
  }
}

TEST_F(TrainerTest, LoaderThreadsDoNotChangeTheWeights) {
  std::vector<std::vector<std::vector<float>>> numbers;
  for (const int threads : {1, 2}) {
    const std::string out = FreshFolder("loaders");
    TrainOptions options = SmallRun(data_, out);
    options.loader_threads = threads;
    options.recipe.epochs = 1;
    const Status status = RunAll(options);
    ASSERT_TRUE(status.ok()) << status.ToString();
    numbers.push_back(Numbers(out + "/last.alexnet"));
  }
  EXPECT_EQ(numbers[0], numbers[1]);
}

TEST_F(TrainerTest, SeedsDiffer) {
  std::vector<std::vector<std::vector<float>>> numbers;
  for (const uint64_t seed : {1, 2}) {
    const std::string out = FreshFolder("seeds");
    TrainOptions options = SmallRun(data_, out);
    options.seed = seed;
    options.recipe.epochs = 1;
    ASSERT_TRUE(RunAll(options).ok());
    numbers.push_back(Numbers(out + "/last.alexnet"));
  }
  EXPECT_NE(numbers[0], numbers[1]);
}

TEST_F(TrainerTest, CheckpointsAreModelsThatVerify) {
  const std::string out = FreshFolder("checkpoints");
  Recorder recorder;
  ASSERT_TRUE(RunAll(SmallRun(data_, out), &recorder).ok());
  for (const char* name : {"/last.alexnet", "/best.alexnet"}) {
    const auto report = VerifyModelFile(out + name, {});
    ASSERT_TRUE(report.ok()) << report.status().ToString();
    EXPECT_TRUE(report->ok()) << report->self_check_message;
    EXPECT_EQ(report->self_check, VerifyOutcome::kPassed);
  }
  const auto best = LoadModel(out + "/best.alexnet");
  const auto last = LoadModel(out + "/last.alexnet");
  ASSERT_TRUE(best.ok() && last.ok());
  EXPECT_EQ((*best)->training_state(), nullptr);
  EXPECT_EQ((*best)->labels().size(), 10u);
  ASSERT_NE((*best)->Metadata("best.why"), nullptr);
  EXPECT_NE((*best)->Metadata("best.why")->find("20 held-out pictures"),
            std::string::npos)
      << *(*best)->Metadata("best.why");
  const TrainingState& state = *(*last)->training_state();
  EXPECT_EQ(state.epoch, 3);
  EXPECT_EQ(state.step, 21);
  EXPECT_EQ(state.position, 0);
  // The best epoch is the first with the least error, then loss.
  size_t expected = 0;
  for (size_t i = 1; i < recorder.epochs.size(); ++i) {
    const EpochReport& a = recorder.epochs[i];
    const EpochReport& b = recorder.epochs[expected];
    if (a.top1_error < b.top1_error ||
        (a.top1_error == b.top1_error && a.loss < b.loss)) {
      expected = i;
    }
  }
  EXPECT_EQ(state.best.epoch, static_cast<int64_t>(expected));
}

TEST_F(TrainerTest, LearnsFromWhatItSees) {
  const std::string out = FreshFolder("learns");
  TrainOptions options = SmallRun(data_, out);
  options.recipe.epochs = 30;
  options.recipe.schedule = ScheduleKind::kConstant;
  options.recipe.mirror = false;
  options.recipe.crop = CropKind::kCentre;
  options.recipe.color_sigma = 0.0f;
  options.validation_fraction = 0.0;
  Recorder recorder;
  const Status status = RunAll(options, &recorder);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_LT(recorder.epochs.back().train_loss,
            0.8 * recorder.epochs.front().train_loss);
}

TEST_F(TrainerTest, WithoutHeldOutPicturesTheTrainingErrorDecides) {
  const std::string out = FreshFolder("no_validation");
  TrainOptions options = SmallRun(data_ + "/train", out);
  options.validation_fraction = 0.0;
  Recorder recorder;
  const Status status = RunAll(options, &recorder);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_FALSE(recorder.epochs[0].validated);
  EXPECT_EQ(recorder.starts[0].validation_samples, 0);
  EXPECT_TRUE(fs::exists(out + "/best.alexnet"));
}

TEST_F(TrainerTest, AFractionIsHeldOutWhereThereIsNoFolder) {
  const std::string out = FreshFolder("fraction");
  TrainOptions options = SmallRun(data_ + "/train", out);
  options.validation_fraction = 0.2;
  options.recipe.epochs = 1;
  Recorder recorder;
  ASSERT_TRUE(RunAll(options, &recorder).ok());
  EXPECT_EQ(recorder.starts[0].train_samples, 40);
  EXPECT_EQ(recorder.starts[0].validation_samples, 10);
}

TEST_F(TrainerTest, PlateauCutsTheRate) {
  const std::string out = FreshFolder("plateau");
  TrainOptions options = SmallRun(data_, out);
  options.recipe.epochs = 5;
  // Nothing moves, so no epoch is better than the first.
  options.recipe.rate = 1e-12f;
  options.recipe.schedule = ScheduleKind::kPlateau;
  options.recipe.patience = 2;
  options.recipe.factor = 0.5f;
  Recorder recorder;
  const Status status = RunAll(options, &recorder);
  ASSERT_TRUE(status.ok()) << status.ToString();
  ASSERT_EQ(recorder.epochs.size(), 5u);
  EXPECT_FLOAT_EQ(recorder.steps[0].rate, 1e-12f);
  EXPECT_FLOAT_EQ(recorder.steps[2 * 7].rate, 1e-12f);
  EXPECT_FLOAT_EQ(recorder.steps[3 * 7].rate, 0.5e-12f);
}

TEST_F(TrainerTest, DivergenceStopsTheRunAndKeepsTheCheckpoint) {
  const std::string out = FreshFolder("diverges");
  TrainOptions options = SmallRun(data_, out);
  options.recipe.rate = 1e6f;
  options.recipe.epochs = 20;
  const Status status = RunAll(options);
  EXPECT_EQ(status.code(), StatusCode::kDiverged) << status.ToString();
  EXPECT_NE(status.message().find("--rate"), std::string::npos);
  for (const auto& tensor : Numbers(out + "/last.alexnet")) {
    for (const float value : tensor) ASSERT_TRUE(std::isfinite(value));
  }
}

TEST_F(TrainerTest, AStuckRunIsNoticed) {
  const std::string out = FreshFolder("stuck");
  TrainOptions options = SmallRun(data_ + "/train", out);
  options.preset = "lenet5";
  options.input_size = 0;
  options.validation_fraction = 0.0;
  options.recipe.rate = 1e-12f;
  options.recipe.batch = 2;
  options.recipe.epochs = 13;
  Recorder recorder;
  Status status = RunAll(options, &recorder);
  ASSERT_TRUE(status.ok()) << status.ToString();
  ASSERT_EQ(recorder.warnings.size(), 1u);
  EXPECT_NE(recorder.warnings[0].find("ln(10)"), std::string::npos);

  options.out = FreshFolder("stuck_stops");
  options.stop_when_stuck = true;
  status = RunAll(options);
  EXPECT_EQ(status.code(), StatusCode::kDiverged);
}

TEST_F(TrainerTest, ARunIsNeverOverwritten) {
  const std::string out = FreshFolder("overwrite");
  TrainOptions options = SmallRun(data_, out);
  options.recipe.epochs = 1;
  ASSERT_TRUE(RunAll(options).ok());
  const auto before = Numbers(out + "/last.alexnet");
  const Status status = RunAll(options);
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("--resume"), std::string::npos);
  EXPECT_EQ(Numbers(out + "/last.alexnet"), before);
}

TEST_F(TrainerTest, AFolderIsForOneRunAtATime) {
  const std::string out = FreshFolder("two_runs");
  TrainOptions options = SmallRun(data_, out);
  options.recipe.epochs = 1;
  TrainOptions second = options;
  second.resume = true;
  second.recipe = {};
  Recorder recorder;
  Status status;
  recorder.on_step = [&](const StepReport& step) {
    if (step.step == 3) status = RunAll(second);
  };
  ASSERT_TRUE(RunAll(options, &recorder).ok());
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("another run"), std::string::npos);
  EXPECT_TRUE(RunAll(second).ok());
}

TEST_F(TrainerTest, ResumingNeedsARunAndItsData) {
  const std::string out = FreshFolder("resume_refused");
  TrainOptions options = SmallRun(data_, out);
  options.resume = true;
  options.recipe = {};
  EXPECT_EQ(RunAll(options).code(), StatusCode::kNotFound);

  TrainOptions first = SmallRun(data_, out);
  first.recipe.epochs = 1;
  ASSERT_TRUE(RunAll(first).ok());
  const std::string other = FreshFolder("other_data");
  WritePictures(other, 4, 2);
  options.data = other;
  EXPECT_EQ(RunAll(options).code(), StatusCode::kFailedPrecondition);
  options.data = data_;
  options.recipe.rate = 0.5f;
  EXPECT_EQ(RunAll(options).code(), StatusCode::kInvalidArgument);

  // A finished run says so, and goes on when it is given more epochs.
  options.recipe = {};
  Recorder finished;
  ASSERT_TRUE(RunAll(options, &finished).ok());
  EXPECT_TRUE(finished.steps.empty());
  ASSERT_EQ(finished.warnings.size(), 1u);
  options.recipe.epochs = 2;
  Recorder more;
  ASSERT_TRUE(RunAll(options, &more).ok());
  EXPECT_EQ(more.steps.size(), 7u);
}

TEST_F(TrainerTest, OtherThreadsAreSaidToChangeTheLastBits) {
  TrainOptions options = SmallRun(data_, FreshFolder("threads"));
  options.recipe.epochs = 1;
  ASSERT_TRUE(RunAll(options).ok());
  options.resume = true;
  options.recipe.epochs = 2;
  options.recipe.batch.reset();
  options.threads = 1;
  Recorder recorder;
  const Status status = RunAll(options, &recorder);
  ASSERT_TRUE(status.ok()) << status.ToString();
  ASSERT_EQ(recorder.warnings.size(), 1u);
  EXPECT_NE(recorder.warnings[0].find("compute threads (2 then, 1 now)"),
            std::string::npos)
      << recorder.warnings[0];
}

TEST_F(TrainerTest, ABrokenPictureIsNamedAndLeftOut) {
  const std::string data = FreshFolder("broken_data");
  fs::copy(data_, data, fs::copy_options::recursive);
  fs::resize_file(data + "/train/star/0002.jpg", 300);
  fs::resize_file(data + "/val/ring/0001.jpg", 0);
  TrainOptions options = SmallRun(data, FreshFolder("broken"));
  Recorder recorder;
  auto result = Train(options, &recorder, {});
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  ASSERT_EQ(recorder.warnings.size(), 2u);
  const std::string said = recorder.warnings[0] + recorder.warnings[1];
  EXPECT_NE(said.find("star/0002.jpg"), std::string::npos) << said;
  EXPECT_NE(said.find("ring/0001.jpg"), std::string::npos) << said;
  EXPECT_EQ(result->broken.size(), 1u);

  options.out = FreshFolder("broken_strict");
  options.strict = true;
  const Status status = RunAll(options);
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.ToString().find("0002.jpg"), std::string::npos)
      << status.ToString();
}

TEST_F(TrainerTest, OneClassIsRefused) {
  const std::string data = FreshFolder("one_class");
  fs::create_directories(data + "/only");
  fs::copy(data_ + "/train/ring/0000.jpg", data + "/only/a.jpg");
  const Status status = RunAll(SmallRun(data, FreshFolder("one_class_out")));
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(status.ToString().find(data), std::string::npos);
}

// A limit on the size of files is what a full disk is to the writer: some
// write fails.
TEST_F(TrainerTest, AFailedWriteKeepsTheOlderCheckpoint) {
  const std::string out = FreshFolder("full_disk");
  signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  Recorder recorder;
  recorder.on_epoch = [&](const EpochReport& epoch) {
    if (epoch.epoch != 1) return;
    rlimit small = before;
    small.rlim_cur = 100'000;
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  };
  const Status status = RunAll(SmallRun(data_, out), &recorder);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(status.code(), StatusCode::kIo) << status.ToString();
  EXPECT_NE(status.ToString().find(".alexnet"), std::string::npos);
  EXPECT_NE(status.ToString().find("older one is whole"), std::string::npos)
      << status.ToString();
  const auto last = LoadModel(out + "/last.alexnet");
  ASSERT_TRUE(last.ok()) << last.status().ToString();
  EXPECT_EQ((*last)->training_state()->epoch, 1);
  EXPECT_TRUE(CheckAll(**last).ok());

  TrainOptions rest = SmallRun(data_, out);
  rest.resume = true;
  rest.recipe = {};
  ASSERT_TRUE(RunAll(rest).ok());
  for (const auto& entry : fs::directory_iterator(out)) {
    const std::string name = entry.path().filename();
    EXPECT_TRUE(name == "last.alexnet" || name == "best.alexnet" ||
                name == "metrics.jsonl" || name.rfind("events.", 0) == 0)
        << name;
  }
}

TEST_F(TrainerTest, MeanImageAndColoursComeFromTheTrainingPictures) {
  const std::string out = FreshFolder("statistics");
  TrainOptions options = SmallRun(data_, out);
  options.preset = "cifar10";
  options.input_size = 0;
  options.recipe.epochs = 1;
  options.recipe.color_sigma = 0.1f;
  const Status status = RunAll(options);
  ASSERT_TRUE(status.ok()) << status.ToString();
  const auto model = LoadModel(out + "/best.alexnet");
  ASSERT_TRUE(model.ok());
  ASSERT_NE((*model)->preprocessing().mean_image, nullptr);
  EXPECT_EQ((*model)->preprocessing().mean_image->width, 32);
  EXPECT_GT((*model)->preprocessing().color_stddev[0], 1.0f);
}

}  // namespace
}  // namespace alexnet
