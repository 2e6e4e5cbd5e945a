// `alexnet inspect --html`: what stands in the page, and how it looks.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <alexnet/alexnet.hpp>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/browser.h"
#include "tests/end_to_end/command.h"
#include "tests/end_to_end/harmful_model.h"
#include "tests/end_to_end/png.h"

namespace alexnet::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

std::string FreshFolder(const std::string& name) {
  const std::string folder = ::testing::TempDir() + name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// The page's path.
std::string InspectedPage(const std::string& model, const std::string& folder,
                          int exit_code = 0, const std::string& photo = "") {
  const std::string page = folder + "/page.html";
  std::vector<std::string> arguments = {"inspect", model, "--html", page};
  if (!photo.empty()) arguments.insert(arguments.end(), {"--image", photo});
  const CommandResult result = RunAlexnet(arguments);
  EXPECT_EQ(result.exit_code, exit_code) << result.err;
  return page;
}

// Of two towers, with the curves of a run beside it.
std::string TrainedModel(const std::string& folder,
                         const std::string& network = "alexnet_small") {
  const std::string path = folder + "/best.alexnet";
  Model::initial(Network::preset("alexnet_small", 3)).save(path);
  std::ofstream(folder + "/metrics.jsonl")
      << R"({"type":"start","step":0,"epoch":0,"network":")" << network
      << "\"}\n"
      << R"({"type":"epoch","step":5,"epoch":0,"train_loss":1.5,)"
      << R"("train_top1_error":80,"top1_error":70,"top5_error":9,"loss":null})"
      << "\n{\"type\":\"epoch\",\"st";
  return path;
}

std::string Base64Decoded(const std::string& text) {
  const std::string digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text.substr(0, text.find('='))) {
    bits = bits << 6 | static_cast<uint32_t>(digits.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 255);
  }
  return bytes;
}

std::vector<Picture> Pictures(const std::string& page) {
  const std::string mark = "<img src=\"data:image/png;base64,";
  std::vector<Picture> pictures;
  for (size_t at = page.find(mark); at != std::string::npos;
       at = page.find(mark, at)) {
    at += mark.size();
    pictures.push_back(
        DecodePng(Base64Decoded(page.substr(at, page.find('"', at) - at))));
  }
  return pictures;
}

Picture Photo(uint32_t width, uint32_t height) {
  Picture photo{width, height, {}};
  for (uint32_t y = 0; y < height; ++y) {
    for (uint32_t x = 0; x < width; ++x) {
      for (const uint32_t level : {x * 3 + y, y * 5 + x * x / 9, x * y, 255U}) {
        photo.rgba.push_back(static_cast<uint8_t>(level));
      }
    }
  }
  return photo;
}

// Eight columns and four rows larger than what the model is given, and cropped
// only.
std::string PhotoOf(Model& model, const std::string& folder) {
  Preprocessing preprocessing = model.preprocessing();
  preprocessing.resize_rule = ALEXNET_RESIZE_SHORT_SIDE;
  preprocessing.resize = preprocessing.crop_height + 4;
  preprocessing.view_order = ALEXNET_VIEWS_CAFFE;
  ModelBuilder builder(model);
  builder.set_preprocessing(preprocessing);
  builder.set_labels({"<b>cat</b>", "dog", "cow & calf"});
  model = builder.build();
  const std::string path = folder + "/photo<i>.png";
  WritePng(path, Photo(static_cast<uint32_t>(preprocessing.crop_width) + 8,
                       static_cast<uint32_t>(preprocessing.crop_height) + 4));
  return path;
}

