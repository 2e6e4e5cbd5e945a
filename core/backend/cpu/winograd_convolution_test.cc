// Layers that the CPU backend gives to Winograd's algorithm, against the
// reference.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/backend/testing/layer_cases.h"

namespace alexnet {
namespace {

using testing::ConvolutionOf;
using ::testing::HasSubstr;
using testing::KernelCase;
using testing::KernelResult;
using testing::RandomValues;
using testing::RunKernel;

KernelCase CaseOf(const Layer& layer, const Shape& in, bool relu = true) {
  KernelCase test;
  test.layer = layer;
  test.in = in;
  if (relu) test.fused = ActivationKind::kRelu;
  return test;
}

// Those of the presets, of which the batch is the least that shows everything.
std::vector<KernelCase> Cases() {
  const Window three = Window::Square(3, 1, 1);
  const Window five = Window::Square(5, 1, 2);
  Window lopsided = Window::Square(3, 1);
  lopsided.pad_top = 2;
  lopsided.pad_right = 1;
  return {
      CaseOf(ConvolutionOf(192, five), {1, 64, 27, 27}),
      CaseOf(ConvolutionOf(192, five), {2, 64, 26, 26}, false),
      CaseOf(ConvolutionOf(256, five, 2), {1, 96, 27, 27}),
      CaseOf(ConvolutionOf(384, three), {1, 256, 13, 13}),
      CaseOf(ConvolutionOf(384, three), {3, 192, 12, 12}),
      CaseOf(ConvolutionOf(384, three, 2), {1, 384, 13, 13}),
      CaseOf(ConvolutionOf(256, three, 2, false), {2, 384, 13, 13}, false),
      CaseOf(ConvolutionOf(64, Window::Square(11, 4, 2)), {1, 3, 224, 224}),
      CaseOf(ConvolutionOf(96, Window::Square(11, 4)), {2, 3, 227, 227}, false),
      CaseOf(ConvolutionOf(64, lopsided), {5, 64, 7, 10}),
      CaseOf(ConvolutionOf(64, five), {130, 64, 3, 3}),
  };
}

// Maps are small, since batches are not.
std::vector<KernelCase> TrainingCases() {
  const Window three = Window::Square(3, 1, 1);
  const Window five = Window::Square(5, 1, 2);
  Window lopsided = Window::Square(3, 1);
  lopsided.pad_top = 2;
  lopsided.pad_right = 1;
  return {
      testing::TrainingOf(CaseOf(ConvolutionOf(64, three), {16, 48, 13, 13})),
      testing::TrainingOf(
          CaseOf(ConvolutionOf(96, three, 2), {17, 64, 6, 7}, false)),
      testing::TrainingOf(CaseOf(ConvolutionOf(32, five), {16, 64, 9, 9})),
      testing::TrainingOf(
          CaseOf(ConvolutionOf(64, five, 2, false), {130, 64, 4, 3})),
      testing::TrainingOf(CaseOf(ConvolutionOf(48, lopsided), {20, 32, 7, 10})),
  };
}

TEST(WinogradConvolutionTest, EqualsTheReference) {
  for (const int threads : {1, 2, 3}) {
    const auto cpu = CreateCpuBackend({.threads = threads}).value();
    for (const KernelCase& test : Cases()) {
      SCOPED_TRACE(test.in.ToString());
      testing::ExpectEqualsReference(*cpu, test, {2e-5});
    }
  }
}

TEST(WinogradConvolutionTest, TrainingEqualsTheReference) {
  const auto cpu = CreateCpuBackend({.threads = 2}).value();
  for (const KernelCase& test : TrainingCases()) {
    SCOPED_TRACE(test.in.ToString());
    testing::ExpectEqualsReference(*cpu, test, {2e-5});
  }
}

TEST(WinogradConvolutionTest, FrozenWeightsGetNoGradient) {
  const auto cpu = CreateCpuBackend({.threads = 2}).value();
  const Layer layer = ConvolutionOf(64, Window::Square(3, 1, 1));
  KernelCase test = testing::TrainingOf(CaseOf(layer, {16, 64, 7, 7}));
  test.src = RandomValues(test.in.elements(), 1);
  const KernelResult whole = RunKernel(*cpu, test).value();
  test.frozen = true;
  EXPECT_EQ(RunKernel(*cpu, test).value().src_gradient, whole.src_gradient);
  test.frozen = false;
  test.src_gradient = false;
  EXPECT_EQ(RunKernel(*cpu, test).value().weight_gradient,
            whole.weight_gradient);
}

TEST(WinogradConvolutionTest, IsChosenForManyChannels) {
  const auto cpu = CreateCpuBackend({.threads = 2}).value();
  const auto name_of = [&](KernelCase test) {
    test.src = RandomValues(test.in.elements(), 1);
    return RunKernel(*cpu, test).value().name;
  };
  std::vector<KernelCase> chosen = Cases();
  for (const KernelCase& test : TrainingCases()) chosen.push_back(test);
  for (const KernelCase& test : chosen) {
    EXPECT_NE(name_of(test).find("Winograd"), std::string::npos)
        << test.in.ToString();
  }
  const Window three = Window::Square(3, 1, 1);
  const Layer eleven = ConvolutionOf(64, Window::Square(11, 4, 2));
  for (const KernelCase& test :
       {testing::TrainingOf(CaseOf(ConvolutionOf(64, three), {2, 64, 9, 9})),
        CaseOf(ConvolutionOf(64, three), {1, 8, 9, 9}),
        CaseOf(ConvolutionOf(8, three), {1, 64, 9, 9}),
        CaseOf(ConvolutionOf(64, Window::Square(3, 2, 1)), {1, 64, 9, 9}),
        CaseOf(ConvolutionOf(64, Window::Square(1, 1)), {1, 64, 9, 9}),
        testing::TrainingOf(CaseOf(eleven, {16, 3, 35, 35})),
        CaseOf(ConvolutionOf(64, Window::Square(11, 4, 2), 2), {1, 4, 35, 35}),
        CaseOf(ConvolutionOf(64, Window::Square(7, 4, 2)), {1, 3, 35, 35})}) {
    EXPECT_EQ(name_of(test).find("Winograd"), std::string::npos)
        << test.in.ToString();
    testing::ExpectEqualsReference(*cpu, test, {2e-5});
  }
}

TEST(WinogradConvolutionTest, TakesTheFormWithTheLeastToDo) {
  const auto cpu = CreateCpuBackend({.threads = 2}).value();
  const auto name_of = [&](const Shape& in) {
    KernelCase test = CaseOf(ConvolutionOf(64, Window::Square(3, 1, 1)), in);
    test.src = RandomValues(in.elements(), 1);
    return RunKernel(*cpu, test).value().name;
  };
  // Of few tiles the weights count, then how many tiles there are, and how much
  // of the last ones lies outside.
  EXPECT_THAT(name_of({1, 64, 13, 13}), HasSubstr("Winograd 3x3 of 3x3"));
  EXPECT_THAT(name_of({32, 64, 13, 13}), HasSubstr("Winograd 5x5 of 3x3"));
  EXPECT_THAT(name_of({32, 64, 7, 7}), HasSubstr("Winograd 4x4 of 3x3"));
  EXPECT_THAT(name_of({32, 64, 6, 6}), HasSubstr("Winograd 3x3 of 3x3"));
}

TEST(WinogradConvolutionTest, WhatIsNotFiniteGoesOn) {
  const auto cpu = CreateCpuBackend({.threads = 2}).value();
  const Window three = Window::Square(3, 1, 1);
  const Window five = Window::Square(5, 1, 2);
  for (const bool relu : {false, true}) {
    for (const KernelCase& test :
         {CaseOf(ConvolutionOf(64, three), {2, 64, 9, 11}, relu),
          CaseOf(ConvolutionOf(128, three, 2), {3, 128, 6, 6}, relu),
          CaseOf(ConvolutionOf(64, five), {2, 64, 10, 9}, relu)}) {
      testing::ExpectNotFiniteGoesOn(*cpu, test, DType::kF32);
    }
  }
  for (const KernelCase& test : TrainingCases()) {
    testing::ExpectNotFiniteGoesOn(*cpu, test, DType::kF32);
  }
}

TEST(WinogradConvolutionTest, TheSameThreadsGiveTheSameBits) {
  KernelCase test =
      CaseOf(ConvolutionOf(64, Window::Square(3, 1, 1)), {4, 64, 13, 13});
  test.src = RandomValues(test.in.elements(), 1);
  const auto run = [&] {
    return RunKernel(*CreateCpuBackend({.threads = 2}).value(), test)
        .value()
        .dst;
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace alexnet
