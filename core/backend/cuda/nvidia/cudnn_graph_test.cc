// What cuDNN itself says, on a machine without a GPU, of the convolutions that
// it is asked for: for a described device it checks graphs and makes plans, it
// only cannot run them. Skipped where cuDNN cannot be loaded.

#include "core/backend/cuda/nvidia/cudnn_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cuda/layers/convolution_problem.h"
#include "core/backend/cuda/nvidia/described_device.h"
#include "core/backend/testing/layer_cases.h"
#include "core/network/network.h"
#include "core/network/presets.h"

namespace alexnet::cuda {
namespace {

std::vector<std::string> AllPresets() {
  std::vector<std::string> names;
  for (const PresetListing& preset : Presets()) names.emplace_back(preset.name);
  return names;
}

std::vector<testing::LayerCase> ConvolutionLayerCases() {
  std::vector<testing::LayerCase> cases = testing::LayerCases();
  std::erase_if(cases, [](const testing::LayerCase& test) {
    return As<Convolution>(test.kernel.layer) == nullptr;
  });
  return cases;
}

class CudnnGraphTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto cudnn = LoadCudnn();
    if (!cudnn.ok()) GTEST_SKIP() << cudnn.status().message();
    auto device = DescribedDevice::Create(**cudnn);
    ASSERT_TRUE(device.ok()) << device.status().ToString();
    device_ = *std::move(device);
    cudnn_ = *cudnn;
    target_ = device_->target();
  }

  // Work space that the first plan of the first form that has any needs, in
  // bytes; -1: there is none.
  int64_t Workspace(const ConvolutionProblem& problem) const {
    return FirstWorkspace(*cudnn_, target_, problem);
  }

  // How many plans the first form that has any has, and why none.
  size_t Plans(const ConvolutionProblem& problem, std::string* why) const {
    for (const ConvolutionForm& form : FormsOf(problem)) {
      const auto graph =
          ConvolutionGraph::Describe(*cudnn_, target_, problem, form);
      if (!graph.ok()) *why = graph.status().ToString();
      if (!graph.ok()) continue;
      const size_t plans = (*graph)->Plans(/*fixed_order=*/true, 4).size();
      if (plans > 0) return plans;
    }
    return 0;
  }

  // That every convolution of `request`, forward and, in training, backward,
  // has a plan that sums in a fixed order, in every precision.
  void ExpectPlans(const KernelRequest& request) const {
    for (const Precision precision :
         {Precision::kF32, Precision::kTf32, Precision::kBf16}) {
      ConvolutionProblem problem =
          ProblemOf(request, precision, SpaceToDepthBlock(request));
      for (const ConvolutionPass pass :
           {ConvolutionPass::kForward, ConvolutionPass::kWeightGradient,
            ConvolutionPass::kSourceGradient}) {
        if (pass != ConvolutionPass::kForward) {
          if (!request.training) break;
          problem.bias = problem.relu = false;
        }
        if (pass == ConvolutionPass::kSourceGradient && !request.src_gradient) {
          break;
        }
        problem.pass = pass;
        std::string why = "cuDNN has none";
        EXPECT_GT(Plans(problem, &why), 0u)
            << request.layer->name << " in precision "
            << static_cast<int>(precision) << ", pass "
            << static_cast<int>(pass) << ": " << why;
      }
    }
  }

  const CudnnFunctions* cudnn_ = nullptr;
  std::unique_ptr<DescribedDevice> device_;
  CudnnTarget target_;
};

// What tuning finds is kept by tags.
TEST_F(CudnnGraphTest, AlgorithmsAreToldApartByTheSameTagsEachTime) {
  const Network network = MakePreset("torchvision").value().network;
  const NetworkInfo info = InferNetwork(network).value();
  KernelRequest request;
  request.layer = &network.layers[3];
  ASSERT_NE(As<Convolution>(*request.layer), nullptr);
  request.shapes = &info.layers[3];
  request.batch = 256;
  request.src = Format::Dense(WithBatch(info.layers[3].in, request.batch));
  request.training = true;
  const ConvolutionProblem problem =
      ProblemOf(request, Precision::kBf16, SpaceToDepthBlock(request));
  const auto find = [&] {
    std::vector<std::string> tags;
    const auto graph = ConvolutionGraph::Describe(*cudnn_, target_, problem,
                                                  FormsOf(problem).front());
    if (!graph.ok()) return tags;
    size_t made = 0;
    for (const CudnnConfig& config : (*graph)->Configs(/*fixed_order=*/true)) {
      tags.push_back(config.tag);
      made += (*graph)->Plan(config).ok() ? 1 : 0;
    }
    EXPECT_GT(made, 1u);
    return tags;
  };
  const std::vector<std::string> first = find();
  ASSERT_GT(first.size(), 1u);
  EXPECT_EQ(find(), first);
  EXPECT_EQ(std::set<std::string>(first.begin(), first.end()).size(),
            first.size());
}

