#include "core/benchmark/benchmark.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "capi/call.h"
#include "capi/context.h"
#include "capi/device_options.h"
#include "capi/model.h"
#include "capi/struct_size.h"
#include "core/benchmark/layer_times.h"

namespace alexnet::capi {
namespace {

template <size_t kSize>
void CopyName(const std::string& from, char (&to)[kSize]) {
  std::memcpy(to, from.data(), std::min(from.size(), kSize - 1));
}

}  // namespace
}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_benchmark(const alexnet_benchmark_options* given,
                                 const alexnet_limits* given_limits,
                                 alexnet_benchmark_report* report,
                                 alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckFillable(report, "alexnet_benchmark_report"));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_benchmark_options options,
                             ReadStruct(given, "alexnet_benchmark_options"));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    BenchmarkOptions benchmark;
    ALEXNET_RETURN_IF_ERROR(ReadCompileOptions(options, &benchmark));
    // BEGIN options: capi.read benchmark_options from=options to=benchmark
    if (options.preset != nullptr) benchmark.preset = options.preset;
    if (options.model != nullptr) benchmark.model = options.model;
    if (options.seconds != 0) benchmark.seconds = options.seconds;
    if (options.seed != 0) benchmark.seed = options.seed;
    // END options
    if (options.training != 0) benchmark.mode = BenchmarkMode::kTraining;
    ALEXNET_ASSIGN_OR_RETURN(const BenchmarkReport from,
                             RunBenchmark(benchmark, limits.interrupt()));
    alexnet_benchmark_report to{};
    CopyName(from.network, to.network);
    CopyName(from.device, to.device);
    to.threads = from.threads;
    to.batch = from.batch;
    to.runs = from.runs;
    to.milliseconds = from.milliseconds;
    to.least_milliseconds = from.least_milliseconds;
    to.images_per_second = from.images_per_second;
    to.macs_per_second = from.macs_per_second;
    to.load_milliseconds = from.load_milliseconds;
    to.compile_milliseconds = from.compile_milliseconds;
    to.parameter_bytes = from.parameter_bytes;
    to.arena_bytes = from.arena_bytes;
    to.peak_memory_bytes = from.peak_memory_bytes;
    to.device_bytes = from.device_bytes;
    to.exchanged_bytes = from.exchanged_bytes;
    if (from.captured) to.captured = *from.captured ? 1 : -1;
    return FillStruct(to, report, "alexnet_benchmark_report");
  });
}

alexnet_status alexnet_time_layers(const alexnet_model* handle,
                                   const alexnet_session_options* given,
                                   double seconds,
                                   const alexnet_limits* given_limits,
                                   alexnet_layer_time* times, size_t count,
                                   alexnet_layer_times_info* info,
                                   alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckFillable(info, "alexnet_layer_times_info"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(times, "times"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, EnterWhole(handle));
    if (count < model->get().network().layers.size()) {
      return InvalidArgumentError("has less room than there are layers")
          .WithField("count");
    }
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_session_options options,
                             ReadStruct(given, "alexnet_session_options"));
    CompileOptions compile;
    ALEXNET_RETURN_IF_ERROR(ReadCompileOptions(options, &compile));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    ALEXNET_ASSIGN_OR_RETURN(
        const LayerTimes from,
        TimeLayers(*model->shared, compile, seconds, limits.interrupt()));
    for (size_t i = 0; i < from.layers.size(); ++i) {
      times[i] = {from.layers[i].milliseconds, from.layers[i].computed_by, {}};
      CopyName(from.layers[i].algorithm, times[i].algorithm);
    }
    alexnet_layer_times_info to{};
    CopyName(from.device, to.device);
    to.threads = from.threads;
    to.batch = from.batch;
    to.runs = from.runs;
    to.reorder_milliseconds = from.reorder_milliseconds;
    to.flops_per_second = from.flops_per_second;
    to.bytes_per_second = from.bytes_per_second;
    return FillStruct(to, info, "alexnet_layer_times_info");
  });
}
