// Stopping long calls, and logs that stay apart.

#include <alexnet/alexnet.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

// A run on a few drawn pictures.
class StopTest : public ::testing::Test {
 public:
  static void SetUpTestSuite() {
    data_ = FreshPath("stop_data");
    auto shapes = Options(alexnet_shapes_options_init);
    shapes.train_per_class = 8;
    shapes.held_out_per_class = 2;
    OK(alexnet_draw_shapes(data_.c_str(), &shapes, nullptr, e));
  }

  StopTest() {
    recipe_ = Options(alexnet_recipe_init);
    recipe_.fields = ALEXNET_RECIPE_EPOCHS | ALEXNET_RECIPE_BATCH;
    recipe_.epochs = 1000;
    recipe_.batch = 16;
    options_ = Options(alexnet_train_options_init);
    out_ = FreshPath("stop_run");
    options_.data = data_.c_str();
    options_.out = out_.c_str();
    options_.preset = "alexnet_small";
    options_.recipe = &recipe_;
    listener_ = Options(alexnet_train_listener_init);
    listener_.user = this;
    limits_ = Options(alexnet_limits_init);
  }

  bool HasCheckpoint() const {
    return std::filesystem::exists(out_ + "/last.alexnet");
  }

  static inline std::string data_;
  std::string out_;
  alexnet_recipe recipe_;
  alexnet_train_options options_;
  alexnet_train_listener listener_;
  alexnet_limits limits_;
  int64_t steps_ = 0;
};

TEST_F(StopTest, ACallbackStopsARunThatGoesOnLater) {
  listener_.on_step = [](void* user, const alexnet_step_report* report) {
    EXPECT_EQ(report->struct_size, sizeof(*report));
    return static_cast<int32_t>(++static_cast<StopTest*>(user)->steps_ == 7);
  };
  REFUSED(ALEXNET_CANCELLED,
          (std::filesystem::remove_all(out_), steps_ = 0,
           alexnet_train(&options_, &listener_, nullptr, nullptr, e)));
  EXPECT_EQ(steps_, 7);
  ASSERT_TRUE(HasCheckpoint());
  // 80 pictures in batches of 16: the run goes on at step 8 of 10.
  auto changes = Options(alexnet_recipe_init);
  changes.fields = ALEXNET_RECIPE_EPOCHS;
  changes.epochs = 2;
  options_.recipe = &changes;
  options_.resume = 1;
  auto report = Options(alexnet_train_report_init);
  OK(alexnet_train(&options_, nullptr, nullptr, &report, e));
  EXPECT_EQ(report.epochs, 2);
  EXPECT_EQ(report.steps, 10);
}

TEST_F(StopTest, ATokenStopsFromAnotherThread) {
  alexnet_cancel_token* token = nullptr;
  OK(alexnet_cancel_token_create(&token, e));
  limits_.cancel = token;
  std::thread other([token] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    alexnet_cancel_token_cancel(token);
  });
  EXPECT_EQ(alexnet_train(&options_, nullptr, &limits_, nullptr, nullptr),
            ALEXNET_CANCELLED);
  other.join();
  EXPECT_EQ(alexnet_cancel_token_cancelled(token), 1);
  EXPECT_TRUE(HasCheckpoint());
  alexnet_cancel_token_free(token);
}

TEST_F(StopTest, ADeadlineStops) {
  limits_.timeout_seconds = 0.3;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(alexnet_train(&options_, nullptr, &limits_, nullptr, nullptr),
            ALEXNET_DEADLINE_EXCEEDED);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  limits_.timeout_seconds = -1;
  EXPECT_EQ(alexnet_train(&options_, nullptr, &limits_, nullptr, nullptr),
            ALEXNET_INVALID_ARGUMENT);
}

TEST_F(StopTest, EvaluationStopsFromItsProgress) {
  alexnet_dataset* data = nullptr;
  OK(alexnet_dataset_open(data_.c_str(), 0, &data, e));
  const Dataset owned(data);
  alexnet_network* network = nullptr;
  OK(alexnet_network_create_preset("alexnet_small", 10, 0, &network, e));
  const Network owned_network(network);
  alexnet_model* model = nullptr;
  OK(alexnet_model_create_initial(network, 1, &model, e));
  const Model owned_model(model);
  auto options = Options(alexnet_evaluate_options_init);
  options.batch = 1;
  alexnet_evaluation* evaluation = nullptr;
  OK(alexnet_evaluate(model, data, &options, nullptr, &evaluation, e));
  alexnet_evaluation_free(evaluation);
  options.progress = [](void*, int64_t, int64_t) -> int32_t { return 1; };
  REFUSED(ALEXNET_CANCELLED,
          alexnet_evaluate(model, data, &options, nullptr, &evaluation, e));
  EXPECT_EQ(evaluation, nullptr);
}

TEST_F(StopTest, ContextsHearTheirOwnRunsOnly) {
  struct Heard {
    std::vector<std::string> lines;
    alexnet_context* context = nullptr;
  } heard[2];
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    auto options = Options(alexnet_context_options_init);
    options.log = [](void* user, int32_t, const char* message) {
      static_cast<Heard*>(user)->lines.emplace_back(message);
    };
    options.log_user = &heard[i];
    OK(alexnet_context_create(&options, &heard[i].context, e));
  }
  // What is chosen for a run with too large a batch is told to its context.
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      auto recipe = Options(alexnet_recipe_init);
      recipe.fields = ALEXNET_RECIPE_EPOCHS | ALEXNET_RECIPE_BATCH;
      recipe.epochs = 1;
      recipe.batch = 1000 + i;
      auto options = options_;
      const std::string out = out_ + std::to_string(i);
      options.context = heard[i].context;
      options.out = out.c_str();
      options.recipe = &recipe;
      OK(alexnet_train(&options, nullptr, nullptr, nullptr, e));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 2; ++i) {
    std::string all;
    for (const std::string& line : heard[i].lines) all += line + "\n";
    EXPECT_NE(all.find(std::to_string(1000 + i)), std::string::npos) << all;
    EXPECT_EQ(all.find(std::to_string(1001 - i)), std::string::npos) << all;
    alexnet_context_free(heard[i].context);
  }
}

}  // namespace
}  // namespace alexnet_test
