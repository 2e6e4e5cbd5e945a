#include "core/infer/evaluation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/base/philox.h"

namespace alexnet {
namespace {

// Random rows that sum to one, with many ties.
std::vector<float> RandomRows(int64_t rows, int64_t classes, uint64_t seed) {
  PhiloxStream stream(seed, RandomPurpose::kSynthetic);
  std::vector<float> values(static_cast<size_t>(rows * classes));
  for (int64_t r = 0; r < rows; ++r) {
    float* row = values.data() + r * classes;
    float sum = 0.0f;
    for (int64_t c = 0; c < classes; ++c) {
      row[c] = static_cast<float>(1 + stream.Below(8));
      sum += row[c];
    }
    for (int64_t c = 0; c < classes; ++c) row[c] /= sum;
  }
  return values;
}

// By sorting the classes of each row.
TEST(EvaluationTest, CountsWhatSortingFinds) {
  for (const int64_t classes : {2, 4, 5, 17}) {
    constexpr int64_t kRows = 500;
    const std::vector<float> rows = RandomRows(kRows, classes, 7);
    PhiloxStream stream(8, RandomPurpose::kSynthetic);
    std::vector<int32_t> labels;
    for (int64_t r = 0; r < kRows; ++r) {
      labels.push_back(
          static_cast<int32_t>(stream.Below(static_cast<uint32_t>(classes))));
    }
    int64_t wrong1 = 0;
    int64_t wrong5 = 0;
    double loss = 0.0;
    std::vector<int64_t> confusion(static_cast<size_t>(classes * classes), 0);
    for (int64_t r = 0; r < kRows; ++r) {
      const float* row = rows.data() + r * classes;
      std::vector<int32_t> order(static_cast<size_t>(classes));
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(),
                       [&](int32_t a, int32_t b) { return row[a] > row[b]; });
      wrong1 += order[0] != labels[r];
      const auto end =
          order.begin() + std::min<ptrdiff_t>(5, std::ssize(order));
      wrong5 += std::find(order.begin(), end, labels[r]) == end;
      loss -= std::log(static_cast<double>(row[labels[r]]));
      ++confusion[static_cast<size_t>(labels[r] * classes + order[0])];
    }
    // In two parts, as batches come.
    EvaluationSums sums(classes);
    sums.Add({rows.data(), static_cast<size_t>(100 * classes)},
             {labels.data(), 100});
    sums.Add({rows.data() + 100 * classes,
              static_cast<size_t>((kRows - 100) * classes)},
             {labels.data() + 100, kRows - 100});
    const Evaluation result = sums.Finish();
    EXPECT_EQ(result.count, kRows);
    EXPECT_EQ(result.top_k, std::min<int64_t>(5, classes));
    EXPECT_DOUBLE_EQ(result.top1_error, 100.0 * wrong1 / kRows);
    EXPECT_DOUBLE_EQ(result.top5_error, 100.0 * wrong5 / kRows);
    EXPECT_NEAR(result.loss, loss / kRows, 1e-5);
    EXPECT_EQ(result.confusion, confusion);
    for (int64_t c = 0; c < classes; ++c) {
      const int64_t all = std::count(labels.begin(), labels.end(), c);
      EXPECT_EQ(result.class_counts[c], all);
      EXPECT_DOUBLE_EQ(result.recall[c],
                       100.0 * confusion[c * classes + c] / all);
    }
  }
}

// By sorting all that are wrong.
TEST(EvaluationTest, TheWorstAreKeptInOrder) {
  constexpr int64_t kRows = 300, kClasses = 7;
  const std::vector<float> rows = RandomRows(kRows, kClasses, 11);
  std::vector<int32_t> labels;
  std::vector<int64_t> samples;
  struct Wrong {
    float p;
    int64_t sample, row;
  };
  std::vector<Wrong> wrong;
  for (int64_t r = 0; r < kRows; ++r) {
    const auto label = static_cast<int32_t>(r % kClasses);
    labels.push_back(label);
    samples.push_back(1000 - r);
    const float* row = rows.data() + r * kClasses;
    if (std::max_element(row, row + kClasses) - row != label) {
      wrong.push_back({row[label], samples.back(), r});
    }
  }
  std::sort(wrong.begin(), wrong.end(), [](const Wrong& a, const Wrong& b) {
    return a.p != b.p ? a.p < b.p : a.sample < b.sample;
  });
  ASSERT_GT(wrong.size(), kMostWorst);
  EvaluationSums sums(kClasses);
  sums.Add(rows, labels, samples);
  const std::vector<WrongPicture> worst = sums.Finish().worst;
  ASSERT_EQ(worst.size(), kMostWorst);
  for (size_t i = 0; i < worst.size(); ++i) {
    const float* row = rows.data() + wrong[i].row * kClasses;
    const auto best = std::max_element(row, row + kClasses) - row;
    EXPECT_EQ(worst[i].sample, wrong[i].sample) << i;
    EXPECT_EQ(worst[i].label, labels[static_cast<size_t>(wrong[i].row)]);
    EXPECT_EQ(worst[i].predicted, best);
    EXPECT_EQ(worst[i].probability, row[best]);
    EXPECT_EQ(worst[i].label_probability, wrong[i].p);
  }
}

TEST(EvaluationTest, WhatIsNoNumberIsWorst) {
  EvaluationSums sums(2);
  sums.Add(std::vector<float>{1.0f, 0.0f}, std::vector<int32_t>{1});
  sums.Add(std::vector<float>(2, std::nanf("")), std::vector<int32_t>{0});
  const std::vector<WrongPicture> worst = sums.Finish().worst;
  ASSERT_EQ(worst.size(), 2u);
  EXPECT_EQ(worst[0].sample, 1);
  EXPECT_EQ(worst[1].sample, 0);
}

TEST(EvaluationTest, NothingIsRightWhereProbabilitiesAreNoNumbers) {
  EvaluationSums sums(3);
  const std::vector<float> rows(3, std::nanf(""));
  sums.Add(rows, std::vector<int32_t>{0});
  sums.Add(rows, std::vector<int32_t>{2});
  EXPECT_EQ(sums.Finish().top1_error, 100.0);
}

TEST(EvaluationTest, ClassesWithoutPicturesHaveNoRecall) {
  EvaluationSums sums(2);
  sums.Add(std::vector<float>{0.9f, 0.1f}, std::vector<int32_t>{0});
  const Evaluation result = sums.Finish();
  EXPECT_EQ(result.recall, (std::vector<double>{100.0, -1.0}));
  EXPECT_EQ(result.top1_error, 0.0);
}

TEST(EvaluationTest, ConfusionTextShowsTheTableOrTheWorst) {
  EvaluationSums sums(3);
  sums.Add(std::vector<float>{0.1f, 0.8f, 0.1f}, std::vector<int32_t>{0});
  sums.Add(std::vector<float>{0.1f, 0.8f, 0.1f}, std::vector<int32_t>{1});
  Evaluation result = sums.Finish();
  result.class_names = {"cat", "dog", "owl"};
  EXPECT_NE(ConfusionText(result).find("cat     0     1     0    0.0%"),
            std::string::npos)
      << ConfusionText(result);
  EXPECT_NE(ConfusionText(result, 2).find("1 x cat taken for dog"),
            std::string::npos)
      << ConfusionText(result, 2);
}

}  // namespace
}  // namespace alexnet
