#include "core/train/class_balance.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "core/train/test_runs.h"
#include "core/train/trainer.h"

namespace alexnet {
namespace {

using testing::FreshFolder;
using testing::Recorder;
using testing::SmallRun;
using testing::WritePictures;

TEST(AsOftenAsTheLargestTest, EvensClassesOut) {
  const std::vector<int64_t> samples = {10, 11, 12, 13, 14, 15, 16};
  const std::vector<int32_t> labels = {0, 2, 0, 2, 0, 0, 0};
  const std::vector<int64_t> balanced = AsOftenAsTheLargest(samples, labels, 1);
  std::map<int64_t, int> times;
  for (const int64_t sample : balanced) ++times[sample];
  ASSERT_EQ(balanced.size(), 10u);
  for (const int64_t sample : {10, 12, 14, 15, 16}) EXPECT_EQ(times[sample], 1);
  // Two of class 2, five times in all.
  EXPECT_EQ(times[11] + times[13], 5);
  EXPECT_GE(times[11], 2);
  EXPECT_GE(times[13], 2);
  EXPECT_EQ(balanced, AsOftenAsTheLargest(samples, labels, 1));
}

class BalancedRunTest : public ::testing::Test {
 protected:
  // One class has all of its pictures, the others 2 of 8.
  static void SetUpTestSuite() {
    data_ = FreshFolder("balance_data");
    WritePictures(data_, 8, 2);
    bool first = true;
    for (const auto& folder :
         std::filesystem::directory_iterator(data_ + "/train")) {
      int left = first ? 8 : 2;
      first = false;
      for (const auto& file : std::filesystem::directory_iterator(folder)) {
        if (left-- <= 0) std::filesystem::remove(file);
      }
    }
  }

  static Recorder RunWith(ClassBalance balance, const std::string& out) {
    TrainOptions options = SmallRun(data_, FreshFolder(out));
    options.recipe.class_balance = balance;
    options.recipe.epochs = 1;
    Recorder recorder;
    const Status status = Train(options, &recorder, {}).status();
    EXPECT_TRUE(status.ok()) << status.ToString();
    return recorder;
  }

  static inline std::string data_;
};

TEST_F(BalancedRunTest, SamplingMakesEpochsOfEqualClasses) {
  const Recorder plain = RunWith(ClassBalance::kNone, "balance_none");
  const Recorder sampled = RunWith(ClassBalance::kSampling, "balance_sampling");
  ASSERT_EQ(plain.starts.size(), 1u);
  const auto classes = static_cast<int64_t>(plain.starts[0].classes.size());
  EXPECT_EQ(plain.starts[0].train_samples, 8 + 2 * (classes - 1));
  EXPECT_EQ(sampled.starts[0].train_samples, 8 * classes);
  EXPECT_EQ(sampled.starts[0].recipe.class_balance, ClassBalance::kSampling);
}

TEST_F(BalancedRunTest, IsGoneOnWith) {
  const std::string out = FreshFolder("balance_resumed");
  TrainOptions options = SmallRun(data_, out);
  options.recipe.class_balance = ClassBalance::kSampling;
  options.recipe.epochs = 2;
  Recorder whole;
  ASSERT_TRUE(Train(options, &whole, {}).ok());
  const auto expected = testing::Numbers(out + "/last.alexnet");
  options.out = FreshFolder("balance_stopped");
  Recorder recorder;
  EXPECT_EQ(testing::TrainUntil(7, options, &recorder).code(),
            StatusCode::kCancelled);
  options.resume = true;
  options.recipe = {};
  ASSERT_TRUE(Train(options, nullptr, {}).ok());
  EXPECT_EQ(testing::Numbers(options.out + "/last.alexnet"), expected);
}

}  // namespace
}  // namespace alexnet
