// `alexnet inspect --html`: what stands in the page, and how it looks.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <alexnet/alexnet.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/end_to_end/browser.h"
#include "tests/end_to_end/command.h"
#include "tests/end_to_end/harmful_model.h"

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
                          int exit_code = 0) {
  const std::string page = folder + "/page.html";
  const CommandResult result = RunAlexnet({"inspect", model, "--html", page});
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
  Network network("deep", 3, 8, 8);
  for (int i = 0; i < 400; ++i) {
    ConvolutionOptions convolution;
    convolution.out_channels = 4;
    convolution.window.kernel_h = convolution.window.kernel_w = 1;
    network.add_convolution("conv" + std::to_string(i), convolution);
  }
  FullyConnectedOptions full;
  full.out_features = 10'000;
  network.add_fully_connected("fc", full).add_softmax("prob");
  const std::string path = folder + "/deep.alexnet";
  Model::initial(network).save(path);
  EXPECT_LT(fs::file_size(InspectedPage(path, folder)), 5'000'000U);
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
  for (const bool preset : {false, true}) {
    const std::string page =
        InspectedPage(preset ? "bvlc_alexnet" : TrainedModel(folder), folder);
    for (const int width : {390, 1400}) {
      const Shown shown = ShowPage(page, width, folder);
      EXPECT_EQ(shown.overflow, 0) << width;
      EXPECT_EQ(shown.broken_pictures, 0);
      EXPECT_EQ(shown.pictures, preset ? 0 : 2);
      EXPECT_EQ(shown.console, "");
    }
  }
}

}  // namespace
}  // namespace alexnet::testing
