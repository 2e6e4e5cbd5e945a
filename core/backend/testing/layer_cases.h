// Layers of all kinds, and how a backend's kernels are held against the
// reference.

#ifndef ALEXNET_CORE_BACKEND_TESTING_LAYER_CASES_H_
#define ALEXNET_CORE_BACKEND_TESTING_LAYER_CASES_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/network/layer.h"
#include "core/tensor/dtype.h"

namespace alexnet::testing {

struct LayerCase {
  std::string name;
  KernelCase kernel;
  double tolerance = 2e-5;  // of float32 backends
};
void PrintTo(const LayerCase& test, std::ostream* out);
std::string LayerCaseName(const ::testing::TestParamInfo<LayerCase>& parameter);

// Every kind of layer in every shape that kernels treat apart, forward only.
std::vector<LayerCase> LayerCases();

Layer ConvolutionOf(int64_t filters, const Window& window, int64_t groups = 1,
                    bool bias = true);

// The same with a gradient to send back.
KernelCase TrainingOf(KernelCase test);

// |actual - expected| over |expected|, Euclidean norms.
double RelativeNorm(const std::vector<float>& actual,
                    const std::vector<float>& expected);

struct Closeness {
  double tolerance = 0.0;
  DType inputs = DType::kF32;  // rounded to it before either sees them
  bool norm = false;           // RelativeNorm, else RelativeError
};
// Random inputs through `backend` and the reference.
void ExpectEqualsReference(Backend& backend, KernelCase test,
                           const Closeness& closeness);

// Puts NaN and infinities into the source, and into a gradient that is sent
// back: whatever is not finite in the reference's results is not finite in the
// backend's (NaN where it is NaN), and other samples are not touched.
void ExpectNotFiniteGoesOn(Backend& backend, KernelCase test, DType inputs);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_BACKEND_TESTING_LAYER_CASES_H_
