#include "tests/capi/random_player.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

class Player {
 public:
  Player(Shelves* shelves, uint64_t seed) : shelves_(*shelves), random_(seed) {}

  void Play() {
    using Move = void (Player::*)();
    struct Weighted {
      Move move;
      int weight;
    };
    static constexpr Weighted kMoves[] = {
        {&Player::MakeToken, 3},     {&Player::MakeContext, 2},
        {&Player::MakeModel, 3},     {&Player::MakeSession, 5},
        {&Player::MakeTrainer, 2},   {&Player::MakeQueue, 3},
        {&Player::Cancel, 2},        {&Player::Run, 30},
        {&Player::RunQueue, 30},     {&Player::CloseQueue, 2},
        {&Player::Predict, 10},      {&Player::Step, 10},
        {&Player::ReadAndWrite, 10}, {&Player::TakeModel, 2},
        {&Player::Ask, 15},          {&Player::Misuse, 15},
        {&Player::Drop, 8},
    };
    int total = 0;
    for (const Weighted& weighted : kMoves) total += weighted.weight;
    int at = static_cast<int>(Below(static_cast<uint64_t>(total)));
    for (const auto& [move, weight] : kMoves) {
      at -= weight;
      if (at < 0) return (this->*move)();
    }
  }

 private:
  using Allowed = std::set<alexnet_status>;

  uint64_t Below(uint64_t end) { return random_() % end; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }
  size_t Slot() { return static_cast<size_t>(Below(kSlots)); }

  // The call gives one of these, and an error that says the same.
  template <typename Function>
  alexnet_status Expect(const char* what, const Allowed& allowed,
                        const Function& call) {
    alexnet_error* error = nullptr;
    const bool wants = !OneIn(4);
    const alexnet_status status = call(wants ? &error : nullptr);
    EXPECT_TRUE(allowed.contains(status))
        << what << " gave " << alexnet_status_name(status) << ": "
        << alexnet_error_text(error);
    EXPECT_EQ(error != nullptr, wants && status != ALEXNET_OK) << what;
    if (error != nullptr) {
      EXPECT_EQ(alexnet_error_code(error), status) << what;
      EXPECT_STRNE(alexnet_error_text(error), "") << what;
    }
    alexnet_error_free(error);
    return status;
  }

  // What a call gives to a handle that is another's just now.
  static Allowed Or(Allowed allowed) {
    allowed.insert(ALEXNET_FAILED_PRECONDITION);
    return allowed;
  }

  // NULL, or limits that may stop a call.
  const alexnet_limits* Limits() {
    limits_ = Options(alexnet_limits_init);
    token_ = shelves_.tokens.Get(Slot());
    if (OneIn(2)) limits_.cancel = token_.get();
    if (OneIn(5)) limits_.timeout_seconds = 1e-9;
    return OneIn(2) ? &limits_ : nullptr;
  }

  std::vector<float> Views(size_t count) {
    std::vector<float> views(count * kViewSize, 0.25F);
    if (!views.empty() && OneIn(4)) {
      views[Below(views.size())] = std::numeric_limits<float>::quiet_NaN();
    }
    return views;
  }

  void MakeToken() {
    alexnet_cancel_token* token = nullptr;
    Expect("token_create", {ALEXNET_OK}, [&](alexnet_error** e) {
      return alexnet_cancel_token_create(&token, e);
    });
    shelves_.tokens.Put(Slot(), Token(token));
  }

  void MakeContext() {
    alexnet_context* context = nullptr;
    Expect("context_create", {ALEXNET_OK}, [&](alexnet_error** e) {
      return alexnet_context_create(nullptr, &context, e);
    });
    shelves_.contexts.Put(Slot(), Context(context));
  }

  void MakeModel() {
    const Network network = TinyNetwork();
    alexnet_model* model = nullptr;
    Expect("model_create_initial", {ALEXNET_OK}, [&](alexnet_error** e) {
      return alexnet_model_create_initial(network.get(), random_(), nullptr,
                                          &model, e);
    });
    shelves_.models.Put(Slot(), Model(model));
  }

