#include "core/train/trainer.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <cmath>
#include <filesystem>

#include "core/infer/verify.h"
#include "core/model/model.h"
#include "core/train/test_runs.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing::FreshFolder;
using testing::Numbers;
using testing::Recorder;
using testing::SmallRun;
using testing::WritePictures;

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

// The sum of squares of a layer's tensors in the checkpoint.
double NormIn(const Model& model, const std::string& layer, bool momenta) {
  double squared = 0.0;
  for (const char* part : {".weight", ".bias"}) {
    const auto& parameters = model.info().parameters;
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].name != layer + part) continue;
      const int parameter = static_cast<int>(i);
      const auto view = model.View(momenta ? model.momentum_tensor(parameter)
                                           : model.parameter_tensor(parameter));
      EXPECT_TRUE(view.ok());
      for (int64_t e = 0; e < view->shape.elements(); ++e) {
        squared += double{view->f32()[e]} * view->f32()[e];
      }
    }
  }
  return std::sqrt(squared);
}

TEST_F(TrainerTest, NormsAreOfTheLastUpdate) {
  const std::string out = FreshFolder("norms");
  TrainOptions options = SmallRun(data_, out);
  options.recipe.epochs = 1;
  Recorder recorder;
  ASSERT_TRUE(RunAll(options, &recorder).ok());
  const auto model = LoadModel(out + "/last.alexnet");
  ASSERT_TRUE(model.ok());
  double gradients = 0.0;
  ASSERT_EQ(recorder.epochs[0].norms.size(), 6u);
  for (const LayerNorms& norms : recorder.epochs[0].norms) {
    EXPECT_NEAR(norms.weight, NormIn(**model, norms.layer, false),
                1e-9 * norms.weight)
        << norms.layer;
    EXPECT_NEAR(norms.update, NormIn(**model, norms.layer, true),
                1e-9 * norms.update)
        << norms.layer;
    EXPECT_GT(norms.update, 0.0);
    gradients += norms.gradient * norms.gradient;
  }
  // Those of all layers are the norm that the update itself found.
  const double all = recorder.steps.back().gradient_norm;
  EXPECT_NEAR(std::sqrt(gradients), all, 1e-5 * all);
}

TEST_F(TrainerTest, TheWorstHeldOutPicturesAreNamed) {
  const std::string out = FreshFolder("worst");
  TrainOptions options = SmallRun(data_ + "/train", out);
  options.validation_fraction = 0.2;
  options.recipe.epochs = 1;
  Recorder recorder;
  ASSERT_TRUE(RunAll(options, &recorder).ok());
  ASSERT_NE(recorder.epochs[0].evaluation, nullptr);
  const Evaluation& evaluation = *recorder.epochs[0].evaluation;
  ASSERT_FALSE(evaluation.worst.empty());
  ASSERT_EQ(evaluation.worst.size(), evaluation.worst_names.size());
  const std::vector<std::string>& classes = recorder.starts[0].classes;
  for (size_t i = 0; i < evaluation.worst.size(); ++i) {
    const std::string& name = evaluation.worst_names[i];
    const auto label = static_cast<size_t>(evaluation.worst[i].label);
    EXPECT_EQ(name.substr(0, name.find('/')), classes[label]);
    EXPECT_TRUE(fs::exists(data_ + "/train/" + name)) << name;
  }
  int64_t right = 0;
  for (size_t c = 0; c < classes.size(); ++c) {
    right += evaluation.confusion[c * (classes.size() + 1)];
  }
  EXPECT_DOUBLE_EQ(recorder.epochs[0].top1_error,
                   100.0 - 100.0 * static_cast<double>(right) / 10);
}

TEST_F(TrainerTest, LearnsFromWhatItSees) {
  const std::string out = FreshFolder("learns");
  TrainOptions options = SmallRun(data_ + "/train", out);
  // So small a batch takes longer in two threads than in one.
  options.threads = 1;
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

TEST_F(TrainerTest, TheRateFollowsTheBatch) {
  TrainOptions options = SmallRun(data_, FreshFolder("scaled"));
  const Recipe own = MakePreset(options.preset).value().recipe;
  options.recipe.batch = own.batch / 2;
  options.recipe.rate = 0.25f;
  options.recipe.epochs = 1;
  options.rate_scaling = RateScaling::kLinear;
  Recorder recorder;
  const Status status = RunAll(options, &recorder);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_FLOAT_EQ(recorder.starts[0].recipe.rate, 0.125f);
  EXPECT_FLOAT_EQ(recorder.steps[0].rate, 0.125f);

  options.resume = true;
  options.recipe = {};
  EXPECT_NE(RunAll(options).message().find("keeps its recipe"),
            std::string::npos);
}

TEST_F(TrainerTest, DivergenceStopsTheRunAndKeepsTheCheckpoint) {
  const std::string out = FreshFolder("diverges");
  TrainOptions options = SmallRun(data_, out);
  options.recipe.rate = 1e6f;
  options.recipe.epochs = 20;
  const Status status = RunAll(options);
  EXPECT_EQ(status.code(), StatusCode::kDiverged) << status.ToString();
  EXPECT_NE(status.message().find("`rate`"), std::string::npos);
  for (const auto& tensor : Numbers(out + "/last.alexnet")) {
    for (const float value : tensor) ASSERT_TRUE(std::isfinite(value));
  }
}

TEST_F(TrainerTest, AStuckRunIsNoticed) {
  const std::string out = FreshFolder("stuck");
  TrainOptions options = SmallRun(data_ + "/train", out);
  options.validation_fraction = 0.0;
  options.recipe.rate = 1e-12f;
  // The shortest run of three windows of 100 updates.
  options.threads = 1;
  options.recipe.batch = 1;
  options.recipe.epochs = 6;
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
  EXPECT_NE(status.ToString().find("the older one, which is whole (`resume`)"),
            std::string::npos)
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

TEST_F(TrainerTest, AFirstCheckpointThatFailsSaysToStartAgain) {
  const std::string out = FreshFolder("full_at_once");
  signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 100'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = RunAll(SmallRun(data_, out));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(status.code(), StatusCode::kIo) << status.ToString();
  EXPECT_EQ(status.ToString().find("`resume`"), std::string::npos)
      << status.ToString();
  EXPECT_NE(status.ToString().find("start the run again"), std::string::npos);
  EXPECT_TRUE(RunAll(SmallRun(data_, out)).ok());
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
