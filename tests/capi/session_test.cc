// What a session computes, and the sizes it refuses.

#include <cmath>
#include <limits>
#include <numeric>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

constexpr alexnet_status kBad = ALEXNET_INVALID_ARGUMENT;

std::vector<float> Compute(alexnet_session* session,
                           const std::vector<float>& views, int64_t count) {
  std::vector<float> output(static_cast<size_t>(count * kClasses), -1.0F);
  OK(alexnet_session_run(session, views.data(), views.size(), count, nullptr,
                         output.data(), output.size(), e));
  return output;
}

TEST(SessionTest, ProbabilitiesSumToOneForAnyCount) {
  const Model model = TinyModel();
  const Session session = TinySession(model.get(), 1, 4);
  for (const int64_t count : {1, 3, 4, 5, 9}) {
    const auto views = Noise(static_cast<size_t>(count * kViewSize));
    const auto output = Compute(session.get(), views, count);
    for (int64_t i = 0; i < count; ++i) {
      const float* row = output.data() + i * kClasses;
      EXPECT_NEAR(std::accumulate(row, row + kClasses, 0.0), 1.0, 1e-5);
    }
  }
}

TEST(SessionTest, TheBatchDoesNotChangeTheResult) {
  const Model model = TinyModel();
  const auto views = Noise(7 * kViewSize);
  const auto one = Compute(TinySession(model.get(), 1, 1).get(), views, 7);
  const auto four = Compute(TinySession(model.get(), 2, 4).get(), views, 7);
  auto options = Options(alexnet_session_options_init);
  options.device = "reference";
  alexnet_session* made = nullptr;
  OK(alexnet_session_create(model.get(), &options, &made, e));
  const Session reference(made);
  const auto slow = Compute(made, views, 7);
  for (size_t i = 0; i < one.size(); ++i) {
    EXPECT_NEAR(one[i], four[i], 1e-5F);
    EXPECT_NEAR(one[i], slow[i], 1e-5F);
  }
}

TEST(SessionTest, SeveralDevicesPredictTogether) {
  const Model model = TinyModel();
  const auto views = Noise(5 * kViewSize);
  const auto one = Compute(TinySession(model.get(), 1, 1).get(), views, 5);
  auto options = Options(alexnet_session_options_init);
  options.devices = "cpu,cpu";
  options.threads = 2;
  for (const int32_t parallel : {ALEXNET_PARALLEL_DATA, ALEXNET_PARALLEL_TOWERS,
                                 ALEXNET_PARALLEL_HYBRID}) {
    options.parallel = parallel;
    alexnet_session* made = nullptr;
    OK(alexnet_session_create(model.get(), &options, &made, e));
    const Session together(made);
    const auto output = Compute(made, views, 5);
    for (size_t i = 0; i < one.size(); ++i) {
      EXPECT_NEAR(output[i], one[i], 1e-5F);
    }
  }
  alexnet_session* made = nullptr;
  options.parallel = ALEXNET_PARALLEL_HYBRID_IN_TURN;
  std::string said =
      REFUSED(kBad, alexnet_session_create(model.get(), &options, &made, e));
  EXPECT_NE(said.find("predictions want `hybrid`"), std::string::npos) << said;
  options.parallel = ALEXNET_PARALLEL_HYBRID_SUB_BATCHES + 1;
  said = REFUSED(kBad, alexnet_session_create(model.get(), &options, &made, e));
  EXPECT_NE(said.find("parallel"), std::string::npos) << said;
  options.parallel = ALEXNET_PARALLEL_DATA;
  options.batch = 1;
  said = REFUSED(kBad, alexnet_session_create(model.get(), &options, &made, e));
  EXPECT_NE(said.find("at least 2 samples"), std::string::npos) << said;
}

TEST(SessionTest, NanInGivesNanOutAndSparesTheNeighbours) {
  const Model model = TinyModel();
  for (const int64_t batch : {1, 2}) {
    const Session session = TinySession(model.get(), 1, batch);
    auto views = Noise(2 * kViewSize);
    views[kViewSize + 100] = std::numeric_limits<float>::quiet_NaN();
    const auto output = Compute(session.get(), views, 2);
    for (int64_t i = 0; i < kClasses; ++i) {
      EXPECT_TRUE(std::isfinite(output[i]));
      EXPECT_TRUE(std::isnan(output[kClasses + i]));
    }
  }
}

