#include "core/benchmark/layer_times.h"

#include <gtest/gtest.h>

#include <string>

#include "core/infer/shared_model.h"
#include "core/infer/test_models.h"
#include "core/model/model.h"
#include "core/model/save.h"

namespace alexnet {
namespace {

std::shared_ptr<const Model> SmallModel() {
  const testing::TestModel test = testing::MakeTestModel({"owl", "cat"}, 5);
  const auto bytes = SerializeModel(test.contents);
  return LoadModelFromBytes(*bytes).value();
}

TEST(LayerTimesTest, SeveralDevicesAreRefused) {
  SharedModel model(SmallModel());
  CompileOptions options;
  options.devices = "cpu,cpu";
  EXPECT_EQ(TimeLayers(model, options, 0.0, {}).status().field(), "devices");
}

TEST(LayerTimesTest, EveryLayerHasItsKernelOrNone) {
  SharedModel model(SmallModel());
  CompileOptions options;
  options.threads = 1;
  options.batch = 2;
  const auto times = TimeLayers(model, options, 0.0, {});
  ASSERT_TRUE(times.ok()) << times.status().ToString();
  EXPECT_EQ(times->device, "cpu");
  EXPECT_EQ(times->threads, 1);
  EXPECT_EQ(times->batch, 2);
  EXPECT_EQ(times->runs, 3);
  EXPECT_GE(times->reorder_milliseconds, 0.0);
  EXPECT_GT(times->flops_per_second, 0.0);
  EXPECT_GT(times->bytes_per_second, 0.0);
  const std::vector<Layer>& layers = model.model()->network().layers;
  ASSERT_EQ(times->layers.size(), layers.size());
  for (size_t i = 0; i < layers.size(); ++i) {
    SCOPED_TRACE(layers[i].name);
    const LayerTime& time = times->layers[i];
    EXPECT_EQ(time.algorithm.empty(), time.computed_by != static_cast<int>(i));
    EXPECT_EQ(time.algorithm.find(layers[i].name), std::string::npos);
    if (As<Dropout>(layers[i]) != nullptr) {
      EXPECT_EQ(time.computed_by, -1);
    } else if (time.computed_by != static_cast<int>(i)) {
      // Only activations are fused, with a neighbour.
      EXPECT_NE(As<Activation>(layers[i]), nullptr);
      EXPECT_EQ(time.milliseconds, 0.0);
      EXPECT_TRUE(time.computed_by == static_cast<int>(i) - 1 ||
                  time.computed_by == static_cast<int>(i) + 1);
    } else {
      EXPECT_GT(time.milliseconds, 0.0);
    }
  }
}

TEST(LayerTimesTest, WhatIsAskedForIsChecked) {
  SharedModel model(SmallModel());
  CompileOptions options;
  options.threads = 1;
  EXPECT_EQ(TimeLayers(model, options, -1.0, {}).status().field(), "seconds");
  options.batch = -1;
  EXPECT_EQ(TimeLayers(model, options, 0.0, {}).status().field(), "batch");
  options.batch = 1;
  CancelToken token;
  token.Cancel();
  Interrupt interrupt;
  interrupt.token = &token;
  EXPECT_EQ(TimeLayers(model, options, 0.0, interrupt).status().code(),
            StatusCode::kCancelled);
}

}  // namespace
}  // namespace alexnet
