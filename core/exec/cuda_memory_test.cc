// How a GPU's memory is planned and laid out, planned on the emulation, where
// nothing is allocated for it.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/backend/cuda/test_backend.h"
#include "core/exec/graph.h"
#include "core/exec/memory_plan.h"
#include "core/network/presets.h"

namespace alexnet {
namespace {

// Either network trains with 1024 pictures in bfloat16 in 16 GiB, the work
// spaces of two convolutions that run side by side, at most 1 GiB each,
// included.
class CudaLargeBatchTest : public ::testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(All, CudaLargeBatchTest,
                         ::testing::Values("torchvision", "alexnet"),
                         [](const auto& network) { return network.param; });

TEST_P(CudaLargeBatchTest, Fits) {
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

std::vector<std::string> AllPresets() {
  std::vector<std::string> names;
  for (const PresetListing& preset : Presets()) names.emplace_back(preset.name);
  return names;
}

class CudaLayoutTest : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Presets, CudaLayoutTest,
                         ::testing::ValuesIn(AllPresets()),
                         [](const auto& preset) { return preset.param; });

// Towers are computed on packed blobs, and no pass is there for a layout's sake
// but at the network's ends.
TEST_P(CudaLayoutTest, TowersAreApartWithoutAPass) {
  const Network network = MakePreset(GetParam()).value().network;
  const NetworkInfo info = InferNetwork(network).value();
  const auto backend = testing::MakeTestBackend({});
  for (const bool training : {false, true}) {
    GraphOptions options;
    options.batch = 4;
    options.training = training;
    options.layers = info.logits_layer + 1;
    const Graph graph = BuildGraph(network, info, *backend, options).value();
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
      const GraphNode& node = graph.nodes[i];
      const std::string line =
          DescribeNode(graph, network, static_cast<int>(i), "");
      if (node.layer < 0) {
        EXPECT_TRUE(i == 0 || i + 1 == graph.nodes.size()) << line;
        continue;
      }
      const Layer& layer = network.layers[static_cast<size_t>(node.layer)];
      const auto* convolution = As<Convolution>(layer);
      if (convolution == nullptr || convolution->groups == 1) continue;
      const std::string towers =
          std::to_string(convolution->groups) + " towers of NHWC f32";
      EXPECT_EQ(node.kernel->src_format().layout->Name(), towers) << line;
    }
  }
}

}  // namespace
}  // namespace alexnet
