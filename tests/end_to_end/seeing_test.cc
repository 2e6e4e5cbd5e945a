// `alexnet inspect --image`: what a model sees in a picture, in numbers and as
// files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <alexnet/alexnet.hpp>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/command.h"
#include "tests/end_to_end/json_schema.h"
#include "tests/end_to_end/png.h"
#include "tests/end_to_end/seeing_files.h"

namespace alexnet::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;
namespace fs = std::filesystem;

std::vector<std::string> Names(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

struct Given {
  std::vector<int64_t> shape;
  std::vector<float> values;
};

// What each layer gives, by the interface.
std::vector<Given> GivenByLayers(const Model& model, const std::string& photo) {
  std::vector<const char*> names;
  const std::vector<LayerInfo> layers = model.layers();
  for (const LayerInfo& layer : layers) names.push_back(layer.name);
  SessionOptions options;
  options.activations = names.data();
  options.activation_count = names.size();
  Session session(model, options);
  session.predict_file(photo);
  std::vector<Given> given;
  for (size_t i = 0; i < names.size(); ++i) {
    const Activation activation = session.activation(i);
    given.push_back({{activation.shape.begin() + 1, activation.shape.end()},
                     {activation.values.begin(), activation.values.end()}});
  }
  return given;
}

double Luminance(const Pixel& pixel) {
  return 0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2];
}

// Eight maps in a row, or forty units in rows of twelve: the same order of
// lightness as of values, the least in the darkest colour and the largest in
// the lightest, and maps of zeros in grey.
void ExpectMaps(const Picture& picture, const Given& given) {
  const bool units = given.shape.size() == 1;
  const int64_t count = given.shape[0];
  const int64_t height = units ? 1 : given.shape[1];
  const int64_t width = units ? 1 : given.shape[2];
  const int64_t columns = count == 40 ? 12 : count;
  const int64_t across = columns * (width + !units) - !units;
  const int64_t side = 1024 / across;
  ASSERT_EQ(picture.width, across * side);
  std::vector<std::pair<float, double>> drawn;
  size_t at = 0;
  const auto [least, largest] =
      std::minmax_element(given.values.begin(), given.values.end());
  for (int64_t map = 0; map < count; ++map) {
    const auto begin = given.values.begin() + map * height * width;
    const bool zero =
        std::count(begin, begin + height * width, 0.0F) == height * width;
    for (int64_t y = 0; y < height; ++y) {
      for (int64_t x = 0; x < width; ++x) {
        const float value = given.values[at++];
        const int64_t column = map % columns * (width + !units) + x;
        const int64_t row = map / columns * (height + !units) + y;
        const Pixel pixel =
            picture.At(static_cast<uint32_t>(column * side),
                       static_cast<uint32_t>(row * side + side - 1));
        EXPECT_EQ(pixel[3], 255);
        if (zero) {
          EXPECT_EQ(pixel, (Pixel{128, 128, 128, 255}));
          continue;
        }
        drawn.emplace_back(value, Luminance(pixel));
        if (value == *least) {
          EXPECT_EQ(pixel, (Pixel{40, 12, 82, 255}));
        } else if (value == *largest) {
          EXPECT_EQ(pixel, (Pixel{250, 231, 60, 255}));
        }
      }
    }
  }
  std::sort(drawn.begin(), drawn.end());
  for (size_t i = 1; i < drawn.size(); ++i) {
    // A level of colour is rounded.
    EXPECT_LE(drawn[i - 1].second, drawn[i].second + 1);
  }
}

