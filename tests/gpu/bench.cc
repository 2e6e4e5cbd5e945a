#include "tests/gpu/bench.h"

#include <algorithm>

#include "core/backend/cuda/cuda_backend.h"

namespace alexnet::bench {

std::string Quotable(const Status& status) {
  std::string text = status.ToString();
  std::replace(text.begin(), text.end(), '"', '\'');
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

Result<std::shared_ptr<Backend>> TunedBackends::Get(Precision precision) {
  std::shared_ptr<Backend>& backend = backends_[static_cast<size_t>(precision)];
  if (backend == nullptr) {
    CudaBackendOptions options;
    options.precision = precision;
    options.tune = true;
    ALEXNET_ASSIGN_OR_RETURN(backend, CreateCudaBackend(options));
  }
  return backend;
}

}  // namespace alexnet::bench
