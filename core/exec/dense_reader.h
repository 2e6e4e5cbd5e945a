// DenseReader: copies a blob of a plan out as dense float32. The backend must
// outlive it.

#ifndef ALEXNET_CORE_EXEC_DENSE_READER_H_
#define ALEXNET_CORE_EXEC_DENSE_READER_H_

#include <cstdint>
#include <memory>

#include "core/backend/backend.h"
#include "core/base/status.h"

namespace alexnet {

class DenseReader {
 public:
  static Result<DenseReader> Create(Backend& backend, const Format& format);

  int64_t scratch_bytes() const;
  // `dense` is the device's memory too. Inside Backend::Run.
  Status Read(const void* blob, void* scratch, float* dense) const;

 private:
  DenseReader(Device& device, const Format& format)
      : device_(&device), format_(format) {}

  Device* device_;
  Format format_;
  std::unique_ptr<Kernel> reorder_;  // null: dense already
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_DENSE_READER_H_
