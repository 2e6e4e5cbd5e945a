// Where the system starts few threads there are fewer or an error, never the
// end of the process.

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/base/limited_child.h"
#include "tests/capi/outcome.h"
#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

using alexnet::EndOfChild;
using alexnet::LimitThreads;

constexpr int kCannot = 77;
constexpr int32_t kThreads = 4;
constexpr int64_t kViews = 5;
constexpr int kEnough = kThreads - 1;  // beside the caller

// Made before memory is short.
struct Given {
  Model model = TinyModel();
  Dataset data;
  std::vector<float> views = Noise(kViews * kViewSize);
};

int threads_warned_of;

void Listen(void*, int32_t level, const char* message) {
  if (level == ALEXNET_LOG_WARNING) {
    sscanf(message, "computes on %d", &threads_warned_of);
  }
}

// Gives the threads that it computes on; 0: there is no session.
int Predict(const Given& given, Outcome* outcome) {
  auto listener = Options(alexnet_context_options_init);
  listener.log = Listen;
  alexnet_context* context = nullptr;
  if (!outcome->Take([&](alexnet_error** e) {
        return alexnet_context_create(&listener, &context, e);
      })) {
    return 0;
  }
  const Context owned_context(context);
  auto options = Options(alexnet_session_options_init);
  options.context = context;
  options.threads = kThreads;
  options.batch = 2;
  alexnet_session* session = nullptr;
  threads_warned_of = 0;
  if (!outcome->Take([&](alexnet_error** e) {
        return alexnet_session_create(given.model.get(), &options, &session, e);
      })) {
    return 0;
  }
  const Session owned(session);
  auto info = Options(alexnet_session_info_init);
  outcome->Take([&](alexnet_error** e) {
    return alexnet_session_get_info(session, &info, e);
  });
  outcome->Expect(info.threads >= 1 && info.threads <= kThreads);
  outcome->Expect(threads_warned_of ==
                  (info.threads < kThreads ? info.threads : 0));
  for (int i = 0; i < 20; ++i) {
    float output[kViews * kClasses] = {};
    if (outcome->Take([&](alexnet_error** e) {
          return alexnet_session_run(session, given.views.data(),
                                     given.views.size(), kViews, nullptr,
                                     output, kViews * kClasses, e);
        })) {
      float sum = 0;
      for (const float probability : output) sum += probability;
      outcome->Expect(std::abs(sum - kViews) < 1e-4F);
    }
  }
  return info.threads;
}

// Gives the threads that it computes on; 0: there is no trainer.
int Learn(const Given& given, Outcome* outcome) {
  auto options = Options(alexnet_trainer_options_init);
  options.threads = kThreads;
  options.batch = kViews;
  alexnet_trainer* trainer = nullptr;
  if (!outcome->Take([&](alexnet_error** e) {
        return alexnet_trainer_create(given.model.get(), &options, &trainer, e);
      })) {
    return 0;
  }
  const Trainer owned(trainer);
  static const int32_t labels[kViews] = {0, 1, 2, 3, 4};
  auto rule = Options(alexnet_update_rule_init);
  rule.rate = 0.01F;
  auto result = Options(alexnet_step_result_init);
  outcome->Take([&](alexnet_error** e) {
    return alexnet_trainer_step(trainer, given.views.data(), given.views.size(),
                                labels, kViews, &rule, &result, e);
  });
  return result.threads;
}

void ReadPictures(const Given& given, Outcome* outcome) {
  auto options = Options(alexnet_lint_options_init);
  options.threads = kThreads;
  int32_t ok = 0;
  if (outcome->Take([&](alexnet_error** e) {
        return alexnet_dataset_lint(given.data.get(), &options, nullptr, &ok,
                                    nullptr, nullptr, e);
      })) {
    outcome->Expect(ok != 0);
  }
}

// All of it; gives what the child exits with. `*threads`: of the session.
int LiveWith(const Given& given, int* threads) {
  Outcome outcome;
  *threads = Predict(given, &outcome);
  outcome.Expect(Learn(given, &outcome) <= kThreads);
  ReadPictures(given, &outcome);
  return outcome.wrong() ? 1 : 0;
}

class StarvedTest : public testing::Test {
 protected:
  StarvedTest() {
    alexnet_dataset* data = nullptr;
    OK(alexnet_dataset_open(ShapesFolder().c_str(), 0, &data, e));
    given_.data.reset(data);
  }

  Given given_;
};

TEST_F(StarvedTest, ALimitOnThreadsGivesFewerThreads) {
  for (int more = 0; more <= kEnough + 1; ++more) {
    const std::string end = EndOfChild([&] {
      if (!LimitThreads(more)) return kCannot;
      int threads = 0;
      const int wrong = LiveWith(given_, &threads);
      if (threads != 1 + std::min(more, kEnough)) return 2;
      return wrong;
    });
    if (end == "exit 77") GTEST_SKIP() << "needs root to limit threads";
    EXPECT_EQ(end, "exit 0") << more << " threads allowed";
  }
}

}  // namespace
}  // namespace alexnet_test
