// Cancelling, deadlines, and logs of two users in one process.

#include <pthread.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

Token MakeToken() {
  alexnet_cancel_token* token = nullptr;
  OK(alexnet_cancel_token_create(&token, e));
  return Token(token);
}

Dataset OpenShapes() {
  alexnet_dataset* dataset = nullptr;
  OK(alexnet_dataset_open(ShapesFolder().c_str(), 0, &dataset, e));
  return Dataset(dataset);
}

// So many pictures that their inference ends by a limit only.
struct Album {
  static constexpr size_t kMany = 1'000'000;

  std::vector<uint8_t> pixels = std::vector<uint8_t>(256 * 256 * 3, 77);
  std::vector<alexnet_image> images = std::vector<alexnet_image>(
      kMany, alexnet_image{pixels.data(), 256, 256, 3, 0, 0});
  std::vector<float> output = std::vector<float>(kMany * kClasses);

  alexnet_status Run(alexnet_session* session, const alexnet_limits* limits,
                     alexnet_error** error) {
    return alexnet_session_run_images(
        session, images.data(), static_cast<int64_t>(images.size()), limits,
        output.data(), output.size(), error);
  }
};

// The processor's time that the thread which makes this one has used since.
class WorkClock {
 public:
  WorkClock() {
    EXPECT_EQ(pthread_getcpuclockid(pthread_self(), &clock_), 0);
    start_ = Now();
  }
  // Returns when that thread is in the midst of the call that it makes,
  // however long it waits for a processor.
  void AwaitWork() const {
    while (Now() < start_ + 0.05) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

 private:
  double Now() const {
    timespec now{};
    EXPECT_EQ(clock_gettime(clock_, &now), 0);
    return static_cast<double>(now.tv_sec) +
           1e-9 * static_cast<double>(now.tv_nsec);
  }

  clockid_t clock_{};
  double start_ = 0;
};

TEST(LimitsTest, ATokenStaysCancelled) {
  const Token token = MakeToken();
  EXPECT_EQ(alexnet_cancel_token_cancelled(token.get()), 0);
  alexnet_cancel_token_cancel(token.get());
  alexnet_cancel_token_cancel(token.get());
  EXPECT_NE(alexnet_cancel_token_cancelled(token.get()), 0);
  auto limits = Options(alexnet_limits_init);
  limits.cancel = token.get();
  const Model model = TinyModel();
  const Session session = TinySession(model.get());
  Album album;
  REFUSED(ALEXNET_CANCELLED, album.Run(session.get(), &limits, e));
  const Dataset dataset = OpenShapes();
  REFUSED(ALEXNET_CANCELLED,
          alexnet_dataset_lint(dataset.get(), nullptr, &limits, nullptr,
                               nullptr, nullptr, e));
}

TEST(LimitsTest, AnotherThreadCancels) {
  const Model model = TinyModel();
  const Session session = TinySession(model.get());
  const Token token = MakeToken();
  auto limits = Options(alexnet_limits_init);
  limits.cancel = token.get();
  Album album;
  const WorkClock caller;
  std::thread other([&] {
    caller.AwaitWork();
    alexnet_cancel_token_cancel(token.get());
  });
  EXPECT_EQ(album.Run(session.get(), &limits, nullptr), ALEXNET_CANCELLED);
  other.join();
  EXPECT_EQ(album.output.back(), 0);
}

TEST(LimitsTest, ATokenMayBeFreedDuringTheCall) {
  const Model model = TinyModel();
  const Session session = TinySession(model.get());
  Token token = MakeToken();
  auto limits = Options(alexnet_limits_init);
  limits.cancel = token.get();
  Album album;
  const WorkClock caller;
  std::thread other([&] {
    caller.AwaitWork();
    alexnet_cancel_token_cancel(token.get());
    token.reset();
  });
  EXPECT_EQ(album.Run(session.get(), &limits, nullptr), ALEXNET_CANCELLED);
  other.join();
}

TEST(LimitsTest, DeadlinesPass) {
  const Model model = TinyModel();
  const Session session = TinySession(model.get());
  auto limits = Options(alexnet_limits_init);
  Album album;
  for (const double seconds : {1e-9, 0.02}) {
    limits.timeout_seconds = seconds;
    REFUSED(ALEXNET_DEADLINE_EXCEEDED, album.Run(session.get(), &limits, e));
  }
  const Dataset dataset = OpenShapes();
  limits.timeout_seconds = 1e-9;
  REFUSED(ALEXNET_DEADLINE_EXCEEDED,
          alexnet_dataset_lint(dataset.get(), nullptr, &limits, nullptr,
                               nullptr, nullptr, e));
  alexnet_evaluation* evaluation = nullptr;
  auto options = Options(alexnet_evaluate_options_init);
  EXPECT_NE(alexnet_evaluate(model.get(), dataset.get(), &options, &limits,
                             &evaluation, nullptr),
            ALEXNET_OK);
  EXPECT_EQ(evaluation, nullptr);
}

TEST(LimitsTest, OddTimesAreRefusedOrEndless) {
  const Model model = TinyModel();
  const Session session = TinySession(model.get());
  auto limits = Options(alexnet_limits_init);
  const uint8_t pixels[3] = {};
  const alexnet_image image = {pixels, 1, 1, 3, 0, 0};
  float o[kClasses];
  for (const double seconds : {-1.0, std::nan("")}) {
    limits.timeout_seconds = seconds;
    REFUSED(ALEXNET_INVALID_ARGUMENT,
            alexnet_session_run_images(session.get(), &image, 1, &limits, o,
                                       kClasses, e));
  }
  // So far away that a clock would overflow.
  for (const double seconds :
       {1e10, 1e300, std::numeric_limits<double>::infinity()}) {
    limits.timeout_seconds = seconds;
    OK(alexnet_session_run_images(session.get(), &image, 1, &limits, o,
                                  kClasses, e));
  }
}

TEST(LimitsTest, AProgressCallbackStopsTheCall) {
  const Dataset dataset = OpenShapes();
  auto lint = Options(alexnet_lint_options_init);
  int calls = 0;
  lint.progress_user = &calls;
  lint.progress = [](void* user, int64_t, int64_t) -> int32_t {
    return ++*static_cast<int*>(user) > 0;
  };
  REFUSED(ALEXNET_CANCELLED,
          alexnet_dataset_lint(dataset.get(), &lint, nullptr, nullptr, nullptr,
                               nullptr, e));
  EXPECT_EQ(calls, 2);  // once in each of the two calls
}

TEST(LimitsTest, ProgressReachesTheEnd) {
  const Dataset dataset = OpenShapes();
  auto lint = Options(alexnet_lint_options_init);
  struct Seen {
    int64_t done = 0;
    int64_t total = 0;
    std::thread::id thread;
  } seen;
  lint.progress_user = &seen;
  lint.progress = [](void* user, int64_t done, int64_t total) -> int32_t {
    *static_cast<Seen*>(user) = {done, total, std::this_thread::get_id()};
    return 0;
  };
  int32_t ok = 0;
  char* text = nullptr;
  char* json = nullptr;
  OK(alexnet_dataset_lint(dataset.get(), &lint, nullptr, &ok, &text, &json, e));
  EXPECT_EQ(seen.done, 100);  // 10 classes, 8 + 2 pictures
  EXPECT_EQ(seen.total, 100);
  EXPECT_EQ(seen.thread, std::this_thread::get_id());
  EXPECT_EQ(json[0], '{');
  alexnet_free(text);
  alexnet_free(json);
}

struct Log {
  std::atomic<int> lines = 0;
  std::atomic<int> inside = 0;
  std::atomic<bool> overlapped = false;
  std::string last;
};

Context MakeContext(Log* log) {
  auto options = Options(alexnet_context_options_init);
  options.log_user = log;
  options.log_level = ALEXNET_LOG_DEBUG;
  options.log = [](void* user, int32_t level, const char* message) {
    auto* to = static_cast<Log*>(user);
    if (++to->inside > 1) to->overlapped = true;
    EXPECT_GE(level, ALEXNET_LOG_DEBUG);
    to->last = message;
    EXPECT_EQ(to->last.find('\n'), std::string::npos);
    ++to->lines;
    --to->inside;
  };
  alexnet_context* context = nullptr;
  OK(alexnet_context_create(&options, &context, e));
  return Context(context);
}

// A folder whose one broken picture is told to the context.
std::string BrokenFolder() {
  std::string folder = FreshPath("broken");
  auto shapes = Options(alexnet_shapes_options_init);
  shapes.train_per_class = 2;
  shapes.held_out_per_class = 1;
  OK(alexnet_draw_shapes(folder.c_str(), &shapes, nullptr, e));
  alexnet_dataset* dataset = nullptr;
  OK(alexnet_dataset_open(folder.c_str(), 0, &dataset, e));
  char* name = nullptr;
  OK(alexnet_dataset_read(dataset, ALEXNET_PART_TRAIN, 0, nullptr, &name,
                          nullptr, nullptr, e));
  const std::string path = name[0] == '/' ? name : folder + "/train/" + name;
  FILE* file = std::fopen(path.c_str(), "r+");
  if (file == nullptr) file = std::fopen((folder + "/" + name).c_str(), "r+");
  EXPECT_NE(file, nullptr) << path;
  if (file != nullptr) {
    std::fputs("no picture any more, no picture any more", file);
    std::fclose(file);
  }
  alexnet_free(name);
  alexnet_dataset_free(dataset);
  return folder;
}

TEST(LimitsTest, LogsOfTwoContextsAreNotMixed) {
  const std::string folder = BrokenFolder();
  alexnet_dataset* opened = nullptr;
  OK(alexnet_dataset_open(folder.c_str(), 0, &opened, e));
  const Dataset dataset(opened);
  Log told;
  Log silent;
  {
    const Context context = MakeContext(&told);
    const Context other = MakeContext(&silent);
    auto pack = Options(alexnet_pack_options_init);
    pack.context = context.get();
    auto report = Options(alexnet_pack_report_init);
    OK(alexnet_dataset_pack(opened, FreshPath("pack").c_str(), &pack, nullptr,
                            &report, e));
    EXPECT_EQ(report.broken, 1);
    EXPECT_EQ(report.pictures, 29);
  }
  EXPECT_GE(told.lines, 1);
  EXPECT_FALSE(told.overlapped);
  EXPECT_EQ(silent.lines, 0);
}

}  // namespace
}  // namespace alexnet_test
