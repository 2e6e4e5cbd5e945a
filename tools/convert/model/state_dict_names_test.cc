#include "tools/convert/model/state_dict_names.h"

#include <gtest/gtest.h>

namespace alexnet::convert {
namespace {

std::vector<std::string> NamesOf(const char* preset) {
  const Model model = Model::initial(Network::preset(preset, 3));
  const ExportModel parts = MakeExportModel(model, 0);
  std::vector<std::string> names;
  for (const NamedTensor& named : StateDict(parts)) names.push_back(named.name);
  return names;
}

TEST(StateDictNamesTest, TorchvisionsAreTorchvisions) {
  const std::vector<std::string> names = NamesOf("torchvision");
  ASSERT_EQ(names.size(), 16u);
  EXPECT_EQ(names.front(), "features.0.weight");
  EXPECT_EQ(names[9], "features.10.bias");
  EXPECT_EQ(names.back(), "classifier.6.bias");
}

TEST(StateDictNamesTest, OthersAreTheirLayers) {
  const std::vector<std::string> names = NamesOf("alexnet_small");
  EXPECT_EQ(names.front(), "conv1.weight");
  EXPECT_EQ(names[1], "conv1.bias");
}

TEST(StateDictNamesTest, StripsWrappers) {
  EXPECT_EQ(WithoutWrappers("module.features.0.weight"), "features.0.weight");
  EXPECT_EQ(WithoutWrappers("features.module.0.weight"), "features.0.weight");
  EXPECT_EQ(WithoutWrappers("model.module.fc8.bias"), "fc8.bias");
  EXPECT_EQ(WithoutWrappers("conv1.weight"), "conv1.weight");
}

}  // namespace
}  // namespace alexnet::convert
