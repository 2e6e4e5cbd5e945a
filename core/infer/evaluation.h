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
// Of the pictures that are taken for something else, the worst are kept.
inline constexpr size_t kMostWorst = 24;

// A picture that was taken for something else. Classes are the model's.
struct WrongPicture {
  int64_t sample = 0;              // index in the data set
  int32_t label = 0;               // the true class
  int32_t predicted = 0;           // the likeliest one
  float probability = 0.0f;        // of the likeliest one
  float label_probability = 0.0f;  // of the true one
};

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
  // Those whose true class was least likely, that first, equal ones by their
  // indices; at most kMostWorst. NaN is less likely than anything.
  std::vector<WrongPicture> worst;
  std::vector<std::string> worst_names;  // in the data set
  double seconds = 0.0;
  double images_per_second = 0.0;
  std::vector<BrokenPicture> broken;  // left out
};

// Adds up predictions. A true class is in the top k when fewer than k others
// are likelier; of equal ones the lower index is the likelier. Not thread safe.
class EvaluationSums {
 public:
  explicit EvaluationSums(int64_t classes);

  // `probabilities`: one row per label; labels are class indices of the model,
  // `samples` the pictures' in the data set, counted where none are given.
  void Add(std::span<const float> probabilities,
           std::span<const int32_t> labels,
           std::span<const int64_t> samples = {});
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
  std::vector<WrongPicture> worst_;  // in order
};

// Puts the worst of both into `worst`, in order.
void MergeWorst(std::span<const WrongPicture> more,
                std::vector<WrongPicture>* worst);

// The confusion matrix for a person: a table up to `limit` classes, beyond that
// the most frequent confusions.
std::string ConfusionText(const Evaluation& evaluation, int limit = 20);

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_EVALUATION_H_
