// Sessions, queues, evaluations and checks on several devices give what those
// on one give.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/base/limited_child.h"
#include "core/data/split.h"
#include "core/exec/self_check.h"
#include "core/infer/batch_runner.h"
#include "core/infer/evaluate.h"
#include "core/infer/session.h"
#include "core/infer/test_data.h"
#include "core/infer/test_models.h"
#include "core/infer/verify.h"

namespace alexnet {
namespace {

using testing::RandomPicture;

using Floats = std::vector<float>;

constexpr ParallelKind kKinds[] = {ParallelKind::kTowers, ParallelKind::kData,
                                   ParallelKind::kHybrid};

void ExpectNear(const Floats& actual, const Floats& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(actual[i], expected[i], 1e-5) << i;
  }
}

class RanksTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = testing::WriteTestData("infer_ranks");
    model_ = testing::LoadShared(folder_);
  }
  static void TearDownTestSuite() { model_.reset(); }

  static SessionOptions On(const std::string& devices, ParallelKind kind) {
    SessionOptions options;
    options.devices = devices;
    options.parallel = kind;
    options.threads = 2;
    return options;
  }
  static std::unique_ptr<Session> Make(const SessionOptions& options) {
    auto session = Session::Create(model_, options);
    EXPECT_TRUE(session.ok()) << session.status().ToString();
    return *std::move(session);
  }
  // Of so many pictures.
  static Floats Rows(Session& session, int64_t count) {
    Floats rows(static_cast<size_t>(count * session.classes()));
    const Status status =
        session.RunPictures({count,
                             [](int64_t i) -> Result<Image> {
                               return RandomPicture(static_cast<uint32_t>(i));
                             },
                             {}},
                            rows);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return rows;
  }

  static inline std::string folder_;
  static inline std::shared_ptr<SharedModel> model_;
};

// By default: one picture at a time, or as many as there are devices to share
// them.
TEST_F(RanksTest, SessionsOfAnyPlanPredictTheSame) {
  for (const bool ten_crop : {false, true}) {
    SessionOptions one;
    one.ten_crop = ten_crop;
    one.activations = {"conv1", "norm2", "conv3", "relu6", "fc8"};
    const auto expected = Make(one);
    const Floats rows = Rows(*expected, 3);
    for (const std::string devices : {"cpu,cpu", "cpu,cpu,cpu,cpu"}) {
      for (const ParallelKind kind : kKinds) {
        SCOPED_TRACE(devices + " " + ParallelKindName(kind));
        SessionOptions options = On(devices, kind);
        options.ten_crop = ten_crop;
        options.activations = one.activations;
        const auto session = Make(options);
        ExpectNear(Rows(*session, 3), rows);
        for (size_t i = 0; i < one.activations.size(); ++i) {
          const LayerOutput actual = session->Activation(i).value();
          const LayerOutput wanted = expected->Activation(i).value();
          EXPECT_EQ(actual.shape, wanted.shape);
          ASSERT_EQ(actual.values.size(), wanted.values.size());
          for (size_t j = 0; j < wanted.values.size(); ++j) {
            ASSERT_NEAR(actual.values[j], wanted.values[j], 1e-4)
                << one.activations[i] << " " << j;
          }
        }
      }
    }
  }
}

TEST_F(RanksTest, BatchesAreThoseThatDevicesCanShare) {
  EXPECT_EQ(Make(On("cpu,cpu", ParallelKind::kTowers))->plan().batch(), 1);
  EXPECT_EQ(Make(On("cpu,cpu", ParallelKind::kData))->plan().batch(), 2);
  EXPECT_EQ(Make(On("cpu,cpu,cpu", ParallelKind::kData))->plan().batch(), 3);
  EXPECT_EQ(Make(On("cpu,cpu", ParallelKind::kHybrid))->plan().batch(), 2);
  // One name is one device.
  EXPECT_EQ(Make(On("cpu", ParallelKind::kData))->plan().batch(), 1);
  SessionOptions small = On("cpu,cpu,cpu", ParallelKind::kData);
  small.batch = 2;
  const Status status = Session::Create(model_, small).status();
  EXPECT_EQ(status.field(), "batch");
  EXPECT_NE(status.message().find("at least 3 samples"), std::string_view::npos)
      << status.ToString();
}

