#include "core/compose/build_model.h"

#include <gtest/gtest.h>

namespace alexnet {
namespace {

TEST(InitialModelTest, AMeanImageIsPlainUntilThereIsData) {
  const Preset preset = MakePreset("cifar10").value();
  ASSERT_TRUE(preset.preprocessing.lacks_mean_image());
  const auto model = InitialModel(preset, 3, {});
  ASSERT_TRUE(model.ok()) << model.status().ToString();
  const MeanImage& mean = *(*model)->preprocessing().mean_image;
  EXPECT_EQ(mean.channels, 3);
  EXPECT_NEAR(mean.values.front(), 123.68f * preset.preprocessing.scale, 1e-4);
  EXPECT_EQ(mean.values[0], mean.values[1]);
}

}  // namespace
}  // namespace alexnet
