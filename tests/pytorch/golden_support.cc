#include "tests/pytorch/golden_support.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cuda/cuda_backend.h"
#include "core/backend/reference/reference_backend.h"
#include "core/base/philox.h"

namespace alexnet::testing {

nlohmann::json ReadGolden(const std::string& name) {
  std::ifstream file("tests/golden/network/" + name);
  EXPECT_TRUE(file.is_open()) << name;
  return nlohmann::json::parse(file);
}

std::vector<float> GoldenValues(uint32_t stream, int64_t count, float scale) {
  PhiloxStream random(kGoldenSeed, RandomPurpose::kSynthetic, stream);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = (2.0f * random.Uniform() - 1.0f) * scale;
  return values;
}

std::vector<Tensor> GoldenParameters(const NetworkInfo& info,
                                     double last_scale) {
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < info.parameters.size(); ++i) {
    const ParameterInfo& parameter = info.parameters[i];
    double scale = 0.1;
    if (!parameter.is_bias) {
      const int64_t fan_in = parameter.shape.elements() / parameter.shape[0];
      scale = std::sqrt(6.0 / static_cast<double>(fan_in));
      if (parameter.name == "fc8.weight") scale *= last_scale;
    }
    const std::vector<float> values =
        GoldenValues(100 + static_cast<uint32_t>(i), parameter.shape.elements(),
                     static_cast<float>(scale));
    tensors.push_back(
        Tensor::Copy({values.data(), DType::kF32, parameter.shape}).value());
  }
  return tensors;
}

std::shared_ptr<Backend> GoldenBackend(const std::string& name) {
  if (name == "emulated_cuda") return CreateCudaBackend().value();
  if (name == "reference") return CreateReferenceBackend();
  EXPECT_EQ(name, "cpu");
  auto backend = CreateCpuBackend({.threads = 2});
  EXPECT_TRUE(backend.ok()) << backend.status().ToString();
  return backend.value();
}

void ExpectGradient(const std::vector<float>& gradient, int index,
                    const nlohmann::json& facts, double tolerance,
                    const std::string& what) {
  const std::vector<float> direction =
      GoldenValues(300 + static_cast<uint32_t>(index),
                   static_cast<int64_t>(gradient.size()));
  double squared = 0.0;
  double projection = 0.0;
  for (size_t i = 0; i < gradient.size(); ++i) {
    const double g = gradient[i];
    squared += g * g;
    projection += g * direction[i];
  }
  const double norm = facts.at(0);
  EXPECT_NEAR(std::sqrt(squared), norm, tolerance * norm) << what;
  EXPECT_NEAR(projection, facts.at(1).get<double>(), tolerance * norm) << what;
}

}  // namespace alexnet::testing
