// `alexnet inspect --filters`: the first filters as a picture.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/end_to_end/command.h"
#include "tests/end_to_end/harmful_model.h"
#include "tests/end_to_end/png.h"

namespace alexnet::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::string FreshFolder(const std::string& name) {
  const std::string folder = ::testing::TempDir() + name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

// Four filters of one row and two columns, two for each of two towers.
Network TwoTowers() {
  Network network("towers", 3, 6, 6);
  ConvolutionOptions first;
  first.out_channels = 4;
  first.window.kernel_w = 2;
  first.window.kernel_h = 1;
  ConvolutionOptions second;
  second.out_channels = 4;
  second.window.kernel_w = second.window.kernel_h = 3;
  second.groups = 2;
  FullyConnectedOptions full;
  full.out_features = 2;
  network.add_convolution("conv1", first)
      .add_convolution("conv2", second)
      .add_fully_connected("fc3", full)
      .add_softmax("prob");
  return network;
}

Model KnownModel(int32_t channel_order) {
  ModelBuilder builder(Model::initial(TwoTowers()));
  builder.write_tensor("conv1.weight",
                       std::vector<float>{
                           // Of each filter three channels of two.
                           2,   0, 0,    -1, 0, 2,  //
                           0,   0, 0,    0,  0, 0,  //
                           0.5, 0, 0.25, 0,  0, 0,  //
                           0,   0, 0,    -4, 0, 3,
                       });
  Preprocessing preprocessing = Model::initial(TwoTowers()).preprocessing();
  preprocessing.channel_order = channel_order;
  builder.set_preprocessing(preprocessing);
  return builder.build();
}

// The squares of the picture, five across: two filters and what is between.
std::vector<std::vector<Pixel>> Squares(const Picture& picture) {
  const uint32_t side = picture.width / 5;
  std::vector<std::vector<Pixel>> squares;
  for (uint32_t row = 0; row < picture.height / side; ++row) {
    squares.emplace_back();
    for (uint32_t column = 0; column < 5; ++column) {
      const Pixel pixel = picture.At(column * side, row * side);
      squares.back().push_back(pixel);
      // All of one colour.
      EXPECT_EQ(picture.At(column * side + side - 1, row * side + side - 1),
                pixel);
    }
  }
  return squares;
}

TEST(FiltersTest, TowersStandOneAboveTheOther) {
  const std::string folder = FreshFolder("towers");
  const std::string path = folder + "/model.alexnet";
  const std::string png = folder + "/filters.png";
  const Pixel nothing = {0, 0, 0, 0}, grey = {128, 128, 128, 255};
  const std::vector<Pixel> gap(5, nothing);
  // 0 is mid-grey, 127.5, and the filter's largest 0 or 255.
  const std::vector<Pixel> above = {
      {255, 128, 128, 255}, {128, 64, 255, 255}, nothing, grey, grey};
  const std::vector<Pixel> below = {
      {255, 191, 128, 255}, grey, nothing, grey, {128, 0, 223, 255}};
  KnownModel(ALEXNET_CHANNELS_RGB).save(path);
  std::ofstream(png) << "what was there";
  const CommandResult result = RunAlexnet({"inspect", path, "--filters", png});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("conv1"));
  const Picture picture = ReadPng(png);
  ASSERT_EQ(picture.width, 1020U);
  ASSERT_EQ(picture.height, 1224U);
  EXPECT_EQ(Squares(picture), (std::vector<std::vector<Pixel>>{
                                  above, gap, gap, gap, gap, below}));

  KnownModel(ALEXNET_CHANNELS_BGR).save(path);
  RunAlexnet({"inspect", path, "--filters", png});
  const auto turned = Squares(ReadPng(png));
  ASSERT_EQ(turned.size(), 6U);
  EXPECT_EQ(turned[0][0], (Pixel{128, 128, 255, 255}));
  EXPECT_EQ(turned[0][1], (Pixel{255, 64, 128, 255}));
}

TEST(FiltersTest, ThePapersFilters) {
  const std::string folder = FreshFolder("paper");
  const std::string path = folder + "/model.alexnet";
  const std::string png = folder + "/filters.png";
  Model::initial(Network::preset("alexnet", 2)).save(path);
  const CommandResult result = RunAlexnet({"inspect", path, "--filters", png});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const Picture picture = ReadPng(png);
  // Twelve of 11 weights across, four rows above and four below, by sevens.
  EXPECT_EQ(picture.width, 7U * (12 * 12 - 1));
  EXPECT_EQ(picture.height, 7U * (2 * (4 * 12 - 1) + 4));
}

TEST(FiltersTest, WhereThereIsNothingToDrawItSaysWhy) {
  const std::string folder = FreshFolder("refused");
  const std::string path = folder + "/model.alexnet";
  const std::string png = folder + "/filters.png";
  const auto refused = [&](const std::string& model, int exit_code) {
    const CommandResult result =
        RunAlexnet({"inspect", model, "--filters", png});
    EXPECT_EQ(result.exit_code, exit_code);
    EXPECT_FALSE(fs::exists(png));
    return result.err;
  };
  EXPECT_THAT(refused("lenet5", 2), HasSubstr("lenet5 is a preset"));
  HarmfulModel().save(path);
  EXPECT_THAT(refused(path, 1),
              HasSubstr(path + ": no filters to draw: the network has no "
                               "convolution"));
}

TEST(FiltersTest, DamagedFiltersAreNotDrawn) {
  const std::string folder = FreshFolder("damaged");
  const std::string path = folder + "/model.alexnet";
  const std::string png = folder + "/filters.png";
  const Model model = KnownModel(ALEXNET_CHANNELS_RGB);
  model.save(path);
  std::string bytes = ReadText(path);
  const auto data = model.tensor_data(model.find_tensor("conv1.weight"));
  const size_t at = bytes.find(
      std::string(reinterpret_cast<const char*>(data.data()), data.size()));
  ASSERT_NE(at, std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  std::ofstream(path, std::ios::binary) << bytes;
  const CommandResult result = RunAlexnet({"inspect", path, "--filters", png});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("the weights of conv1 are damaged"));
  EXPECT_FALSE(fs::exists(png));
}

TEST(FiltersTest, WhatCannotBeWrittenIsSaid) {
  const std::string folder = FreshFolder("closed");
  const std::string path = folder + "/model.alexnet";
  const std::string png = folder + "/none/filters.png";
  KnownModel(ALEXNET_CHANNELS_RGB).save(path);
  const CommandResult result = RunAlexnet({"inspect", path, "--filters", png});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr(png + ": cannot be written: No such"));
}

}  // namespace
}  // namespace alexnet::testing
