#include "core/network/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/network/presets.h"

namespace alexnet {
namespace {

using ::testing::HasSubstr;

Network NetworkOf(const char* preset, int64_t classes = 0) {
  PresetOptions options;
  options.classes = classes;
  return MakePreset(preset, options)->network;
}

TEST(DescribeTest, TheTableHasSettingsAndTotals) {
  const Network network = NetworkOf("bvlc_alexnet");
  const std::string text = DescribeNetwork(network, *InferNetwork(network));
  EXPECT_THAT(text, HasSubstr("11x11 stride 4, 96 filters"));
  EXPECT_THAT(text, HasSubstr("5x5 stride 1 pad 2, 256 filters, 2 groups"));
  EXPECT_THAT(text, HasSubstr("3x3 stride 2 ceil"));
  EXPECT_THAT(text, HasSubstr("across 5, alpha 0.0001/n, beta 0.75, k 1"));
  EXPECT_THAT(text, HasSubstr("60965224"));
  EXPECT_THAT(text, HasSubstr("724406816"));
  EXPECT_THAT(text, HasSubstr("96x55x55"));
}

TEST(CheckSameParametersTest, NamesTheFirstThatDiffers) {
  const auto info = [](const char* preset, int64_t classes) {
    return *InferNetwork(NetworkOf(preset, classes));
  };
  EXPECT_TRUE(
      CheckSameParameters(info("bvlc_alexnet", 10), info("caffenet", 10)).ok());
  EXPECT_THAT(CheckSameParameters(info("caffenet", 10), info("caffenet", 11))
                  .ToString(),
              HasSubstr("fc8.weight (10, 4096)"));
  EXPECT_THAT(CheckSameParameters(info("cifar10", 10), info("cifar10_lrn", 10))
                  .ToString(),
              HasSubstr("fc4.weight"));
}

}  // namespace
}  // namespace alexnet
