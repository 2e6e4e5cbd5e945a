// Several ranks predict what one does.

#include "core/parallel/rank_predictor.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/reference/reference_backend.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/dist/rank_team.h"
#include "core/exec/inference_plan.h"
#include "core/exec/parameters.h"
#include "core/network/presets.h"
#include "core/parallel/parameter_slices.h"
#include "core/parallel/testing/test_networks.h"
#include "core/parallel/testing/whole_run.h"

namespace alexnet {
namespace {

using testing::MakeStepCase;
using testing::RandomValues;
using testing::RelativeError;
using testing::StepCase;
using testing::TensorsOf;

using Floats = std::vector<float>;

constexpr double kTolerance = 1e-5;

std::shared_ptr<Backend> Cpu(int threads = 1) {
  return CreateCpuBackend({.threads = threads}).value();
}

PredictionRanks CpuRanks(int ranks) {
  PredictionRanks made;
  // Ranks need not have the same number of threads.
  for (int rank = 0; rank < ranks; ++rank) {
    made.backends.push_back(Cpu(rank == 0 ? 2 : 1));
  }
  made.team = RankTeam::Create(ranks).value();
  return made;
}

Result<std::unique_ptr<RankPredictor>> Predict(
    const StepCase& test, ParallelKind kind, const PredictionRanks& ranks,
    const InferenceOptions& options) {
  ALEXNET_ASSIGN_OR_RETURN(
      const ParallelPlan plan,
      MakePredictionPlan(test.network, test.info, kind,
                         static_cast<int>(ranks.backends.size())));
  const auto whole = TensorsAsSource(TensorsOf(test));
  return RankPredictor::Create(
      test.network, test.info, plan, ranks,
      [&](int rank) {
        return std::make_shared<PackedParameters>(
            SourceOfRank(whole, plan, rank));
      },
      options);
}

std::unique_ptr<InferencePlan> OnOne(const StepCase& test,
                                     std::shared_ptr<Backend> backend,
                                     const InferenceOptions& options) {
  return InferencePlan::Compile(test.network, std::move(backend),
                                std::make_shared<PackedParameters>(
                                    TensorsAsSource(TensorsOf(test))),
                                options)
      .value();
}

Floats ImagesOf(const StepCase& test, uint32_t seed) {
  return RandomValues(static_cast<int64_t>(test.input.size()), seed);
}

struct Outputs {
  Floats output;
  Floats logits;
  std::vector<Floats> blobs;  // of kept layers
};

Outputs RunOn(Predictor& predictor, const StepCase& test, const Floats& images,
              const std::vector<std::string>& keep) {
  Outputs result;
  const auto count = static_cast<size_t>(predictor.batch() * test.info.classes);
  result.output.resize(count);
  result.logits.resize(count);
  Status status =
      predictor.Run(images.data(), result.output.data(), result.logits.data());
  EXPECT_TRUE(status.ok()) << status.ToString();
  for (const std::string& layer : keep) {
    const auto index =
        static_cast<size_t>(FindLayer(test.network, layer).value());
    Floats& blob = result.blobs.emplace_back(static_cast<size_t>(
        predictor.batch() * test.info.layers[index].out.elements()));
    status = predictor.Blob(layer, blob.data());
    EXPECT_TRUE(status.ok()) << layer << ": " << status.ToString();
  }
  return result;
}

std::vector<std::string> AllLayers(const Network& network) {
  std::vector<std::string> names;
  for (const Layer& layer : network.layers) names.push_back(layer.name);
  return names;
}

class RankPredictorTest
    : public ::testing::TestWithParam<std::pair<ParallelKind, int>> {
 protected:
  // Against the reference on one rank, as one kernel a layer and fused; twice,
  // with other pictures.
  void Check(const Network& network, int64_t batch) {
    const StepCase test = MakeStepCase(network, batch);
    const auto [kind, size] = GetParam();
    const PredictionRanks ranks = CpuRanks(size);
    for (const std::vector<std::string>& keep :
         {std::vector<std::string>(), AllLayers(network)}) {
      const InferenceOptions options = {.batch = batch, .keep = keep};
      auto predictor = Predict(test, kind, ranks, options);
      ASSERT_TRUE(predictor.ok()) << predictor.status().ToString();
      EXPECT_EQ((*predictor)->batch(), batch);
      const auto one = OnOne(test, CreateReferenceBackend(), options);
      for (const uint32_t seed : {1u, 2u}) {
        const Floats images = ImagesOf(test, seed);
        const Outputs expected = RunOn(*one, test, images, keep);
        const Outputs actual = RunOn(**predictor, test, images, keep);
        EXPECT_LE(RelativeError(actual.output, expected.output), kTolerance);
        EXPECT_LE(RelativeError(actual.logits, expected.logits), kTolerance);
        for (size_t i = 0; i < keep.size(); ++i) {
          EXPECT_LE(RelativeError(actual.blobs[i], expected.blobs[i]),
                    kTolerance)
              << keep[i];
        }
      }
    }
  }
};

// Ranks have different numbers of samples.
TEST_P(RankPredictorTest, OfAlexnetSmall) { Check(testing::AlexnetSmall(), 9); }

TEST_P(RankPredictorTest, OfTowersOfEverything) {
  Check(testing::TowersOfEverything(), 10);
}

TEST_P(RankPredictorTest, OfTheFewestSamples) {
  const auto [kind, ranks] = GetParam();
  Check(testing::AlexnetSmall(), LeastPredictionBatch(kind, ranks));
}

std::vector<std::pair<ParallelKind, int>> Plans() {
  std::vector<std::pair<ParallelKind, int>> plans;
  for (const int ranks : {1, 2, 4}) {
    for (const ParallelKind kind :
         {ParallelKind::kTowers, ParallelKind::kData, ParallelKind::kHybrid}) {
      plans.emplace_back(kind, ranks);
    }
  }
  return plans;
}

std::string NameOfPlan(
    const ::testing::TestParamInfo<std::pair<ParallelKind, int>>& plan) {
  return std::string(ParallelKindName(plan.param.first)) + "_" +
         std::to_string(plan.param.second);
}

INSTANTIATE_TEST_SUITE_P(Plans, RankPredictorTest, ::testing::ValuesIn(Plans()),
                         NameOfPlan);

// More than TowersOfEverything has outputs.
using EightRanksPredictorTest = RankPredictorTest;

TEST_P(EightRanksPredictorTest, OfAlexnetSmall) {
  Check(testing::AlexnetSmall(), 9);
}

INSTANTIATE_TEST_SUITE_P(Plans, EightRanksPredictorTest,
                         ::testing::Values(std::pair(ParallelKind::kTowers, 8),
                                           std::pair(ParallelKind::kData, 8),
                                           std::pair(ParallelKind::kHybrid, 8)),
                         NameOfPlan);

// The two-tower presets, on pictures as small as they take.
class PresetPredictorTest : public ::testing::TestWithParam<const char*> {};

TEST_P(PresetPredictorTest, TwoRanksPredictWhatOneDoes) {
  const StepCase test = MakeStepCase(
      MakePreset(GetParam(), {.classes = 7, .input_size = 67}).value().network,
      /*batch=*/2);
  const Floats images = ImagesOf(test, 1);
  const auto one = OnOne(test, Cpu(2), {.batch = 2});
  const Outputs expected = RunOn(*one, test, images, {});
  for (const ParallelKind kind :
       {ParallelKind::kTowers, ParallelKind::kData, ParallelKind::kHybrid}) {
    const auto predictor = Predict(test, kind, CpuRanks(2), {.batch = 2});
    ASSERT_TRUE(predictor.ok()) << predictor.status().ToString();
    const Outputs actual = RunOn(**predictor, test, images, {});
    EXPECT_LE(RelativeError(actual.logits, expected.logits), kTolerance);
    EXPECT_LE(RelativeError(actual.output, expected.output), kTolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(Presets, PresetPredictorTest,
                         ::testing::Values("alexnet", "bvlc_alexnet"),
                         [](const ::testing::TestParamInfo<const char*>& name) {
                           return std::string(name.param);
                         });

// A rank computes its samples as a plan for so many does.
TEST(RankPredictorBitsTest, DataGivesTheBitsOfOneDevice) {
  const StepCase both = MakeStepCase(testing::AlexnetSmall(), 8);
  const StepCase half = MakeStepCase(testing::AlexnetSmall(), 4);
  PredictionRanks ranks;
  ranks.backends = {Cpu(), Cpu()};
  ranks.team = RankTeam::Create(2).value();
  const auto predictor =
      Predict(both, ParallelKind::kData, ranks, {.batch = 8}).value();
  const auto one = OnOne(half, Cpu(), {.batch = 4});
  const Floats images = ImagesOf(both, 3);
  const Floats actual = RunOn(*predictor, both, images, {}).output;
  const auto middle = static_cast<std::ptrdiff_t>(images.size() / 2);
  Floats expected =
      RunOn(*one, half, {images.begin(), images.begin() + middle}, {}).output;
  const Floats second =
      RunOn(*one, half, {images.begin() + middle, images.end()}, {}).output;
  expected.insert(expected.end(), second.begin(), second.end());
  EXPECT_EQ(actual, expected);
  EXPECT_EQ(predictor->exchanged_bytes(), 0);
}

// Each rank has its share of the weights and no more.
TEST(RankPredictorMemoryTest, ParametersAreDivided) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 2);
  const auto one = OnOne(test, Cpu(), {.batch = 2});
  for (const int size : {2, 4}) {
    const auto towers =
        Predict(test, ParallelKind::kTowers, CpuRanks(size), {.batch = 2});
    ASSERT_TRUE(towers.ok()) << towers.status().ToString();
    // Rows are padded to blocks.
    EXPECT_LT((*towers)->parameter_bytes(), one->parameter_bytes() * 5 / 4);
  }
}

// By hand: conv3 reads all maps of the layer before, and each fully connected
// layer all units, of which each rank gives the other one its half. This
// preset's normalization, over five maps, does not end at towers: two maps on
// each side of the edge go over it.
TEST(RankPredictorTrafficTest, TowersMeetWhereThePaperSays) {
  constexpr int64_t kBatch = 3;
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), kBatch);
  const auto predictor =
      Predict(test, ParallelKind::kTowers, CpuRanks(2), {.batch = kBatch})
          .value();
  const auto in = [&](const char* layer) -> const Shape& {
    const auto index =
        static_cast<size_t>(FindLayer(test.network, layer).value());
    return test.info.layers[index].in;
  };
  int64_t floats = test.info.classes;  // which all have in the end
  for (const char* layer : {"conv3", "fc6", "fc8"}) {
    floats += in(layer).elements();
  }
  for (const char* layer : {"norm1", "norm2"}) {
    floats += 4 * in(layer)[2] * in(layer)[3];
  }
  RunOn(*predictor, test, ImagesOf(test, 1), {});
  EXPECT_EQ(predictor->exchanged_bytes(), kBatch * floats * 4);
  RunOn(*predictor, test, ImagesOf(test, 1), {});
  EXPECT_EQ(predictor->exchanged_bytes(), 2 * kBatch * floats * 4);
}

// A rank gives the other one its samples' units before the first fully
// connected layer, its half of all samples' before the next, and in the end its
// half of the other's samples' outputs.
TEST(RankPredictorTrafficTest, HybridMeetsAtTheFullyConnectedLayers) {
  constexpr int64_t kBatch = 4;
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), kBatch);
  const auto predictor =
      Predict(test, ParallelKind::kHybrid, CpuRanks(2), {.batch = kBatch})
          .value();
  const auto in = [&](const char* layer) {
    const auto index =
        static_cast<size_t>(FindLayer(test.network, layer).value());
    return test.info.layers[index].in.elements();
  };
  RunOn(*predictor, test, ImagesOf(test, 1), {});
  EXPECT_EQ(predictor->exchanged_bytes(),
            kBatch * 4 * (in("fc6") + in("fc8") + test.info.classes / 2));
}

