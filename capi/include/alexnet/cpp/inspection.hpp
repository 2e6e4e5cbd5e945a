// Inspection: damaged files, and what the tensors of a model look like.

#ifndef ALEXNET_CPP_INSPECTION_HPP_
#define ALEXNET_CPP_INSPECTION_HPP_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cancel.hpp"
#include "detail.hpp"
#include "model.hpp"

namespace alexnet {
inline namespace v0 {

using TensorStatistics =
    detail::Struct<alexnet_tensor_statistics, alexnet_tensor_statistics_init>;

// A model file, a damaged one, too, where what it says at its front can be
// read.
inline Model load_damaged(const std::string& path) {
  alexnet_model* made = nullptr;
  detail::call(alexnet_model_load_damaged, path.c_str(), &made);
  return Model(made);
}

// What of the file is not what was written, the first `most` places.
inline std::vector<alexnet_damage> find_damage(const Model& model,
                                               size_t most = 100,
                                               const Limits& limits = {},
                                               int32_t threads = 0) {
  std::vector<alexnet_damage> damage(most);
  size_t found = 0;
  detail::call(alexnet_model_find_damage, model.get(), threads, &limits, most,
               damage.data(), &found);
  damage.resize(found);
  return damage;
}

// A tensor in a few numbers, and which of its filters say nothing new.
struct MeasuredTensor {
  TensorStatistics statistics;
  // For each filter -1 where it is dead, else the first that equals it.
  std::vector<int64_t> same_as;
};

inline MeasuredTensor measure_tensor(const Model& model, size_t index,
                                     const Limits& limits = {},
                                     int32_t threads = 0) {
  TensorInfo info;
  detail::call(alexnet_model_tensor_at, model.get(), index, &info);
  MeasuredTensor measured;
  measured.same_as.resize(static_cast<size_t>(info.shape[0]));
  detail::call(alexnet_model_measure_tensor, model.get(), index, threads,
               &limits, &measured.statistics, measured.same_as.data(),
               measured.same_as.size());
  measured.same_as.resize(static_cast<size_t>(measured.statistics.filters));
  return measured;
}

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_INSPECTION_HPP_
