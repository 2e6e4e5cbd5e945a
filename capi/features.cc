#include "core/infer/features.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capi/call.h"
#include "capi/context.h"
#include "capi/dataset.h"
#include "capi/device_options.h"
#include "capi/image.h"
#include "capi/model.h"
#include "capi/struct_size.h"
#include "core/base/birthplace.h"
#include "core/data/decode.h"
#include "core/infer/lpips.h"
#include "core/infer/nearest.h"

struct alexnet_features : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c4654;
  static constexpr const char* kName = "features";
  alexnet_features() : Counted(kTag) {}

  alexnet::capi::Ref<alexnet_context> context;
  std::unique_ptr<alexnet::Features> features;
  size_t warned = 0;  // broken pictures that the context was told of
  alexnet::Birthplace birthplace;
  mutable alexnet::capi::Gate gate;
};

namespace alexnet::capi {
namespace {

Result<FeatureOptions> ReadFeatureOptions(
    const alexnet_feature_options& given) {
  FeatureOptions options;
  ALEXNET_RETURN_IF_ERROR(ReadCompileOptions(given, &options));
  // BEGIN options: capi.read feature_options from=given to=options
  options.loader_threads = given.loader_threads;
  options.strict = given.strict != 0;
  if (given.max_pixels != 0) options.max_pixels = given.max_pixels;
  // END options
  return options;
}

void WarnOfBroken(alexnet_features& features) {
  const std::vector<BrokenPicture>& broken = features.features->broken();
  LogBroken(
      features.context,
      {broken.begin() + static_cast<ptrdiff_t>(features.warned), broken.end()});
  features.warned = broken.size();
}

}  // namespace
}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_features_create(const alexnet_model* model_handle,
                                       const char* layer,
                                       const char* const* paths,
                                       size_t path_count,
                                       const alexnet_feature_options* given,
                                       alexnet_features** features,
                                       alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(features, "features"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, EnterWhole(model_handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(layer, "layer"));
    ALEXNET_ASSIGN_OR_RETURN(
        std::vector<std::string> copies,
        ReadTexts(paths, path_count, std::numeric_limits<uint32_t>::max(),
                  "paths"));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_feature_options read,
                             ReadStruct(given, "alexnet_feature_options"));
    auto made = std::make_unique<alexnet_features>();
    ALEXNET_ASSIGN_OR_RETURN(made->context, EnterOptional(read.context));
    ALEXNET_ASSIGN_OR_RETURN(const FeatureOptions options,
                             ReadFeatureOptions(read));
    Result<std::shared_ptr<const Dataset>> pictures =
        OpenPictures(std::move(copies));
    if (!pictures.ok()) return pictures.status().WithField("paths");
    ALEXNET_ASSIGN_OR_RETURN(
        made->features,
        Features::Create(model->shared, layer, *std::move(pictures), options));
    *features = made.release();
    return Status();
  });
}

void alexnet_features_free(alexnet_features* features) { FreeHandle(features); }

alexnet_status alexnet_features_get_info(const alexnet_features* handle,
                                         alexnet_features_info* info,
                                         alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto entered, EnterAlone(handle));
    const Features& features = *entered->features;
    alexnet_features_info result{};
    result.size = features.size();
    result.rank = features.shape().rank();
    for (int i = 0; i < features.shape().rank(); ++i) {
      result.shape[i] = features.shape()[i];
    }
    result.batch = features.batch();
    result.threads = features.threads();
    result.broken = static_cast<int64_t>(features.broken().size());
    return FillStruct(result, info, "alexnet_features_info");
  });
}

alexnet_status alexnet_features_next(alexnet_features* handle,
                                     const alexnet_limits* given_limits,
                                     int64_t* indices, size_t index_count,
                                     float* values, size_t value_size,
                                     size_t* found, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto entered, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckArray(indices, index_count, "indices"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(values, value_size, "values"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(found, "found"));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    const Result<int64_t> rows = entered->features->Next(
        {indices, index_count}, {values, value_size}, limits.interrupt());
    WarnOfBroken(*entered);
    if (!rows.ok()) return rows.status();
    *found = static_cast<size_t>(*rows);
    return Status();
  });
}

alexnet_status alexnet_features_broken_at(const alexnet_features* handle,
                                          size_t index, const char** path,
                                          const char** reason,
                                          alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(path, "path"));
    ALEXNET_RETURN_IF_ERROR(ClearOutput(reason, "reason"));
    ALEXNET_ASSIGN_OR_RETURN(const auto entered, EnterAlone(handle));
    const std::vector<BrokenPicture>& broken = entered->features->broken();
    if (index >= broken.size()) {
      return NotFoundError(fmt::format("{} pictures were left out, not {}",
                                       broken.size(), index))
          .WithField("index");
    }
    *path = broken[index].name.c_str();
    *reason = broken[index].reason.c_str();
    return Status();
  });
}

alexnet_status alexnet_find_nearest(const float* rows, size_t row_floats,
                                    const float* query, size_t size,
                                    size_t most, alexnet_neighbour* nearest,
                                    size_t* found, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckArray(rows, row_floats, "rows"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(query, size, "query"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(nearest, most, "nearest"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(found, "found"));
    ALEXNET_ASSIGN_OR_RETURN(
        const std::vector<Neighbour> near,
        FindNearest({rows, row_floats}, {query, size}, most));
    for (size_t i = 0; i < near.size(); ++i) {
      nearest[i] = {near[i].index, near[i].distance};
    }
    *found = near.size();
    return Status();
  });
}

alexnet_status alexnet_lpips(const alexnet_model* handle,
                             const alexnet_image* first,
                             const alexnet_image* second, const float* weights,
                             size_t weight_count,
                             const alexnet_session_options* given,
                             double* distance, double* layers,
                             size_t layer_count, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto model, EnterWhole(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(first, "first"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(second, "second"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(weights, weight_count, "weights"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(distance, "distance"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(layers, layer_count, "layers"));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_session_options read,
                             ReadStruct(given, "alexnet_session_options"));
    if (read.devices != nullptr && *read.devices != '\0') {
      return InvalidArgumentError(
                 "the distance is computed on one device; name it by `device`")
          .WithField("devices");
    }
    CompileOptions options;
    ALEXNET_RETURN_IF_ERROR(ReadCompileOptions(read, &options));
    const int64_t max_pixels =
        read.max_pixels != 0 ? read.max_pixels : kDefaultMaxPixels;
    const Result<Image> one = CopyImage(*first, max_pixels);
    if (!one.ok()) return one.status().WithField("first");
    const Result<Image> other = CopyImage(*second, max_pixels);
    if (!other.ok()) return other.status().WithField("second");
    ALEXNET_ASSIGN_OR_RETURN(const LpipsDistance found,
                             MeasureLpips(*model->shared, *one, *other,
                                          {weights, weight_count}, options));
    std::fill_n(layers, layer_count, 0.0);
    std::copy_n(found.layers.begin(),
                std::min(found.layers.size(), layer_count), layers);
    *distance = found.total;
    return Status();
  });
}