TEST_F(RanksTest, NumbersOfDevicesThatDoNotWorkSayWhichDo) {
  const Status status =
      Session::Create(model_, On("cpu,cpu,cpu", ParallelKind::kTowers))
          .status();
  EXPECT_EQ(status.field(), "devices");
  EXPECT_NE(status.message().find("of 1 to 8 ranks, 1, 2, 4"),
            std::string_view::npos)
      << status.ToString();
  for (const char* one : {"", "cpu"}) {
    EXPECT_EQ(Session::Create(model_, On(one, ParallelKind::kTowers))
                  .status()
                  .field(),
              "parallel");
  }
  SessionOptions both = On("cpu,cpu", ParallelKind::kData);
  both.device = "cpu";
  EXPECT_EQ(Session::Create(model_, both).status().field(), "devices");
}

TEST_F(RanksTest, ThreadsAreDivided) {
  SessionOptions options = On("cpu,cpu", ParallelKind::kTowers);
  options.threads = 3;
  EXPECT_EQ(Make(options)->plan().threads(), 3);
}

// Each rank of `data` has what one device has, and of `towers` its slices.
TEST_F(RanksTest, PackedParametersAreShared) {
  const Network& network = model_->model()->network();
  const NetworkInfo& info = model_->model()->info();
  const auto backend = MakeBackend({.threads = 1}).value();
  const auto plan_of = [&](ParallelKind kind) {
    return MakePredictionPlan(network, info, kind, 2).value();
  };
  const ParallelPlan data = plan_of(ParallelKind::kData);
  const ParallelPlan towers = plan_of(ParallelKind::kTowers);
  const ParallelPlan hybrid = plan_of(ParallelKind::kHybrid);
  EXPECT_EQ(model_->Packed(*backend, data, 0), model_->Packed(*backend));
  EXPECT_EQ(model_->Packed(*backend, data, 1), model_->Packed(*backend));
  EXPECT_EQ(model_->Packed(*backend, towers, 1),
            model_->Packed(*backend, towers, 1));
  EXPECT_NE(model_->Packed(*backend, towers, 0),
            model_->Packed(*backend, towers, 1));
  EXPECT_NE(model_->Packed(*backend, towers, 0), model_->Packed(*backend));
  EXPECT_NE(model_->Packed(*backend, hybrid, 0),
            model_->Packed(*backend, towers, 0));
}

// To the bit by data, whose batches are those of one device.
TEST_F(RanksTest, EvaluationsCountTheSame) {
  const auto data = OpenData(folder_ + "/data").value();
  const auto evaluate = [&](const std::string& devices, ParallelKind kind,
                            int64_t batch) {
    EvaluateOptions options;
    options.devices = devices;
    options.parallel = kind;
    options.batch = batch;
    options.threads = 2;
    auto result =
        Evaluate(*model_, data.train, AllIndices(*data.train), options, {});
    EXPECT_TRUE(result.ok()) << result.status().ToString();
    return *std::move(result);
  };
  // 18 pictures: the last batch is not full.
  const Evaluation one = evaluate("", ParallelKind::kData, 4);
  EXPECT_EQ(one.count, 18);
  const Evaluation two = evaluate("cpu,cpu", ParallelKind::kData, 8);
  EXPECT_EQ(two.count, 18);
  EXPECT_EQ(two.top1_error, one.top1_error);
  EXPECT_EQ(two.top5_error, one.top5_error);
  EXPECT_EQ(two.loss, one.loss);
  for (const ParallelKind kind : kKinds) {
    const Evaluation four = evaluate("cpu,cpu,cpu,cpu", kind, 0);
    EXPECT_EQ(four.count, 18);
    EXPECT_EQ(four.top1_error, one.top1_error);
    EXPECT_EQ(four.top5_error, one.top5_error);
    EXPECT_NEAR(four.loss, one.loss, 1e-5);
  }
}

