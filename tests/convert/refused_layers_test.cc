// Layers that a format has no words for are refused by name, and nothing is
// written.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <alexnet/alexnet_convert.hpp>
#include <string>

#include "tests/convert/support.h"

namespace alexnet::convert_test {
namespace {

using ::testing::IsEmpty;

// For pictures of (3, 8, 8), the layer "odd" to come.
Network Begun() { return Network("refused", 3, 8, 8); }

// Writing `network`, which ends with "odd", as files with `ending` is refused
// for that layer and `reason`.
void ExpectRefused(Network& network, const std::string& ending,
                   const std::string& reason) {
  FullyConnectedOptions full;
  full.out_features = 2;
  network.add_fully_connected("fc", full);
  const Model model = Model::initial(network);
  const std::string folder = FreshFolder("refused_layers");
  const std::string path = folder + "/x" + ending;
  try {
    export_model(model, path);
    ADD_FAILURE() << "wrote " << path;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ALEXNET_UNSUPPORTED);
    EXPECT_EQ(std::string(error.what()), path + ": layer \"odd\": " + reason);
  }
  EXPECT_THAT(FilesIn(folder), IsEmpty());
}

PoolingOptions Average(int64_t kernel, int64_t pad) {
  PoolingOptions options;
  options.kind = ALEXNET_POOL_AVERAGE;
  options.window.kernel_h = kernel;
  options.window.pad_top = options.window.pad_left = pad;
  options.window.pad_bottom = options.window.pad_right = pad;
  return options;
}

TEST(RefusedLayersTest, CaffesConvolutionsDoNotReachPastTheEnd) {
  ConvolutionOptions options;
  options.out_channels = 4;
  options.window.kernel_h = 3;
  options.window.stride_h = 2;
  options.window.rounding = ALEXNET_ROUND_CEIL;
  ExpectRefused(Begun().add_convolution("odd", options), ".caffemodel",
                "reaches past its input at the end, which Caffe's "
                "convolutions do not");
}

TEST(RefusedLayersTest, CaffesPoolingPadsBothSidesAndCountsThat) {
  const char kReason[] = "is padded as Caffe's pooling cannot be";
  PoolingOptions longer;
  longer.window.kernel_h = 3;
  longer.window.pad_bottom = 2;
  ExpectRefused(Begun().add_pooling("odd", longer), ".caffemodel", kReason);
  PoolingOptions uneven = Average(/*kernel=*/3, /*pad=*/1);
  uneven.window.stride_h = 2;
  uneven.window.pad_bottom = 0;
  ExpectRefused(Begun().add_pooling("odd", uneven), ".caffemodel", kReason);
  PoolingOptions uncounted = Average(/*kernel=*/3, /*pad=*/1);
  uncounted.exclude_padding = 1;
  ExpectRefused(Begun().add_pooling("odd", uncounted), ".caffemodel", kReason);
}

TEST(RefusedLayersTest, CaffeHasNoAdaptivePooling) {
  ExpectRefused(Begun().add_adaptive_average_pooling("odd", 2, 2),
                ".caffemodel", "is a pooling that Caffe does not have");
}

TEST(RefusedLayersTest, LocallyConnectedHaveNoWordElsewhere) {
  LocallyConnectedOptions options;
  options.out_channels = 4;
  options.window.kernel_h = 3;
  ExpectRefused(Begun().add_locally_connected("odd", options), ".onnx",
                "is of a type that is not written as ONNX");
  ExpectRefused(Begun().add_locally_connected("odd", options), ".caffemodel",
                "is of a type that Caffe does not have");
}

TEST(RefusedLayersTest, CaffesLrnWithinChannelsAddsOne) {
  LrnOptions options;
  options.region = ALEXNET_LRN_WITHIN_CHANNEL;
  options.k = 2.0f;
  ExpectRefused(Begun().add_lrn("odd", options), ".caffemodel",
                "adds another constant than 1, which Caffe's LRN within "
                "channels does not");
}

TEST(RefusedLayersTest, OnnxCountsPaddingOrWhatHangsOver) {
  PoolingOptions options = Average(/*kernel=*/3, /*pad=*/1);
  options.window.stride_h = 2;
  options.window.rounding = ALEXNET_ROUND_CEIL;
  ExpectRefused(Begun().add_pooling("odd", options), ".onnx",
                "averages over windows that ONNX cannot describe");
}

TEST(RefusedLayersTest, OnnxAveragesOverWindowsOfOneSize) {
  ExpectRefused(Begun().add_adaptive_average_pooling("odd", 3, 3), ".onnx",
                "averages over windows of several sizes, which ONNX does not");
}

}  // namespace
}  // namespace alexnet::convert_test
