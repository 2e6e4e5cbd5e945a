// What a training step of a GPU has to move and to compute, counted on the
// emulation, and the time that this takes at the least: who adds a pass over a
// blob or a launch is found. No figure here was measured on a GPU.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#include "core/backend/cuda/test_backend.h"
#include "core/exec/training_plan.h"
#include "core/network/init.h"
#include "core/network/presets.h"

namespace alexnet {
namespace {

// An H200's, as libraries reach them.
constexpr double kFlops = 790e12;  // of products of bfloat16
constexpr double kBytesPerSecond = 4.3e12;

using Traffics = std::map<std::string, emulation::Traffic>;

// Of one step, of a plan in bfloat16.
Traffics TrafficOf(const std::string& preset, int64_t batch) {
  emulation::machine() = emulation::Machine();
  emulation::machine().watched = true;
  emulation::machine().memory = size_t{8} << 30;
  const Network network = MakePreset(preset).value().network;
  const NetworkInfo info = InferNetwork(network).value();
  Traffics traffic;
  {
    CudaBackendOptions options;
    options.precision = Precision::kBf16;
    const auto source = TensorsAsSource(InitialParameters(info, 1).value());
    const auto plan =
        TrainingPlan::Compile(network, testing::MakeTestBackend(options),
                              *source, {.batch = batch})
            .value();
    const std::vector<float> images(
        static_cast<size_t>(batch * info.layers.front().in.elements()), 0.25f);
    const std::vector<int32_t> labels(static_cast<size_t>(batch));
    StepInput input;
    input.images = images.data();
    input.labels = labels.data();
    // The first one has no update of a step before to carry out.
    for (int step = 0; step < 2; ++step) {
      emulation::TrafficByWork().clear();
      const auto result = plan->Step(input, {});
      EXPECT_TRUE(result.ok()) << result.status().ToString();
    }
    traffic = emulation::TrafficByWork();
  }
  emulation::machine() = emulation::Machine();
  return traffic;
}

// A line of the budget.
struct Row {
  int64_t launches = 0;
  double constant = 0.0;  // bytes that do not grow with the batch
  double slope = 0.0;     // bytes a picture
};

class CudaBudgetTest : public ::testing::Test {
 protected:
  // By what is done, from the steps of one and of two pictures.
  static std::map<std::string, Row> Budget(const std::string& preset) {
    const Traffics one = TrafficOf(preset, 1);
    const Traffics two = TrafficOf(preset, 2);
    std::map<std::string, Row> rows;
    for (const auto& [what, traffic] : two) {
      const auto at_one = one.find(what);
      const double small = at_one == one.end()
                               ? 0.0
                               : static_cast<double>(at_one->second.read +
                                                     at_one->second.written);
      const double large = static_cast<double>(traffic.read + traffic.written);
      Row& row = rows[what];
      row.launches = traffic.launches;
      row.slope = std::max(large - small, 0.0);
      row.constant = std::max(small - row.slope, 0.0);
    }
    return rows;
  }

  static bool IsProduct(const std::string& what) {
    return what == "products" || what.starts_with("convolutions");
  }

  // Milliseconds of a step, at the least.
  static double Print(const std::string& preset,
                      const std::map<std::string, Row>& rows, double batch) {
    const NetworkInfo info =
        InferNetwork(MakePreset(preset).value().network).value();
    const double macs = static_cast<double>(info.macs);
    // Of the first layer no gradient of the source is made.
    const double flops = 2.0 * 3.0 * macs * batch;
    double own = 0.0;
    double products = 0.0;
    std::printf("%s, batch %.0f, floor in ms:\n", preset.c_str(), batch);
    for (const auto& [what, row] : rows) {
      const double milliseconds =
          1e3 * (row.constant + row.slope * batch) / kBytesPerSecond;
      std::printf("  %-36s %3lld launches %9.1f MiB %8.3f\n", what.c_str(),
                  static_cast<long long>(row.launches),
                  (row.constant + row.slope * batch) / (1 << 20), milliseconds);
      (IsProduct(what) ? products : own) += milliseconds;
    }
    const double computed = std::max(1e3 * flops / kFlops, products);
    std::printf("  products by their sums %.3f, all %.3f\n", computed,
                computed + own);
    return computed + own;
  }

  // What all but products and convolutions moves for a picture and beside
  // pictures, MiB, and how often anything is launched: no more than so much.
  static void Expect(const std::string& preset, double slope, double constant,
                     int64_t launches, double milliseconds) {
    const std::map<std::string, Row> rows = Budget(preset);
    Print(preset, rows, 1024);
    EXPECT_LE(Print(preset, rows, 256), milliseconds);
    double own_slope = 0.0;
    double own_constant = 0.0;
    int64_t all_launches = 0;
    for (const auto& [what, row] : rows) {
      all_launches += row.launches;
      if (IsProduct(what)) continue;
      own_slope += row.slope / (1 << 20);
      own_constant += row.constant / (1 << 20);
    }
    std::printf("%s: %.2f MiB a picture, %.1f MiB beside, %lld launches\n",
                preset.c_str(), own_slope, own_constant,
                static_cast<long long>(all_launches));
    EXPECT_LE(own_slope, slope);
    EXPECT_LE(own_constant, constant);
    EXPECT_LE(all_launches, launches);
  }
};

// What they are now, and little more: a pass over a blob is a launch at least.
TEST_F(CudaBudgetTest, Torchvision) {
  Expect("torchvision", 4.32, 1290.0, 61, 1.99);
}
TEST_F(CudaBudgetTest, Alexnet) { Expect("alexnet", 6.37, 1290.0, 62, 2.14); }

}  // namespace
}  // namespace alexnet
