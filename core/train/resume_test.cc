// A run that goes on where it was stopped, and what its bits depend on.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/model/model.h"
#include "core/model/save.h"
#include "core/network/edit.h"
#include "core/network/presets.h"
#include "core/train/test_runs.h"
#include "core/train/trainer.h"

namespace alexnet {
namespace {

using testing::FreshFolder;
using testing::Numbers;
using testing::Recorder;
using testing::SmallRun;
using testing::TrainUntil;
using testing::WritePictures;

class ResumeTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    data_ = FreshFolder("resume_data");
    WritePictures(data_, 5, 2);  // 50 pictures: 7 batches of 8, the last filled
  }

  static Status RunAll(const TrainOptions& options,
                       TrainingListener* listener = nullptr) {
    return Train(options, listener, {}).status();
  }

  static inline std::string data_;
};

TEST_F(ResumeTest, AStoppedAndResumedRunGivesTheSameBits) {
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
    Recorder recorder;
    status = TrainUntil(stop, options, &recorder);
    EXPECT_EQ(status.code(), StatusCode::kCancelled) << status.ToString();
    EXPECT_NE(status.message().find("`resume`"), std::string::npos);
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

// What a new run may hold out is narrower than what a file may say.
// Cancels when the run is ready to begin.
class CancelsAtStart : public TrainingListener {
 public:
  explicit CancelsAtStart(CancelToken* token) : token_(*token) {}
  void OnStart(const TrainingStart&) override { token_.Cancel(); }
  void OnCheckpoint(const CheckpointReport&) override { ++checkpoints; }

  int checkpoints = 0;

 private:
  CancelToken& token_;
};

// There is nothing to keep, and a large network takes seconds to write.
TEST_F(ResumeTest, WhatIsInterruptedBeforeItBeginsLeavesNoCheckpoint) {
  const std::string out = FreshFolder("not_begun");
  const TrainOptions options = SmallRun(data_, out);
  for (const bool at_start : {false, true}) {
    CancelToken token;
    if (!at_start) token.Cancel();
    CancelsAtStart listener(&token);
    Interrupt interrupt;
    interrupt.token = &token;
    EXPECT_EQ(Train(options, &listener, interrupt).status().code(),
              StatusCode::kCancelled);
    EXPECT_EQ(listener.checkpoints, 0);
    for (const auto& entry : std::filesystem::directory_iterator(out)) {
      EXPECT_EQ(entry.path().string().find("alexnet.0.tmp"), std::string::npos)
          << entry.path();
      EXPECT_NE(entry.path().extension(), ".alexnet");
    }
  }
  EXPECT_TRUE(RunAll(options).ok());
}

// What is there is whole, and the same once more would take as long again.
TEST_F(ResumeTest, WhatIsInterruptedWhereItStandsIsNotSavedTwice) {
  TrainOptions options = SmallRun(data_, FreshFolder("stands"));
  options.checkpoint_every = 2;
  CancelToken token;
  class CancelsAtCheckpoint : public TrainingListener {
   public:
    explicit CancelsAtCheckpoint(CancelToken* token) : token_(*token) {}
    void OnCheckpoint(const CheckpointReport& report) override {
      steps.push_back(report.step);
      if (report.step == 2) token_.Cancel();
    }
    std::vector<int64_t> steps;

   private:
    CancelToken& token_;
  } listener(&token);
  Interrupt interrupt;
  interrupt.token = &token;
  const Status status = Train(options, &listener, interrupt).status();
  EXPECT_EQ(status.code(), StatusCode::kCancelled);
  EXPECT_NE(status.message().find("update 2"), std::string::npos)
      << status.message();
  EXPECT_EQ(listener.steps, (std::vector<int64_t>{0, 2}));
}

TEST_F(ResumeTest, ALargeFractionOfAnOlderRunIsTaken) {
  const std::string out = FreshFolder("large_fraction");
  TrainOptions options = SmallRun(data_ + "/train", out);
  options.validation_fraction = 0.8;  // four of each five, as of 0.995
  options.recipe.epochs = 1;
  Status status = RunAll(options);
  ASSERT_TRUE(status.ok()) << status.ToString();
  {
    const auto model = LoadModel(out + "/last.alexnet");
    ASSERT_TRUE(model.ok()) << model.status().ToString();
    auto contents = ContentsOf(**model);
    ASSERT_TRUE(contents.ok()) << contents.status().ToString();
    contents->training_state->validation_fraction = 0.995;
    status = SaveModel(out + "/last.alexnet", *contents);
    ASSERT_TRUE(status.ok()) << status.ToString();
  }
  options.validation_fraction = 0.1;
  options.resume = true;
  options.recipe = {};
  options.recipe.epochs = 2;
  Recorder rest;
  status = RunAll(options, &rest);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_EQ(rest.starts[0].train_samples, 10);
}

TEST_F(ResumeTest, WhatIsSaidAnewMustBeAsItWas) {
  const std::string out = FreshFolder("said_anew");
  TrainOptions options = SmallRun(data_, out);
  options.recipe.epochs = 1;
  options.seed = 5;
  ASSERT_TRUE(RunAll(options).ok());
  options.resume = true;
  options.recipe = {};
  options.said.preset = "alexnet_small";
  options.said.input_size = 24;
  options.said.seed = 5;
  const Status same = RunAll(options);
  EXPECT_TRUE(same.ok()) << same.ToString();

  // What is refused where one is said, by `say`.
  const auto refusal = [&](const char* field, const auto& say) {
    options.said = {};
    say(options.said);
    const Status status = RunAll(options);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << field;
    EXPECT_EQ(status.field(), field);
    EXPECT_EQ(status.file(), out + "/last.alexnet");
    return status.message();
  };
  std::string text =
      refusal("preset", [](SaidAnew& said) { said.preset = "lenet5"; });
  EXPECT_NE(text.find("\"alexnet_small\""), std::string::npos) << text;
  EXPECT_NE(text.find("\"lenet5\""), std::string::npos) << text;
  text = refusal("input_size", [](SaidAnew& said) { said.input_size = 32; });
  EXPECT_NE(text.find("24 pixels"), std::string::npos) << text;
  EXPECT_NE(text.find("says 32"), std::string::npos) << text;
  text = refusal("seed", [](SaidAnew& said) { said.seed = 6; });
  EXPECT_NE(text.find("the seed 5"), std::string::npos) << text;
  text = refusal("validation_fraction",
                 [](SaidAnew& said) { said.validation_fraction = 0.3; });
  EXPECT_NE(text.find("says 0.3"), std::string::npos) << text;
  options.said = {};
  auto other = MakePreset("lenet5", {});
  ASSERT_TRUE(other.ok());
  options.network = std::make_shared<const Preset>(*std::move(other));
  EXPECT_EQ(RunAll(options).field(), "network");
}

TEST_F(ResumeTest, ANetworkOfOnesOwnIsTheOneThatWasBegun) {
  const std::string out = FreshFolder("edited");
  TrainOptions options = SmallRun(data_, out);
  const auto made = [&](const char* activation) {
    Preset preset =
        MakePreset("alexnet_small", {.classes = 10, .input_size = 24}).value();
    EXPECT_TRUE(
        SetLayerOption("relu", "kind", activation, &preset.network).ok());
    return std::make_shared<const Preset>(std::move(preset));
  };
  options.input_size = 0;
  options.network = made("tanh");
  options.recipe.epochs = 1;
  ASSERT_TRUE(RunAll(options).ok());
  options.recipe = {};
  options.recipe.epochs = 2;
  options.resume = true;
  EXPECT_TRUE(RunAll(options).ok());
  options.recipe.epochs = 3;
  options.network = made("relu");
  const Status other = RunAll(options);
  EXPECT_EQ(other.field(), "network");
  EXPECT_NE(other.message().find("layer relu1"), std::string::npos)
      << other.message();
}

TEST_F(ResumeTest, LoaderThreadsDoNotChangeTheWeights) {
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

TEST_F(ResumeTest, SeedsDiffer) {
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

TEST_F(ResumeTest, ARunIsNeverOverwritten) {
  const std::string out = FreshFolder("overwrite");
  TrainOptions options = SmallRun(data_, out);
  options.recipe.epochs = 1;
  ASSERT_TRUE(RunAll(options).ok());
  const auto before = Numbers(out + "/last.alexnet");
  const Status status = RunAll(options);
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("`resume`"), std::string::npos);
  EXPECT_EQ(Numbers(out + "/last.alexnet"), before);
}

TEST_F(ResumeTest, AFolderIsForOneRunAtATime) {
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

TEST_F(ResumeTest, AFolderThatIsRemadeIsAnothersAndStaysSo) {
  const std::string out = FreshFolder("remade");
  TrainOptions options = SmallRun(data_, out);
  options.checkpoint_every = 2;
  Recorder recorder;
  recorder.on_step = [&](const StepReport& step) {
    if (step.step != 3) return;
    std::filesystem::remove_all(out);
    std::filesystem::create_directories(out);
  };
  const Status status = RunAll(options, &recorder);
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition)
      << status.ToString();
  EXPECT_EQ(status.file(), out);
  EXPECT_TRUE(std::filesystem::is_empty(out));
}

TEST_F(ResumeTest, ABestModelThatIsGoneIsMadeAgain) {
  const std::string out = FreshFolder("best_gone");
  TrainOptions options = SmallRun(data_, out);
  options.recipe.epochs = 1;
  ASSERT_TRUE(RunAll(options).ok());
  std::filesystem::remove(out + "/best.alexnet");
  options.resume = true;
  options.recipe = {};
  options.recipe.epochs = 3;
  Recorder recorder;
  ASSERT_TRUE(RunAll(options, &recorder).ok());
  ASSERT_EQ(recorder.warnings.size(), 1u);
  EXPECT_NE(recorder.warnings[0].find("best.alexnet"), std::string::npos);
  EXPECT_TRUE(LoadModel(out + "/best.alexnet").ok());

  std::filesystem::remove(out + "/last.alexnet");
  options = SmallRun(data_, out);
  const Status status = RunAll(options);
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.file(), out + "/best.alexnet");
  EXPECT_EQ(status.message().find("`resume`"), std::string::npos);
}

TEST_F(ResumeTest, ResumingNeedsARunAndItsData) {
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

TEST_F(ResumeTest, OtherThreadsAreSaidToChangeTheLastBits) {
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

}  // namespace
}  // namespace alexnet
