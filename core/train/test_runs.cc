#include "core/train/test_runs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/base/cancel.h"
#include "core/demo/demo_pictures.h"
#include "core/model/model.h"
#include "core/train/trainer.h"

namespace alexnet::testing {

std::string FreshFolder(const std::string& name) {
  const std::string folder = ::testing::TempDir() + "/" + name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

void WritePictures(const std::string& folder, int train_per_class,
                   int held_out_per_class) {
  DemoPictureOptions options;
  options.train_per_class = train_per_class;
  options.held_out_per_class = held_out_per_class;
  options.size = 28;
  const Status status = WriteDemoPictures(folder, options, {});
  ASSERT_TRUE(status.ok()) << status.ToString();
}

TrainOptions SmallRun(const std::string& data, const std::string& out) {
  TrainOptions options;
  options.data = data;
  options.out = out;
  options.preset = "alexnet_small";
  options.input_size = 24;
  options.recipe.batch = 8;
  options.recipe.epochs = 3;
  options.threads = 2;
  options.loader_threads = 2;
  options.log_every = 1;
  return options;
}

Status TrainUntil(int64_t stop, const TrainOptions& options,
                  Recorder* recorder) {
  CancelToken token;
  recorder->on_step = [&](const StepReport& step) {
    if (step.step == stop) token.Cancel();
  };
  recorder->on_progress = [&](const std::string& doing) {
    if (stop < 0 && doing == "validated") token.Cancel();
  };
  Interrupt interrupt;
  interrupt.token = &token;
  return Train(options, recorder, interrupt).status();
}

std::vector<std::vector<float>> Numbers(const std::string& checkpoint) {
  std::vector<std::vector<float>> numbers;
  const auto model = LoadModel(checkpoint);
  EXPECT_TRUE(model.ok()) << model.status().ToString();
  if (!model.ok()) return numbers;
  for (size_t i = 0; i < (*model)->tensors().size(); ++i) {
    const auto view = (*model)->View(static_cast<int>(i));
    EXPECT_TRUE(view.ok()) << view.status().ToString();
    if (!view.ok()) return numbers;
    numbers.emplace_back(view->f32(), view->f32() + view->shape.elements());
  }
  return numbers;
}

void ExpectNear(const std::vector<std::vector<float>>& actual,
                const std::vector<std::vector<float>>& expected,
                double tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t t = 0; t < expected.size(); ++t) {
    ASSERT_EQ(actual[t].size(), expected[t].size());
    double largest = 0.0;
    double difference = 0.0;
    for (size_t i = 0; i < expected[t].size(); ++i) {
      const double right = expected[t][i];
      largest = std::max(largest, std::abs(right));
      difference = std::max(difference, std::abs(actual[t][i] - right));
    }
    EXPECT_LE(difference, tolerance * largest) << "tensor " << t;
  }
}

}  // namespace alexnet::testing
