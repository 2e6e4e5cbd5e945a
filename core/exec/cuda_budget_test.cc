// What a training step of a GPU has to move and to compute, counted on the
// emulation, and the time that this takes at the least: who adds a pass over a
// blob or a launch is found. What cuDNN's plans move beside their operands it
// is asked itself, where it can be loaded. No figure here was measured on a
// GPU.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#include "core/backend/cuda/nvidia/planned_workspace.h"
#include "core/backend/cuda/test_backend.h"
#include "core/exec/training_plan.h"
#include "core/network/init.h"
#include "core/network/presets.h"

namespace alexnet {
namespace {

// An H200's, as libraries reach them.
constexpr double kFlops = 790e12;  // of products of bfloat16
constexpr double kBytesPerSecond = 4.3e12;

// Of cuDNN's plans, MiB, whatever the batch: partial sums. To repack a blob
// would take hundreds.
constexpr double kMostWorkspaceMoved = 16.0;
constexpr double kMostWorkspaceAtOnce = 8.0;

using Traffics = std::map<std::string, emulation::Traffic>;

// Of one step, of a plan in bfloat16.
Traffics TrafficOf(const std::string& preset, int64_t batch) {
  emulation::machine() = emulation::Machine();
  emulation::machine().watched = true;
  emulation::machine().memory = size_t{8} << 30;
  // As cuDNN without tuning.
  emulation::machine().masks = false;
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

  // What convolutions write and read again beside their operands, and what of
  // it there is at once: MiB.
  struct Workspace {
    double moved = 0.0;
    double at_once = 0.0;
  };
  // None where cuDNN cannot be asked.
  static Workspace WorkspaceOf(const std::string& preset, int64_t batch) {
    const auto layers = cuda::PlannedWorkspaces(preset, batch);
    if (!layers.ok()) {
      std::printf("%s\n", layers.status().ToString().c_str());
      return {};
    }
    Workspace workspace;
    for (const cuda::PlannedWorkspace& layer : *layers) {
      // The gradients are computed side by side.
      const double forward = static_cast<double>(layer.forward) / (1 << 20);
      const double backward =
          static_cast<double>(layer.source_gradient + layer.weight_gradient) /
          (1 << 20);
      workspace.moved += 2.0 * (forward + backward);
      workspace.at_once = std::max({workspace.at_once, forward, backward});
      std::printf(
          "  work space of %-21s %8.1f forward, %8.1f data, %8.1f "
          "weights, MiB\n",
          layer.layer.c_str(), forward,
          static_cast<double>(layer.source_gradient) / (1 << 20),
          static_cast<double>(layer.weight_gradient) / (1 << 20));
    }
    return workspace;
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
    const Workspace workspace =
        WorkspaceOf(preset, static_cast<int64_t>(batch));
    const double beside = 1e3 * workspace.moved * (1 << 20) / kBytesPerSecond;
    std::printf("  cuDNN's work space %29.1f MiB %8.3f\n", workspace.moved,
                beside);
    std::printf("  products by their sums %.3f, all %.3f\n", computed,
                computed + own + beside);
    EXPECT_LE(workspace.moved, kMostWorkspaceMoved);
    EXPECT_LE(workspace.at_once, kMostWorkspaceAtOnce);
    return computed + own + beside;
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
