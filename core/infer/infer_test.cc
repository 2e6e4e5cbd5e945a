// Predictor, evaluation, activations and verification on a small model.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "core/backend/cuda/cuda_backend.h"
#include "core/backend/reference/reference_backend.h"
#include "core/base/file.h"
#include "core/base/philox.h"
#include "core/data/dataset.h"
#include "core/data/decode.h"
#include "core/data/split.h"
#include "core/exec/self_check.h"
#include "core/infer/evaluate.h"
#include "core/infer/predictor.h"
#include "core/infer/test_models.h"
#include "core/infer/verify.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

// Pictures of random blocks; no two sizes are equal.
Image RandomPicture(uint32_t number) {
  PhiloxStream stream(11, RandomPurpose::kSynthetic, number);
  const int width = 30 + static_cast<int>(stream.Below(20));
  const int height = 28 + static_cast<int>(stream.Below(20));
  Image image = *Image::Create(width, height, 3);
  uint8_t colors[6][6][3];
  for (auto& row : colors) {
    for (auto& color : row) {
      for (uint8_t& level : color) {
        level = static_cast<uint8_t>(stream.Below(256));
      }
    }
  }
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::memcpy(image.row(y) + 3 * x, colors[y * 6 / height][x * 6 / width],
                  3);
    }
  }
  return image;
}

class InferTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = ::testing::TempDir() + "/infer";
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    // The model's order is not the data's.
    testing::TestModel model =
        testing::MakeTestModel({"owl", "cat", "dog", "ant", "bee", "fox"}, 5);
    ASSERT_TRUE(SaveModel(folder_ + "/model.alexnet", model.contents).ok());
    uint32_t number = 0;
    for (const char* name : {"ant", "bee", "cat", "dog", "fox", "owl"}) {
      for (int i = 0; i < 3; ++i) Write(number++, name);
    }
  }

  static void Write(uint32_t number, const std::string& name) {
    const std::string folder = folder_ + "/data/" + name;
    fs::create_directories(folder);
    const auto bytes = EncodeJpeg(RandomPicture(number), 95);
    ASSERT_TRUE(bytes.ok());
    std::ofstream file(folder + "/" + std::to_string(number) + ".jpg",
                       std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes->data()),
               static_cast<std::streamsize>(bytes->size()));
  }

  static std::string ModelPath() { return folder_ + "/model.alexnet"; }

  static std::shared_ptr<const Model> Load() {
    auto model = LoadModel(ModelPath());
    EXPECT_TRUE(model.ok()) << model.status().ToString();
    return *model;
  }

  static std::unique_ptr<Predictor> Make(PredictorOptions options) {
    options.session.threads = 2;
    auto predictor = Predictor::Create(Load(), options);
    EXPECT_TRUE(predictor.ok()) << predictor.status().ToString();
    return std::move(predictor).value();
  }

  // What the network gives for one picture.
  static std::vector<float> Row(Predictor& predictor, const Image& image) {
    std::vector<float> views(
        static_cast<size_t>(predictor.views() * predictor.view_elements()));
    std::vector<float> row(static_cast<size_t>(predictor.classes()));
    EXPECT_TRUE(predictor.Preprocess(image, views.data()).ok());
    EXPECT_TRUE(predictor.Probabilities(views.data(), 1, row.data()).ok());
    return row;
  }

  static inline std::string folder_;
};

TEST_F(InferTest, TenCropIsTheMeanOfTenViews) {
  PredictorOptions options;
  const auto single = Make(options);
  options.ten_crop = true;
  const auto ten = Make(options);
  EXPECT_EQ(ten->views(), 10);
  const Image image = RandomPicture(100);
  const std::shared_ptr<const Model> model = Load();
  const Preprocessing& preprocessing = model->preprocessing();
  const auto placements = TenCropPlacements(preprocessing, image.size());
  ASSERT_TRUE(placements.ok());
  std::vector<double> mean(6, 0.0);
  std::vector<std::vector<float>> rows;
  std::vector<float> view(static_cast<size_t>(single->view_elements()));
  for (const Placement& placement : *placements) {
    ASSERT_TRUE(
        RenderView(image, preprocessing, placement, {}, view.data()).ok());
    std::vector<float> row(6);
    ASSERT_TRUE(single->Probabilities(view.data(), 1, row.data()).ok());
    for (int c = 0; c < 6; ++c) mean[c] += row[c] / 10.0;
    rows.push_back(row);
  }
  EXPECT_NE(rows[0], rows[4]);  // the views are not all the same
  const std::vector<float> predicted = Row(*ten, image);
  for (size_t c = 0; c < 6; ++c) EXPECT_NEAR(predicted[c], mean[c], 1e-5);
}

