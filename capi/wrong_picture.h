// Pictures that were taken for something else, as the ABI has them.

#ifndef ALEXNET_CAPI_WRONG_PICTURE_H_
#define ALEXNET_CAPI_WRONG_PICTURE_H_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <vector>

#include "core/infer/evaluation.h"

namespace alexnet::capi {

// Those of `evaluation`, whose names they point to.
inline std::vector<alexnet_wrong_picture> WorstOf(
    const Evaluation& evaluation) {
  std::vector<alexnet_wrong_picture> all;
  for (size_t i = 0; i < evaluation.worst.size(); ++i) {
    const WrongPicture& from = evaluation.worst[i];
    all.push_back({evaluation.worst_names[i].c_str(), from.sample, from.label,
                   from.predicted, from.probability, from.label_probability});
  }
  return all;
}

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_WRONG_PICTURE_H_
