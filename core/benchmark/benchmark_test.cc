#include "core/benchmark/benchmark.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "core/infer/test_models.h"
#include "core/model/save.h"
#include "core/network/presets.h"

namespace alexnet {
namespace {

// As few runs as there may be.
BenchmarkOptions Short() {
  BenchmarkOptions options;
  options.preset = "alexnet_small";
  options.threads = 1;
  options.batch = 2;
  options.seconds = 0.0;
  return options;
}

TEST(BenchmarkTest, NumbersAgreeWithEachOther) {
  const Network network = MakePreset("alexnet_small").value().network;
  const NetworkInfo info = InferNetwork(network).value();
  for (const BenchmarkMode mode :
       {BenchmarkMode::kInference, BenchmarkMode::kTraining}) {
    const int times = mode == BenchmarkMode::kTraining ? 3 : 1;
    BenchmarkOptions options = Short();
    options.mode = mode;
    const auto report = RunBenchmark(options, {});
    ASSERT_TRUE(report.ok()) << report.status().ToString();
    EXPECT_EQ(report->network, network.name);
    EXPECT_EQ(report->device, "cpu");
    EXPECT_EQ(report->threads, 1);
    EXPECT_EQ(report->batch, 2);
    EXPECT_EQ(report->runs, 5);
    EXPECT_LE(report->least_milliseconds, report->milliseconds);
    EXPECT_DOUBLE_EQ(report->images_per_second * report->milliseconds, 2e3);
    EXPECT_DOUBLE_EQ(
        report->macs_per_second,
        report->images_per_second * static_cast<double>(times * info.macs));
    EXPECT_EQ(report->load_milliseconds, 0.0);
    EXPECT_GE(report->parameter_bytes, 4 * times * info.parameter_count);
    EXPECT_GT(report->arena_bytes, 0);
    EXPECT_GE(report->device_bytes,
              report->parameter_bytes + report->arena_bytes);
    EXPECT_GT(report->peak_memory_bytes, report->parameter_bytes);
  }
}

TEST(BenchmarkTest, AModelFileIsTimedInPlaceOfAPreset) {
  testing::TestModel test = testing::MakeTestModel({"owl", "cat"}, 5);
  test.contents.network.name = "from_a_file";
  const std::string path = ::testing::TempDir() + "/benchmark.alexnet";
  ASSERT_TRUE(SaveModel(path, test.contents).ok());
  BenchmarkOptions options = Short();
  options.model = path;
  options.batch = 0;
  const auto report = RunBenchmark(options, {});
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_EQ(report->network, "from_a_file");
  EXPECT_EQ(report->batch, 1);
  EXPECT_GT(report->load_milliseconds, 0.0);
}

TEST(BenchmarkTest, WhatCannotBeTimedIsRefused) {
  for (const double seconds : {-1.0, 3601.0, std::nan("")}) {
    BenchmarkOptions options = Short();
    options.seconds = seconds;
    EXPECT_EQ(RunBenchmark(options, {}).status().field(), "seconds");
  }
  BenchmarkOptions options = Short();
  options.preset = "abacus";
  EXPECT_EQ(RunBenchmark(options, {}).status().code(), StatusCode::kNotFound);
  CancelToken token;
  token.Cancel();
  Interrupt interrupt;
  interrupt.token = &token;
  EXPECT_EQ(RunBenchmark(Short(), interrupt).status().code(),
            StatusCode::kCancelled);
}

}  // namespace
}  // namespace alexnet
