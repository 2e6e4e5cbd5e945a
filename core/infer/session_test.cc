#include "core/infer/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "core/data/test_pictures.h"
#include "core/infer/test_data.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

using ::alexnet::testing::LoadShared;
using ::alexnet::testing::RandomPicture;

class SessionTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = testing::WriteTestData("session");
    model_ = LoadShared(folder_);
  }
  static void TearDownTestSuite() { model_.reset(); }

  static std::unique_ptr<Session> Make(SessionOptions options) {
    options.threads = 2;
    auto session = Session::Create(model_, options);
    EXPECT_TRUE(session.ok()) << session.status().ToString();
    return std::move(session).value();
  }

  // What the network gives for one picture.
  static std::vector<float> Row(Session& session, const Image& image) {
    std::vector<float> views(
        static_cast<size_t>(session.views() * session.view_elements()));
    std::vector<float> row(static_cast<size_t>(session.classes()));
    EXPECT_TRUE(session.Preprocess(image, views).ok());
    EXPECT_TRUE(session.Run(views, 1, row).ok());
    return row;
  }

  static inline std::string folder_;
  static inline std::shared_ptr<SharedModel> model_;
};

TEST_F(SessionTest, TenCropIsTheMeanOfTenViews) {
  SessionOptions options;
  const auto single = Make(options);
  options.ten_crop = true;
  const auto ten = Make(options);
  EXPECT_EQ(ten->views(), 10);
  const Image image = RandomPicture(100);
  const Preprocessing& preprocessing = single->model().preprocessing();
  const auto placements = TenCropPlacements(preprocessing, image.size());
  ASSERT_TRUE(placements.ok());
  std::vector<double> mean(6, 0.0);
  std::vector<std::vector<float>> rows;
  std::vector<float> view(static_cast<size_t>(single->view_elements()));
  for (const Placement& placement : *placements) {
    ASSERT_TRUE(
        RenderView(image, preprocessing, placement, {}, view.data()).ok());
    std::vector<float> row(6);
    ASSERT_TRUE(single->Run(view, 1, row).ok());
    for (int c = 0; c < 6; ++c) mean[c] += row[c] / 10.0;
    rows.push_back(row);
  }
  EXPECT_NE(rows[0], rows[4]);  // the views are not all the same
  const std::vector<float> predicted = Row(*ten, image);
  for (size_t c = 0; c < 6; ++c) EXPECT_NEAR(predicted[c], mean[c], 1e-5);
}

TEST_F(SessionTest, BatchesDoNotChangeWhatIsPredicted) {
  constexpr int64_t kPictures = 7;
  SessionOptions options;
  const auto single = Make(options);
  std::vector<float> views;
  for (uint32_t i = 0; i < kPictures; ++i) {
    std::vector<float> view(static_cast<size_t>(single->view_elements()));
    ASSERT_TRUE(single->Preprocess(RandomPicture(i), view).ok());
    views.insert(views.end(), view.begin(), view.end());
  }
  for (const int64_t batch : {2, 5, 32}) {
    options.batch = batch;
    const auto many = Make(options);
    std::vector<float> rows(kPictures * 6);
    ASSERT_TRUE(many->Run(views, kPictures, rows).ok());
    for (uint32_t i = 0; i < kPictures; ++i) {
      const std::vector<float> alone = Row(*single, RandomPicture(i));
      for (size_t c = 0; c < 6; ++c) {
        EXPECT_NEAR(rows[i * 6 + c], alone[c], 1e-5);
      }
    }
  }
}

TEST_F(SessionTest, PicturesAndFilesGiveWhatTheirViewsGive) {
  SessionOptions options;
  options.batch = 2;
  const auto session = Make(options);
  std::vector<float> rows(5 * 6);
  ASSERT_TRUE(session
                  ->RunPictures({5,
                                 [](int64_t i) -> Result<Image> {
                                   return RandomPicture(
                                       static_cast<uint32_t>(i));
                                 },
                                 {}},
                                rows)
                  .ok());
  for (uint32_t i = 0; i < 5; ++i) {
    const std::vector<float> alone = Row(*session, RandomPicture(i));
    for (size_t c = 0; c < 6; ++c) {
      EXPECT_NEAR(rows[i * 6 + c], alone[c], 1e-5);
    }
  }
  const auto image = LoadImage(folder_ + "/data/bee/3.jpg");
  ASSERT_TRUE(image.ok()) << image.status().ToString();
  const auto classified = session->Classify(folder_ + "/data/bee/3.jpg");
  ASSERT_TRUE(classified.ok()) << classified.status().ToString();
  EXPECT_EQ(*classified, Row(*session, *image));
  const auto top = session->Top(*classified, 2);
  ASSERT_TRUE(top.ok());
  ASSERT_EQ(top->size(), 2u);
  EXPECT_EQ((*top)[0].probability,
            *std::max_element(classified->begin(), classified->end()));
  EXPECT_EQ(*(*top)[0].label, session->model().labels()[(*top)[0].class_index]);
}

