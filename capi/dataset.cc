#include "capi/dataset.h"

#include <fmt/core.h>

#include "capi/call.h"
#include "capi/struct_size.h"
#include "core/demo/demo_pictures.h"

namespace alexnet::capi {
namespace {

// Null for a part that is not there; refuses other numbers.
Result<const Dataset*> Part(const alexnet_dataset& dataset, int32_t part) {
  if (part == ALEXNET_PART_TRAIN) return dataset.data.train.get();
  if (part == ALEXNET_PART_VALIDATION) return dataset.data.validation.get();
  return InvalidArgumentError(
             fmt::format("{} is neither ALEXNET_PART_TRAIN nor "
                         "ALEXNET_PART_VALIDATION",
                         part))
      .WithField("part");
}

}  // namespace

std::function<void(int64_t done, int64_t total)> Progress(
    alexnet_progress_callback callback, void* user, Limits& limits) {
  if (callback == nullptr) return nullptr;
  return [callback, user, &limits](int64_t done, int64_t total) {
    limits.Obey(callback(user, done, total));
  };
}

void LogNotes(const Ref<alexnet_context>& context,
              const alexnet_dataset& dataset) {
  for (const std::string& note : dataset.data.notes) LogInfo(context, note);
}

void LogBroken(const Ref<alexnet_context>& context,
               const std::vector<BrokenPicture>& broken) {
  for (const BrokenPicture& each : broken) {
    LogWarning(context, fmt::format("left out {}: {}", each.name, each.reason));
  }
}

}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_dataset_open(const char* path,
                                    int32_t allow_empty_classes,
                                    alexnet_dataset** dataset,
                                    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(dataset, "dataset"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(path, "path"));
    DatasetOptions options;
    options.lenient = allow_empty_classes != 0;
    ALEXNET_ASSIGN_OR_RETURN(DataFolders data, OpenData(path, options));
    *dataset = new alexnet_dataset(std::move(data));
    return Status();
  });
}

void alexnet_dataset_free(alexnet_dataset* dataset) { FreeHandle(dataset); }

size_t alexnet_dataset_class_count(const alexnet_dataset* handle) {
  return Value<size_t>(0, [&]() -> size_t {
    const auto dataset = Enter(handle);
    return dataset.ok() ? (*dataset)->data.train->classes().size() : 0;
  });
}

const char* alexnet_dataset_class_name(const alexnet_dataset* handle,
                                       size_t index) {
  return Value<const char*>(nullptr, [&]() -> const char* {
    const auto dataset = Enter(handle);
    if (!dataset.ok()) return nullptr;
    const std::vector<std::string>& classes = (*dataset)->data.train->classes();
    return index < classes.size() ? classes[index].c_str() : nullptr;
  });
}

int64_t alexnet_dataset_size(const alexnet_dataset* handle, int32_t part) {
  return Value<int64_t>(0, [&]() -> int64_t {
    const auto dataset = Enter(handle);
    if (!dataset.ok()) return 0;
    const auto found = Part(**dataset, part);
    return found.ok() && *found != nullptr ? (*found)->size() : 0;
  });
}

alexnet_status alexnet_dataset_read(const alexnet_dataset* handle, int32_t part,
                                    int64_t index, int32_t* label, char** name,
                                    void** bytes, size_t* size,
                                    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    if (name != nullptr) *name = nullptr;
    if (bytes != nullptr) *bytes = nullptr;
    ALEXNET_ASSIGN_OR_RETURN(const auto dataset, Enter(handle));
    ALEXNET_ASSIGN_OR_RETURN(const Dataset* const found, Part(*dataset, part));
    const int64_t count = found != nullptr ? found->size() : 0;
    if (index < 0 || index >= count) {
      return NotFoundError(
                 fmt::format("this part has {} pictures, not {}", count, index))
          .WithField("index");
    }
    if (bytes != nullptr) ALEXNET_RETURN_IF_ERROR(CheckPointer(size, "size"));
    std::unique_ptr<char, void (*)(void*)> text(nullptr, alexnet_free);
    if (name != nullptr) text.reset(CopyText(found->name(index)));
    if (bytes != nullptr) {
      ALEXNET_ASSIGN_OR_RETURN(const Sample sample, found->Read(index));
      *bytes = CopyBytes(sample.bytes.data(), sample.bytes.size());
      *size = sample.bytes.size();
    }
    if (label != nullptr) *label = found->label(index);
    if (name != nullptr) *name = text.release();
    return Status();
  });
}

alexnet_status alexnet_draw_shapes(const char* out,
                                   const alexnet_shapes_options* given,
                                   const alexnet_limits* given_limits,
                                   alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckPointer(out, "out"));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_shapes_options options,
                             ReadStruct(given, "alexnet_shapes_options"));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    DemoPictureOptions pictures;
    if (options.seed != 0) pictures.seed = options.seed;
    if (options.train_per_class != 0) {
      pictures.train_per_class = options.train_per_class;
    }
    if (options.held_out_per_class != 0) {
      pictures.held_out_per_class = options.held_out_per_class;
    }
    return WriteDemoPictures(out, pictures, limits.interrupt());
  });
}
