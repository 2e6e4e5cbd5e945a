// Timing, on synthetic pictures.

#ifndef ALEXNET_CPP_BENCHMARK_HPP_
#define ALEXNET_CPP_BENCHMARK_HPP_

#include <alexnet/alexnet.h>

#include "cancel.hpp"
#include "detail.hpp"

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

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_BENCHMARK_HPP_
