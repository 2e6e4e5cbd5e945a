// Runs of several ranks, which are threads, against runs of one.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/testing/throwing_backend.h"
#include "core/model/model.h"
#include "core/train/finetune/finetune.h"
#include "core/train/test_runs.h"
#include "core/train/trainer.h"

namespace alexnet {
namespace {

using testing::ExpectNear;
using testing::FreshFolder;
using testing::Numbers;
using testing::Recorder;
using testing::SmallRun;
using testing::TrainUntil;
using testing::WritePictures;

struct Plan {
  const char* devices;
  ParallelKind parallel;
};

TrainOptions RunOf(const Plan& plan, const std::string& data,
                   const std::string& out) {
  TrainOptions options = SmallRun(data, out);
  options.devices = plan.devices;
  options.parallel = plan.parallel;
  options.threads = 3;
  return options;
}

// A rank has few of a batch's pictures, but its divisor is the whole batch's.
constexpr char kWeights[] = "star=7,ring=0.25";

// After 21 updates. No unit of a run with this seed comes so near to 0, or to
// another of its window, that rounding decides whether it is active: its
// gradient would jump.
constexpr double kTolerance = 1e-4;
constexpr uint64_t kSeed = 2;

class RanksTest : public ::testing::TestWithParam<Plan> {
 protected:
  static void SetUpTestSuite() {
    data_ = FreshFolder("ranks_data");
    WritePictures(data_, 5, 2);  // 50 pictures: 7 batches of 8, the last filled
    one_ = FreshFolder("ranks_one");
    TrainOptions options = SmallRun(data_, one_);
    options.class_weights = kWeights;
    options.seed = kSeed;
    const auto summary = Train(options, &one_run_, {});
    ASSERT_TRUE(summary.ok()) << summary.status().ToString();
  }

  static TrainOptions Run(const std::string& out) {
    TrainOptions options = RunOf(GetParam(), data_, out);
    options.class_weights = kWeights;
    options.seed = kSeed;
    return options;
  }

