#include "tools/alexnet/page/network_drawing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace alexnet::cli {
namespace {

using ::testing::HasSubstr;

int Count(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

constexpr const char* kFace = "class=\"face\"";
constexpr const char* kLink = "class=\"link\"";

std::vector<DrawnOutput> TwoTowers() {
  return {{"input", "", 3, 8, 8, true},
          {"conv1", "conv", 4, 8, 8, false},
          {"conv2", "conv", 4, 8, 8, true},
          {"conv3", "conv", 4, 4, 4, false},
          {"fc", "dense", 10, 0, 0, false}};
}

// Maps have three faces, vectors one. The input goes to both towers, conv2 sees
// its own, conv3 both, and the vector is made of both.
TEST(NetworkDrawingTest, TowersStandOneAboveTheOther) {
  const std::string svg = DrawNetwork(TwoTowers(), 2).markup();
  EXPECT_EQ(Count(svg, kFace), 3 * (1 + 3 * 2) + 1);
  EXPECT_EQ(Count(svg, kLink), 2 + 2 + 4 + 2);
  EXPECT_THAT(svg, HasSubstr(">conv2<"));
  EXPECT_THAT(svg, HasSubstr(">4×8×8<"));
}

TEST(NetworkDrawingTest, OneTowerIsAChain) {
  const std::string svg = DrawNetwork(TwoTowers(), 1).markup();
  EXPECT_EQ(Count(svg, kFace), 3 * 4 + 1);
  EXPECT_EQ(Count(svg, kLink), 4);
}

TEST(NetworkDrawingTest, WhatCannotBeDividedIsWhole) {
  std::vector<DrawnOutput> outputs = TwoTowers();
  outputs[3].channels = 5;
  const std::string svg = DrawNetwork(outputs, 2).markup();
  EXPECT_EQ(Count(svg, kFace), 3 * (1 + 2 * 2 + 1) + 1);
  EXPECT_EQ(Count(svg, kLink), 2 + 2 + 2 + 1);
}

// 72 for a side of 8, and half of it for one of 4, whose depth is slanted.
TEST(NetworkDrawingTest, SidesAreToOneScale) {
  const std::string svg = DrawNetwork({{"input", "", 3, 8, 8},
                                       {"a", "conv", 500, 8, 8},
                                       {"b", "conv", 500, 4, 4}},
                                      1)
                              .markup();
  const auto height_of_face = [&](int index) {
    size_t at = 0;
    for (int i = 0; i <= index; ++i) at = svg.find(kFace, at + 1);
    float x, y, x2, y2, x3, y3;
    EXPECT_EQ(
        std::sscanf(svg.c_str() + at, "class=\"face\" d=\"M%f %fL%f %fL%f %f",
                    &x, &y, &x2, &y2, &x3, &y3),
        6);
    return y3 - y;
  };
  EXPECT_NEAR(height_of_face(3), 72, 0.11);
  EXPECT_NEAR(height_of_face(6), 36, 0.11);
}

TEST(NetworkDrawingTest, NothingIsNoDrawing) {
  EXPECT_EQ(DrawNetwork({}, 2).markup(), "");
}

}  // namespace
}  // namespace alexnet::cli
