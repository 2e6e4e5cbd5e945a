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
    EXPECT_FALSE(report->captured.has_value());
  }
}

// Of two devices whose parameters are dense, so that it can be told beforehand.
int64_t ExchangedBytes(ParallelKind kind, BenchmarkMode mode) {
  BenchmarkOptions options = Short();
  options.preset = "lenet5";
  options.devices = "reference,reference";
  options.parallel = kind;
  options.mode = mode;
  const auto report = RunBenchmark(options, {});
  EXPECT_TRUE(report.ok()) << report.status().ToString();
  return report->exchanged_bytes;
}

// All gradients, and loss, correct answers and norm in float64, of each.
TEST(BenchmarkTest, DataExchangesGradients) {
  const NetworkInfo info =
      InferNetwork(MakePreset("lenet5").value().network).value();
  const int64_t training =
      ExchangedBytes(ParallelKind::kData, BenchmarkMode::kTraining);
  const int64_t gradients = 2 * (4 * info.parameter_count + 3 * 8);
  // Those that are summed together have gaps between them.
  constexpr int64_t kGap = 256;
  EXPECT_GE(training, gradients);
  EXPECT_LE(
      training,
      gradients + 2 * kGap * static_cast<int64_t>(info.parameters.size()));
  EXPECT_EQ(ExchangedBytes(ParallelKind::kData, BenchmarkMode::kInference), 0);
}

TEST(BenchmarkTest, SeveralDevicesAreTimedAndWhatTheyExchangeIsCounted) {
  for (const ParallelKind kind :
       {ParallelKind::kData, ParallelKind::kTowers, ParallelKind::kHybrid}) {
    for (const BenchmarkMode mode :
         {BenchmarkMode::kInference, BenchmarkMode::kTraining}) {
      BenchmarkOptions options = Short();
      options.devices = "cpu,cpu";
      options.threads = 2;
      options.parallel = kind;
      options.mode = mode;
      options.batch = 4;
      const auto report = RunBenchmark(options, {});
      ASSERT_TRUE(report.ok()) << report.status().ToString();
      EXPECT_EQ(report->device, "cpu,cpu");
      EXPECT_EQ(report->threads, 2);
      EXPECT_EQ(report->batch, 4);
      EXPECT_EQ(report->runs, 5);
      EXPECT_GT(report->parameter_bytes, 0);
      EXPECT_GT(report->arena_bytes, 0);
      if (kind == ParallelKind::kData && mode == BenchmarkMode::kInference) {
        EXPECT_EQ(report->exchanged_bytes, 0);
      } else {
        EXPECT_GT(report->exchanged_bytes, 0);
      }
    }
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
