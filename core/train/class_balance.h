// What makes up for classes of different sizes.

#ifndef ALEXNET_CORE_TRAIN_CLASS_BALANCE_H_
#define ALEXNET_CORE_TRAIN_CLASS_BALANCE_H_

#include <cstdint>
#include <vector>

#include "core/train/training_job.h"

namespace alexnet {

// The samples, each as often as it takes for every class to have as many as the
// largest; which of a class come once more than others is drawn by `seed`.
// `labels` has one for each sample.
std::vector<int64_t> AsOftenAsTheLargest(const std::vector<int64_t>& samples,
                                         const std::vector<int32_t>& labels,
                                         uint64_t seed);

// Does to a job what its recipe's class_balance says: once, when the data has
// been measured. Says so among the job's choices.
void BalanceClasses(TrainingJob* job);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_CLASS_BALANCE_H_
