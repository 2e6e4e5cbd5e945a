// What the loss of a picture counts, by its class.

#ifndef ALEXNET_CORE_TRAIN_CLASS_WEIGHTS_H_
#define ALEXNET_CORE_TRAIN_CLASS_WEIGHTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/train/training_job.h"

namespace alexnet {

// One weight for each of `classes`, times what makes their mean over the
// training pictures 1; `counts` has how many those are, by class. `text` is
//   - "balanced": pictures / (classes that have any * pictures of the class);
//   - "cat=2,dog=0.5": a class that is not named has 1;
//   - a path that ends in .json: an object of such, or an array of a weight for
//     each class in their order.
// Weights are from 0 to a million. Errors name the field and the file:
// kNotFound for an unknown class, kInvalidArgument for one that is named twice,
// another number of weights, a weight that is out of range, and weights that
// leave no picture to count.
Result<std::vector<float>> ClassWeightsOf(
    const std::string& text, const std::vector<std::string>& classes,
    const std::vector<int64_t>& counts);

// Gives a job the weights that its options say, or those of the run that is
// gone on with, and says so among its choices. Refuses others than the run has,
// and "balanced" where samples are balanced already.
Status WeighClasses(TrainingJob* job);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_CLASS_WEIGHTS_H_
