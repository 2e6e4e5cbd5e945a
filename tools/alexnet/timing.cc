#include "tools/alexnet/timing.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

namespace alexnet::cli {
namespace {

// Of a blob and of parameters that are computed with as they are.
int64_t ElementBytes(const SessionOptions& options) {
  return options.precision == ALEXNET_PRECISION_BF16 ? 2 : 4;
}

// What a layer's kernel does for a batch: arithmetic, and bytes that must be
// read and written at the least.
struct Work {
  double flops = 0.0;
  double bytes = 0.0;
};

int64_t Elements(const int64_t* extents, int64_t rank) {
  return std::accumulate(extents, extents + rank, int64_t{1},
                         [](int64_t a, int64_t b) { return a * b; });
}

Work WorkOf(const LayerInfo& layer, int64_t element_bytes,
            int64_t parameter_bytes, int64_t batch) {
  const int64_t blobs = Elements(layer.input, layer.input_rank) +
                        Elements(layer.output, layer.output_rank);
  return {2.0 * static_cast<double>(layer.macs * batch),
          static_cast<double>(batch * blobs * element_bytes + parameter_bytes)};
}

// A CPU keeps the weights of fully connected layers as the options say.
int64_t ParameterBytes(const LayerInfo& layer, const LayerTimesInfo& info,
                       const SessionOptions& options) {
  const bool narrowed = layer.type == ALEXNET_LAYER_FULLY_CONNECTED &&
                        std::string_view(info.device) == "cpu";
  switch (narrowed ? options.weight_dtype : ALEXNET_WEIGHTS_F32) {
    case ALEXNET_WEIGHTS_F16:
    case ALEXNET_WEIGHTS_BF16:
      return layer.parameters * 2;
    case ALEXNET_WEIGHTS_I8:
      return layer.parameters;
    default:
      return layer.parameters * ElementBytes(options);
  }
}

}  // namespace

Json LayerTimeJson(const LayerInfo& layer, const alexnet_layer_time& time,
                   const LayerTimesInfo& info, const SessionOptions& options) {
  Json entry = Json::Object({{"name", layer.name}});
  entry.Set("computed_by",
            time.computed_by < 0 ? Json() : Json(time.computed_by));
  if (time.milliseconds <= 0.0) return entry;
  const Work work = WorkOf(layer, ElementBytes(options),
                           ParameterBytes(layer, info, options), info.batch);
  const double seconds = time.milliseconds * 1e-3;
  const double by_arithmetic = work.flops / info.flops_per_second;
  const double by_memory = work.bytes / info.bytes_per_second;
  entry.Set("algorithm", time.algorithm);
  entry.Set("milliseconds", time.milliseconds);
  entry.Set("gflops_per_second", work.flops / seconds * 1e-9);
  entry.Set("gbytes_per_second", work.bytes / seconds * 1e-9);
  entry.Set("flops_per_byte", work.flops / work.bytes);
  entry.Set("bound", by_arithmetic > by_memory ? "arithmetic" : "memory");
  entry.Set("of_bound", std::max(by_arithmetic, by_memory) / seconds);
  return entry;
}

void AddTimes(Json& document, const Model& model, const SessionOptions& options,
              double seconds, const Limits& limits) {
  const LayerTimes times = time_layers(model, options, seconds, limits);
  const std::vector<LayerInfo> layers = model.layers();
  Json entries = Json::Array();
  double sum = times.info.reorder_milliseconds;
  for (size_t i = 0; i < layers.size(); ++i) {
    entries.Append(
        LayerTimeJson(layers[i], times.layers[i], times.info, options));
    sum += times.layers[i].milliseconds;
  }
  document.Set(
      "time",
      Json::Object(
          {{"device", times.info.device},
           {"threads", times.info.threads},
           {"batch", times.info.batch},
           {"runs", times.info.runs},
           {"milliseconds", sum},
           {"reorder_milliseconds", times.info.reorder_milliseconds},
           {"gflops_per_second_ceiling", times.info.flops_per_second * 1e-9},
           {"gbytes_per_second_ceiling", times.info.bytes_per_second * 1e-9},
           {"layers", entries}}));
}

}  // namespace alexnet::cli