  void MakeSession() {
    const auto model = shelves_.models.Get(Slot());
    const auto context = shelves_.contexts.Get(Slot());
    auto options = Options(alexnet_session_options_init);
    options.context = OneIn(2) ? context.get() : nullptr;
    options.threads = static_cast<int32_t>(Below(4)) - 1;
    options.batch = static_cast<int64_t>(Below(5)) - 1;
    options.ten_crop = OneIn(8) ? 1 : 0;
    const char* layers[] = {"pool1", OneIn(2) ? "fc2" : "nothing"};
    options.activations = layers;
    options.activation_count = Below(3);
    Allowed allowed = {ALEXNET_OK};
    if (model == nullptr || options.threads < 0 || options.batch < 0 ||
        options.activation_count == 2) {
      allowed = {ALEXNET_OK, ALEXNET_INVALID_ARGUMENT, ALEXNET_NOT_FOUND};
    }
    alexnet_session* session = nullptr;
    const alexnet_status status =
        Expect("session_create", allowed, [&](alexnet_error** e) {
          return alexnet_session_create(model.get(), &options, &session, e);
        });
    EXPECT_EQ(session != nullptr, status == ALEXNET_OK);
    if (session != nullptr) shelves_.sessions.Put(Slot(), Session(session));
  }

  void MakeQueue() {
    const auto model = shelves_.models.Get(Slot());
    const auto context = shelves_.contexts.Get(Slot());
    auto options = Options(alexnet_queue_options_init);
    options.context = OneIn(2) ? context.get() : nullptr;
    options.threads = 1 + static_cast<int32_t>(Below(2));
    options.batch = static_cast<int64_t>(Below(5));
    options.ten_crop = OneIn(8) ? 1 : 0;
    options.max_wait_milliseconds = OneIn(2) ? 0.0 : 1.0;
    options.capacity = static_cast<int64_t>(Below(4)) - 1;
    options.when_full = static_cast<int32_t>(Below(2));
    const Allowed allowed = {model == nullptr || options.capacity < 0
                                 ? ALEXNET_INVALID_ARGUMENT
                                 : ALEXNET_OK};
    alexnet_queue* queue = nullptr;
    const alexnet_status status =
        Expect("queue_create", allowed, [&](alexnet_error** e) {
          return alexnet_queue_create(model.get(), &options, &queue, e);
        });
    EXPECT_EQ(queue != nullptr, status == ALEXNET_OK);
    if (queue != nullptr) {
      shelves_.queues.Put(Slot(), alexnet_test::Queue(queue));
    }
  }

  void MakeTrainer() {
    const auto model = shelves_.models.Get(Slot());
    auto options = Options(alexnet_trainer_options_init);
    options.threads = 1 + static_cast<int32_t>(Below(2));
    options.batch = kBatch;
    const Allowed allowed = {model == nullptr ? ALEXNET_INVALID_ARGUMENT
                                              : ALEXNET_OK};
    alexnet_trainer* trainer = nullptr;
    Expect("trainer_create", allowed, [&](alexnet_error** e) {
      return alexnet_trainer_create(model.get(), &options, &trainer, e);
    });
    if (trainer != nullptr) shelves_.trainers.Put(Slot(), Trainer(trainer));
  }

  void Cancel() {
    alexnet_cancel_token_cancel(shelves_.tokens.Get(Slot()).get());
  }

  void Run() {
    const auto session = shelves_.sessions.Get(Slot());
    Run("session_run", [&](auto... arguments) {
      return alexnet_session_run(session.get(), arguments...);
    });
  }

  void RunQueue() {
    const auto queue = shelves_.queues.Get(Slot());
    Run("queue_run", [&](auto... arguments) {
      return alexnet_queue_run(queue.get(), arguments...);
    });
  }

  void CloseQueue() {
    const auto queue = shelves_.queues.Get(Slot());
    Expect("queue_close",
           {queue == nullptr ? ALEXNET_INVALID_ARGUMENT : ALEXNET_OK},
           [&](alexnet_error** e) {
             return alexnet_queue_close(queue.get(), OneIn(2) ? 1 : 0, e);
           });
  }

