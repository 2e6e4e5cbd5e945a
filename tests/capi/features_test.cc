// Features, what is near, LPIPS, and gradients with respect to inputs.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

namespace fs = std::filesystem;

constexpr alexnet_status kBad = ALEXNET_INVALID_ARGUMENT;
constexpr size_t kConv1 = 4 * 8 * 8;  // floats of conv1's output

using Features = std::unique_ptr<alexnet_features, Free<alexnet_features_free>>;

std::vector<std::string> Pictures() {
  std::vector<std::string> paths;
  for (const auto& entry :
       fs::recursive_directory_iterator(ShapesFolder() + "/val")) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<const char*> Texts(const std::vector<std::string>& paths) {
  std::vector<const char*> texts;
  for (const std::string& path : paths) texts.push_back(path.c_str());
  return texts;
}

Features Make(const alexnet_model* model, const std::vector<std::string>& paths,
              int64_t batch, const char* layer = "conv1") {
  auto options = Options(alexnet_feature_options_init);
  options.threads = 1;
  options.batch = batch;
  const std::vector<const char*> texts = Texts(paths);
  alexnet_features* made = nullptr;
  OK(alexnet_features_create(model, layer, texts.data(), texts.size(), &options,
                             &made, e));
  return Features(made);
}

TEST(FeaturesTest, RowsAreWhatASessionKeeps) {
  const Model model = TinyModel();
  const std::vector<std::string> paths = Pictures();
  const Features features = Make(model.get(), paths, 3);
  auto info = Options(alexnet_features_info_init);
  OK(alexnet_features_get_info(features.get(), &info, e));
  EXPECT_EQ(info.size, static_cast<int64_t>(kConv1));
  EXPECT_EQ(std::vector(info.shape, info.shape + info.rank),
            (std::vector<int64_t>{1, 4, 8, 8}));
  EXPECT_EQ(info.batch, 3);

  auto keep = Options(alexnet_session_options_init);
  keep.threads = 1;
  const char* const layer = "conv1";
  keep.activations = &layer;
  keep.activation_count = 1;
  alexnet_session* made = nullptr;
  OK(alexnet_session_create(model.get(), &keep, &made, e));
  const Session session(made);
  int64_t indices[3];
  std::vector<float> rows(3 * kConv1);
  size_t next = 0;
  while (true) {
    size_t found = 0;
    OK(alexnet_features_next(features.get(), nullptr, indices, 3, rows.data(),
                             rows.size(), &found, e));
    if (found == 0) break;
    for (size_t i = 0; i < found; ++i) {
      EXPECT_EQ(indices[i], static_cast<int64_t>(next));
      alexnet_prediction top[1];
      size_t count = 0;
      OK(alexnet_session_predict_file(session.get(), paths[next++].c_str(),
                                      nullptr, 1, top, &count, e));
      const float* values = nullptr;
      OK(alexnet_session_get_activation(session.get(), 0, &values, nullptr,
                                        nullptr, e));
      for (size_t v = 0; v < kConv1; ++v) {
        EXPECT_NEAR(rows[i * kConv1 + v], values[v], 1e-5);
      }
    }
  }
  EXPECT_EQ(next, paths.size());
}

TEST(FeaturesTest, BrokenPicturesAreToldAndCancellingLosesNothing) {
  const Model model = TinyModel();
  std::vector<std::string> paths = Pictures();
  const std::string broken = FreshPath("broken.png");
  std::ofstream(broken) << "no picture";
  paths.insert(paths.begin() + 1, broken);
  const Features features = Make(model.get(), paths, 1);
  alexnet_cancel_token* token = nullptr;
  OK(alexnet_cancel_token_create(&token, e));
  const Token owner(token);
  alexnet_cancel_token_cancel(token);
  auto limits = Options(alexnet_limits_init);
  limits.cancel = token;
  std::vector<int64_t> met;
  std::vector<float> row(kConv1);
  for (size_t found = 1; found > 0;) {
    int64_t index = 0;
    // A batch that is there already is given in spite of the token.
    const alexnet_status status =
        alexnet_features_next(features.get(), &limits, &index, 1, row.data(),
                              row.size(), &found, nullptr);
    if (status == ALEXNET_CANCELLED) {
      OK(alexnet_features_next(features.get(), nullptr, &index, 1, row.data(),
                               row.size(), &found, e));
    } else {
      EXPECT_EQ(status, ALEXNET_OK);
    }
    if (found > 0) met.push_back(index);
  }
  EXPECT_EQ(met.size(), paths.size() - 1);
  EXPECT_EQ(std::count(met.begin(), met.end(), 1), 0);
  const char* path = nullptr;
  const char* reason = nullptr;
  OK(alexnet_features_broken_at(features.get(), 0, &path, &reason, e));
  EXPECT_EQ(path, broken);
  EXPECT_NE(std::string(reason), "");
  REFUSED(ALEXNET_NOT_FOUND,
          alexnet_features_broken_at(features.get(), 1, &path, &reason, e));
}

TEST(FeaturesTest, WhatIsAskedForIsChecked) {
  const Model model = TinyModel();
  const std::vector<std::string> paths = Pictures();
  const std::vector<const char*> texts = Texts(paths);
  alexnet_features* made = nullptr;
  const auto create = [&](const char* layer, const char* const* list,
                          size_t count, alexnet_error** e) {
    return alexnet_features_create(model.get(), layer, list, count, nullptr,
                                   &made, e);
  };
  REFUSED(kBad, alexnet_features_create(nullptr, "conv1", texts.data(), 1,
                                        nullptr, &made, e));
  REFUSED(kBad, alexnet_features_create(model.get(), "conv1", texts.data(), 1,
                                        nullptr, nullptr, e));
  REFUSED(kBad, create(nullptr, texts.data(), 1, e));
  REFUSED(kBad, create("conv1", nullptr, 1, e));
  REFUSED(kBad, create("conv1", texts.data(), 0, e));
  const std::string unknown =
      REFUSED(ALEXNET_NOT_FOUND, create("fc7", texts.data(), 1, e));
  EXPECT_NE(unknown.find("pool1"), std::string::npos) << unknown;

  const Features features = Make(model.get(), paths, 2);
  int64_t indices[2];
  std::vector<float> rows(2 * kConv1);
  size_t found = 0;
  REFUSED(kBad, alexnet_features_next(nullptr, nullptr, indices, 2, rows.data(),
                                      rows.size(), &found, e));
  REFUSED(kBad, alexnet_features_next(features.get(), nullptr, nullptr, 2,
                                      rows.data(), rows.size(), &found, e));
  REFUSED(kBad, alexnet_features_next(features.get(), nullptr, indices, 1,
                                      rows.data(), rows.size(), &found, e));
  REFUSED(kBad, alexnet_features_next(features.get(), nullptr, indices, 2,
                                      rows.data(), rows.size() - 1, &found, e));
  REFUSED(kBad, alexnet_features_next(features.get(), nullptr, indices, 2,
                                      rows.data(), rows.size(), nullptr, e));
  REFUSED(kBad, alexnet_features_get_info(features.get(), nullptr, e));
  REFUSED(kBad, alexnet_features_get_info(nullptr, nullptr, e));
  REFUSED(kBad,
          alexnet_features_broken_at(features.get(), 0, nullptr, nullptr, e));
  alexnet_features_free(nullptr);
}

TEST(NearestTest, RowsAndSizesAreChecked) {
  const float rows[] = {5, 5, 0, 1, 0, 0, 3, 4};
  const float query[] = {0, 0};
  alexnet_neighbour nearest[3];
  size_t found = 0;
  OK(alexnet_find_nearest(rows, 8, query, 2, 3, nearest, &found, e));
  ASSERT_EQ(found, 3U);
  EXPECT_EQ(nearest[0].index, 2);
  EXPECT_EQ(nearest[2].index, 3);
  EXPECT_EQ(nearest[2].distance, 5);
  OK(alexnet_find_nearest(nullptr, 0, query, 2, 3, nearest, &found, e));
  EXPECT_EQ(found, 0U);
  REFUSED(kBad, alexnet_find_nearest(rows, 7, query, 2, 3, nearest, &found, e));
  REFUSED(kBad,
          alexnet_find_nearest(rows, 8, nullptr, 2, 3, nearest, &found, e));
  REFUSED(kBad, alexnet_find_nearest(rows, 8, query, 0, 3, nearest, &found, e));
  REFUSED(kBad, alexnet_find_nearest(rows, 8, query, 2, 3, nullptr, &found, e));
  REFUSED(kBad,
          alexnet_find_nearest(rows, 8, query, 2, 3, nearest, nullptr, e));
}

TEST(LpipsTest, ANetworkWithoutReluHasNone) {
  const Model model = TinyModel();
  const std::vector<uint8_t> pixels(kViewSize);
  alexnet_image image{};
  image.pixels = pixels.data();
  image.width = image.height = kSide;
  image.channels = 3;
  double distance = 0;
  const auto lpips = [&](const alexnet_image* second, alexnet_error** e) {
    return alexnet_lpips(model.get(), &image, second, nullptr, 0, nullptr,
                         &distance, nullptr, 0, e);
  };
  REFUSED(ALEXNET_FAILED_PRECONDITION, lpips(&image, e));
  REFUSED(kBad, lpips(nullptr, e));
  alexnet_image wide = image;
  wide.width = kSide - 1;
  const std::string sizes = REFUSED(kBad, lpips(&wide, e));
  EXPECT_NE(sizes.find("8 x 8 and 7 x 8"), std::string::npos) << sizes;
}

TEST(InputGradientsTest, AreDifferencesOfScores) {
  const Model model = TinyModel();
  auto options = Options(alexnet_session_options_init);
  options.device = "reference";
  options.batch = 2;
  const char* const layer = "fc2";
  options.activations = &layer;
  options.activation_count = 1;
  alexnet_session* made = nullptr;
  OK(alexnet_session_create(model.get(), &options, &made, e));
  const Session session(made);
  // No whole batch.
  const std::vector<float> views = Noise(3 * kViewSize);
  const int32_t classes[] = {4, 0, 2};
  std::vector<float> gradients(views.size());
  OK(alexnet_session_input_gradients(session.get(), views.data(), views.size(),
                                     classes, 3, nullptr, gradients.data(),
                                     gradients.size(), e));
  const auto score = [&](size_t at, float step) {
    std::vector<float> moved = views;
    moved[at] += step;
    std::vector<float> output(3 * kClasses);
    OK(alexnet_session_run(session.get(), moved.data(), moved.size(), 3,
                           nullptr, output.data(), output.size(), e));
    const float* values = nullptr;
    OK(alexnet_session_get_activation(session.get(), 0, &values, nullptr,
                                      nullptr, e));
    const size_t sample = at / kViewSize;
    return double{
        values[sample * kClasses + static_cast<size_t>(classes[sample])]};
  };
  double largest = 0;
  for (size_t at = 0; at < views.size(); at += 11) {
    const double difference = (score(at, 1e-2F) - score(at, -1e-2F)) / 2e-2;
    EXPECT_NEAR(gradients[at], difference, 1e-4) << at;
    largest = std::max(largest, std::abs(difference));
  }
  EXPECT_GT(largest, 1e-3);

  const auto refused = [&](const int32_t* asked, int64_t count, size_t size,
                           alexnet_error** e) {
    return alexnet_session_input_gradients(session.get(), views.data(),
                                           views.size(), asked, count, nullptr,
                                           gradients.data(), size, e);
  };
  REFUSED(kBad, refused(nullptr, 3, gradients.size(), e));
  REFUSED(kBad, refused(classes, 0, gradients.size(), e));
  REFUSED(kBad, refused(classes, 4, gradients.size(), e));
  REFUSED(kBad, refused(classes, 3, gradients.size() - 1, e));
  const int32_t beyond[] = {0, kClasses, 0};
  const std::string said = REFUSED(kBad, refused(beyond, 3, views.size(), e));
  EXPECT_NE(said.find("0 to 4"), std::string::npos) << said;
}

}  // namespace
}  // namespace alexnet_test
