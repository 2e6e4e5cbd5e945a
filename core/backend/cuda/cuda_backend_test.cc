// Every kernel of the CUDA backend against the reference, each forward and
// backward on the same rounded inputs. Built twice: for the emulation, and for
// a GPU.

#include "core/backend/cuda/cuda_backend.h"

#include <gtest/gtest.h>

#include <optional>
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

// Bias gradients, of kernels that give them with the source's.
TEST_P(CudaKernelTest, SumsOfTheSourceGradientEqualTheReference) {
  if (As<Lrn>(Kernel().layer) == nullptr &&
      As<Pooling>(Kernel().layer) == nullptr) {
    return;
  }
  KernelCase test = TrainingOf(Kernel());
  test.src_sums = true;
  Expect(test);
  test.src_rectified = true;
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

// Layers between others that keep groups of channels apart, whose blobs lie in
// towers.
class CudaTowersTest : public CudaKernelTest {
 protected:
  static std::optional<Layer> Grouped(int64_t channels, int64_t groups) {
    return testing::ConvolutionOf(channels, Window::Square(1, 1), groups);
  }
};

// Of more channels than pictures have.
std::vector<LayerCase> MapCases() {
  std::vector<LayerCase> cases = testing::LayerCases();
  std::erase_if(cases, [](const LayerCase& test) {
    return test.kernel.in.rank() != 4 || test.kernel.in[1] < 4 ||
           As<Softmax>(test.kernel.layer) != nullptr;
  });
  return cases;
}

TEST_P(CudaTowersTest, EqualTheReference) {
  const KernelCase& plain = Kernel();
  const int64_t in = plain.in[1];
  const Shape out_shape = testing::ShapesOf(plain.layer, plain.in).value().out;
  const int64_t out = out_shape[1];
  struct Towers {
    int64_t offered;
    int64_t wanted;
  };
  for (const auto& [offered, wanted] :
       {Towers{2, 2}, Towers{2, 1}, Towers{1, 2}, Towers{2, 4}, Towers{4, 2},
        Towers{5, 1}, Towers{3, 3}}) {
    if (in % offered != 0 || out % wanted != 0) continue;
    SCOPED_TRACE(std::to_string(offered) + " towers offered, " +
                 std::to_string(wanted) + " wanted");
    KernelCase test = TrainingOf(plain);
    test.src_rectified = offered > wanted;
    test.src_sums = true;
    test.producer = Grouped(in, offered);
    test.reader = Grouped(out, wanted);
    Expect(test);
  }
}

INSTANTIATE_TEST_SUITE_P(All, CudaTowersTest,
                         ::testing::Combine(::testing::Values(kPrecisions[0],
                                                              kPrecisions[3]),
                                            ::testing::ValuesIn(MapCases())),
                         [](const auto& parameter) {
                           return std::get<0>(parameter.param).name +
                                  std::get<1>(parameter.param).name;
                         });

// Response normalization and pooling in one pass.
class CudaLrnPoolingTest : public CudaKernelTest {
 protected:
  static KernelCase Pooled(const Window& window) {
    KernelCase test = Kernel();
    Pooling pooling;
    pooling.window = window;
    test.pooling = Layer{"pool", pooling};
    return test;
  }
};

std::vector<LayerCase> LrnPoolingCases() {
  std::vector<LayerCase> cases;
  const auto add = [&](const char* name, int64_t groups, const Shape& in) {
    Lrn lrn;
    lrn.alpha = 2.0f;
    lrn.groups = groups;
    LayerCase test{name, {}, 2e-5};
    test.kernel.layer = {"norm", lrn};
    test.kernel.in = in;
    cases.push_back(test);
  };
  add("OneGroup", 1, {2, 32, 13, 15});
  add("Groups", 2, {3, 96, 7, 7});
  add("OneVector", 4, {2, 32, 9, 8});
  add("Narrow", 2, {1, 48, 21, 3});
  return cases;
}

TEST_P(CudaLrnPoolingTest, EqualsTheReference) {
  Window lopsided = Window::Square(3, 2);
  lopsided.pad_bottom = lopsided.pad_right = 1;
  for (const Window& window :
       {Window::Square(3, 2), Window::Square(3, 2, 0, Rounding::kCeil),
        Window::Square(3, 2, 1), lopsided}) {
    Expect(Pooled(window));
    KernelCase test = TrainingOf(Pooled(window));
    Expect(test);
    test.src_rectified = true;
    Expect(test);
    test.src_sums = true;
    Expect(test);
    test.src_gradient = false;
    Expect(test);
  }
}

TEST_P(CudaLrnPoolingTest, WhatIsNotFiniteGoesOn) {
  const PrecisionCase& precision = std::get<0>(GetParam());
  const KernelCase test = Pooled(Window::Square(3, 2));
  for (const KernelCase& use : {test, TrainingOf(test)}) {
    testing::ExpectNotFiniteGoesOn(BackendOf(precision), use,
                                   precision.closeness.inputs);
  }
}

TEST_P(CudaLrnPoolingTest, TowersEqualTheReference) {
  const int64_t channels = Kernel().in[1];
  KernelCase test = TrainingOf(Pooled(Window::Square(3, 2)));
  for (const int64_t offered : {1, 2, 4}) {
    for (const int64_t wanted : {1, 2, 4}) {
      if (channels / 8 % offered != 0 || channels / 8 % wanted != 0) continue;
      SCOPED_TRACE(std::to_string(offered) + " towers offered, " +
                   std::to_string(wanted) + " wanted");
      test.producer =
          testing::ConvolutionOf(channels, Window::Square(1, 1), offered);
      test.reader =
          testing::ConvolutionOf(channels, Window::Square(1, 1), wanted);
      test.src_sums = offered != wanted;
      Expect(test);
    }
  }
}

// Others run one after the other.
TEST(CudaLrnPoolingTest, LeavesOutWhatDoesNotSuit) {
  KernelCase test;
  Lrn lrn;
  lrn.region = LrnRegion::kWithinChannel;
  test.layer = {"norm", lrn};
  test.in = {1, 16, 9, 9};
  test.src = RandomValues(test.in.elements(), 1);
  test.pooling = Layer{"pool", Pooling{PoolKind::kMax, Window::Square(3, 2)}};
  const auto refused = [&test] {
    return RunKernel(BackendOf(kPrecisions[0]), test).status().code() ==
           StatusCode::kUnsupported;
  };
  EXPECT_TRUE(refused());
  test.layer = {"norm", Lrn{}};
  EXPECT_FALSE(refused());
  test.pooling =
      Layer{"pool", Pooling{PoolKind::kAverage, Window::Square(3, 2)}};
  EXPECT_TRUE(refused());
  test.pooling = Layer{"pool", Pooling{PoolKind::kMax, Window::Square(2, 2)}};
  EXPECT_TRUE(refused());
  test.pooling = Layer{"pool", Pooling{PoolKind::kMax, Window::Square(3, 2)}};
  for (const Lrn& other : {Lrn{.size = 9}, Lrn{.size = 4}, Lrn{.beta = 0.6f}}) {
    test.layer = {"norm", other};
    EXPECT_TRUE(refused());
  }
  test.layer = {"norm", Lrn{.groups = 4}};  // of four channels
  EXPECT_TRUE(refused());
}

INSTANTIATE_TEST_SUITE_P(
    All, CudaLrnPoolingTest,
    ::testing::Combine(::testing::Values(kPrecisions[0], kPrecisions[2]),
                       ::testing::ValuesIn(LrnPoolingCases())),
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
  test.weight_dtype = WeightType::kF16;
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