TEST(SeeingTest, EveryLayerIsAPicture) {
  const Files files("layers");
  const Model model = SmallModel();
  model.save(files.model);
  const CommandResult result =
      files.Inspect({"--activations", files.maps, "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  ASSERT_THAT(
      Names(files.maps),
      ElementsAre("00_crop.png", "01_conv1.png", "02_relu1.png", "03_conv2.png",
                  "04_pool2.png", "05_fc3.png", "06_fc4.png", "07_prob.png"));
  EXPECT_EQ(ReadPng(files.maps + "/00_crop.png").rgba,
            Centre(Photo(24, 20)).rgba);
  const Json document = Json::parse(result.out);
  EXPECT_EQ(Misfit(Json::parse(ReadText("docs/inspect.schema.json")), document),
            "");
  const Json& layers = document["picture"]["layers"];
  const std::vector<Given> given = GivenByLayers(model, files.photo);
  ASSERT_EQ(layers.size(), given.size());
  for (size_t i = 0; i < given.size(); ++i) {
    SCOPED_TRACE(layers[i].dump());
    const std::vector<float>& values = given[i].values;
    EXPECT_EQ(layers[i]["output"], Json(given[i].shape));
    EXPECT_EQ(layers[i]["min"],
              *std::min_element(values.begin(), values.end()));
    EXPECT_EQ(layers[i]["max"],
              *std::max_element(values.begin(), values.end()));
    EXPECT_EQ(layers[i]["zero_maps"], i == 1 ? 1 : 0);
    EXPECT_EQ(layers[i]["not_finite"], 0);
    ExpectMaps(ReadPng(files.maps + "/" + Names(files.maps)[i + 1]), given[i]);
  }
}

TEST(SeeingTest, TheLikeliestAreThoseOfPredict) {
  const Files files("top");
  ModelBuilder builder(SmallModel());
  builder.set_labels({"a", "\u202Eb", "c", "d", "e", "f", "g"});
  builder.build().save(files.model);
  const Json predicted = Json::parse(
      RunAlexnet({"predict", files.model, files.photo, "--json"}).out);
  const Json inspected = Json::parse(files.Inspect({"--json"}).out);
  ASSERT_EQ(predicted[0]["top"].size(), 5U);
  EXPECT_EQ(inspected["picture"]["top"], predicted[0]["top"]);
  EXPECT_EQ(inspected["picture"]["path"], files.photo);
  const std::string text = files.Inspect().out;
  EXPECT_THAT(text, HasSubstr(files.photo + "\n  "));
  EXPECT_THAT(text, HasSubstr(" %  c\n"));
  EXPECT_THAT(text, HasSubstr("conv1 8x14x14"));
}

TEST(SeeingTest, TenCropsVote) {
  const Files files("votes");
  const std::vector<std::string> places[] = {
      {"top left", "top right", "bottom left", "bottom right", "centre"},
      {"top left", "top right", "centre", "bottom left", "bottom right"}};
  for (const int32_t order : {ALEXNET_VIEWS_CAFFE, ALEXNET_VIEWS_CONVNET}) {
    Model model = SmallModel();
    Preprocessing preprocessing = Cropping(model);
    preprocessing.view_order = order;
    ModelBuilder builder(model);
    builder.set_preprocessing(preprocessing);
    model = builder.build();
    model.save(files.model);
    const Json predicted =
        Json::parse(RunAlexnet({"predict", files.model, files.photo,
                                "--ten-crop", "--json"})
                        .out);
    const Json picture = Json::parse(files.Inspect({"--json"}).out)["picture"];
    EXPECT_EQ(picture["ten_crop_top"], predicted[0]["top"]);
    ASSERT_EQ(picture["crops"].size(), 10U);

    // Each of the views by itself.
    SessionOptions options;
    options.ten_crop = 1;
    const std::vector<float> views =
        Session(model, options).preprocess(Image::load(files.photo).view());
    Session session(model);
    std::vector<float> rows(70);
    session.run(views, 10, rows);
    for (size_t i = 0; i < 10; ++i) {
      const Json& crop = picture["crops"][i];
      EXPECT_EQ(crop["view"],
                places[order][i % 5] + (i < 5 ? "" : ", mirrored"));
      const auto row = rows.begin() + static_cast<ptrdiff_t>(7 * i);
      const auto best = std::max_element(row, row + 7);
      EXPECT_EQ(crop["index"], best - row);
      EXPECT_NEAR(crop["probability"].get<double>(), *best, 1e-5);
    }
  }
  EXPECT_THAT(files.Inspect().out, HasSubstr("ten crops: "));
}

// The small model with answers that differ from place to place.
Model UnevenModel() {
  ModelBuilder builder(SmallModel());
  for (const auto& [name, count] : {std::pair("fc3.weight", 40 * 8 * 36),
                                    std::pair("fc4.weight", 7 * 40)}) {
    std::vector<float> values(static_cast<size_t>(count));
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = std::sin(1 + 3.7F * static_cast<float>(i));
    }
    builder.write_tensor(name, values);
  }
  return builder.build();
}

