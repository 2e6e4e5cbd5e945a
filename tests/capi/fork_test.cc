// What a child of fork may do with the handles of its parent, and with its own.

#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "core/base/limited_child.h"
#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

using alexnet::EndOf;
using alexnet::EndOfChild;

constexpr int64_t kBatch = 64;

bool RunsOnce(alexnet_session* session) {
  const auto view = Noise(kViewSize);
  float out[kClasses];
  return alexnet_session_run(session, view.data(), kViewSize, 1, nullptr, out,
                             kClasses, nullptr) == ALEXNET_OK;
}

Trainer MakeTrainer(const alexnet_model* model, int32_t threads) {
  auto options = Options(alexnet_trainer_options_init);
  options.batch = 1;
  options.threads = threads;
  alexnet_trainer* trainer = nullptr;
  OK(alexnet_trainer_create(model, &options, &trainer, e));
  return Trainer(trainer);
}

alexnet_status Gradients(alexnet_trainer* trainer, alexnet_error** error) {
  const auto view = Noise(kViewSize);
  const int32_t label = 0;
  return alexnet_trainer_gradients(trainer, view.data(), kViewSize, &label, 1,
                                   nullptr, error);
}

Queue MakeQueue(const alexnet_model* model, int32_t threads) {
  auto options = Options(alexnet_queue_options_init);
  options.batch = 2;
  options.threads = threads;
  alexnet_queue* queue = nullptr;
  OK(alexnet_queue_create(model, &options, &queue, e));
  return Queue(queue);
}

alexnet_status RunsQueued(alexnet_queue* queue, alexnet_error** error) {
  const auto view = Noise(kViewSize);
  float out[kClasses];
  return alexnet_queue_run(queue, view.data(), kViewSize, 1, nullptr, out,
                           kClasses, error);
}

Evaluation Evaluate(const alexnet_model* model, const alexnet_dataset* data) {
  auto options = Options(alexnet_evaluate_options_init);
  options.threads = 2;
  alexnet_evaluation* evaluation = nullptr;
  OK(alexnet_evaluate(model, data, &options, nullptr, &evaluation, e));
  return Evaluation(evaluation);
}

// A model of ten classes, as the pictures have.
Model SmallModel() {
  alexnet_network* network = nullptr;
  OK(alexnet_network_create_preset("alexnet_small", 10, 0, &network, e));
  const Network owned(network);
  alexnet_model* model = nullptr;
  OK(alexnet_model_create_initial(network, 1, nullptr, &model, e));
  return Model(model);
}

// One handle of each kind, all of them used.
struct Handles {
  explicit Handles(int32_t threads)
      : session(TinySession(model.get(), threads, kBatch)),
        queue(MakeQueue(model.get(), threads)),
        trainer(MakeTrainer(model.get(), threads)) {
    alexnet_dataset* opened = nullptr;
    OK(alexnet_dataset_open(ShapesFolder().c_str(), 0, &opened, e));
    data.reset(opened);
    evaluation = Evaluate(small.get(), opened);
    alexnet_context* made = nullptr;
    OK(alexnet_context_create(nullptr, &made, e));
    context.reset(made);
    alexnet_cancel_token* token_made = nullptr;
    OK(alexnet_cancel_token_create(&token_made, e));
    token.reset(token_made);
    alexnet_model_builder* builder_made = nullptr;
    OK(alexnet_model_builder_create(network.get(), &builder_made, e));
    builder.reset(builder_made);
    EXPECT_TRUE(RunsOnce(session.get()));
    OK(RunsQueued(queue.get(), e));
    OK(Gradients(trainer.get(), e));
  }
  void Free() {
    token.reset();
    context.reset();
    network.reset();
    model.reset();
    small.reset();
    builder.reset();
    data.reset();
    evaluation.reset();
    trainer.reset();
    queue.reset();
    session.reset();
  }

  Token token;
  Context context;
  Network network = TinyNetwork();
  Model model = TinyModel();
  Model small = SmallModel();
  Builder builder;
  Dataset data;
  Evaluation evaluation;
  Session session;
  Queue queue;
  Trainer trainer;
};

class ForkTest : public testing::TestWithParam<int32_t> {
 protected:
  void SetUp() override {
    if (kThreadSanitizer) GTEST_SKIP() << "TSan does not follow a fork";
  }
};

INSTANTIATE_TEST_SUITE_P(Threads, ForkTest, testing::Values(1, 2, 3));

TEST_P(ForkTest, TheChildFreesEveryKindOfHandle) {
  Handles handles(GetParam());
  EXPECT_EQ(EndOfChild([&handles] {
              handles.Free();
              return 0;
            }),
            "exit 0");
  // The parent goes on, and ends its threads.
  EXPECT_TRUE(RunsOnce(handles.session.get()));
  OK(RunsQueued(handles.queue.get(), e));
  OK(Gradients(handles.trainer.get(), e));
}

