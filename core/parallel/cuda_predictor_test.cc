// Several GPUs predict what one does. Built twice, as cuda_ranks_test is.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cuda/test_backend.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/dist/limits.h"
#include "core/dist/linked_device_group.h"
#include "core/dist/local_device_group.h"
#include "core/exec/inference_plan.h"
#include "core/exec/parameters.h"
#include "core/parallel/parameter_slices.h"
#include "core/parallel/rank_predictor.h"
#include "core/parallel/testing/test_networks.h"
#include "core/parallel/testing/whole_run.h"
#ifdef ALEXNET_CUDA_EMULATION
#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#endif

namespace alexnet {
namespace {

using testing::MakeStepCase;
using testing::RandomValues;
using testing::RelativeError;
using testing::StepCase;
using testing::TensorsOf;

using Floats = std::vector<float>;

constexpr int kRanks = 2;
constexpr double kTolerance = 1e-5;
// So that ranks that wait for each other fail.
constexpr CommLimits kLimits = {.late = std::chrono::seconds(30)};

std::shared_ptr<Backend> Gpu(int number) {
  CudaBackendOptions options;
  options.device = number;
  return testing::MakeTestBackend(options);
}

int CountGpus() {
#ifdef ALEXNET_CUDA_EMULATION
  emulation::machine().devices = kRanks;
#endif
  return static_cast<int>(ListCudaDevices().size());
}

struct Case {
  ParallelKind kind;
  bool linked;  // each rank has a GPU; else all have one
};

class CudaPredictorTest : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const int needed = GetParam().linked ? kRanks : 1;
    const int gpus = CountGpus();
    if (gpus < needed) {
      GTEST_SKIP() << needed << " GPUs are needed, and there are " << gpus;
    }
  }
  static PredictionRanks Ranks() {
    PredictionRanks ranks;
    for (int rank = 0; rank < kRanks; ++rank) {
      ranks.backends.push_back(Gpu(GetParam().linked ? rank : 0));
    }
    ranks.team = RankTeam::Create(kRanks, kLimits).value();
    auto group = GetParam().linked
                     ? CreateLinkedDeviceGroup(ranks.backends, kLimits)
                     : CreateLocalDeviceGroup(ranks.backends, kLimits);
    for (auto& each : group.value()) {
      ranks.over_devices.push_back(std::move(each));
    }
    return ranks;
  }
};

INSTANTIATE_TEST_SUITE_P(Plans, CudaPredictorTest,
                         ::testing::Values(Case{ParallelKind::kData, false},
                                           Case{ParallelKind::kData, true},
                                           Case{ParallelKind::kTowers, false},
                                           Case{ParallelKind::kTowers, true},
                                           Case{ParallelKind::kHybrid, false},
                                           Case{ParallelKind::kHybrid, true}),
                         [](const auto& each) {
                           return std::string(
                                      ParallelKindName(each.param.kind)) +
                                  (each.param.linked ? "_linked" : "_local");
                         });

struct Outputs {
  Floats output;
  Floats logits;
  Floats blob;
};

Status RunOn(Predictor& predictor, const StepCase& test, const Floats& images,
             bool with_logits, const std::string& kept, Outputs* outputs) {
  const auto count = static_cast<size_t>(test.batch * test.info.classes);
  outputs->output.resize(count);
  if (with_logits) outputs->logits.resize(count);
  ALEXNET_RETURN_IF_ERROR(
      predictor.Run(images.data(), outputs->output.data(),
                    with_logits ? outputs->logits.data() : nullptr));
  const auto layer = static_cast<size_t>(FindLayer(test.network, kept).value());
  outputs->blob.resize(
      static_cast<size_t>(test.batch * test.info.layers[layer].out.elements()));
  return predictor.Blob(kept, outputs->blob.data());
}

TEST_P(CudaPredictorTest, PredictsWhatOneGpuDoes) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 5);
  const auto whole = TensorsAsSource(TensorsOf(test));
  InferenceOptions options;
  options.batch = test.batch;
  options.keep = {"conv2"};
  const auto one =
      InferencePlan::Compile(test.network, Gpu(0),
                             std::make_shared<PackedParameters>(whole), options)
          .value();
  const PredictionRanks ranks = Ranks();
  const ParallelPlan plan =
      MakePredictionPlan(test.network, test.info, GetParam().kind, kRanks)
          .value();
  const auto predictor = RankPredictor::Create(
      test.network, test.info, plan, ranks,
      [&](int rank) {
        return std::make_shared<PackedParameters>(
            SourceOfRank(whole, plan, rank));
      },
      options);
  ASSERT_TRUE(predictor.ok()) << predictor.status().ToString();
  // Programs are launched again, of which there is another without logits.
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    const bool logits = seed <= 2 || seed == 5;
    const Floats images =
        RandomValues(static_cast<int64_t>(test.input.size()), seed);
    Outputs expected;
    Outputs actual;
    ASSERT_TRUE(RunOn(*one, test, images, logits, "conv2", &expected).ok());
    const Status status =
        RunOn(**predictor, test, images, logits, "conv2", &actual);
    ASSERT_TRUE(status.ok()) << status.ToString();
    EXPECT_LE(RelativeError(actual.output, expected.output), kTolerance);
    if (logits) {
      EXPECT_LE(RelativeError(actual.logits, expected.logits), kTolerance);
    }
    EXPECT_LE(RelativeError(actual.blob, expected.blob), kTolerance);
  }
  EXPECT_EQ((*predictor)->exchanged_bytes() > 0,
            GetParam().kind != ParallelKind::kData);
}

}  // namespace
}  // namespace alexnet
