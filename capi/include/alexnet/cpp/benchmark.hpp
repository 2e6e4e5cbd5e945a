// Timing, on synthetic pictures.

#ifndef ALEXNET_CPP_BENCHMARK_HPP_
#define ALEXNET_CPP_BENCHMARK_HPP_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <vector>

#include "cancel.hpp"
#include "detail.hpp"
#include "model.hpp"
#include "session.hpp"

namespace alexnet {
inline namespace v0 {

using BenchmarkOptions =
    detail::Struct<alexnet_benchmark_options, alexnet_benchmark_options_init>;
using BenchmarkReport =
    detail::Struct<alexnet_benchmark_report, alexnet_benchmark_report_init>;

inline BenchmarkReport benchmark(const BenchmarkOptions& options = {},
                                 const Limits& limits = {}) {
  BenchmarkReport report;
  detail::call(alexnet_benchmark, &options, &limits, &report);
  return report;
}

using LayerTimesInfo =
    detail::Struct<alexnet_layer_times_info, alexnet_layer_times_info_init>;

// What each layer of a model takes, and what the device could do.
struct LayerTimes {
  LayerTimesInfo info;
  std::vector<alexnet_layer_time> layers;
};

inline LayerTimes time_layers(const Model& model,
                              const SessionOptions& options = {},
                              double seconds = 1.0, const Limits& limits = {}) {
  LayerTimes result;
  result.layers.resize(static_cast<size_t>(model.info().layer_count));
  detail::call(alexnet_time_layers, model.get(), &options, seconds, &limits,
               result.layers.data(), result.layers.size(), &result.info);
  return result;
}

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_BENCHMARK_HPP_