TEST_F(SessionTest, AFileThatCannotBeResizedIsNamed) {
  const auto session = Make({});
  const std::string path = folder_ + "/wall.jpg";
  WriteTestFile(path, MakeTestJpeg(TestPicture(20'000, 1), TestJpeg::kGray));
  const auto classified = session->Classify(path);
  ASSERT_FALSE(classified.ok());
  EXPECT_EQ(classified.status().file(), path);
  EXPECT_NE(classified.status().message().find("too elongated"),
            std::string::npos)
      << classified.status().ToString();
}

// Weights are packed for what is computed on, however that was named.
TEST_F(SessionTest, SessionsOfOneDeviceShareItsWeights) {
  const auto packed = [](const char* device) {
    DeviceOptions options;
    options.device = device;
    options.threads = 1;
    return model_->Packed(*MakeBackend(options).value());
  };
  EXPECT_EQ(packed(""), packed("cpu"));
  EXPECT_NE(packed(""), packed("reference"));
}

TEST_F(SessionTest, BuffersThatDoNotFitAreRefused) {
  const auto session = Make({});
  std::vector<float> view(static_cast<size_t>(session->view_elements()));
  std::vector<float> row(6);
  EXPECT_EQ(session->Run(view, 0, row).field(), "count");
  EXPECT_EQ(session->Run(view, 2, row).field(), "output_size");
  row.resize(12);
  EXPECT_EQ(session->Run(view, 2, row).field(), "view_size");
  view.pop_back();
  EXPECT_EQ(session->Preprocess(RandomPicture(1), view).field(), "size");
  EXPECT_EQ(session->Top(row, 1).status().field(), "row_size");
}

TEST(LargestOf, SortsAndPutsNanLast) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  // Equal ones in the order of classes.
  EXPECT_EQ(LargestOf(std::vector<float>{0.1f, 0.3f, 0.1f, 0.3f, 0.15f}, 4),
            (std::vector<int32_t>{1, 3, 4, 0}));
  EXPECT_EQ(LargestOf(std::vector<float>{kNan, -2.0f, kNan, -1.0f}, 9),
            (std::vector<int32_t>{3, 1, 0, 2}));
  EXPECT_TRUE(LargestOf({}, 3).empty());
}

TEST_F(SessionTest, ActivationsAreThoseOfEachPictureAlone) {
  constexpr int64_t kPictures = 11;
  SessionOptions options;
  options.activations = {"conv1", "relu1", "fc8", "prob"};
  const auto single = Make(options);
  options.batch = 4;
  const auto all = Make(options);
  std::vector<float> rows(kPictures * 6);
  const auto picture = [](int64_t i) -> Result<Image> {
    return RandomPicture(static_cast<uint32_t>(i));
  };
  ASSERT_TRUE(all->RunPictures({kPictures, picture, {}}, rows).ok());
  const LayerOutput conv1 = all->Activation(0).value();
  const LayerOutput relu1 = all->Activation(1).value();
  EXPECT_EQ(conv1.shape, (Shape{kPictures, 32, 12, 12}));
  ASSERT_EQ(conv1.values.size(), size_t{kPictures * 32 * 12 * 12});
  ASSERT_EQ(relu1.values.size(), conv1.values.size());
  bool negative = false;
  for (size_t i = 0; i < conv1.values.size(); ++i) {
    negative = negative || conv1.values[i] < 0;
    ASSERT_EQ(relu1.values[i], std::max(0.0f, conv1.values[i]));
  }
  EXPECT_TRUE(negative);
  for (const size_t i : {0, 5, 10}) {
    Row(*single, RandomPicture(static_cast<uint32_t>(i)));
    const LayerOutput fc8 = single->Activation(2).value();
    ASSERT_EQ(fc8.values.size(), 6u);
    for (size_t c = 0; c < 6; ++c) {
      EXPECT_NEAR(fc8.values[c], all->Activation(2)->values[i * 6 + c], 1e-3);
      EXPECT_EQ(all->Activation(3)->values[i * 6 + c], rows[i * 6 + c]);
    }
  }
  EXPECT_EQ(all->Activation(4).status().field(), "index");
  options.activations = {"fc9"};
  const auto unknown = Session::Create(model_, options);
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.status().message().find("conv1, relu1"), std::string::npos)
      << unknown.status().ToString();
}

}  // namespace
}  // namespace alexnet
