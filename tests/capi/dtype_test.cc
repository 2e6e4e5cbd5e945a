// Models saved in smaller types.

#include <alexnet/alexnet.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

std::vector<float> Probabilities(const alexnet_model* model) {
  const Session session = TinySession(model);
  const std::vector<float> view = Noise(kViewSize);
  std::vector<float> output(kClasses);
  OK(alexnet_session_run(session.get(), view.data(), view.size(), 1, nullptr,
                         output.data(), output.size(), e));
  return output;
}

TEST(DTypeTest, SmallerTypesComputeNearlyTheSame) {
  const Model model = TinyModel();
  const std::vector<float> wide = Probabilities(model.get());
  for (const int32_t dtype : {ALEXNET_DTYPE_F16, ALEXNET_DTYPE_BF16}) {
    auto options = Options(alexnet_save_options_init);
    options.dtype = dtype;
    const std::string path = FreshPath("narrow.alexnet");
    OK(alexnet_model_save(model.get(), path.c_str(), &options, nullptr, e));
    alexnet_model* narrow = nullptr;
    OK(alexnet_model_load(path.c_str(), nullptr, &narrow, e));
    const Model owned(narrow);
    auto info = Options(alexnet_tensor_info_init);
    OK(alexnet_model_tensor_at(narrow, 0, &info, e));
    EXPECT_EQ(info.dtype, dtype);
    EXPECT_EQ(info.bytes, static_cast<uint64_t>(info.elements) * 2);
    const std::vector<float> output = Probabilities(narrow);
    EXPECT_NE(output, wide);  // they are rounded
    for (size_t c = 0; c < kClasses; ++c) EXPECT_NEAR(output[c], wide[c], 0.02);
    // The self-check is that of the rounded parameters.
    int32_t ok = 0;
    OK(alexnet_verify_file(path.c_str(), nullptr, nullptr, &ok, nullptr, e));
    EXPECT_EQ(ok, 1);
  }
  auto options = Options(alexnet_save_options_init);
  options.dtype = 9;
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_model_save(model.get(), FreshPath("x.alexnet").c_str(),
                             &options, nullptr, e));
}

}  // namespace
}  // namespace alexnet_test