TEST(PageTest, APictureIsSeen) {
  const std::string folder = FreshFolder("seen");
  Model model = Model::initial(Network::preset("alexnet_small", 3));
  const std::string path = PhotoOf(model, folder);
  model.save(folder + "/best.alexnet");
  const std::string page =
      ReadText(InspectedPage(folder + "/best.alexnet", folder, 0, path));
  EXPECT_LT(page.size(), 5'000'000U);
  EXPECT_THAT(page, HasSubstr("What this model sees"));
  EXPECT_THAT(page, Not(HasSubstr("<i>.png")));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));

  // Each class with its bar, by the interface.
  Session session(model);
  for (const Prediction& top : session.predict_file(path)) {
    char bar[64];
    std::snprintf(bar, sizeof(bar), "<i style=\"width:%.1f%%\"></i>%.1f</td>",
                  100.0 * top.probability, 100.0 * top.probability);
    EXPECT_THAT(page, HasSubstr(bar));
  }
  // What each of the ten views by itself is taken for.
  SessionOptions ten;
  ten.ten_crop = 1;
  const std::vector<float> views =
      Session(model, ten).preprocess(Image::load(path).view());
  std::vector<float> rows(30);
  session.run(views, 10, rows);
  const char* const places[] = {"top left", "top right", "bottom left",
                                "bottom right", "centre"};
  const char* const escaped[] = {"&lt;b&gt;cat&lt;/b&gt;", "dog",
                                 "cow &amp; calf"};
  for (size_t i = 0; i < 10; ++i) {
    const auto row = rows.begin() + static_cast<ptrdiff_t>(3 * i);
    const auto best = std::max_element(row, row + 3);
    char caption[128];
    std::snprintf(caption, sizeof(caption),
                  "<div>%s%s</div><div>%s %.1f %%</div>", places[i % 5],
                  i < 5 ? "" : ", mirrored", escaped[best - row],
                  100.0 * *best);
    EXPECT_THAT(page, HasSubstr(caption));
  }
  // The crop, where it matters by place and by pixel, ten crops, the filters of
  // two towers, and each layer.
  const std::vector<Picture> pictures = Pictures(page);
  const auto layers = static_cast<size_t>(model.info().layer_count);
  ASSERT_EQ(pictures.size(), 3 + 10 + 2 + layers);
  const Picture photo = ReadPng(path);
  const uint32_t width = photo.width - 8, height = photo.height - 4;
  const std::vector<std::pair<uint32_t, uint32_t>> corners = {
      {4, 2}, {0, 0}, {8, 0}, {0, 4}, {8, 4}, {4, 2}};
  for (size_t i = 0; i < corners.size(); ++i) {
    const Picture& crop = pictures[i == 0 ? 0 : i + 2];
    ASSERT_EQ(crop.width, width);
    ASSERT_EQ(crop.height, height);
    for (uint32_t y = 0; y < height; ++y) {
      for (uint32_t x = 0; x < width; ++x) {
        const Pixel pixel =
            photo.At(corners[i].first + x, corners[i].second + y);
        ASSERT_EQ(crop.At(x, y), pixel) << i;
        if (i == 0) continue;
        ASSERT_EQ(pictures[i + 7].At(width - 1 - x, y), pixel) << i;
      }
    }
  }
}