TEST_F(RanksTest, QueuesTakeTheBatchesThatDevicesCanShare) {
  for (const ParallelKind kind : kKinds) {
    SCOPED_TRACE(ParallelKindName(kind));
    CompileOptions options;
    options.devices = "cpu,cpu";
    options.parallel = kind;
    options.threads = 2;
    const auto runner =
        ModelBatchRunner::Create(model_, options, /*views=*/1, /*most=*/6)
            .value();
    for (int64_t waiting = 1; waiting <= 6; ++waiting) {
      const int64_t fit = runner->Fit(waiting);
      EXPECT_GE(fit, 1);
      EXPECT_LE(fit, waiting);
    }
    const auto session = Make({});
    for (const int64_t count : {1, 2, 5}) {
      const Floats expected = Rows(*session, count);
      for (int64_t i = 0; i < count; ++i) {
        ASSERT_TRUE(
            session
                ->Preprocess(RandomPicture(static_cast<uint32_t>(i)),
                             {runner->sample(i),
                              static_cast<size_t>(runner->sample_elements())})
                .ok());
      }
      const Status status = runner->Run(count);
      ASSERT_TRUE(status.ok()) << status.ToString();
      ExpectNear({runner->output(0), runner->output(count)}, expected);
    }
  }
}

TEST_F(RanksTest, SelfChecksPass) {
  testing::TestModel test =
      testing::MakeTestModel({"owl", "cat", "dog", "ant", "bee", "fox"}, 5);
  const std::string path = ::testing::TempDir() + "/verify_ranks.alexnet";
  ASSERT_TRUE(SaveModel(path, test.contents).ok());
  test.contents.self_check =
      ComputeSelfCheck(
          test.contents.network, MakeBackend({.device = "reference"}).value(),
          std::make_shared<PackedParameters>(ParametersOf(*LoadModel(path))),
          {})
          .value();
  ASSERT_TRUE(SaveModel(path, test.contents).ok());
  for (const ParallelKind kind : kKinds) {
    CompileOptions options;
    options.devices = "cpu,cpu";
    options.parallel = kind;
    options.threads = 2;
    const auto report = VerifyModelFile(path, options);
    ASSERT_TRUE(report.ok()) << report.status().ToString();
    EXPECT_EQ(report->device, "cpu,cpu");
    EXPECT_EQ(report->self_check, VerifyOutcome::kPassed)
        << report->self_check_message;
  }
}

int64_t ThreadsOfProcess() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"),
                       std::filesystem::directory_iterator());
}

// Threads that stay let the test run out of time: the system may still count
// one that was waited for.
TEST_F(RanksTest, ASessionEndsItsThreads) {
  const int64_t before = ThreadsOfProcess();
  for (const ParallelKind kind : kKinds) {
    auto session = Make(On("cpu,cpu", kind));
    Rows(*session, 2);
    session.reset();
    while (ThreadsOfProcess() > before) std::this_thread::yield();
  }
}

// More than the threads of one device are needed.
TEST_F(RanksTest, ASessionThatLacksThreadsIsRefusedAndHangsNothing) {
  const std::string end = EndOfChild([] {
    const auto model = testing::LoadShared(folder_);
    if (!LimitThreads(3)) return 2;
    const auto session =
        Session::Create(model, On("cpu,cpu,cpu,cpu", ParallelKind::kTowers));
    return !session.ok() && session.status().message().find("thread") !=
                                std::string_view::npos
               ? 0
               : 1;
  });
  if (end == "exit 2") GTEST_SKIP() << "threads cannot be limited here";
  EXPECT_EQ(end, "exit 0");
}

// A child of fork may not run it, and need not keep it.
TEST_F(RanksTest, AChildOfForkMayDestroyASession) {
  auto session = Make(On("cpu,cpu", ParallelKind::kTowers));
  EXPECT_EQ(EndOfChild([&] {
              Floats view(static_cast<size_t>(session->view_elements()));
              Floats row(static_cast<size_t>(session->classes()));
              const Status status = session->Run(view, 1, row);
              session.reset();
              return status.code() == StatusCode::kFailedPrecondition ? 0 : 1;
            }),
            "exit 0");
  Rows(*session, 1);
}

}  // namespace
}  // namespace alexnet
