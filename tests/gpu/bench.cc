#include "tests/gpu/bench.h"

#include <algorithm>

#include "core/backend/cuda/cuda_backend.h"
#include "core/backend/cuda/math/tuning_file.h"

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
    options.tuning_folder = MachineCacheFolder();
    ALEXNET_ASSIGN_OR_RETURN(backend, CreateCudaBackend(options));
  }
  return backend;
}

}  // namespace alexnet::bench
