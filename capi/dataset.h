// A data set behind its handle, and progress callbacks.

#ifndef ALEXNET_CAPI_DATASET_H_
#define ALEXNET_CAPI_DATASET_H_

#include <alexnet/alexnet.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "capi/context.h"
#include "capi/handle.h"
#include "core/data/dataset.h"
#include "core/data/quarantine.h"

struct alexnet_dataset : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c4453;
  static constexpr const char* kName = "dataset";
  explicit alexnet_dataset(alexnet::DataFolders opened)
      : Counted(kTag), data(std::move(opened)) {}
  const alexnet::DataFolders data;
};

namespace alexnet::capi {

// The engine's form of a progress callback, which may be null. Borrows
// `limits`.
std::function<void(int64_t done, int64_t total)> Progress(
    alexnet_progress_callback callback, void* user, Limits& limits);

// Tells the context which folders were taken for what.
void LogNotes(const Ref<alexnet_context>& context,
              const alexnet_dataset& dataset);

// Tells the context of pictures that were left out.
void LogBroken(const Ref<alexnet_context>& context,
               const std::vector<BrokenPicture>& broken);

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_DATASET_H_