class CudnnPresetTest : public CudnnGraphTest,
                        public ::testing::WithParamInterface<std::string> {};

TEST_P(CudnnPresetTest, EveryConvolutionHasAPlan) {
  struct Use {
    bool training;
    int64_t batch;
  };
  for (const auto& [training, batch] :
       {Use{false, 1}, Use{true, 128}, Use{true, 1024}}) {
    ForEachConvolution(
        GetParam(), training, batch,
        [&](const KernelRequest& request) { ExpectPlans(request); });
  }
}

// Plans of towers have no copy of a blob in their work space, which is less
// than any of a tower's. Weight gradients of small blobs are left out, whose
// partial sums outweigh them.
TEST_P(CudnnPresetTest, TowersAreNotRepacked) {
  constexpr int64_t kLarge = int64_t{8} << 20;
  for (const int64_t batch : {256, 1024}) {
    ForEachConvolution(GetParam(), true, batch, [&](const KernelRequest& r) {
      if (As<Convolution>(*r.layer)->groups == 1) return;
      ConvolutionProblem problem = ProblemOf(r, Precision::kBf16, 1);
      const int64_t bytes =
          batch / problem.groups * DTypeSize(DType::kBF16) *
          std::min(r.shapes->in.elements(), r.shapes->out.elements());
      for (const ConvolutionPass pass :
           {ConvolutionPass::kForward, ConvolutionPass::kSourceGradient,
            ConvolutionPass::kWeightGradient}) {
        if (pass == ConvolutionPass::kWeightGradient && bytes < kLarge) break;
        if (pass != ConvolutionPass::kForward) {
          problem.bias = problem.relu = false;
        }
        problem.pass = pass;
        const int64_t workspace = Workspace(problem);
        EXPECT_GE(workspace, 0) << r.layer->name;
        EXPECT_LT(workspace, bytes) << r.layer->name << ", batch " << batch
                                    << ", pass " << static_cast<int>(pass);
      }
    });
  }
}

// The ReLU's mask in the gradient of what it gave. cuDNN compiles such plans
// when they are asked for, which needs a driver: without one there is the graph
// alone.
TEST_P(CudnnPresetTest, MasksCanBeAskedFor) {
  ForEachConvolution(GetParam(), true, 256, [&](const KernelRequest& request) {
    if (!request.src_gradient) return;
    ConvolutionProblem problem = ProblemOf(request, Precision::kBf16, 1);
    problem.pass = ConvolutionPass::kSourceGradient;
    problem.bias = problem.relu = false;
    problem.mask = true;
    size_t fused = 0;
    for (const ConvolutionForm& form : FormsOf(problem)) {
      if (!form.fused) continue;
      ++fused;
      const auto graph =
          ConvolutionGraph::Describe(*cudnn_, target_, problem, form);
      ASSERT_TRUE(graph.ok()) << graph.status().ToString();
      for (const CudnnConfig& config :
           (*graph)->Configs(/*fixed_order=*/true)) {
        EXPECT_NE(config.tag, "");
      }
    }
    EXPECT_GT(fused, 0u);
    // Whatever comes of that, the convolution alone is there, and first.
    EXPECT_FALSE(FormsOf(problem).front().fused);
    EXPECT_GE(Workspace(problem), 0);
  });
}

INSTANTIATE_TEST_SUITE_P(Presets, CudnnPresetTest,
                         ::testing::ValuesIn(AllPresets()),
                         [](const auto& parameter) { return parameter.param; });

// The layers that the tests on a GPU run, odd extents among them.
class CudnnLayerTest
    : public CudnnGraphTest,
      public ::testing::WithParamInterface<testing::LayerCase> {};

TEST_P(CudnnLayerTest, HasAPlan) {
  const testing::KernelCase& test = GetParam().kernel;
  const LayerShapes shapes = testing::ShapesOf(test.layer, test.in).value();
  KernelRequest request;
  request.layer = &test.layer;
  request.shapes = &shapes;
  request.batch = test.in[0];
  request.src = Format::Dense(test.in);
  request.fused = test.fused;
  request.training = true;
  for (const bool src_gradient : {false, true}) {
    request.src_gradient = src_gradient;
    ExpectPlans(request);
  }
}

INSTANTIATE_TEST_SUITE_P(Layers, CudnnLayerTest,
                         ::testing::ValuesIn(ConvolutionLayerCases()),
                         testing::LayerCaseName);

}  // namespace
}  // namespace alexnet::cuda