  static inline std::string data_;
  static inline std::string one_;
  static inline Recorder one_run_;
};

TEST_P(RanksTest, GiveWhatOneGives) {
  const std::string out = FreshFolder("ranks_many");
  Recorder recorder;
  const auto summary = Train(Run(out), &recorder, {});
  ASSERT_TRUE(summary.ok()) << summary.status().ToString();
  for (const char* file : {"/last.alexnet", "/best.alexnet"}) {
    ExpectNear(Numbers(out + file), Numbers(one_ + file), kTolerance);
  }
  // One rank tells, and of all.
  ASSERT_EQ(recorder.starts.size(), 1u);
  EXPECT_EQ(recorder.starts[0].parameters, one_run_.starts[0].parameters);
  EXPECT_EQ(recorder.starts[0].macs, one_run_.starts[0].macs);
  EXPECT_EQ(recorder.starts[0].device, GetParam().devices);
  EXPECT_GE(recorder.starts[0].threads, 3);
  EXPECT_NE(recorder.starts[0].choices.back().find("parallel"),
            std::string::npos);
  ASSERT_EQ(recorder.steps.size(), one_run_.steps.size());
  for (size_t i = 0; i < recorder.steps.size(); ++i) {
    EXPECT_NEAR(recorder.steps[i].loss, one_run_.steps[i].loss, kTolerance);
    EXPECT_NEAR(recorder.steps[i].gradient_norm,
                one_run_.steps[i].gradient_norm,
                kTolerance * one_run_.steps[i].gradient_norm);
  }
  ASSERT_EQ(recorder.epochs.size(), one_run_.epochs.size());
  for (size_t i = 0; i < recorder.epochs.size(); ++i) {
    EXPECT_EQ(recorder.epochs[i].top1_error, one_run_.epochs[i].top1_error);
    EXPECT_EQ(recorder.epochs[i].top5_error, one_run_.epochs[i].top5_error);
    EXPECT_NEAR(recorder.epochs[i].loss, one_run_.epochs[i].loss, kTolerance);
    EXPECT_EQ(recorder.epochs[i].best, one_run_.epochs[i].best);
    const std::vector<LayerNorms>& norms = recorder.epochs[i].norms;
    const std::vector<LayerNorms>& expected = one_run_.epochs[i].norms;
    ASSERT_EQ(norms.size(), expected.size());
    for (size_t l = 0; l < norms.size(); ++l) {
      EXPECT_EQ(norms[l].layer, expected[l].layer);
      for (const auto member :
           {&LayerNorms::weight, &LayerNorms::gradient, &LayerNorms::update}) {
        EXPECT_NEAR(norms[l].*member, expected[l].*member,
                    10 * kTolerance * (expected[l].*member))
            << norms[l].layer;
      }
    }
    const Evaluation& evaluation = *recorder.epochs[i].evaluation;
    EXPECT_EQ(evaluation.confusion, one_run_.epochs[i].evaluation->confusion);
    EXPECT_EQ(
        std::set(evaluation.worst_names.begin(), evaluation.worst_names.end()),
        std::set(one_run_.epochs[i].evaluation->worst_names.begin(),
                 one_run_.epochs[i].evaluation->worst_names.end()));
  }
}

TEST_P(RanksTest, AStoppedRunGoesOnToTheSameBitsAndOnOneRank) {
  const std::string whole = FreshFolder("ranks_whole");
  ASSERT_TRUE(Train(Run(whole), nullptr, {}).ok());
  // In the middle of an epoch, and in a validation.
  for (const int64_t stop : {3, -1}) {
    const std::string out = FreshFolder("ranks_stopped");
    TrainOptions options = Run(out);
    Recorder recorder;
    const Status status = TrainUntil(stop, options, &recorder);
    EXPECT_EQ(status.code(), StatusCode::kCancelled) << status.ToString();
    EXPECT_NE(status.message().find("`resume`"), std::string::npos)
        << status.ToString();

    const std::string copy = FreshFolder("ranks_copy");
    std::filesystem::copy(out, copy, std::filesystem::copy_options::recursive);
    // On the same devices, which need not be named again.
    options.resume = true;
    options.recipe = {};
    options.devices.clear();
    options.parallel = ParallelKind::kData;
    Recorder rest;
    const auto summary = Train(options, &rest, {});
    ASSERT_TRUE(summary.ok()) << summary.status().ToString();
    EXPECT_TRUE(rest.warnings.empty()) << rest.warnings[0];
    EXPECT_EQ(recorder.steps.size() + rest.steps.size(), 21u) << stop;
    EXPECT_EQ(Numbers(out + "/last.alexnet"), Numbers(whole + "/last.alexnet"));

    options.out = copy;
    options.devices = "cpu";
    options.parallel = ParallelKind::kData;
    Recorder alone;
    ASSERT_TRUE(Train(options, &alone, {}).ok());
    EXPECT_NE(alone.warnings.front().find("devices (cpu,cpu"),
              std::string::npos)
        << alone.warnings.front();
    ExpectNear(Numbers(copy + "/last.alexnet"), Numbers(one_ + "/last.alexnet"),
               kTolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Plans, RanksTest,
    ::testing::Values(Plan{"cpu,cpu", ParallelKind::kData},
                      Plan{"cpu,cpu,cpu", ParallelKind::kData},
                      Plan{"cpu,cpu", ParallelKind::kTowers},
                      Plan{"cpu,cpu", ParallelKind::kHybrid},
                      Plan{"cpu,cpu,cpu,cpu", ParallelKind::kHybrid},
                      Plan{"cpu,cpu", ParallelKind::kHybridInTurn}),
    [](const ::testing::TestParamInfo<Plan>& plan) {
      const std::string devices = plan.param.devices;
      return std::string(
                 kParallelKindNames[static_cast<size_t>(plan.param.parallel)]) +
             "_" + std::to_string(1 + std::ranges::count(devices, ','));
    });

constexpr Plan kTwo = {"cpu,cpu", ParallelKind::kTowers};
constexpr Plan kTwoOfData = {"cpu,cpu", ParallelKind::kData};

// Fewer held-out pictures than ranks.
TEST(RanksDataTest, ARankMayHaveNothingToEvaluate) {
  const std::string data = FreshFolder("ranks_few");
  WritePictures(data, 2, 1);
  const std::string val = data + "/val";
  bool first = true;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(val)) {
    if (!entry.is_regular_file()) continue;
    if (!first) std::filesystem::remove(entry.path());
    first = false;
  }
  const std::string one = FreshFolder("ranks_few_one");
  const std::string out = FreshFolder("ranks_few_many");
  const auto expected = Train(SmallRun(data, one), nullptr, {});
  ASSERT_TRUE(expected.ok()) << expected.status().ToString();
  const auto summary = Train(RunOf(kTwoOfData, data, out), nullptr, {});
  ASSERT_TRUE(summary.ok()) << summary.status().ToString();
  EXPECT_EQ(summary->last.top1_error, expected->last.top1_error);
  EXPECT_NEAR(summary->last.loss, expected->last.loss, kTolerance);
}

// Each rank reads all pictures, or half of them; the list is of all.
TEST(RanksDataTest, BrokenPicturesAreNamedOnce) {
  const std::string data = FreshFolder("ranks_broken");
  WritePictures(data, 4, 2);
  for (const char* split : {"/train", "/val"}) {
    int broken = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(data + split)) {
      if (!entry.is_regular_file() || broken == 3) continue;
      std::ofstream(entry.path()) << "no picture";
      ++broken;
    }
  }
  Recorder alone;
  const auto one =
      Train(SmallRun(data, FreshFolder("ranks_broken_one")), &alone, {});
  ASSERT_TRUE(one.ok()) << one.status().ToString();
  for (const Plan& plan : {kTwo, kTwoOfData}) {
    Recorder recorder;
    const auto many = Train(RunOf(plan, data, FreshFolder("ranks_broken_many")),
                            &recorder, {});
    ASSERT_TRUE(many.ok()) << many.status().ToString();
    ASSERT_EQ(many->broken.size(), 3u);
    for (size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(many->broken[i].name, one->broken[i].name);
    }
    // Those of the held-out pictures too.
    EXPECT_EQ(std::set(recorder.warnings.begin(), recorder.warnings.end()),
              std::set(alone.warnings.begin(), alone.warnings.end()));
  }
}

// Half of the held-out pictures: what one device does without, several do.
TEST(RanksDataTest, ARankMayHaveOnlyBrokenPicturesToEvaluate) {
  const std::string data = FreshFolder("ranks_half");
  WritePictures(data, 2, 2);
  std::vector<std::filesystem::path> held_out;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(data + "/val")) {
    if (entry.is_regular_file()) held_out.push_back(entry.path());
  }
  std::sort(held_out.begin(), held_out.end());
  for (size_t i = held_out.size() / 2; i < held_out.size(); ++i) {
    std::ofstream(held_out[i]) << "no picture";
  }
  const auto one = Train(SmallRun(data, FreshFolder("ranks_half_one")), {}, {});
  ASSERT_TRUE(one.ok()) << one.status().ToString();
  const auto many =
      Train(RunOf(kTwoOfData, data, FreshFolder("ranks_half_many")), {}, {});
  ASSERT_TRUE(many.ok()) << many.status().ToString();
  EXPECT_EQ(many->last.top1_error, one->last.top1_error);
  EXPECT_NEAR(many->last.loss, one->last.loss, kTolerance);

