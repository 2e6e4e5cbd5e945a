// Handles of another type, and freed ones as far as their tag can tell.

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

constexpr alexnet_status kBad = ALEXNET_INVALID_ARGUMENT;

TEST(HandleTest, AnotherTypesHandleIsRefused) {
  const Network network = TinyNetwork();
  const Model model = TinyModel();
  const Session session = TinySession(model.get());
  const auto* n_as_model = reinterpret_cast<alexnet_model*>(network.get());
  auto* m_as_session = reinterpret_cast<alexnet_session*>(model.get());
  auto* s_as_network = reinterpret_cast<alexnet_network*>(session.get());
  auto info = Options(alexnet_model_info_init);
  const std::string text =
      REFUSED(kBad, alexnet_model_get_info(n_as_model, &info, e));
  EXPECT_NE(text.find("model"), std::string::npos) << text;
  const std::vector<float> view = Noise(kViewSize);
  float out[kClasses];
  REFUSED(kBad, alexnet_session_run(m_as_session, view.data(), kViewSize, 1,
                                    nullptr, out, kClasses, e));
  REFUSED(kBad, alexnet_network_add_softmax(s_as_network, "x", e));
  EXPECT_EQ(alexnet_network_layer_count(s_as_network), 0U);
  EXPECT_EQ(alexnet_model_label(n_as_model, 0), nullptr);
}

TEST(HandleTest, FreeingAnotherTypesHandleDoesNothing) {
  const Model model = TinyModel();
  alexnet_session_free(reinterpret_cast<alexnet_session*>(model.get()));
  alexnet_network_free(reinterpret_cast<alexnet_network*>(model.get()));
  auto info = Options(alexnet_model_info_init);
  OK(alexnet_model_get_info(model.get(), &info, e));
}

TEST(HandleTest, AnotherTypesHandleInOptionsIsRefused) {
  const Model model = TinyModel();
  auto options = Options(alexnet_session_options_init);
  options.context = reinterpret_cast<alexnet_context*>(model.get());
  alexnet_session* session = nullptr;
  REFUSED(kBad, alexnet_session_create(model.get(), &options, &session, e));
  auto limits = Options(alexnet_limits_init);
  limits.cancel = reinterpret_cast<alexnet_cancel_token*>(model.get());
  REFUSED(kBad, alexnet_draw_shapes(FreshPath("handle").c_str(), nullptr,
                                    &limits, e));
}

TEST(HandleTest, MemoryThatIsNoHandleIsRefused) {
  alignas(64) unsigned char zeros[256] = {};
  auto info = Options(alexnet_model_info_init);
  REFUSED(kBad, alexnet_model_get_info(reinterpret_cast<alexnet_model*>(zeros),
                                       &info, e));
}

// Reads memory that was given back on purpose, which a sanitizer would report.
TEST(HandleTest, AFreedHandleIsRefused) {
  if (kAddressSanitizer || kThreadSanitizer) {
    GTEST_SKIP() << "reads freed memory on purpose";
  }
  alexnet_model* model = TinyModel().release();
  alexnet_model_free(model);
  auto info = Options(alexnet_model_info_init);
  EXPECT_EQ(alexnet_model_get_info(model, &info, nullptr), kBad);
  alexnet_model_free(model);
}

}  // namespace
}  // namespace alexnet_test
