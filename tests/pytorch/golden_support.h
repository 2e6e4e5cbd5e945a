// What the golden tests share: the files, the generated values, the backends.

#ifndef ALEXNET_TESTS_PYTORCH_GOLDEN_SUPPORT_H_
#define ALEXNET_TESTS_PYTORCH_GOLDEN_SUPPORT_H_

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/network/network.h"
#include "core/tensor/tensor.h"

namespace alexnet::testing {

inline constexpr uint64_t kGoldenSeed = 2012;

// tests/golden/network/NAME.
nlohmann::json ReadGolden(const std::string& name);

// As values() in make_network_golden.py.
std::vector<float> GoldenValues(uint32_t stream, int64_t count,
                                float scale = 1.0f);

// As Network in make_network_golden.py. `last_scale` is of the parameter
// "fc8.weight".
std::vector<Tensor> GoldenParameters(const NetworkInfo& info,
                                     double last_scale = 1.0);

// "reference" and "cpu", the latter with two threads. Fails the test for
// others.
std::shared_ptr<Backend> GoldenBackend(const std::string& name);

// Compares a gradient with its norm and its projection in a golden file, to
// `tolerance` of the norm. `index` is the parameter's.
void ExpectGradient(const std::vector<float>& gradient, int index,
                    const nlohmann::json& facts, double tolerance,
                    const std::string& what);

}  // namespace alexnet::testing

#endif  // ALEXNET_TESTS_PYTORCH_GOLDEN_SUPPORT_H_
