#include "core/compose/test_network.h"

#include <gtest/gtest.h>

#include "core/network/own_network.h"

namespace alexnet::testing {

Preset TinyNetwork() {
  Preset preset = BlankNetwork("tiny", 3, 2, 2).value();
  FullyConnected layer;
  layer.out_features = 2;
  layer.weight.init = {InitKind::kGaussian, 0.5f};
  EXPECT_TRUE(AppendLayer({"fc", layer}, &preset.network).ok());
  EXPECT_TRUE(AppendLayer({"prob", Softmax{}}, &preset.network).ok());
  return preset;
}

}  // namespace alexnet::testing
