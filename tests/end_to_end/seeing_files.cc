#include "tests/end_to_end/seeing_files.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace alexnet::testing {

std::string FreshFolder(const std::string& name) {
  const std::string folder = ::testing::TempDir() + "seen_" + name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

Network SmallNetwork(bool classifies) {
  Network network("small", 3, kCrop, kCrop);
  ConvolutionOptions first;
  first.out_channels = 8;
  first.window.kernel_h = first.window.kernel_w = 3;
  ConvolutionOptions second = first;
  second.groups = 2;
  PoolingOptions pooling;
  pooling.window.kernel_h = pooling.window.kernel_w = 2;
  pooling.window.stride_h = pooling.window.stride_w = 2;
  FullyConnectedOptions full;
  full.out_features = 40;
  FullyConnectedOptions last;
  last.out_features = 7;
  network.add_convolution("conv1", first)
      .add_relu("relu1")
      .add_convolution("conv2", second)
      .add_pooling("pool2", pooling)
      .add_fully_connected("fc3", full)
      .add_fully_connected("fc4", last);
  if (classifies) network.add_softmax("prob");
  return network;
}

Preprocessing Cropping(const Model& model) {
  Preprocessing preprocessing = model.preprocessing();
  preprocessing.resize_rule = ALEXNET_RESIZE_SHORT_SIDE;
  preprocessing.resize = 20;
  preprocessing.scale = 1 / 255.0F;
  preprocessing.mean_kind = ALEXNET_MEAN_CHANNEL;
  for (int i = 0; i < 3; ++i) {
    preprocessing.mean[i] = 0.4F + 0.05F * static_cast<float>(i);
    preprocessing.stddev[i] = 0.2F + 0.01F * static_cast<float>(i);
  }
  return preprocessing;
}

Model SmallModel(bool classifies) {
  const Model initial = Model::initial(SmallNetwork(classifies), 5);
  ModelBuilder builder(initial);
  std::vector<float> bias(8, 0.1F);
  bias[1] = -1'000.0F;
  builder.write_tensor("conv1.bias", bias);
  builder.set_preprocessing(Cropping(initial));
  return builder.build();
}

Picture Photo(uint32_t width, uint32_t height) {
  Picture photo{width, height, {}};
  for (uint32_t y = 0; y < height; ++y) {
    for (uint32_t x = 0; x < width; ++x) {
      photo.rgba.push_back(static_cast<uint8_t>(x * 10 + y));
      photo.rgba.push_back(static_cast<uint8_t>(y * 12));
      photo.rgba.push_back(static_cast<uint8_t>((x * x * 7 + y * 5) % 256));
      photo.rgba.push_back(255);
    }
  }
  return photo;
}

Picture Centre(const Picture& photo) {
  Picture centre{kCrop, kCrop, {}};
  const uint32_t left = (photo.width - kCrop) / 2;
  const uint32_t top = (photo.height - kCrop) / 2;
  for (uint32_t y = 0; y < kCrop; ++y) {
    for (uint32_t x = 0; x < kCrop; ++x) {
      for (const int level : photo.At(left + x, top + y)) {
        centre.rgba.push_back(static_cast<uint8_t>(level));
      }
    }
  }
  return centre;
}

}  // namespace alexnet::testing
