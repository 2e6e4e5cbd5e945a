#include "core/parallel/parameter_slices.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/exec/parameters.h"
#include "core/network/presets.h"
#include "core/parallel/rank_network.h"
#include "core/parallel/testing/put_slice.h"

namespace alexnet {
namespace {

// Element i of parameter p is a number that no other element of it has.
std::vector<Tensor> NumberedParameters(const NetworkInfo& info) {
  std::vector<Tensor> tensors;
  for (const ParameterInfo& parameter : info.parameters) {
    Tensor tensor = Tensor::Create(parameter.shape).value();
    for (int64_t i = 0; i < tensor.elements(); ++i) {
      const auto bits = static_cast<uint32_t>(i);
      std::memcpy(tensor.f32() + i, &bits, sizeof(bits));
    }
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

// Small fully connected layers, so that many plans are quick.
Network SmallOf(std::string_view preset) {
  Network network = MakePreset(preset, {.classes = 11}).value().network;
  for (Layer& layer : network.layers) {
    if (auto* full = std::get_if<FullyConnected>(&layer.spec)) {
      full->out_features = std::min<int64_t>(full->out_features, 50);
    } else if (auto* convolution = std::get_if<Convolution>(&layer.spec)) {
      // tf_slim's fully connected layers are convolutions.
      if (convolution->out_channels == 4096) convolution->out_channels = 50;
    }
  }
  return network;
}

struct Sliced {
  Network network;
  NetworkInfo info;
  ParallelPlan plan;
};

// Every slice is cut out, has the shape that the rank's network says, and goes
// back to where it was.
void CheckInverse(const Sliced& sliced) {
  const auto& [network, info, plan] = sliced;
  const std::shared_ptr<ParameterSource> whole =
      TensorsAsSource(NumberedParameters(info));
  std::vector<Tensor> gathered;
  for (const ParameterInfo& parameter : info.parameters) {
    gathered.push_back(Tensor::Create(parameter.shape).value());
  }
  for (int rank = 0; rank < plan.options.ranks; ++rank) {
    const RankNetwork part = MakeRankNetwork(plan, network, info, rank).value();
    const auto source = SourceOfRank(whole, plan, rank);
    for (size_t p = 0; p < gathered.size(); ++p) {
      const TensorView slice = source->Get(static_cast<int>(p)).value();
      EXPECT_EQ(slice.shape, part.info.parameters[p].shape);
      if (rank >= SlicesOfWhole(plan.parameters[p])) continue;
      // From a copy, so that nothing is there only because it never left.
      const Tensor received = Tensor::Copy(slice).value();
      testing::PutSlice(plan.parameters[p], rank, received, &gathered[p]);
    }
  }
  for (size_t p = 0; p < gathered.size(); ++p) {
    const TensorView want = whole->Get(static_cast<int>(p)).value();
    EXPECT_EQ(std::memcmp(gathered[p].data(), want.data,
                          static_cast<size_t>(want.bytes())),
              0)
        << info.parameters[p].name;
  }
}

TEST(ParameterSlicesTest, AllPlansOfAllPresetsGiveBackWhatTheyTook) {
  for (const PresetListing& preset : Presets()) {
    const Network network = SmallOf(preset.name);
    const NetworkInfo info = InferNetwork(network).value();
    for (const ParallelKind kind :
         {ParallelKind::kTowers, ParallelKind::kData, ParallelKind::kHybrid}) {
      for (const int ranks : {1, 2, 4, 8}) {
        SCOPED_TRACE(std::string(preset.name) + " " +
                     kParallelKindNames[static_cast<size_t>(kind)] + " " +
                     std::to_string(ranks));
        Result<ParallelPlan> plan =
            MakeParallelPlan(network, info, {kind, ranks});
        if (!plan.ok()) {
          // Six filters.
          EXPECT_EQ(preset.name, "lenet5") << plan.status().ToString();
          continue;
        }
        CheckInverse({network, info, std::move(plan).value()});
      }
    }
  }
}

TEST(ParameterSlicesTest, ASliceIsARunOfTheTensorsMemory) {
  const std::vector<float> values(60);
  const TensorView tensor = {values.data(), DType::kF32, {4, 5, 3}};
  const TensorView rows = RowsOf(tensor, {2, 4}).value();
  EXPECT_EQ(rows.shape, Shape({2, 5, 3}));
  EXPECT_EQ(rows.f32(), values.data() + 30);
  const TensorView narrow = {values.data(), DType::kF16, {4, 5, 3}};
  EXPECT_EQ(RowsOf(narrow, {2, 4}).value().f32(), values.data() + 15);
}

TEST(ParameterSlicesTest, RefusesWhatIsOfAnotherNetwork) {
  const std::vector<float> values(12);
  const TensorView tensor = {values.data(), DType::kF32, {4, 3}};
  EXPECT_EQ(RowsOf(tensor, {2, 5}).status().message(),
            "a tensor (4, 3) has no rows 2 to 5; is it another network's?");
  const ParameterPlacement placement = {{{0, 2}, {2, 4}}, false};
  ParallelPlan plan;
  plan.parameters = {placement};
  std::vector<Tensor> tensors;
  tensors.push_back(Tensor::Create({4, 3}).value());
  tensors.push_back(Tensor::Create({4}).value());
  const auto source =
      SourceOfRank(TensorsAsSource(std::move(tensors)), plan, 0);
  EXPECT_EQ(source->Get(0).value().shape, Shape({2, 3}));
  EXPECT_FALSE(source->Get(1).ok());
}

}  // namespace
}  // namespace alexnet
