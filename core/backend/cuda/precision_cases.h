// The precisions that the CUDA backend is tested in, and a backend of each.

#ifndef ALEXNET_CORE_BACKEND_CUDA_PRECISION_CASES_H_
#define ALEXNET_CORE_BACKEND_CUDA_PRECISION_CASES_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/cuda/test_backend.h"
#include "core/backend/precision.h"
#include "core/backend/testing/layer_cases.h"
#include "core/tensor/dtype.h"

namespace alexnet::testing::inline ALEXNET_CUDA_RUNTIME {

struct PrecisionCase {
  const char* name;
  Precision precision;
  Closeness closeness;
  bool tune = false;
};

inline constexpr PrecisionCase kPrecisions[] = {
    {"F32", Precision::kF32, {1e-5, DType::kF32, true}},
    {"Tf32", Precision::kTf32, {2e-3, DType::kF32, true}},
    {"Bf16", Precision::kBf16, {2e-2, DType::kBF16, true}},
    {"TunedBf16", Precision::kBf16, {2e-2, DType::kBF16, true}, true},
};

inline Backend& BackendOf(const PrecisionCase& precision) {
  // Never destroyed: at the program's end the libraries may go first.
  static auto& backends = *new std::map<std::string, std::shared_ptr<Backend>>;
  std::shared_ptr<Backend>& backend = backends[precision.name];
  if (backend == nullptr) {
    CudaBackendOptions options;
    options.precision = precision.precision;
    options.tune = precision.tune;
    backend = MakeTestBackend(options);
  }
  return *backend;
}

inline std::string PrecisionCaseName(
    const ::testing::TestParamInfo<PrecisionCase>& info) {
  return info.param.name;
}

}  // namespace alexnet::testing::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_PRECISION_CASES_H_