// Each place of two by two pixels hidden with one pixel around it.
TEST(SeeingTest, PlacesAreHidden) {
  const Files files("hidden");
  const Model model = UnevenModel();
  model.save(files.model);
  const Json picture = Json::parse(files.Inspect({"--json"}).out)["picture"];
  const Json& occlusion = picture["occlusion"];
  EXPECT_EQ(occlusion["index"], picture["top"][0]["index"]);
  const auto index = occlusion["index"].get<size_t>();
  std::set<double> all;
  Session session(model);
  const std::vector<float> view =
      session.preprocess(Image::load(files.photo).view());
  ASSERT_EQ(occlusion["probabilities"].size(), 8U);
  for (int64_t row = 0; row < 8; ++row) {
    ASSERT_EQ(occlusion["probabilities"][row].size(), 8U);
    for (int64_t column = 0; column < 8; ++column) {
      std::vector<float> hidden = view;
      for (int64_t y = 2 * row - 1; y < 2 * row + 3; ++y) {
        for (int64_t x = 2 * column - 1; x < 2 * column + 3; ++x) {
          if (y < 0 || x < 0 || y >= kCrop || x >= kCrop) continue;
          for (int64_t channel = 0; channel < 3; ++channel) {
            const auto i = static_cast<float>(channel);
            // Mid-grey, as Cropping() normalizes it.
            hidden[static_cast<size_t>((channel * kCrop + y) * kCrop + x)] =
                (128 / 255.0F - (0.4F + 0.05F * i)) / (0.2F + 0.01F * i);
          }
        }
      }
      std::vector<float> answer(7);
      session.run(hidden, 1, answer);
      EXPECT_NEAR(occlusion["probabilities"][row][column].get<double>(),
                  answer[index], 1e-5)
          << row << " " << column;
      all.insert(answer[index]);
    }
  }
  EXPECT_GT(*all.rbegin() - *all.begin(), 1e-3);
}

// Against differences of what enters the softmax, in float64 but for that.
TEST(SeeingTest, SaliencyIsTheScoresDifference) {
  const Files files("saliency");
  const Model model = UnevenModel();
  model.save(files.model);
  const Json picture = Json::parse(files.Inspect({"--json"}).out)["picture"];
  const Json& saliency = picture["saliency"];
  EXPECT_EQ(saliency["index"], picture["top"][0]["index"]);
  EXPECT_EQ(saliency["not_finite"], 0);
  const auto index = saliency["index"].get<size_t>();
  const char* const logits = "fc4";
  SessionOptions options;
  options.device = "reference";
  options.activations = &logits;
  options.activation_count = 1;
  Session session(model, options);
  const std::vector<float> view =
      session.preprocess(Image::load(files.photo).view());
  const auto score = [&](size_t at, float step) {
    std::vector<float> moved = view;
    moved[at] += step;
    std::vector<float> answer(7);
    session.run(moved, 1, answer);
    return double{session.activation(0).values[index]};
  };
  std::vector<double> most(static_cast<size_t>(kCrop * kCrop));
  for (size_t at = 0; at < view.size(); ++at) {
    const double difference = (score(at, 1e-3F) - score(at, -1e-3F)) / 2e-3;
    double& here = most[at % most.size()];
    here = std::max(here, std::abs(difference));
  }
  std::sort(most.begin(), most.end());
  EXPECT_GT(most.back(), 0.01);
  EXPECT_NEAR(saliency["max"].get<double>(), most.back(), 0.02 * most.back());
  EXPECT_NEAR(saliency["percentile_99"].get<double>(),
              most[(most.size() - 1) * 99 / 100], 0.02 * most.back());
}

TEST(SeeingTest, NamesObeyNoTerminal) {
  const Files files("terminal");
  ModelBuilder builder(SmallModel());
  builder.set_labels(std::vector<std::string>(7, "\u202Eb"));
  builder.build().save(files.model);
  const std::string photo = files.folder + "/\x1b]0;mine\x07.png";
  fs::rename(files.photo, photo);
  for (const CommandResult& result :
       {RunAlexnet({"inspect", files.model, "--image", photo}),
        RunAlexnet({"predict", files.model, photo})}) {
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("\\x1B]0;mine\\x07.png\n"));
    EXPECT_THAT(result.out, HasSubstr("%  \\u202Eb\n"));
    EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
  }
}

TEST(SeeingTest, TheCropHasThePicturesColours) {
  const Files files("crops");
  const Picture photo = Photo(20, 20);
  WritePng(files.photo, photo);
  const Model model = SmallModel();
  Preprocessing preprocessing = Cropping(model);
  preprocessing.channel_order = ALEXNET_CHANNELS_BGR;
  preprocessing.resize_rule = ALEXNET_RESIZE_WARP;
  preprocessing.resize_filter = ALEXNET_FILTER_OPENCV_LINEAR;
  preprocessing.scale = 1;
  preprocessing.mean_kind = ALEXNET_MEAN_IMAGE_AT_CROP;
  std::vector<float> mean(size_t{3} * 20 * 20);
  for (size_t i = 0; i < mean.size(); ++i) {
    mean[i] = static_cast<float>(i % 200);
  }
  preprocessing.mean_image = mean.data();
  preprocessing.mean_image_height = preprocessing.mean_image_width = 20;
  ModelBuilder builder(model);
  builder.set_preprocessing(preprocessing);
  builder.build().save(files.model);
  const CommandResult result = files.Inspect({"--activations", files.maps});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(ReadPng(files.maps + "/00_crop.png").rgba, Centre(photo).rgba);
}

