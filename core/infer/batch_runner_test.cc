#include "core/infer/batch_runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "core/base/philox.h"
#include "core/infer/session.h"
#include "core/infer/test_data.h"

namespace alexnet {
namespace {

constexpr int64_t kMost = 6;  // 6, 3, 2 and 1

class BatchRunnerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    model_ = testing::LoadShared(testing::WriteTestData("batch_runner"));
  }
  static void TearDownTestSuite() { model_.reset(); }

  static std::unique_ptr<ModelBatchRunner> Make(int64_t views) {
    CompileOptions options;
    options.threads = 2;
    auto made = ModelBatchRunner::Create(model_, options, views, kMost);
    EXPECT_TRUE(made.ok()) << made.status().ToString();
    return *std::move(made);
  }
  static std::unique_ptr<Session> MakeSession(int64_t views, int64_t samples) {
    SessionOptions options;
    options.threads = 2;
    options.ten_crop = views > 1;
    options.batch = samples * views;
    auto made = Session::Create(model_, options);
    EXPECT_TRUE(made.ok()) << made.status().ToString();
    return *std::move(made);
  }
  static std::vector<float> Noise(int64_t count) {
    PhiloxStream stream(3, RandomPurpose::kSynthetic);
    std::vector<float> values(static_cast<size_t>(count));
    for (float& value : values) value = 2 * stream.Uniform() - 1;
    return values;
  }
  static std::vector<float> Outputs(BatchRunner& runner,
                                    const std::vector<float>& samples) {
    const int64_t count =
        static_cast<int64_t>(samples.size()) / runner.sample_elements();
    std::copy(samples.begin(), samples.end(), runner.sample(0));
    const Status status = runner.Run(count);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return {runner.output(0), runner.output(count)};
  }

  static inline std::shared_ptr<SharedModel> model_;
};

// The smallest size that holds them, as a session of that batch computes them.
TEST_F(BatchRunnerTest, GivesTheBitsOfASessionOfTheSameBatch) {
  for (const int64_t views : {1, 10}) {
    const auto runner = Make(views);
    ASSERT_EQ(runner->most(), kMost);
    for (int64_t count = 1; count <= kMost; ++count) {
      SCOPED_TRACE(count);
      const auto samples = Noise(count * runner->sample_elements());
      const int64_t size = count > 3 ? kMost : count;
      const auto session = MakeSession(views, size);
      std::vector<float> wanted(
          static_cast<size_t>(count * session->classes()));
      ASSERT_TRUE(session->Run(samples, count, wanted).ok());
      EXPECT_EQ(Outputs(*runner, samples), wanted);
    }
  }
}

TEST_F(BatchRunnerTest, FewZerosFitWell) {
  const auto runner = Make(1);
  std::vector<int64_t> fit;
  for (int64_t waiting = 1; waiting <= kMost; ++waiting) {
    fit.push_back(runner->Fit(waiting));
  }
  EXPECT_EQ(fit, (std::vector<int64_t>{1, 2, 3, 3, 5, 6}));
}

TEST_F(BatchRunnerTest, NeighboursAndPlacesDoNotChangeASample) {
  const auto runner = Make(1);
  const int64_t each = runner->sample_elements();
  const auto sample = Noise(each);
  std::vector<float> first;
  for (int64_t place = 0; place < kMost; ++place) {
    std::vector<float> all(static_cast<size_t>(kMost * each),
                           std::numeric_limits<float>::quiet_NaN());
    std::copy(sample.begin(), sample.end(), all.begin() + place * each);
    const auto outputs = Outputs(*runner, all);
    const std::vector<float> row(
        outputs.begin() + place * runner->classes(),
        outputs.begin() + (place + 1) * runner->classes());
    if (place == 0) first = row;
    EXPECT_EQ(row, first) << place;
    EXPECT_TRUE(std::isfinite(row[0]));
  }
}

TEST_F(BatchRunnerTest, SizesDifferByRoundingOnly) {
  const auto runner = Make(1);
  const auto samples = Noise(kMost * runner->sample_elements());
  const auto together = Outputs(*runner, samples);
  for (int64_t i = 0; i < kMost; ++i) {
    const auto from = samples.begin() + i * runner->sample_elements();
    const auto alone = Outputs(
        *runner, std::vector<float>(from, from + runner->sample_elements()));
    for (int64_t c = 0; c < runner->classes(); ++c) {
      EXPECT_NEAR(alone[static_cast<size_t>(c)],
                  together[static_cast<size_t>(i * runner->classes() + c)],
                  1e-5);
    }
  }
}

}  // namespace
}  // namespace alexnet