  for (size_t i = 0; i < held_out.size(); ++i) {
    if (i < 10) {
      std::ofstream(held_out[i]) << "no picture";
    } else {
      std::filesystem::remove(held_out[i]);
    }
  }
  for (const TrainOptions& options :
       {SmallRun(data, FreshFolder("ranks_none_one")),
        RunOf(kTwoOfData, data, FreshFolder("ranks_none_many"))}) {
    const Status status = Train(options, nullptr, {}).status();
    EXPECT_EQ(status.code(), StatusCode::kDataLoss) << status.ToString();
    EXPECT_NE(status.message().find("not one picture could be read"),
              std::string::npos)
        << status.ToString();
  }
}

TEST(RanksDataTest, OneThatCannotReadItsDataStopsAll) {
  const std::string data = FreshFolder("ranks_strict");
  WritePictures(data, 4, 1);
  // Is met some time in the run, by one of the two.
  std::string broken;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(data + "/train")) {
    if (entry.is_regular_file()) broken = entry.path();
  }
  std::ofstream(broken) << "no picture";
  for (const Plan& plan : {kTwo, kTwoOfData}) {
    const std::string out = FreshFolder("ranks_strict_out");
    TrainOptions options = RunOf(plan, data, out);
    options.strict = true;
    const Status status = Train(options, nullptr, {}).status();
    EXPECT_NE(status.ToString().find(
                  std::filesystem::path(broken).filename().string()),
              std::string::npos)
        << status.ToString();
    EXPECT_NE(status.message().find("`resume`"), std::string::npos)
        << status.ToString();
    EXPECT_TRUE(LoadModel(out + "/last.alexnet").ok());
  }
}

