// The pictures of a run: opened, split, and measured.

#ifndef ALEXNET_CORE_TRAIN_TRAINING_DATA_H_
#define ALEXNET_CORE_TRAIN_TRAINING_DATA_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/data/dataset.h"
#include "core/preprocess/spec.h"
#include "core/train/listener.h"
#include "core/train/train_options.h"

namespace alexnet {

struct TrainingData {
  std::shared_ptr<const Dataset> train;
  std::vector<int64_t> train_indices;
  // The validation folder, or `train` again; no indices where nothing is held
  // out.
  std::shared_ptr<const Dataset> validation;
  std::vector<int64_t> validation_indices;
  std::vector<int64_t> class_counts;  // of the training samples
  double validation_fraction = 0.0;   // 0 with a validation folder
  std::vector<std::string> notes;     // DataFolders::notes
  // Of the names and labels of those that train, and that are held out.
  uint64_t hash = 0;
  uint64_t validation_hash = 0;

  int64_t train_size() const {
    return static_cast<int64_t>(train_indices.size());
  }
  const std::vector<std::string>& classes() const { return train->classes(); }
};

// Refuses data with a single class, since there is nothing to learn.
Result<TrainingData> OpenTrainingData(const std::string& path,
                                      double validation_fraction,
                                      uint64_t seed);

// Puts what `preprocessing` still lacks into it: the mean image, and the colour
// components where `color_sigma` is above zero. From the training samples; what
// packing stored is taken where it is of the same samples and size.
Status CompletePreprocessing(const TrainingData& data, float color_sigma,
                             const TrainOptions& options,
                             TrainingListener& listener,
                             const Interrupt& interrupt,
                             Preprocessing* preprocessing);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_TRAINING_DATA_H_
