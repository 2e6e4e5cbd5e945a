// A run that its callback stops, and that goes on.

#include <alexnet/alexnet.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <string>
#include <thread>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

// A run on a few drawn pictures.
class ResumeTest : public ::testing::Test {
 public:
  static void SetUpTestSuite() {
    data_ = FreshPath("stop_data");
    auto shapes = Options(alexnet_shapes_options_init);
    shapes.train_per_class = 8;
    shapes.held_out_per_class = 2;
    OK(alexnet_draw_shapes(data_.c_str(), &shapes, nullptr, e));
  }

  ResumeTest() {
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
  }

  bool HasCheckpoint() const {
    return std::filesystem::exists(out_ + "/last.alexnet");
  }

  static inline std::string data_;
  std::string out_;
  alexnet_recipe recipe_;
  alexnet_train_options options_;
  alexnet_train_listener listener_;
  int64_t steps_ = 0;
  std::promise<void> stepped_;
};

TEST_F(ResumeTest, ACallbackStopsARunThatGoesOnLater) {
  listener_.on_step = [](void* user, const alexnet_step_report* report) {
    EXPECT_EQ(report->struct_size, sizeof(*report));
    return static_cast<int32_t>(++static_cast<ResumeTest*>(user)->steps_ == 7);
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

TEST_F(ResumeTest, ATokenStopsARunFromAnotherThread) {
  alexnet_cancel_token* token = nullptr;
  OK(alexnet_cancel_token_create(&token, e));
  auto limits = Options(alexnet_limits_init);
  limits.cancel = token;
  listener_.on_step = [](void* user, const alexnet_step_report*) {
    auto* test = static_cast<ResumeTest*>(user);
    if (++test->steps_ == 1) test->stepped_.set_value();
    return int32_t{0};
  };
  std::thread other([this, token] {
    stepped_.get_future().wait();
    alexnet_cancel_token_cancel(token);
  });
  EXPECT_EQ(alexnet_train(&options_, &listener_, &limits, nullptr, nullptr),
            ALEXNET_CANCELLED);
  other.join();
  EXPECT_TRUE(HasCheckpoint());
  alexnet_cancel_token_free(token);
}

}  // namespace
}  // namespace alexnet_test
