#include "core/infer/evaluation.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace alexnet {
namespace {

double Percent(int64_t part, int64_t whole) {
  return whole == 0
             ? 0.0
             : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

bool Worse(const WrongPicture& a, const WrongPicture& b) {
  const auto key = [](const WrongPicture& picture) {
    return std::pair(std::isnan(picture.label_probability)
                         ? -1.0f
                         : picture.label_probability,
                     picture.sample);
  };
  return key(a) < key(b);
}

}  // namespace

EvaluationSums::EvaluationSums(int64_t classes)
    : classes_(classes),
      top_k_(static_cast<int>(std::min<int64_t>(5, classes))),
      class_counts_(static_cast<size_t>(classes), 0),
      class_right_(static_cast<size_t>(classes), 0),
      confusion_(classes <= kMostConfusionClasses
                     ? static_cast<size_t>(classes * classes)
                     : 0,
                 0) {}

void EvaluationSums::Add(std::span<const float> probabilities,
                         std::span<const int32_t> labels,
                         std::span<const int64_t> samples) {
  for (size_t sample = 0; sample < labels.size(); ++sample) {
    const float* row = probabilities.data() + sample * classes_;
    const int32_t truth = labels[sample];
    // How many classes are likelier than the true one. A probability that is
    // not a number is likelier than anything: such a network is never right.
    int64_t rank = 0;
    int64_t best = 0;
    for (int64_t c = 0; c < classes_; ++c) {
      if (c != truth &&
          (!(row[c] <= row[truth]) || (row[c] == row[truth] && c < truth))) {
        ++rank;
      }
      if (row[c] > row[best]) best = c;
    }
    if (rank == 0) best = truth;
    top1_ += rank == 0;
    top5_ += rank < top_k_;
    // The least positive float bounds the loss where the probability of the
    // true class is below what a float can hold.
    loss_ -= std::log(std::max(row[truth], std::numeric_limits<float>::min()));
    ++class_counts_[static_cast<size_t>(truth)];
    class_right_[static_cast<size_t>(truth)] += rank == 0;
    if (!confusion_.empty()) {
      ++confusion_[static_cast<size_t>(truth * classes_ + best)];
    }
    if (rank > 0) {
      const WrongPicture wrong = {samples.empty() ? count_ : samples[sample],
                                  truth, static_cast<int32_t>(best), row[best],
                                  row[truth]};
      MergeWorst({&wrong, 1}, &worst_);
    }
    ++count_;
  }
}

Evaluation EvaluationSums::Finish() const {
  Evaluation result;
  result.count = count_;
  result.classes = classes_;
  result.top_k = top_k_;
  result.top1_error = Percent(count_ - top1_, count_);
  result.top5_error = Percent(count_ - top5_, count_);
  result.loss = count_ == 0 ? 0.0 : loss_ / static_cast<double>(count_);
  result.class_counts = class_counts_;
  result.confusion = confusion_;
  result.worst = worst_;
  for (size_t c = 0; c < class_counts_.size(); ++c) {
    result.recall.push_back(class_counts_[c] == 0
                                ? -1.0
                                : Percent(class_right_[c], class_counts_[c]));
  }
  return result;
}

void MergeWorst(std::span<const WrongPicture> more,
                std::vector<WrongPicture>* worst) {
  for (const WrongPicture& picture : more) {
    const auto place =
        std::upper_bound(worst->begin(), worst->end(), picture, Worse);
    if (place == worst->end() && worst->size() >= kMostWorst) continue;
    worst->insert(place, picture);
    if (worst->size() > kMostWorst) worst->pop_back();
  }
}

std::string ConfusionText(const Evaluation& evaluation, int limit) {
  const int64_t classes = evaluation.classes;
  if (evaluation.confusion.empty()) {
    return fmt::format("no confusion matrix: more than {} classes\n",
                       kMostConfusionClasses);
  }
  const auto name = [&](int64_t c) {
    return c < static_cast<int64_t>(evaluation.class_names.size())
               ? evaluation.class_names[c]
               : fmt::format("class {}", c);
  };
  std::string text;
  if (classes > limit) {
    std::vector<std::tuple<int64_t, int64_t, int64_t>> confusions;
    for (int64_t t = 0; t < classes; ++t) {
      for (int64_t p = 0; p < classes; ++p) {
        const int64_t count = evaluation.confusion[t * classes + p];
        if (t != p && count > 0) confusions.emplace_back(-count, t, p);
      }
    }
    std::sort(confusions.begin(), confusions.end());
    text = "most frequent confusions:\n";
    for (size_t i = 0;
         i < std::min<size_t>(confusions.size(), static_cast<size_t>(limit));
         ++i) {
      const auto& [count, t, p] = confusions[i];
      text +=
          fmt::format("{:>7} x {} taken for {}\n", -count, name(t), name(p));
    }
    return text;
  }
  size_t width = 4;
  for (int64_t c = 0; c < classes; ++c) width = std::max(width, name(c).size());
  text = fmt::format("{:>{}}", "", width);
  for (int64_t p = 0; p < classes; ++p) text += fmt::format(" {:>5}", p);
  text += "  recall\n";
  for (int64_t t = 0; t < classes; ++t) {
    text += fmt::format("{:>{}}", name(t), width);
    for (int64_t p = 0; p < classes; ++p) {
      text += fmt::format(" {:>5}", evaluation.confusion[t * classes + p]);
    }
    text += evaluation.recall[t] < 0
                ? std::string("       -")
                : fmt::format(" {:>6.1f}%", evaluation.recall[t]);
    text += fmt::format("  ({})\n", t);
  }
  return text;
}

}  // namespace alexnet