TEST(RankPredictorErrorsTest, ABatchThatLeavesARankWithoutSamplesIsRefused) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 2);
  const PredictionRanks ranks = CpuRanks(3);
  for (const ParallelKind kind : {ParallelKind::kData, ParallelKind::kHybrid}) {
    const Status status = Predict(test, kind, ranks, {.batch = 2}).status();
    EXPECT_EQ(status.field(), "batch");
    EXPECT_NE(status.message().find("at least 3 samples"),
              std::string_view::npos)
        << status.ToString();
  }
  // No rank is to blame, and the team goes on.
  EXPECT_TRUE(Predict(test, ParallelKind::kData, ranks, {.batch = 3}).ok());
}

TEST(RankPredictorErrorsTest, ALayerThatIsNotKeptFailsNoRank) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 2);
  const auto predictor =
      Predict(test, ParallelKind::kTowers, CpuRanks(2), {.batch = 2}).value();
  const Floats images = ImagesOf(test, 1);
  RunOn(*predictor, test, images, {});
  Floats blob(100000);
  EXPECT_EQ(predictor->Blob("conv1", blob.data()).code(),
            StatusCode::kFailedPrecondition);
  EXPECT_FALSE(predictor->Run(nullptr, blob.data()).ok());
  RunOn(*predictor, test, images, {});
}

// Whose parameters cannot be had: the others are not waited for.
class LostParameters : public ParameterSource {
 public:
  Result<TensorView> Get(int) override { return IoError("the disk is gone"); }
  void Release(int) override {}
};

TEST(RankPredictorErrorsTest, ARankThatFailsIsNamed) {
  const StepCase test = MakeStepCase(testing::AlexnetSmall(), 2);
  const ParallelPlan plan =
      MakePredictionPlan(test.network, test.info, ParallelKind::kTowers, 2)
          .value();
  const auto whole = TensorsAsSource(TensorsOf(test));
  const auto predictor =
      RankPredictor::Create(test.network, test.info, plan, CpuRanks(2),
                            [&](int rank) {
                              return std::make_shared<PackedParameters>(
                                  rank == 1 ? std::make_shared<LostParameters>()
                                            : SourceOfRank(whole, plan, rank));
                            },
                            {.batch = 2});
  EXPECT_EQ(predictor.status().code(), StatusCode::kIo);
  EXPECT_NE(predictor.status().message().find("rank 1 failed"),
            std::string_view::npos)
      << predictor.status().ToString();
}

}  // namespace
}  // namespace alexnet