TEST(PageTest, AFileHasItsPictures) {
  const std::string folder = FreshFolder("pictures");
  const std::string page =
      ReadText(InspectedPage(TrainedModel(folder), folder));
  EXPECT_THAT(page, HasSubstr("conv1, filters 0 to 15, of tower 1"));
  EXPECT_THAT(page, HasSubstr("conv1, filters 16 to 31, of tower 2"));
  EXPECT_EQ(Count(page, "<img src=\"data:image/png;base64,"), 2U);
  // Six layers have weights and biases.
  EXPECT_EQ(Count(page, "class=\"bars\""), 12U);
  EXPECT_THAT(page, HasSubstr("Loss by epoch"));
  EXPECT_THAT(page, HasSubstr(">held out, top-5</text>"));
  EXPECT_THAT(page, HasSubstr("LRN 5 a="));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

TEST(PageTest, CurvesOfAnotherNetworkAreLeftOut) {
  const std::string folder = FreshFolder("others");
  const std::string page =
      ReadText(InspectedPage(TrainedModel(folder, "lenet5"), folder));
  EXPECT_THAT(page, Not(HasSubstr("Loss by epoch")));
}

TEST(PageTest, APresetHasNoValues) {
  const std::string folder = FreshFolder("preset");
  const std::string page = ReadText(InspectedPage("bvlc_alexnet", folder));
  EXPECT_THAT(page, HasSubstr("60,965,224"));
  EXPECT_THAT(page, HasSubstr("Its 2 towers"));
  EXPECT_EQ(Count(page, "<img"), 0U);
  EXPECT_EQ(Count(page, "class=\"bars\""), 0U);
}

TEST(PageTest, NamesAreNoMarkupAndDamageIsShown) {
  const std::string folder = FreshFolder("harm");
  const std::string path = folder + "/\x1b]0;\xFF\u202E<b>.alexnet";
  HarmfulModel().save(path);
  for (const bool damaged : {false, true}) {
    if (damaged) fs::resize_file(path, fs::file_size(path) - 1);
    const std::string page =
        ReadText(InspectedPage(path, folder, damaged ? 1 : 0));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("<img src=x")));
    EXPECT_THAT(page, Not(HasSubstr("<b>")));
    for (const char* harm : {"\x1b", "\xFF", "\u202E"}) {
      EXPECT_THAT(page, Not(HasSubstr(harm)));
    }
    EXPECT_EQ(Count(page, "FAILED in "), damaged ? 1U : 0U);
  }
}

TEST(PageTest, ALargeNetworkIsUsable) {
  const std::string folder = FreshFolder("large");
  Network network("deep", 3, 80, 80);
  for (int i = 0; i < 400; ++i) {
    ConvolutionOptions convolution;
    convolution.out_channels = 4;
    convolution.window.kernel_h = convolution.window.kernel_w = 1;
    network.add_convolution("conv" + std::to_string(i), convolution);
  }
  PoolingOptions pooling;
  pooling.window.kernel_h = pooling.window.kernel_w = 10;
  pooling.window.stride_h = pooling.window.stride_w = 10;
  network.add_pooling("pool", pooling);
  FullyConnectedOptions full;
  full.out_features = 10'000;
  network.add_fully_connected("fc", full).add_softmax("prob");
  const std::string path = folder + "/deep.alexnet";
  Model::initial(network).save(path);
  const std::string photo = folder + "/photo.png";
  WritePng(photo, Photo(100, 100));
  const std::string page = InspectedPage(path, folder, 0, photo);
  EXPECT_LT(fs::file_size(page), 5'000'000U);
  EXPECT_THAT(ReadText(page),
              HasSubstr("the first 3 of 4 maps; one of 2 rows and columns"));
}

TEST(PageTest, WhatCannotBeWrittenIsSaid) {
  const std::string page = FreshFolder("closed") + "/none/page.html";
  const CommandResult result =
      RunAlexnet({"inspect", "lenet5", "--html", page});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr(page + ": cannot be written: No such"));
  EXPECT_EQ(result.out, "");
}

TEST(PageTest, PagesFitPhonesAndDesks) {
  if (!HasBrowser()) GTEST_SKIP() << "there is no chromium on this machine";
  const std::string folder = FreshFolder("shown");
  const std::string trained = TrainedModel(folder);
  Model model = Model::load(trained);
  const std::string photo = PhotoOf(model, folder);
  const auto layers = static_cast<int>(model.info().layer_count);
  for (const bool preset : {false, true}) {
    const std::string page = preset ? InspectedPage("bvlc_alexnet", folder)
                                    : InspectedPage(trained, folder, 0, photo);
    for (const int width : {390, 1400}) {
      const Shown shown = ShowPage(page, width, folder);
      EXPECT_EQ(shown.overflow, 0) << width;
      EXPECT_EQ(shown.broken_pictures, 0);
      EXPECT_EQ(shown.pictures, preset ? 0 : 15 + layers);
      EXPECT_EQ(shown.console, "");
    }
  }
}

}  // namespace
}  // namespace alexnet::testing