TEST_F(InferTest, BatchesDoNotChangeWhatIsPredicted) {
  constexpr int64_t kPictures = 7;
  PredictorOptions options;
  const auto single = Make(options);
  std::vector<float> views;
  for (uint32_t i = 0; i < kPictures; ++i) {
    std::vector<float> view(static_cast<size_t>(single->view_elements()));
    ASSERT_TRUE(single->Preprocess(RandomPicture(i), view.data()).ok());
    views.insert(views.end(), view.begin(), view.end());
  }
  for (const int64_t batch : {2, 5, 32}) {
    options.session.batch = batch;
    const auto many = Make(options);
    std::vector<float> rows(kPictures * 6);
    ASSERT_TRUE(many->Probabilities(views.data(), kPictures, rows.data()).ok());
    for (uint32_t i = 0; i < kPictures; ++i) {
      const std::vector<float> alone = Row(*single, RandomPicture(i));
      for (size_t c = 0; c < 6; ++c) {
        EXPECT_NEAR(rows[i * 6 + c], alone[c], 1e-5);
      }
    }
  }
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

TEST_F(InferTest, EvaluationIsWhatPredictingEachPictureCounts) {
  const auto folders = OpenData(folder_ + "/data");
  ASSERT_TRUE(folders.ok()) << folders.status().ToString();
  const Dataset& data = *folders->train;
  const std::vector<std::string> labels = Load()->labels();
  for (const bool ten_crop : {false, true}) {
    PredictorOptions options;
    options.ten_crop = ten_crop;
    const auto predictor = Make(options);
    int64_t wrong1 = 0;
    int64_t wrong5 = 0;
    double loss = 0.0;
    for (int64_t i = 0; i < data.size(); ++i) {
      const auto sample = data.Read(i);
      ASSERT_TRUE(sample.ok());
      const auto image = DecodeImage(sample->bytes, sample->name);
      ASSERT_TRUE(image.ok());
      const std::vector<float> row = Row(*predictor, *image);
      const std::vector<int32_t> order = LargestOf(row, 6);
      const std::string& truth = data.classes()[sample->label];
      wrong1 += labels[order[0]] != truth;
      wrong5 += labels[order[5]] == truth;
      for (size_t c = 0; c < 6; ++c) {
        if (labels[c] == truth) loss -= std::log(row[c]);
      }
    }
    EvaluateOptions evaluate;
    evaluate.session.batch = 7;  // does not divide anything
    evaluate.feed.ten_crop = ten_crop;
    const auto result =
        Evaluate(Load(), folders->train, AllIndices(data), evaluate, {});
    ASSERT_TRUE(result.ok()) << result.status().ToString();
    EXPECT_EQ(result->count, 18);
    EXPECT_EQ(result->top_k, 5);
    EXPECT_DOUBLE_EQ(result->top1_error, 100.0 * wrong1 / 18);
    EXPECT_DOUBLE_EQ(result->top5_error, 100.0 * wrong5 / 18);
    EXPECT_NEAR(result->loss, loss / 18, 1e-4);
    EXPECT_EQ(result->class_names[0], "owl");
    EXPECT_EQ(result->class_counts, std::vector<int64_t>(6, 3));
    EXPECT_GT(wrong1, 0);
    EXPECT_LT(wrong1, 18);
  }
}

TEST_F(InferTest, ClassesAreMatchedByName) {
  const auto map = MatchClasses({"b", "c", "a"}, 3, {"a", "b"});
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(*map, (std::vector<int32_t>{2, 0}));
  EXPECT_EQ(*MatchClasses({}, 2, {"x", "y"}), (std::vector<int32_t>{0, 1}));
  EXPECT_FALSE(MatchClasses({}, 3, {"x", "y"}).ok());
  const auto unknown = MatchClasses({"cat", "dog"}, 2, {"cat", "wolf"});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(unknown.status().message().find("\"wolf\""), std::string::npos);
  EXPECT_NE(unknown.status().message().find("\"dog\""), std::string::npos);
}

TEST_F(InferTest, ActivationsAreThoseOfEachPictureAlone) {
  constexpr int64_t kPictures = 11;
  PredictorOptions options;
  options.activations = {"conv1", "relu1", "fc8", "prob"};
  const auto single = Make(options);
  options.session.batch = 4;
  const auto all = Make(options);
  std::vector<float> rows(kPictures * 6);
  for (int64_t i = 0; i < kPictures; ++i) {
    const std::vector<float> row =
        Row(*all, RandomPicture(static_cast<uint32_t>(i)));
    std::copy(row.begin(), row.end(), rows.begin() + i * 6);
  }
  const std::span<const float> conv1 = all->Activation(0);
  const std::span<const float> relu1 = all->Activation(1);
  ASSERT_EQ(conv1.size(), size_t{kPictures * 32 * 12 * 12});
  ASSERT_EQ(relu1.size(), conv1.size());
  bool negative = false;
  for (size_t i = 0; i < conv1.size(); ++i) {
    negative = negative || conv1[i] < 0;
    ASSERT_EQ(relu1[i], std::max(0.0f, conv1[i]));
  }
  EXPECT_TRUE(negative);
  for (const size_t i : {0, 5, 10}) {
    single->ClearActivations();
    Row(*single, RandomPicture(static_cast<uint32_t>(i)));
    ASSERT_EQ(single->Activation(2).size(), 6u);
    for (size_t c = 0; c < 6; ++c) {
      EXPECT_NEAR(single->Activation(2)[c], all->Activation(2)[i * 6 + c],
                  1e-3);
      EXPECT_EQ(all->Activation(3)[i * 6 + c], rows[i * 6 + c]);
    }
  }
  options.activations = {"fc9"};
  const auto unknown = Predictor::Create(Load(), options);
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.status().message().find("conv1 relu1"), std::string::npos)
      << unknown.status().ToString();
}

