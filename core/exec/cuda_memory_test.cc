// What a step needs of a GPU's memory, planned on the emulation, where nothing
// is allocated for it.

#include <gtest/gtest.h>

#include <string>

#include "core/backend/cuda/test_backend.h"
#include "core/exec/graph.h"
#include "core/exec/memory_plan.h"
#include "core/network/presets.h"

namespace alexnet {
namespace {

class CudaMemoryTest : public ::testing::TestWithParam<const char*> {};

// The networks train with 1024 pictures in bfloat16 in 16 GiB, the work spaces
// of two convolutions that run side by side, at most 1 GiB each, included.
TEST_P(CudaMemoryTest, ALargeBatchFits) {
  constexpr int64_t kGiB = int64_t{1} << 30;
  const Preset preset = MakePreset(GetParam()).value();
  const NetworkInfo info = InferNetwork(preset.network).value();
  CudaBackendOptions bf16;
  bf16.precision = Precision::kBf16;
  const auto backend = testing::MakeTestBackend(bf16);
  GraphOptions options;
  options.batch = 1024;
  options.training = true;
  options.layers = info.logits_layer + 1;
  const auto graph = BuildGraph(preset.network, info, *backend, options);
  ASSERT_TRUE(graph.ok()) << graph.status().ToString();
  const int64_t arena = PlanTrainingMemory(*graph, 0).bytes;
  // Masters and momenta in float32, gradients and working copies in bfloat16.
  const int64_t parameters = info.parameter_count * (4 + 4 + 2 + 2);
  const int64_t images =
      2 * options.batch * info.layers.front().in.elements() * 4;
  EXPECT_LT(arena + 2 * kGiB + parameters + images, 16 * kGiB);
  RecordProperty("arena_mib", static_cast<int>(arena >> 20));
}

INSTANTIATE_TEST_SUITE_P(Networks, CudaMemoryTest,
                         ::testing::Values("torchvision", "alexnet"),
                         [](const auto& parameter) {
                           return std::string(parameter.param);
                         });

}  // namespace
}  // namespace alexnet
