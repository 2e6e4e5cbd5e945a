// What the tests of the C interface share: owners of handles, checks of
// refusals, and tiny networks. Sees nothing but the public header.

#ifndef ALEXNET_TESTS_CAPI_SUPPORT_H_
#define ALEXNET_TESTS_CAPI_SUPPORT_H_

#include <alexnet/alexnet.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace alexnet_test {

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};

using Token =
    std::unique_ptr<alexnet_cancel_token, Free<alexnet_cancel_token_free>>;
using Context = std::unique_ptr<alexnet_context, Free<alexnet_context_free>>;
using Network = std::unique_ptr<alexnet_network, Free<alexnet_network_free>>;
using Model = std::unique_ptr<alexnet_model, Free<alexnet_model_free>>;
using Builder =
    std::unique_ptr<alexnet_model_builder, Free<alexnet_model_builder_free>>;
using Session = std::unique_ptr<alexnet_session, Free<alexnet_session_free>>;
using Queue = std::unique_ptr<alexnet_queue, Free<alexnet_queue_free>>;
using Dataset = std::unique_ptr<alexnet_dataset, Free<alexnet_dataset_free>>;
using Evaluation =
    std::unique_ptr<alexnet_evaluation, Free<alexnet_evaluation_free>>;
using Trainer = std::unique_ptr<alexnet_trainer, Free<alexnet_trainer_free>>;

// A call that takes the place for its error.
using Call = std::function<alexnet_status(alexnet_error**)>;

// The call returns `want`, once with a place for the error and once without;
// the error has the same code, and a message. Returns its whole text.
std::string ExpectStatus(int line, const char* what, alexnet_status want,
                         const Call& call);

// The call succeeds and leaves no error.
void ExpectOk(int line, const char* what, const Call& call);

// `expression` is a call that passes `e` for the error.
#define REFUSED(want, expression)                                 \
  ::alexnet_test::ExpectStatus(                                   \
      __LINE__, #expression, want,                                \
      [&]([[maybe_unused]] alexnet_error** e) -> alexnet_status { \
        return expression;                                        \
      })
#define OK(expression)                                            \
  ::alexnet_test::ExpectOk(                                       \
      __LINE__, #expression,                                      \
      [&]([[maybe_unused]] alexnet_error** e) -> alexnet_status { \
        return expression;                                        \
      })

template <typename T>
T Options(void (*init)(T*, size_t)) {
  T options;
  init(&options, sizeof(options));
  return options;
}

inline constexpr int64_t kClasses = 5;
inline constexpr int64_t kSide = 8;
inline constexpr int64_t kViewSize = 3 * kSide * kSide;

// 8x8 RGB -> "conv1" (4 channels) -> "tanh1" -> "pool1" (average, 4x4) ->
// "fc2" (5 classes) -> "prob". Smooth, so that differences give gradients.
Network TinyNetwork();
Model TinyModel(uint64_t seed = 1);
// With one thread where nothing else is asked for.
Session TinySession(const alexnet_model* model, int32_t threads = 1,
                    int64_t batch = 1);

// Floats in -1..1, the same for the same seed.
std::vector<float> Noise(size_t count, uint32_t seed = 1);

// A picture as a PNG file's bytes.
std::string PngBytes();

// A folder of drawn shapes, made once per process: 10 classes, few pictures.
const std::string& ShapesFolder();

// A path that does not exist yet, under the test's own folder.
std::string FreshPath(const std::string& name);

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kAddressSanitizer = true;
#else
inline constexpr bool kAddressSanitizer = false;
#endif
#if defined(__SANITIZE_THREAD__)
inline constexpr bool kThreadSanitizer = true;
#else
inline constexpr bool kThreadSanitizer = false;
#endif

}  // namespace alexnet_test

#endif  // ALEXNET_TESTS_CAPI_SUPPORT_H_