// A listener's exception on rank 0; on either, one from where it computes.
TEST(RanksDataTest, OneThatThrowsStopsAll) {
  const std::string data = FreshFolder("ranks_throws");
  WritePictures(data, 4, 1);
  for (const Plan& plan : {kTwo, kTwoOfData}) {
    for (const int thrower : {-1, 0, 1}) {
      SCOPED_TRACE(ParallelKindName(plan.parallel) + std::to_string(thrower));
      TrainOptions options = RunOf(plan, data, FreshFolder("ranks_throws_out"));
      options.checkpoint_every = 2;
      std::vector<std::shared_ptr<testing::ThrowingBackend>> cpus;
      for (int rank = 0; rank < 2; ++rank) {
        cpus.push_back(std::make_shared<testing::ThrowingBackend>(
            CreateCpuBackend({.threads = 1}).value()));
      }
      Recorder recorder;
      recorder.on_step = [&](const StepReport& step) {
        if (step.step != 3) return;
        if (thrower < 0) throw std::runtime_error("no more of this");
        cpus[static_cast<size_t>(thrower)]->Arm();
      };
      const Status status =
          TrainOn({cpus[0], cpus[1]}, options, &recorder, {}).status();
      EXPECT_EQ(status.code(),
                thrower < 0 ? StatusCode::kInternal : StatusCode::kOutOfMemory)
          << status.ToString();
      for (const std::string& part :
           {std::string(thrower < 0    ? "unexpected exception: no more of this"
                        : thrower == 1 ? "rank 1 failed: not enough memory"
                                       : "not enough memory"),
            std::string("what was saved last is update 2")}) {
        EXPECT_NE(status.message().find(part), std::string::npos)
            << status.ToString();
      }
    }
  }
}

TEST(RanksDataTest, ARunThatDivergesEndsOnAll) {
  const std::string data = FreshFolder("ranks_diverge");
  WritePictures(data, 3, 1);
  TrainOptions options = RunOf(kTwo, data, FreshFolder("ranks_diverge_out"));
  options.recipe.rate = 1e6f;
  options.recipe.clip_gradient_norm = 0.0f;
  const Status status = Train(options, nullptr, {}).status();
  EXPECT_EQ(status.code(), StatusCode::kDiverged) << status.ToString();
}

TEST(RanksDataTest, APlanWithoutDevicesOrForOneIsRefused) {
  for (const char* devices : {"", "cpu"}) {
    TrainOptions options = SmallRun("data", "out");
    options.devices = devices;
    options.parallel = ParallelKind::kTowers;
    const Status status = Train(options, nullptr, {}).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(status.field(), "parallel");
  }
}

TEST(RanksDataTest, DevicesWhoseGradientsDoNotAddAreNamed) {
  const std::string data = FreshFolder("ranks_kinds");
  WritePictures(data, 3, 1);
  for (const ParallelKind kind : {ParallelKind::kData, ParallelKind::kHybrid}) {
    const TrainOptions options =
        RunOf({"reference,cpu", kind}, data, FreshFolder("ranks_kinds_out"));
    const Status status = Train(options, nullptr, {}).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(status.field(), "devices") << status.ToString();
    for (const char* part : {"rank 0 is on reference", "rank 1 on cpu"}) {
      EXPECT_NE(status.message().find(part), std::string::npos)
          << status.ToString();
    }
  }
}

