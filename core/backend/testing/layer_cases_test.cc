#include "core/backend/testing/layer_cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace alexnet::testing {
namespace {

TEST(LayerCasesTest, EveryTypeOfLayerHasOne) {
  const std::vector<LayerCase> cases = LayerCases();
  for (size_t type = 0; type < kLayerTypeNames.size(); ++type) {
    EXPECT_TRUE(std::any_of(cases.begin(), cases.end(),
                            [type](const LayerCase& each) {
                              return each.kernel.layer.spec.index() == type;
                            }))
        << kLayerTypeNames[type] << " has no case in layer_cases.cc";
  }
}

}  // namespace
}  // namespace alexnet::testing
