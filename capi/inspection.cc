// Damaged files, and what tensors look like.

#include <alexnet/alexnet.h>
#include <fmt/core.h>

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "capi/call.h"
#include "capi/context.h"
#include "capi/model.h"
#include "capi/struct_size.h"
#include "core/base/check.h"
#include "core/model/model.h"
#include "core/model/tensor_statistics.h"

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

namespace {

Status CheckThreads(int32_t threads) {
  constexpr int32_t kMostThreads = 1024;
  return CheckRange("threads", threads, 0, kMostThreads);
}

}  // namespace

alexnet_status alexnet_model_load_damaged(const char* path,
                                          alexnet_model** model,
                                          alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(model, "model"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(path, "path"));
    ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<const Model> loaded,
                             LoadDamagedModel(path));
    *model = new alexnet_model(std::move(loaded));
    return Status();
  });
}

alexnet_status alexnet_model_find_damage(const alexnet_model* handle,
                                         int32_t threads,
                                         const alexnet_limits* given_limits,
                                         size_t count, alexnet_damage* damage,
                                         size_t* found, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckPointer(found, "found"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(damage, count, "damage"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckThreads(threads));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    const Interrupt interrupt = limits.interrupt();
    const std::vector<Damage> all =
        FindDamage(model->get(), threads, count, interrupt);
    ALEXNET_RETURN_IF_ERROR(interrupt.Check());
    for (size_t i = 0; i < all.size(); ++i) {
      damage[i] = {all[i].index, all[i].chunk, all[i].offset, all[i].bytes};
    }
    *found = all.size();
    return Status();
  });
}

alexnet_status alexnet_model_measure_tensor(
    const alexnet_model* handle, size_t index, int32_t threads,
    const alexnet_limits* given_limits, alexnet_tensor_statistics* statistics,
    int64_t* same_as, size_t same_as_size, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(
        CheckFillable(statistics, "alexnet_tensor_statistics"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(same_as, same_as_size, "same_as"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckThreads(threads));
    ALEXNET_RETURN_IF_ERROR(CheckTensorIndex(model->get(), index));
    const int at = static_cast<int>(index);
    const int64_t filters = FilterCount(model->get(), at);
    std::span<int64_t> twins;
    if (same_as_size > 0) {
      if (same_as_size < static_cast<uint64_t>(filters)) {
        return InvalidArgumentError(fmt::format("{} numbers for {} filters",
                                                same_as_size, filters))
            .WithField("same_as_size");
      }
      twins = {same_as, static_cast<size_t>(filters)};
    }
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    ALEXNET_ASSIGN_OR_RETURN(
        const TensorStatistics measured,
        MeasureTensor(model->get(), at, threads, limits.interrupt(), twins));
    alexnet_tensor_statistics result{};
    result.elements = measured.elements;
    result.zeros = measured.zeros;
    result.nans = measured.nans;
    result.infinities = measured.infinities;
    result.min = measured.min;
    result.max = measured.max;
    result.mean = measured.mean;
    result.stddev = measured.stddev;
    result.filters = measured.filters;
    result.dead_filters = measured.dead_filters;
    result.duplicate_filters = measured.duplicate_filters;
    return FillStruct(result, statistics, "alexnet_tensor_statistics");
  });
}