  // `run` is given all arguments but the handle.
  template <typename Function>
  void Run(const char* what, const Function& run) {
    const size_t count = Below(7);
    const std::vector<float> views = Views(count);
    std::vector<float> output(count * kClasses);
    const size_t given = views.size() - (OneIn(8) && count > 0 ? 1 : 0);
    const size_t taken = output.size() - (OneIn(8) && count > 0 ? 1 : 0);
    const alexnet_limits* limits = Limits();
    const alexnet_status status =
        Expect(what,
               Or({ALEXNET_OK, ALEXNET_INVALID_ARGUMENT, ALEXNET_CANCELLED,
                   ALEXNET_DEADLINE_EXCEEDED}),
               [&](alexnet_error** e) {
                 return run(views.data(), given, static_cast<int64_t>(count),
                            limits, output.data(), taken, e);
               });
    if (status != ALEXNET_OK) return;
    for (size_t row = 0; row < count; ++row) {
      double sum = 0;
      for (size_t c = 0; c < kClasses; ++c) sum += output[row * kClasses + c];
      EXPECT_TRUE(std::isnan(sum) || std::abs(sum - 1) < 1e-4) << sum;
    }
  }

  void Predict() {
    const auto session = shelves_.sessions.Get(Slot());
    std::string bytes = PngBytes();
    if (OneIn(3)) bytes.resize(Below(bytes.size()));
    if (OneIn(3) && !bytes.empty()) bytes[Below(bytes.size())] ^= 0x20;
    const alexnet_encoded picture = {bytes.data(), bytes.size(), "a.png"};
    std::vector<float> output(kClasses);
    const alexnet_limits* limits = Limits();
    Expect(
        "session_run_encoded",
        Or({ALEXNET_OK, ALEXNET_INVALID_ARGUMENT, ALEXNET_DATA_LOSS,
            ALEXNET_UNSUPPORTED, ALEXNET_CANCELLED, ALEXNET_DEADLINE_EXCEEDED}),
        [&](alexnet_error** e) {
          return alexnet_session_run_encoded(session.get(), &picture, 1, limits,
                                             output.data(), output.size(), e);
        });
  }

  void Step() {
    const auto trainer = shelves_.trainers.Get(Slot());
    const std::vector<float> images = Views(kBatch);
    std::vector<int32_t> labels(kBatch);
    for (int32_t& label : labels) {
      label = static_cast<int32_t>(Below(kClasses + (OneIn(9) ? 1 : 0)));
    }
    auto rule = Options(alexnet_update_rule_init);
    rule.rate = OneIn(6) ? 1e6F : 0.01F;
    rule.momentum = 0.9F;
    auto result = Options(alexnet_step_result_init);
    Expect("trainer_step",
           Or({ALEXNET_OK, ALEXNET_INVALID_ARGUMENT, ALEXNET_DIVERGED}),
           [&](alexnet_error** e) {
             return alexnet_trainer_step(trainer.get(), images.data(),
                                         images.size(), labels.data(),
                                         labels.size(), &rule, &result, e);
           });
  }

  void ReadAndWrite() {
    const auto trainer = shelves_.trainers.Get(Slot());
    const int32_t what = static_cast<int32_t>(Below(4));
    std::vector<float> bias(kClasses + (OneIn(8) ? 1 : 0));
    const Allowed allowed = Or({ALEXNET_OK, ALEXNET_INVALID_ARGUMENT});
    const alexnet_status status =
        Expect("trainer_read", allowed, [&](alexnet_error** e) {
          return alexnet_trainer_read(trainer.get(), "fc2.bias", what,
                                      bias.data(), bias.size(), e);
        });
    if (status == ALEXNET_OK && what != ALEXNET_VALUE_GRADIENT) {
      for (const float value : bias) EXPECT_TRUE(std::isfinite(value));
    }
    // Starts again from numbers of a size that can be learnt from.
    std::fill(bias.begin(), bias.end(), 0.1F);
    Expect("trainer_write", allowed, [&](alexnet_error** e) {
      return alexnet_trainer_write(trainer.get(), "fc2.bias", what, bias.data(),
                                   bias.size(), e);
    });
  }