TEST(RanksDataTest, ANetworkThatCannotBeDividedIsRefused) {
  const std::string data = FreshFolder("ranks_refused");
  WritePictures(data, 3, 1);
  TrainOptions options = RunOf({"cpu,cpu,cpu", ParallelKind::kTowers}, data,
                               FreshFolder("ranks_refused_out"));
  const Status status = Train(options, nullptr, {}).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << status.ToString();
  EXPECT_NE(status.message().find("2"), std::string::npos) << status.ToString();
}

bool Warned(const Recorder& recorder, const std::string& text) {
  return std::ranges::any_of(recorder.warnings,
                             [&](const std::string& warning) {
                               return warning.find(text) != std::string::npos;
                             });
}

// What a run is gone on by: the plan that is asked for, or else its own.
class RanksResumeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    data_ = FreshFolder("ranks_goes_on_data");
    WritePictures(data_, 4, 1);
  }

  // A run on `devices` by `before`, of an epoch.
  TrainOptions Begin(const Plan& before) {
    TrainOptions options = SmallRun(data_, FreshFolder("ranks_goes_on"));
    options.recipe.epochs = 1;
    options.devices = before.devices;
    options.parallel = before.parallel;
    EXPECT_TRUE(Train(options, nullptr, {}).ok());
    options.resume = true;
    options.recipe = {};
    options.recipe.epochs = 2;
    options.devices.clear();
    options.parallel = ParallelKind::kData;
    return options;
  }
  // By which plan it went on, and what it said.
  std::string GoOn(const TrainOptions& options, Recorder* recorder) {
    const Status status = Train(options, recorder, {}).status();
    EXPECT_TRUE(status.ok()) << status.ToString();
    return LoadModel(options.out + "/last.alexnet")
        .value()
        ->training_state()
        ->parallel;
  }

  std::string data_;
};

TEST_F(RanksResumeTest, ThePlanOfBeforeUnlessAnotherIsAskedFor) {
  Recorder same;
  EXPECT_EQ(GoOn(Begin(kTwo), &same), "towers");
  EXPECT_TRUE(same.warnings.empty()) << same.warnings[0];

  TrainOptions named = Begin(kTwo);
  named.devices = "cpu,cpu";
  Recorder as_many;
  EXPECT_EQ(GoOn(named, &as_many), "towers");
  EXPECT_TRUE(as_many.warnings.empty()) << as_many.warnings[0];

  TrainOptions more = Begin(kTwo);
  more.devices = "cpu,cpu,cpu";
  Recorder by_data;
  EXPECT_EQ(GoOn(more, &by_data), "data");
  EXPECT_TRUE(Warned(by_data, "(cpu,cpu by towers then, cpu,cpu,cpu by data"));

  TrainOptions said = Begin(kTwo);
  said.change_parallel = true;
  Recorder told;
  EXPECT_EQ(GoOn(said, &told), "data");
  EXPECT_TRUE(Warned(told, "(cpu,cpu by towers then, cpu,cpu by data now)"));

  TrainOptions other = Begin(kTwo);
  other.parallel = ParallelKind::kHybrid;
  Recorder hybrid;
  EXPECT_EQ(GoOn(other, &hybrid), "hybrid");
  EXPECT_TRUE(Warned(hybrid, "(cpu,cpu by towers then, cpu,cpu by hybrid"));
}

TEST_F(RanksResumeTest, APlanForSeveralIsRefusedWhereOneWentBefore) {
  TrainOptions options = Begin({"", ParallelKind::kData});
  options.parallel = ParallelKind::kTowers;
  const Status status = Train(options, nullptr, {}).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.field(), "parallel") << status.ToString();
  EXPECT_EQ(status.file(), options.out + "/last.alexnet");
}

