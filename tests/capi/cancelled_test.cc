// Every call that may take long looks at its token and its deadline.

#include <alexnet/alexnet.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

class CancelledTest : public ::testing::Test {
 protected:
  CancelledTest() : model_(TinyModel()), session_(TinySession(model_.get())) {
    alexnet_cancel_token* token = nullptr;
    OK(alexnet_cancel_token_create(&token, e));
    token_.reset(token);
    alexnet_cancel_token_cancel(token);
    cancelled_ = Options(alexnet_limits_init);
    cancelled_.cancel = token;
    passed_ = Options(alexnet_limits_init);
    passed_.timeout_seconds = 1e-9;
  }

  // `call` is refused by a cancelled token and by a deadline that has passed,
  // and is done without either.
  void Check(int line, const char* what,
             const std::function<alexnet_status(const alexnet_limits*,
                                                alexnet_error**)>& call) {
    ExpectStatus(line, what, ALEXNET_CANCELLED,
                 [&](alexnet_error** e) { return call(&cancelled_, e); });
    ExpectStatus(line, what, ALEXNET_DEADLINE_EXCEEDED,
                 [&](alexnet_error** e) { return call(&passed_, e); });
    ExpectOk(line, what, [&](alexnet_error** e) { return call(nullptr, e); });
  }

  const Model model_;
  const Session session_;
  Token token_;
  alexnet_limits cancelled_;
  alexnet_limits passed_;
};

#define CHECK_LIMITS(expression)                               \
  Check(__LINE__, #expression,                                 \
        [&](const alexnet_limits* limits, alexnet_error** e) { \
          return expression;                                   \
        })

TEST_F(CancelledTest, Sessions) {
  const std::vector<float> view = Noise(kViewSize);
  std::vector<float> output(kClasses);
  CHECK_LIMITS(alexnet_session_run(session_.get(), view.data(), view.size(), 1,
                                   limits, output.data(), output.size(), e));
  const std::vector<uint8_t> pixels(9 * 9 * 3, 5);
  const alexnet_image image = {pixels.data(), 9, 9, 3, 0, 0};
  CHECK_LIMITS(alexnet_session_run_images(session_.get(), &image, 1, limits,
                                          output.data(), output.size(), e));
  const std::string png = PngBytes();
  const alexnet_encoded encoded = {png.data(), png.size(), "a.png"};
  CHECK_LIMITS(alexnet_session_run_encoded(session_.get(), &encoded, 1, limits,
                                           output.data(), output.size(), e));
}

TEST_F(CancelledTest, Queues) {
  alexnet_queue* made = nullptr;
  OK(alexnet_queue_create(model_.get(), nullptr, &made, e));
  const Queue queue(made);
  const std::vector<float> view = Noise(kViewSize);
  std::vector<float> output(kClasses);
  CHECK_LIMITS(alexnet_queue_run(made, view.data(), view.size(), 1, limits,
                                 output.data(), output.size(), e));
}

TEST_F(CancelledTest, Models) {
  const Network network = TinyNetwork();
  alexnet_model* made = nullptr;
  CHECK_LIMITS(
      (alexnet_model_free(made),
       alexnet_model_create_initial(network.get(), 1, limits, &made, e)));
  alexnet_model_free(made);
  made = nullptr;
  alexnet_model_builder* builder = nullptr;
  OK(alexnet_model_builder_create_from(model_.get(), &builder, e));
  const Builder owned(builder);
  CHECK_LIMITS((alexnet_model_free(made),
                alexnet_model_builder_build(builder, limits, &made, e)));
  alexnet_model_free(made);
  const std::string path = FreshPath("cancelled.alexnet");
  CHECK_LIMITS(
      alexnet_model_save(model_.get(), path.c_str(), nullptr, limits, e));
  int32_t ok = 0;
  CHECK_LIMITS(
      alexnet_verify_file(path.c_str(), nullptr, limits, &ok, nullptr, e));
}

}  // namespace
}  // namespace alexnet_test
