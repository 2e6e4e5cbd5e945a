// The reference backend: plain float64 loops on the calling thread, the oracle
// of every other backend. It fuses nothing and is slow.

#ifndef ALEXNET_CORE_BACKEND_REFERENCE_REFERENCE_BACKEND_H_
#define ALEXNET_CORE_BACKEND_REFERENCE_REFERENCE_BACKEND_H_

#include <memory>

#include "core/backend/backend.h"

namespace alexnet {

// Blobs are dense float64, parameters and their gradients dense float32. Thread
// safe.
std::shared_ptr<Backend> CreateReferenceBackend();

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_REFERENCE_REFERENCE_BACKEND_H_
