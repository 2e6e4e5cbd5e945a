// Evaluation: how right a classifier is, counted from probabilities.

#ifndef ALEXNET_CORE_INFER_EVALUATION_H_
#define ALEXNET_CORE_INFER_EVALUATION_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/data/quarantine.h"

namespace alexnet {

// A confusion matrix of more classes would take more than 200 MB.
inline constexpr int64_t kMostConfusionClasses = 5000;

struct Evaluation {
  int64_t count = 0;    // pictures
  int64_t classes = 0;  // of the model
  // Top-5 means the top `top_k`: min(5, classes).
  int top_k = 5;
  double top1_error = 0.0;  // percent
  double top5_error = 0.0;  // percent
  double loss = 0.0;        // mean of -log p(true class)
  bool ten_crop = false;
  std::vector<std::string> class_names;  // the model's, or "class 17"
  std::string match_note;                // ClassMatch::note
  std::vector<int64_t> class_counts;     // pictures of each class
  // Percent of each class's pictures that were recognized; -1 where there are
  // none.
  std::vector<double> recall;
  // (classes, classes): row the true class, column the predicted one. Empty
  // beyond kMostConfusionClasses.
  std::vector<int64_t> confusion;
  double seconds = 0.0;
  double images_per_second = 0.0;
  std::vector<BrokenPicture> broken;  // left out
};

// Adds up predictions. A true class is in the top k when fewer than k others
// are likelier; of equal ones the lower index is the likelier. Not thread safe.
class EvaluationSums {
 public:
  explicit EvaluationSums(int64_t classes);

  // `probabilities`: one row per label; labels are class indices of the model.
  void Add(std::span<const float> probabilities,
           std::span<const int32_t> labels);
  int64_t count() const { return count_; }
  // All counted fields; names, speed and broken pictures are the caller's.
  Evaluation Finish() const;

 private:
  const int64_t classes_;
  const int top_k_;
  int64_t count_ = 0;
  int64_t top1_ = 0;
  int64_t top5_ = 0;
  double loss_ = 0.0;
  std::vector<int64_t> class_counts_;
  std::vector<int64_t> class_right_;
  std::vector<int64_t> confusion_;
};

// The confusion matrix for a person: a table up to `limit` classes, beyond that
// the most frequent confusions.
std::string ConfusionText(const Evaluation& evaluation, int limit = 20);

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_EVALUATION_H_