  void TakeModel() {
    const auto trainer = shelves_.trainers.Get(Slot());
    alexnet_model* model = nullptr;
    Expect("trainer_model",
           Or({ALEXNET_OK, ALEXNET_INVALID_ARGUMENT, ALEXNET_DIVERGED,
               ALEXNET_CANCELLED, ALEXNET_DEADLINE_EXCEEDED}),
           [&](alexnet_error** e) {
             return alexnet_trainer_model(trainer.get(), Limits(), &model, e);
           });
    if (model != nullptr) shelves_.models.Put(Slot(), Model(model));
  }

  void Ask() {
    const auto model = shelves_.models.Get(Slot());
    const auto session = shelves_.sessions.Get(Slot());
    auto about = Options(alexnet_model_info_init);
    Expect("model_get_info",
           {model == nullptr ? ALEXNET_INVALID_ARGUMENT : ALEXNET_OK},
           [&](alexnet_error** e) {
             return alexnet_model_get_info(model.get(), &about, e);
           });
    size_t index = 0;
    Expect("model_find_tensor", {ALEXNET_INVALID_ARGUMENT, ALEXNET_NOT_FOUND},
           [&](alexnet_error** e) {
             return alexnet_model_find_tensor(model.get(), "fc9.bias", &index,
                                              e);
           });
    auto info = Options(alexnet_session_info_init);
    Expect("session_get_info",
           Or({session == nullptr ? ALEXNET_INVALID_ARGUMENT : ALEXNET_OK}),
           [&](alexnet_error** e) {
             return alexnet_session_get_info(session.get(), &info, e);
           });
    const auto queue = shelves_.queues.Get(Slot());
    auto done = Options(alexnet_queue_info_init);
    Expect("queue_get_info",
           {queue == nullptr ? ALEXNET_INVALID_ARGUMENT : ALEXNET_OK},
           [&](alexnet_error** e) {
             return alexnet_queue_get_info(queue.get(), &done, e);
           });
  }

  // Handles of another kind, structs of no size, pointers to nothing.
  void Misuse() {
    const auto model = shelves_.models.Get(Slot());
    const Allowed refused = {ALEXNET_INVALID_ARGUMENT};
    alexnet_session* session = nullptr;
    auto options = Options(alexnet_session_options_init);
    switch (Below(5)) {
      case 0:
        Expect("a token as a model", refused, [&](alexnet_error** e) {
          const auto token = shelves_.tokens.Get(Slot());
          return alexnet_session_create(
              reinterpret_cast<const alexnet_model*>(token.get()), nullptr,
              &session, e);
        });
        break;
      case 1:
        options.struct_size = Below(sizeof(size_t));
        Expect("a struct of no size", refused, [&](alexnet_error** e) {
          return alexnet_session_create(model.get(), &options, &session, e);
        });
        break;
      case 2:
        Expect("nowhere to put it", refused, [&](alexnet_error** e) {
          return alexnet_session_create(model.get(), nullptr, nullptr, e);
        });
        break;
      case 3:
        Expect("a session as a queue", refused, [&](alexnet_error** e) {
          const auto other = shelves_.sessions.Get(Slot());
          return alexnet_queue_close(
              reinterpret_cast<alexnet_queue*>(other.get()), 1, e);
        });
        break;
      default:
        Expect("no views", refused, [&](alexnet_error** e) {
          return alexnet_session_run(nullptr, nullptr, 7, -1, nullptr, nullptr,
                                     0, e);
        });
    }
    EXPECT_EQ(session, nullptr);
  }

  void Drop() {
    switch (Below(6)) {
      case 0:
        return shelves_.tokens.Clear(Slot());
      case 1:
        return shelves_.contexts.Clear(Slot());
      case 2:
        return shelves_.models.Clear(Slot());
      case 3:
        return shelves_.sessions.Clear(Slot());
      case 4:
        return shelves_.queues.Clear(Slot());
      default:
        return shelves_.trainers.Clear(Slot());
    }
  }

  static constexpr size_t kBatch = 2;

  Shelves& shelves_;
  std::mt19937_64 random_;
  alexnet_limits limits_;
  std::shared_ptr<alexnet_cancel_token> token_;  // of limits_
};

}  // namespace

void PlayCalls(Shelves* shelves, uint64_t seed, uint64_t calls) {
  Player player(shelves, seed);
  for (uint64_t i = 0; i < calls && !::testing::Test::HasFailure(); ++i) {
    player.Play();
  }
}

}  // namespace alexnet_test