TEST(SessionTest, WrongSizesAreRefused) {
  const Model model = TinyModel();
  const Session session = TinySession(model.get());
  alexnet_session* s = session.get();
  const auto views = Noise(2 * kViewSize);
  const float* in = views.data();
  std::vector<float> out(2 * kClasses, -7.0F);
  float* o = out.data();
  REFUSED(kBad,
          alexnet_session_run(s, in, kViewSize - 1, 1, nullptr, o, 10, e));
  REFUSED(kBad, alexnet_session_run(s, in, kViewSize, 2, nullptr, o, 10, e));
  REFUSED(kBad, alexnet_session_run(s, in, kViewSize, 1, nullptr, o, 4, e));
  REFUSED(kBad, alexnet_session_run(s, in, kViewSize, 0, nullptr, o, 10, e));
  REFUSED(kBad, alexnet_session_run(s, in, kViewSize, -1, nullptr, o, 10, e));
  // What overflows when it is multiplied must not be taken for a small size.
  for (const int64_t count : {int64_t{1} << 40, int64_t{1} << 58,
                              int64_t{1} << 62, INT64_MAX, INT64_MIN}) {
    REFUSED(kBad,
            alexnet_session_run(s, in, kViewSize, count, nullptr, o, 10, e));
  }
  for (const float value : out) EXPECT_EQ(value, -7.0F);
  OK(alexnet_session_run(s, in, kViewSize, 1, nullptr, o, 10, e));
}

TEST(SessionTest, BrokenPicturesAreRefused) {
  const Model model = TinyModel();
  const Session session = TinySession(model.get());
  alexnet_session* s = session.get();
  float o[kClasses];
  const uint8_t pixels[48] = {};
  for (const alexnet_image image :
       {alexnet_image{pixels, 0, 4, 3, 0, 0},
        alexnet_image{pixels, 4, -4, 3, 0, 0},
        alexnet_image{pixels, 4, 4, 2, 0, 0},
        alexnet_image{pixels, 4, 4, 3, 0, 5},
        alexnet_image{pixels, 4, 4, 3, 0, -12},
        alexnet_image{pixels, INT32_MAX, INT32_MAX, 3, 0, 0}}) {
    REFUSED(kBad, alexnet_session_run_images(s, &image, 1, nullptr, o, 5, e));
  }
  const alexnet_image good = {pixels, 4, 4, 3, 0, 12};
  OK(alexnet_session_run_images(s, &good, 1, nullptr, o, 5, e));
  const alexnet_encoded rubbish = {"no picture", 10, "rubbish.jpg"};
  alexnet_error* error = nullptr;
  EXPECT_NE(alexnet_session_run_encoded(s, &rubbish, 1, nullptr, o, 5, &error),
            ALEXNET_OK);
  EXPECT_NE(std::string(alexnet_error_text(error)).find("rubbish.jpg"),
            std::string::npos)
      << alexnet_error_text(error);
  alexnet_error_free(error);
}

