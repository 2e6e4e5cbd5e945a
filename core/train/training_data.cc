#include "core/train/training_data.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "core/base/hash.h"
#include "core/data/color_statistics.h"
#include "core/data/split.h"
#include "core/data/statistics.h"

namespace alexnet {
namespace {

uint64_t HashSamples(const Dataset& dataset,
                     const std::vector<int64_t>& indices) {
  uint64_t hash = 0;
  std::string text;
  for (const int64_t index : indices) {
    const int32_t label = dataset.label(index);
    text.assign(reinterpret_cast<const char*>(&hash), sizeof(hash));
    text.append(reinterpret_cast<const char*>(&label), sizeof(label));
    text.append(dataset.name(index));
    hash = Hash64(text);
  }
  return hash;
}

bool WantsColors(const Preprocessing& preprocessing, float color_sigma) {
  return color_sigma > 0.0f && preprocessing.order != ChannelOrder::kGray &&
         !preprocessing.knows_colors();
}

// What packing stored, if it is of exactly the pictures that train and of the
// size that the network's crops are taken from.
const ColorStatistics* PackedStatistics(const TrainingData& data,
                                        const Preprocessing& preprocessing) {
  const DatasetInfo* info = data.train->info();
  if (info == nullptr || !info->statistics.has_value() ||
      data.train_size() != data.train->size()) {
    return nullptr;
  }
  const MeanImage* image = info->statistics->mean_image.get();
  const bool fits = image != nullptr &&
                    preprocessing.resize_rule != ResizeRule::kNone &&
                    image->width == preprocessing.resize &&
                    image->height == preprocessing.resize;
  return fits || !preprocessing.lacks_mean_image() ? &*info->statistics
                                                   : nullptr;
}

}  // namespace

Result<TrainingData> OpenTrainingData(const std::string& path,
                                      double validation_fraction,
                                      uint64_t seed) {
  ALEXNET_ASSIGN_OR_RETURN(const DataFolders folders, OpenData(path));
  TrainingData data;
  data.train = folders.train;
  data.notes = folders.notes;
  if (data.classes().size() < 2) {
    return FailedPreconditionError(
               fmt::format("all pictures are of one class, \"{}\": there is "
                           "nothing to learn. Put each class into a folder of "
                           "its own, and name the folder above them",
                           data.classes().empty() ? "" : data.classes()[0]))
        .WithFile(path);
  }
  if (folders.validation != nullptr) {
    data.train_indices = AllIndices(*folders.train);
    data.validation = folders.validation;
    data.validation_indices = AllIndices(*folders.validation);
  } else {
    ALEXNET_ASSIGN_OR_RETURN(
        DataSplit split,
        SplitDataset(*folders.train, validation_fraction, seed));
    data.train_indices = std::move(split.train);
    data.validation = folders.train;
    data.validation_indices = std::move(split.validation);
    data.validation_fraction = validation_fraction;
  }
  data.class_counts.resize(data.classes().size(), 0);
  for (const int64_t index : data.train_indices) {
    ++data.class_counts[static_cast<size_t>(data.train->label(index))];
  }
  data.hash = HashSamples(*data.train, data.train_indices);
  data.validation_hash = HashSamples(*data.validation, data.validation_indices);
  return data;
}

Status CompletePreprocessing(const TrainingData& data, float color_sigma,
                             const TrainOptions& options,
                             TrainingListener& listener,
                             const Interrupt& interrupt,
                             Preprocessing* preprocessing) {
  if (!preprocessing->lacks_mean_image() &&
      !WantsColors(*preprocessing, color_sigma)) {
    return Status();
  }
  if (const ColorStatistics* packed = PackedStatistics(data, *preprocessing);
      packed != nullptr) {
    return ApplyStatistics(*packed, preprocessing);
  }
  StatisticsOptions statistics;
  statistics.threads = options.loader_threads;
  statistics.max_pixels = options.max_pixels;
  statistics.quarantine.strict = options.strict;
  std::mutex mutex;  // the listener is for one thread at a time
  statistics.progress = [&](int64_t done, int64_t total) {
    const std::lock_guard<std::mutex> lock(mutex);
    listener.OnProgress("measured colours of", done, total);
  };
  ALEXNET_ASSIGN_OR_RETURN(
      const ColorStatistics computed,
      ComputeStatistics(*data.train, data.train_indices, *preprocessing,
                        statistics, interrupt));
  return ApplyStatistics(computed, preprocessing);
}

}  // namespace alexnet
