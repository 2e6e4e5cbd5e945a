// Every kernel of the CUDA backend against the reference, each forward and
// backward on the same rounded inputs. Built twice: for the emulation, and for
// a GPU.

#include "core/backend/cuda/cuda_backend.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "core/backend/cuda/precision_cases.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/backend/testing/layer_cases.h"

namespace alexnet {
namespace {

using testing::BackendOf;
using testing::ExpectEqualsReference;
using testing::KernelCase;
using testing::kPrecisions;
using testing::LayerCase;
using testing::PrecisionCase;
using testing::RandomValues;
using testing::TrainingOf;

class CudaKernelTest
    : public ::testing::TestWithParam<std::tuple<PrecisionCase, LayerCase>> {
 protected:
  static const KernelCase& Kernel() { return std::get<1>(GetParam()).kernel; }
  static void Expect(const KernelCase& test) {
    const PrecisionCase& precision = std::get<0>(GetParam());
    ExpectEqualsReference(BackendOf(precision), test, precision.closeness);
  }
};

TEST_P(CudaKernelTest, InferenceEqualsTheReference) { Expect(Kernel()); }

TEST_P(CudaKernelTest, TrainingEqualsTheReference) {
  Expect(TrainingOf(Kernel()));
}

TEST_P(CudaKernelTest, WhatIsNotFiniteGoesOn) {
  const PrecisionCase& precision = std::get<0>(GetParam());
  for (const KernelCase& test : {Kernel(), TrainingOf(Kernel())}) {
    testing::ExpectNotFiniteGoesOn(BackendOf(precision), test,
                                   precision.closeness.inputs);
  }
}

TEST_P(CudaKernelTest, AFirstLayerNeedsNoSourceGradient) {
  KernelCase test = TrainingOf(Kernel());
  test.src_gradient = false;
  Expect(test);
}

TEST_P(CudaKernelTest, ARectifiedSourceMasksItsGradient) {
  if (As<Softmax>(Kernel().layer) != nullptr) return;  // never follows a ReLU
  KernelCase test = TrainingOf(Kernel());
  test.src_rectified = true;
  // The reference does not mask; the harness does it for both.
  Expect(test);
}

INSTANTIATE_TEST_SUITE_P(
    All, CudaKernelTest,
    ::testing::Combine(::testing::ValuesIn(kPrecisions),
                       ::testing::ValuesIn(testing::LayerCases())),
    [](const auto& parameter) {
      return std::get<0>(parameter.param).name +
             std::get<1>(parameter.param).name;
    });

class CudaBackendTest : public ::testing::TestWithParam<PrecisionCase> {};

INSTANTIATE_TEST_SUITE_P(All, CudaBackendTest, ::testing::ValuesIn(kPrecisions),
                         testing::PrecisionCaseName);

TEST_P(CudaBackendTest, RefusesNarrowWeightsByName) {
  KernelCase test;
  test.layer = {"fc", FullyConnected{8, true, {}, {}}};
  test.in = {2, 16};
  test.src = RandomValues(32, 1);
  test.weight_dtype = DType::kF16;
  const auto result = RunKernel(BackendOf(GetParam()), test);
  EXPECT_EQ(result.status().code(), StatusCode::kUnsupported);
  EXPECT_EQ(result.status().field(), "weight_dtype");
}

TEST(CudaDevicesTest, AreListedAndRefusedBeyondTheLast) {
  const std::vector<CudaDeviceInfo> devices = ListCudaDevices();
  ASSERT_FALSE(devices.empty());
  EXPECT_FALSE(devices.front().name.empty());
  EXPECT_GT(devices.front().memory_bytes, 0);
  const CudaReport report = ReportCuda();
  EXPECT_EQ(report.problem, "");
  EXPECT_EQ(report.devices.size(), devices.size());
  CudaBackendOptions options;
  options.device = static_cast<int>(devices.size());
  const auto beyond = CreateCudaBackend(options);
  ASSERT_FALSE(beyond.ok());
  EXPECT_EQ(beyond.status().code(), StatusCode::kNotFound);
  EXPECT_NE(beyond.status().message().find("cuda:0"), std::string::npos);
}

}  // namespace
}  // namespace alexnet