TEST(SessionTest, TheBrokenPictureOfABatchIsNamed) {
  const Model model = TinyModel();
  const Session session = TinySession(model.get(), 1, 4);
  alexnet_session* s = session.get();
  float o[3 * kClasses];
  const auto contains = [](const std::string& text, const std::string& word) {
    EXPECT_NE(text.find(word), std::string::npos) << text;
  };
  const std::string png = PngBytes();
  const alexnet_encoded good = {png.data(), png.size(), nullptr};
  const auto encoded = [&](const alexnet_encoded& second, alexnet_status want) {
    const alexnet_encoded pictures[3] = {good, second, good};
    return REFUSED(
        want, alexnet_session_run_encoded(s, pictures, 3, nullptr, o, 15, e));
  };
  contains(encoded({"rubbish", 7, nullptr}, ALEXNET_UNSUPPORTED),
           "pictures[1]: ");
  contains(encoded({"rubbish", 7, "cat.jpg"}, ALEXNET_UNSUPPORTED),
           "cat.jpg: pictures[1]: ");
  for (const char* data : {"", static_cast<const char*>(nullptr)}) {
    contains(encoded({data, 0, nullptr}, ALEXNET_DATA_LOSS),
             "pictures[1]: the picture is empty");
  }
  contains(encoded({nullptr, 7, nullptr}, kBad), "pictures[1]: data");

  std::vector<uint8_t> pixels(3 * 100'000);
  const alexnet_image square = {pixels.data(), 8, 8, 3, 0, 0};
  const auto images = [&](const alexnet_image& third) {
    const alexnet_image list[3] = {square, square, third};
    return REFUSED(kBad,
                   alexnet_session_run_images(s, list, 3, nullptr, o, 15, e));
  };
  contains(images({pixels.data(), 0, 4, 3, 0, 0}), "images[2]: ");
  contains(images({pixels.data(), 100'000, 1, 3, 0, 0}),
           "images[2]: the picture of 100000 x 1 pixels is too elongated");
}

TEST(SessionTest, AnEmptyListIsNotANullPointer) {
  const Model model = TinyModel();
  const Session session = TinySession(model.get());
  alexnet_session* s = session.get();
  float o[kClasses];
  for (const std::string& text :
       {REFUSED(kBad, alexnet_session_run(s, nullptr, 0, 0, nullptr, o, 5, e)),
        REFUSED(kBad,
                alexnet_session_run_images(s, nullptr, 0, nullptr, o, 5, e)),
        REFUSED(kBad, alexnet_session_run_encoded(s, nullptr, 0, nullptr,
                                                  nullptr, 0, e))}) {
    EXPECT_EQ(text, "count: must be at least 1, not 0");
  }
}

TEST(SessionTest, EncodedDecodedAndPreprocessedAgree) {
  const Model model = TinyModel();
  const Session session = TinySession(model.get());
  const std::string png = PngBytes();
  const alexnet_encoded encoded = {png.data(), png.size(), "red.png"};
  uint8_t* pixels = nullptr;
  alexnet_image image = {};
  OK(alexnet_image_decode(&encoded, 0, &pixels, &image, e));
  ASSERT_NE(pixels, nullptr);
  EXPECT_EQ(image.width, 1);
  EXPECT_EQ(image.channels, 3);
  EXPECT_EQ(image.pixels, pixels);
  EXPECT_EQ(pixels[0], 255);
  EXPECT_EQ(pixels[1], 0);
  std::vector<float> view(kViewSize);
  OK(alexnet_session_preprocess(session.get(), &image, view.data(), view.size(),
                                e));
  // "takes 0..255 to -2..2"
  EXPECT_NEAR(view[0], 2.0F, 1e-4F);
  EXPECT_NEAR(view[kSide * kSide], -2.0F, 1e-4F);
  const auto from_view = Compute(session.get(), view, 1);
  std::vector<float> from_image(kClasses);
  std::vector<float> from_file(kClasses);
  OK(alexnet_session_run_images(session.get(), &image, 1, nullptr,
                                from_image.data(), kClasses, e));
  OK(alexnet_session_run_encoded(session.get(), &encoded, 1, nullptr,
                                 from_file.data(), kClasses, e));
  EXPECT_EQ(from_view, from_image);
  EXPECT_EQ(from_view, from_file);
  REFUSED(kBad, alexnet_session_preprocess(session.get(), &image, view.data(),
                                           view.size() - 1, e));
  alexnet_free(pixels);
}

TEST(SessionTest, TooManyPixelsAreRefused) {
  const Model model = TinyModel();
  auto options = Options(alexnet_session_options_init);
  options.max_pixels = 15;
  alexnet_session* made = nullptr;
  OK(alexnet_session_create(model.get(), &options, &made, e));
  const Session session(made);
  const uint8_t pixels[48] = {};
  const alexnet_image image = {pixels, 4, 4, 3, 0, 0};
  float o[kClasses];
  EXPECT_NE(alexnet_session_run_images(made, &image, 1, nullptr, o, 5, nullptr),
            ALEXNET_OK);
}

TEST(SessionTest, TopSortsAndBreaksTiesByIndex) {
  const Model model = TinyModel();
  const Session session = TinySession(model.get());
  const float row[kClasses] = {0.1F, 0.3F, 0.1F, 0.4F, 0.1F};
  alexnet_prediction top[8];
  size_t found = 0;
  OK(alexnet_session_top(session.get(), row, kClasses, 8, top, &found, e));
  ASSERT_EQ(found, 5U);
  const int32_t order[] = {3, 1, 0, 2, 4};
  for (size_t i = 0; i < found; ++i) EXPECT_EQ(top[i].class_index, order[i]);
  EXPECT_STREQ(top[0].label, "class 3");
  EXPECT_EQ(top[0].probability, 0.4F);
  REFUSED(kBad, alexnet_session_top(session.get(), row, 4, 8, top, &found, e));
}

TEST(SessionTest, TenCropAveragesItsViews) {
  const Model model = TinyModel();
  auto options = Options(alexnet_session_options_init);
  options.ten_crop = 1;
  options.threads = 1;
  alexnet_session* made = nullptr;
  OK(alexnet_session_create(model.get(), &options, &made, e));
  const Session ten(made);
  auto info = Options(alexnet_session_info_init);
  OK(alexnet_session_get_info(made, &info, e));
  EXPECT_EQ(info.views, 10);
  EXPECT_EQ(info.batch, 10);
  const auto views = Noise(10 * kViewSize);
  const auto averaged = Compute(made, views, 1);
  const auto alone = Compute(TinySession(model.get()).get(), views, 10);
  for (int64_t i = 0; i < kClasses; ++i) {
    double mean = 0;
    for (int64_t v = 0; v < 10; ++v) mean += alone[v * kClasses + i] / 10.0;
    EXPECT_NEAR(averaged[i], mean, 1e-5);
  }
  std::vector<float> out(kClasses);
  REFUSED(kBad, alexnet_session_run(made, views.data(), kViewSize, 1, nullptr,
                                    out.data(), out.size(), e));
}

TEST(SessionTest, ActivationsAreTheLayersOwnOutputs) {
  const Model model = TinyModel();
  const char* const names[] = {"tanh1", "conv1", "prob"};
  auto options = Options(alexnet_session_options_init);
  options.activations = names;
  options.activation_count = 3;
  options.threads = 1;
  options.batch = 2;
  alexnet_session* made = nullptr;
  OK(alexnet_session_create(model.get(), &options, &made, e));
  const Session session(made);
  const float* values = nullptr;
  REFUSED(
      ALEXNET_FAILED_PRECONDITION,
      alexnet_session_get_activation(made, 0, &values, nullptr, nullptr, e));
  const auto output = Compute(made, Noise(2 * kViewSize), 2);
  int64_t rank = 0;
  int64_t shape[4] = {};
  const float* conv = nullptr;
  OK(alexnet_session_get_activation(made, 1, &conv, &rank, shape, e));
  EXPECT_EQ(rank, 4);
  EXPECT_EQ(shape[0], 2);
  EXPECT_EQ(shape[1], 4);
  EXPECT_EQ(shape[2], kSide);
  EXPECT_EQ(shape[3], kSide);
  OK(alexnet_session_get_activation(made, 0, &values, nullptr, nullptr, e));
  for (int64_t i = 0; i < 2 * 4 * kSide * kSide; ++i) {
    ASSERT_NEAR(values[i], std::tanh(conv[i]), 1e-5F);
  }
  OK(alexnet_session_get_activation(made, 2, &values, &rank, shape, e));
  EXPECT_EQ(rank, 2);
  for (size_t i = 0; i < output.size(); ++i) {
    EXPECT_FLOAT_EQ(values[i], output[i]);
  }
  EXPECT_NE(alexnet_session_get_activation(made, 3, &values, nullptr, nullptr,
                                           nullptr),
            ALEXNET_OK);
}

}  // namespace
}  // namespace alexnet_test