TEST(SeeingTest, NamesDoNotLeaveTheFolder) {
  const Files files("names");
  Network network("\u202E", 1, 8, 8);
  ConvolutionOptions convolution;
  convolution.out_channels = 1;
  convolution.window.kernel_h = convolution.window.kernel_w = 1;
  for (const std::string& name :
       {std::string("../../escaped"), std::string("/tmp/escaped"),
        std::string(".."), std::string("\u202E<b>\""), std::string(240, 'x')}) {
    network.add_convolution(name, convolution);
  }
  Model::initial(network).save(files.model);
  const CommandResult result = files.Inspect({"--activations", files.maps});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(Names(files.maps),
              ElementsAre("00_crop.png", "01_.._.._escaped.png",
                          "02__tmp_escaped.png", "03_...png", "04_____b__.png",
                          "05_" + std::string(64, 'x') + ".png"));
  EXPECT_THAT(Names(files.folder),
              ElementsAre("maps", "model.alexnet", "photo.png"));
}

TEST(SeeingTest, ANetworkNeedNotClassify) {
  const Files files("features");
  SmallModel(false).save(files.model);
  const CommandResult result = files.Inspect({"--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Json picture = Json::parse(result.out)["picture"];
  EXPECT_EQ(picture["top"], Json::array());
  EXPECT_EQ(picture["ten_crop_top"], Json::array());
  EXPECT_EQ(picture["crops"], Json::array());
  EXPECT_EQ(picture["occlusion"], nullptr);
  EXPECT_EQ(picture["saliency"], nullptr);
  EXPECT_EQ(picture["layers"].size(), 6U);
}

TEST(SeeingTest, WhatIsNotFiniteIsCounted) {
  const Files files("nan");
  Model model = SmallModel();
  Preprocessing preprocessing = Cropping(model);
  preprocessing.scale = 1e37F;  // 35 and more are infinite
  ModelBuilder builder(model);
  builder.set_preprocessing(preprocessing);
  model = builder.build();
  model.save(files.model);
  const CommandResult json =
      files.Inspect({"--activations", files.maps, "--json"});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  const Json document = Json::parse(json.out);
  EXPECT_EQ(Misfit(Json::parse(ReadText("docs/inspect.schema.json")), document),
            "");
  const std::vector<Given> given = GivenByLayers(model, files.photo);
  for (size_t i = 0; i < given.size(); ++i) {
    const std::vector<float>& values = given[i].values;
    const Json& layer = document["picture"]["layers"][i];
    const auto lost =
        std::count_if(values.begin(), values.end(),
                      [](float value) { return !std::isfinite(value); });
    EXPECT_EQ(layer["not_finite"], lost);
    EXPECT_EQ(layer["min"].is_null(),
              lost == static_cast<ptrdiff_t>(values.size()));
  }
  ASSERT_TRUE(std::isnan(given.back().values[0]));
  EXPECT_THAT(files.Inspect().out, HasSubstr("prob: 7 not finite"));
  EXPECT_EQ(ReadPng(files.maps + "/07_prob.png").At(0, 0),
            (Pixel{255, 0, 255, 255}));
}

TEST(SeeingTest, WhatCannotBeDoneIsSaid) {
  const Files files("refused");
  SmallModel().save(files.model);
  const auto refused = [](const std::vector<std::string>& arguments,
                          int exit_code) {
    const CommandResult result = RunAlexnet(arguments);
    EXPECT_EQ(result.exit_code, exit_code) << result.out;
    EXPECT_EQ(result.out, "");
    return result.err;
  };
  EXPECT_THAT(refused({"inspect", files.model, "--activations", files.maps}, 2),
              HasSubstr("--activations needs a picture: --image"));
  EXPECT_THAT(refused({"inspect", "lenet5", "--image", files.photo}, 2),
              HasSubstr("lenet5 is a preset"));
  EXPECT_THAT(refused({"inspect", files.model, "--image", "none.png"}, 1),
              HasSubstr("none.png"));
  EXPECT_THAT(refused({"inspect", files.model, "--image", files.photo,
                       "--max-pixels", "100"},
                      1),
              HasSubstr("more than the limit of 100"));
  EXPECT_THAT(refused({"inspect", files.model, "--image", files.photo,
                       "--activations", files.photo},
                      1),
              HasSubstr(files.photo + ": the folder cannot be made"));
  EXPECT_FALSE(fs::exists(files.maps));
}

TEST(SeeingTest, ADamagedFileIsNotRun) {
  const Files files("damaged");
  SmallModel().save(files.model);
  fs::resize_file(files.model, fs::file_size(files.model) - 1);
  const CommandResult result = files.Inspect();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("damaged"));
}

}  // namespace
}  // namespace alexnet::testing