TEST_P(ForkTest, TheChildGetsTheMemoryBack) {
  if (kAddressSanitizer) GTEST_SKIP() << "its allocator does not tell";
  Handles handles(GetParam());
  auto info = Options(alexnet_session_info_init);
  OK(alexnet_session_get_info(handles.session.get(), &info, e));
  const size_t arena = static_cast<size_t>(info.arena_bytes);
  ASSERT_GT(arena, 10000U);
  const auto used = [] {
    const struct mallinfo2 memory = mallinfo2();
    return memory.uordblks + memory.hblkhd;
  };
  EXPECT_EQ(EndOfChild([&] {
              const size_t before = used();
              handles.session.reset();
              return used() + arena <= before ? 0 : 1;
            }),
            "exit 0");
}

TEST_P(ForkTest, TheChildIsRefusedSessionsAndTrainers) {
  Handles handles(GetParam());
  EXPECT_EQ(EndOfChild([&handles] {
              const auto view = Noise(kViewSize);
              float out[kClasses];
              alexnet_error* error = nullptr;
              if (alexnet_session_run(handles.session.get(), view.data(),
                                      kViewSize, 1, nullptr, out, kClasses,
                                      &error) != ALEXNET_FAILED_PRECONDITION) {
                return 1;
              }
              const std::string text = alexnet_error_text(error);
              alexnet_error_free(error);
              if (text.find("session: made before fork") == std::string::npos) {
                return 2;
              }
              return Gradients(handles.trainer.get(), nullptr) ==
                             ALEXNET_FAILED_PRECONDITION
                         ? 0
                         : 3;
            }),
            "exit 0");
}

TEST_P(ForkTest, TheChildMakesItsOwnFromTheParentsModel) {
  Handles handles(GetParam());
  EXPECT_EQ(
      EndOfChild([&handles] {
        for (const int32_t threads : {1, 2, 3}) {
          const Session session = TinySession(handles.model.get(), threads, 1);
          if (session == nullptr || !RunsOnce(session.get())) return 1;
          const Queue queue = MakeQueue(handles.model.get(), threads);
          if (RunsQueued(queue.get(), nullptr) != ALEXNET_OK) return 4;
          const Trainer trainer = MakeTrainer(handles.model.get(), threads);
          if (Gradients(trainer.get(), nullptr) != ALEXNET_OK) return 2;
        }
        const Evaluation evaluation =
            Evaluate(handles.small.get(), handles.data.get());
        return evaluation != nullptr ? 0 : 3;
      }),
      "exit 0");
}

TEST_P(ForkTest, TheChildFreesWhatAThreadOfTheParentIsIn) {
  if (kAddressSanitizer) {
    GTEST_SKIP() << "what a thread of the parent has locked of its allocator, "
                    "the child finds locked for ever";
  }
  Handles handles(GetParam());
  std::atomic<bool> stop = false;
  std::thread user([&] {
    while (!stop) {
      RunsOnce(handles.session.get());
      RunsQueued(handles.queue.get(), nullptr);
    }
  });
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(EndOfChild([&handles] {
                handles.Free();
                return 0;
              }),
              "exit 0");
  }
  stop = true;
  user.join();
}

// A callback that forks once; its child goes on with the call.
pid_t forked = -1;

int32_t Fork(void*, int64_t, int64_t) {
  if (forked < 0) {
    forked = fork();
    if (forked == 0) alarm(100);
  }
  return 0;
}

// `call` in the parent succeeds; in the child it is refused.
void ExpectRefusedInTheChild(const Call& call) {
  EXPECT_EQ(EndOfChild([&call] {
              forked = -1;
              const alexnet_status status = call(nullptr);
              if (forked == 0) {
                _exit(status == ALEXNET_FAILED_PRECONDITION ? 0 : 1);
              }
              if (forked < 0) return 2;
              return status == ALEXNET_OK && EndOf(forked) == "exit 0" ? 0 : 3;
            }),
            "exit 0");
}

TEST_P(ForkTest, ACallThatAChildGoesOnWithIsRefused) {
  Handles handles(GetParam());
  ExpectRefusedInTheChild([&](alexnet_error** e) {
    auto options = Options(alexnet_evaluate_options_init);
    options.threads = GetParam();
    options.loader_threads = GetParam();
    options.batch = 1;
    options.progress = Fork;
    alexnet_evaluation* evaluation = nullptr;
    const alexnet_status status =
        alexnet_evaluate(handles.small.get(), handles.data.get(), &options,
                         nullptr, &evaluation, e);
    alexnet_evaluation_free(evaluation);
    return status;
  });
}

}  // namespace
}  // namespace alexnet_test
