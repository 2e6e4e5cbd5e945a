#include "core/infer/test_models.h"

#include <gtest/gtest.h>

#include "core/network/init.h"

namespace alexnet::testing {

TestModel MakeTestModel(const std::vector<std::string>& labels, uint64_t seed) {
  TestModel model;
  PresetOptions options;
  options.classes = static_cast<int64_t>(labels.size());
  options.input_size = 24;
  auto preset = MakePreset("alexnet_small", options);
  EXPECT_TRUE(preset.ok()) << preset.status().ToString();
  const auto info = InferNetwork(preset->network);
  EXPECT_TRUE(info.ok()) << info.status().ToString();
  auto tensors = InitialParameters(*info, seed);
  EXPECT_TRUE(tensors.ok()) << tensors.status().ToString();
  model.tensors = std::move(tensors).value();
  for (Tensor& tensor : model.tensors) {
    for (int64_t i = 0; i < tensor.elements(); ++i) tensor.f32()[i] *= 1.5f;
    model.contents.parameters.push_back(tensor.view());
  }
  model.contents.network = preset->network;
  model.contents.preprocessing = preset->preprocessing;
  model.contents.labels = labels;
  return model;
}

}  // namespace alexnet::testing
