// The benchmark's parts on the emulated GPU, with as little work as they take:
// that they run, and that what they print can be read.

#include "tests/gpu/bench.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace alexnet::bench {
namespace {

GpuBenchOptions Least() {
  GpuBenchOptions least;
  least.rounds = 1;
  least.seconds = 1e-6;
  least.kernel_batch = 1;
  least.sgd_elements = 5000;
  least.jpeg_network = "cifar10";
  least.jpeg_batch = 4;
  least.jpeg_batches = 2;
  least.jpegs_per_class = 1;
  return least;
}

// The lines that `bench` prints, none of which tells of an error.
template <typename Bench>
int Lines(const Bench& bench) {
  ::testing::internal::CaptureStdout();
  const bool ok = bench();
  std::istringstream text(::testing::internal::GetCapturedStdout());
  EXPECT_TRUE(ok) << text.str();
  int lines = 0;
  for (std::string line; std::getline(text, line); ++lines) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    EXPECT_TRUE(json.is_object()) << line;
    EXPECT_FALSE(json.contains("error")) << line;
    for (const auto& value : json) {
      EXPECT_TRUE(!value.is_number() || value.get<double>() >= 0.0) << line;
    }
  }
  return lines;
}

TEST(GpuBenchTest, PlansAreTimed) {
  TunedBackends backends;
  for (const Precision precision : {Precision::kBf16, Precision::kF32}) {
    for (const bool training : {false, true}) {
      const PlanSize size = {"lenet5", training, precision, 2};
      EXPECT_EQ(Lines([&] { return BenchPlan(backends, size, Least()); }), 1);
    }
  }
}

TEST(GpuBenchTest, WhetherStepsAreCapturedIsTold) {
  ::testing::internal::CaptureStdout();
  const Status status = PrintCapture("lenet5");
  EXPECT_NE(::testing::internal::GetCapturedStdout().find("captured: yes"),
            std::string::npos);
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST(GpuBenchTest, OwnKernelsAreTimed) {
  TunedBackends backends;
  EXPECT_EQ(Lines([&] { return BenchOwnKernels(backends, Least()); }),
            2 * (5 * 2 + 1));
}

TEST(GpuBenchTest, TrainingOnJpegsIsTimed) {
  TunedBackends backends;
  EXPECT_EQ(Lines([&] { return BenchJpegs(backends, Least()); }), 1);
}

}  // namespace
}  // namespace alexnet::bench
