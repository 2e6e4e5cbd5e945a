#include "core/infer/evaluate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/data/decode.h"
#include "core/data/split.h"
#include "core/infer/session.h"
#include "core/infer/test_data.h"

namespace alexnet {
namespace {

TEST(EvaluateTest, EvaluationIsWhatPredictingEachPictureCounts) {
  const std::string folder = testing::WriteTestData("evaluate");
  const std::shared_ptr<SharedModel> model = testing::LoadShared(folder);
  const auto folders = OpenData(folder + "/data");
  ASSERT_TRUE(folders.ok()) << folders.status().ToString();
  const Dataset& data = *folders->train;
  const std::vector<std::string> labels = model->model()->labels();
  for (const bool ten_crop : {false, true}) {
    SessionOptions options;
    options.ten_crop = ten_crop;
    const auto session = Session::Create(model, options);
    ASSERT_TRUE(session.ok()) << session.status().ToString();
    int64_t wrong1 = 0;
    int64_t wrong5 = 0;
    double loss = 0.0;
    for (int64_t i = 0; i < data.size(); ++i) {
      const auto sample = data.Read(i);
      ASSERT_TRUE(sample.ok());
      const auto image = DecodeImage(sample->bytes, sample->name);
      ASSERT_TRUE(image.ok());
      std::vector<float> row(6);
      ASSERT_TRUE(
          (*session)
              ->RunPictures({1, [&](int64_t) { return image; }, {}}, row)
              .ok());
      const std::vector<int32_t> order = LargestOf(row, 6);
      const std::string& truth = data.classes()[sample->label];
      wrong1 += labels[order[0]] != truth;
      wrong5 += labels[order[5]] == truth;
      for (size_t c = 0; c < 6; ++c) {
        if (labels[c] == truth) loss -= std::log(row[c]);
      }
    }
    EvaluateOptions evaluate;
    evaluate.batch = 7;  // does not divide anything
    evaluate.feed.ten_crop = ten_crop;
    const auto result =
        Evaluate(*model, folders->train, AllIndices(data), evaluate, {});
    ASSERT_TRUE(result.ok()) << result.status().ToString();
    EXPECT_EQ(result->count, 18);
    EXPECT_EQ(result->top_k, 5);
    EXPECT_DOUBLE_EQ(result->top1_error, 100.0 * wrong1 / 18);
    EXPECT_DOUBLE_EQ(result->top5_error, 100.0 * wrong5 / 18);
    EXPECT_NEAR(result->loss, loss / 18, 1e-4);
    EXPECT_EQ(result->class_names[0], "owl");
    EXPECT_EQ(result->class_counts, std::vector<int64_t>(6, 3));
    EXPECT_GT(wrong1, 0);
    EXPECT_LT(wrong1, 18);
  }
}

TEST(EvaluateTest, EndsWhenItIsToldSo) {
  const std::string folder = testing::WriteTestData("evaluate_check");
  const std::shared_ptr<SharedModel> model = testing::LoadShared(folder);
  const auto folders = OpenData(folder + "/data");
  ASSERT_TRUE(folders.ok()) << folders.status().ToString();
  EvaluateOptions options;
  options.batch = 7;
  int64_t seen = 0;
  options.feed.progress = [&](int64_t done, int64_t) { seen = done; };
  options.feed.check = [&] {
    return seen < 7 ? Status() : IoError("rank 1 has gone");
  };
  const Status status =
      Evaluate(*model, folders->train, AllIndices(*folders->train), options, {})
          .status();
  EXPECT_EQ(status.message(), "rank 1 has gone");
  EXPECT_EQ(seen, 7);
}

// Refused before the device, which is not there either, is asked for.
TEST(EvaluateTest, OptionsOutOfRangeAreNamedFirst) {
  const std::string folder = testing::WriteTestData("evaluate_options");
  const std::shared_ptr<SharedModel> model = testing::LoadShared(folder);
  const auto folders = OpenData(folder + "/data");
  ASSERT_TRUE(folders.ok()) << folders.status().ToString();
  const auto field = [&](int loader_threads, int64_t max_pixels) {
    EvaluateOptions options;
    options.device = "abacus";
    options.feed.loader_threads = loader_threads;
    options.feed.max_pixels = max_pixels;
    return Evaluate(*model, folders->train, AllIndices(*folders->train),
                    options, {})
        .status()
        .field();
  };
  EXPECT_EQ(field(1025, 1), "loader_threads");
  EXPECT_EQ(field(-1, 1), "loader_threads");
  EXPECT_EQ(field(0, 0), "max_pixels");
  EXPECT_EQ(field(1024, 1), "device");
}

}  // namespace
}  // namespace alexnet