TEST_F(InferTest, VerifyTellsWholeDamagedAndWrong) {
  testing::TestModel test =
      testing::MakeTestModel({"owl", "cat", "dog", "ant", "bee", "fox"}, 5);
  const std::string path = folder_ + "/verify.alexnet";
  auto check = ComputeSelfCheck(
      test.contents.network, CreateReferenceBackend(),
      std::make_shared<PackedParameters>(ParametersOf(Load())), {});
  ASSERT_TRUE(check.ok()) << check.status().ToString();
  test.contents.self_check = *check;
  ASSERT_TRUE(SaveModel(path, test.contents).ok());
  auto report = VerifyModelFile(path, {});
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_TRUE(report->ok()) << report->self_check_message;
  EXPECT_EQ(report->self_check, VerifyOutcome::kPassed);
  EXPECT_LE(report->self_check_error, report->self_check_tolerance);
  EXPECT_EQ(report->tensors, 12);

  // Other logits than this network's.
  test.contents.self_check->logits[3] += 0.5f;
  ASSERT_TRUE(SaveModel(path, test.contents).ok());
  report = VerifyModelFile(path, {});
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(report->ok());
  EXPECT_EQ(report->hashes, VerifyOutcome::kPassed);
  EXPECT_EQ(report->self_check, VerifyOutcome::kFailed);
  EXPECT_FALSE(report->self_check_message.empty());

  // One flipped bit in the middle of a tensor.
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto model = LoadModel(path);
    ASSERT_TRUE(model.ok());
    const uint64_t at = (*model)->tensors()[2].offset + 100;
    file.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(file.get() ^ 4);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(byte);
  }
  report = VerifyModelFile(path, {});
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_FALSE(report->ok());
  EXPECT_EQ(report->hashes, VerifyOutcome::kFailed);
  ASSERT_EQ(report->damage.size(), 1u);
  EXPECT_NE(report->damage[0].find("conv2.weight"), std::string::npos)
      << report->damage[0];

  // No self-check at all.
  report = VerifyModelFile(ModelPath(), {});
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->ok());
  EXPECT_EQ(report->self_check, VerifyOutcome::kAbsent);
}

TEST_F(InferTest, BackendsAreNamed) {
  EXPECT_TRUE(MakeBackend({"reference"}).ok());
  EXPECT_FALSE(MakeBackend({"cpu", -1}).ok());
  const auto unknown = MakeBackend({"abacus", 0});
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.status().message().find("there are cpu"),
            std::string::npos);
  for (const char* name : {"cuda:", "cuda:x", "cuda:-1", "cuda0", "cuda:1 "}) {
    EXPECT_EQ(MakeBackend({name}).status().code(), StatusCode::kNotFound)
        << name;
  }
  // There may be GPUs here, but not so many.
  const auto beyond = MakeBackend({"cuda:999"});
  ASSERT_FALSE(beyond.ok());
  EXPECT_NE(beyond.status().message(), "");
  EXPECT_TRUE(MakeBackend({"auto"}).ok() || !ListCudaDevices().empty());
}

TEST_F(InferTest, TheCpuRefusesAGpusPrecision) {
  BackendOptions options;
  options.precision = Precision::kBf16;
  const auto refused = MakeBackend(options);
  EXPECT_EQ(refused.status().code(), StatusCode::kUnsupported);
  EXPECT_EQ(refused.status().field(), "precision");
}

}  // namespace
}  // namespace alexnet