// Not all together: who has how many counts for the bits.
TEST_F(RanksResumeTest, ThreadsOfEachDeviceAreCompared) {
  TrainOptions options = Begin(kTwoOfData);
  options.recipe.epochs = 2;
  options.devices = "cpu,cpu";
  options.threads = 3;
  Recorder recorder;
  GoOn(options, &recorder);
  EXPECT_TRUE(Warned(recorder, "compute threads (1 + 1 then, 1 + 2 now)"));
  const auto model = LoadModel(options.out + "/last.alexnet").value();
  EXPECT_EQ(model->training_state()->rank_threads, (std::vector<int>{1, 2}));
  EXPECT_EQ(model->training_state()->adder, "");
}

TEST_F(RanksResumeTest, AnotherWayToLearnIsSaid) {
  TrainOptions options = Begin({"cpu,cpu", ParallelKind::kHybridSubBatches});
  options.parallel = ParallelKind::kHybrid;
  Recorder recorder;
  GoOn(options, &recorder);
  EXPECT_TRUE(Warned(recorder,
                     "updated 2 times a batch by cpu,cpu by hybrid_sub_batches "
                     "and are once by cpu,cpu by hybrid from here on"))
      << recorder.warnings.back();
}

// What fully connected layers learn of sub-batches, core/parallel tests.
TEST(RanksSubBatchesTest, AreUpdatedTwiceAndSaidToBe) {
  const std::string data = FreshFolder("ranks_sub");
  WritePictures(data, 4, 1);
  const std::string once = FreshFolder("ranks_sub_once");
  const std::string twice = FreshFolder("ranks_sub_twice");
  ASSERT_TRUE(Train(RunOf({"cpu,cpu", ParallelKind::kHybridInTurn}, data, once),
                    nullptr, {})
                  .ok());
  Recorder recorder;
  TrainOptions options =
      RunOf({"cpu,cpu", ParallelKind::kHybridSubBatches}, data, twice);
  const auto summary = Train(options, &recorder, {});
  ASSERT_TRUE(summary.ok()) << summary.status().ToString();
  bool said = false;
  for (const std::string& choice : recorder.starts.front().choices) {
    said |= choice.find("which are updated after each") != std::string::npos;
  }
  EXPECT_TRUE(said);
  EXPECT_NE(Numbers(twice + "/last.alexnet"), Numbers(once + "/last.alexnet"));
  EXPECT_EQ(
      LoadModel(twice + "/last.alexnet").value()->training_state()->parallel,
      "hybrid_sub_batches");

  options.out = FreshFolder("ranks_sub_clipped");
  options.recipe.clip_gradient_norm = 1.0f;
  const Status clipped = Train(options, nullptr, {}).status();
  EXPECT_EQ(clipped.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(clipped.ToString().find("clip_gradient_norm"), std::string::npos)
      << clipped.ToString();
}

// Frozen layers stay as they were on all ranks.
TEST(RanksFinetuneTest, GiveWhatOneGives) {
  const std::string data = FreshFolder("ranks_tuned");
  WritePictures(data, 4, 1);
  const std::string start = FreshFolder("ranks_tuned_start");
  ASSERT_TRUE(Train(SmallRun(data, start), nullptr, {}).ok());
  FinetuneOptions finetune;
  finetune.model = LoadModel(start + "/last.alexnet").value();
  finetune.head.freeze = {"..conv2"};
  const std::string one = FreshFolder("ranks_tuned_one");
  finetune.train = SmallRun(data, one);
  ASSERT_TRUE(Finetune(finetune, nullptr, {}).ok());
  for (const ParallelKind kind :
       {ParallelKind::kData, ParallelKind::kTowers, ParallelKind::kHybrid,
        ParallelKind::kHybridInTurn}) {
    const std::string out = FreshFolder("ranks_tuned_many");
    finetune.train = RunOf({"cpu,cpu", kind}, data, out);
    const auto summary = Finetune(finetune, nullptr, {});
    ASSERT_TRUE(summary.ok()) << summary.status().ToString();
    ExpectNear(Numbers(out + "/last.alexnet"), Numbers(one + "/last.alexnet"),
               kTolerance);
  }
}

}  // namespace
}  // namespace alexnet
