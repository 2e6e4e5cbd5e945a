// Where a limit leaves little address space, calls succeed or say that memory
// ran out; none ends the process, and what there is works when there is more.

#include <cmath>

#include "core/base/limited_child.h"
#include "tests/capi/outcome.h"
#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

using alexnet::EndOfChild;
using alexnet::LiftAddressSpaceLimit;
using alexnet::LimitAddressSpace;

constexpr int64_t kMiB = int64_t{1} << 20;
constexpr int64_t kClassCount = 10;
constexpr int64_t kPictures = 6;  // more than kernels of small batches take
constexpr int64_t kPictureSide = 63;
constexpr int64_t kPictureSize = 3 * kPictureSide * kPictureSide;

// Each kind of kernel: a convolution over patches and one with groups, an
// average, fully connected layers, and reorders between.
Model MixedModel() {
  alexnet_network* network = nullptr;
  OK(alexnet_network_create("mixed", 3, kPictureSide, kPictureSide, &network,
                            e));
  const Network owned(network);
  auto first = Options(alexnet_convolution_options_init);
  first.out_channels = 16;
  first.window.kernel_h = 11;
  first.window.stride_h = 4;
  auto pool = Options(alexnet_pooling_options_init);
  pool.kind = ALEXNET_POOL_AVERAGE;
  pool.window.kernel_h = 3;
  pool.window.stride_h = 2;
  auto second = Options(alexnet_convolution_options_init);
  second.out_channels = 32;
  second.groups = 2;
  second.window.kernel_h = 3;
  auto full = Options(alexnet_fully_connected_options_init);
  full.out_features = kClassCount;
  const auto norm = Options(alexnet_lrn_options_init);
  constexpr int32_t kRelu = ALEXNET_ACTIVATION_RELU;
  OK(alexnet_network_add_convolution(network, "conv1", &first, e));
  OK(alexnet_network_add_activation(network, "relu1", kRelu, e));
  OK(alexnet_network_add_lrn(network, "norm1", &norm, e));
  OK(alexnet_network_add_pooling(network, "pool1", &pool, e));
  OK(alexnet_network_add_convolution(network, "conv2", &second, e));
  OK(alexnet_network_add_activation(network, "relu2", kRelu, e));
  OK(alexnet_network_add_fully_connected(network, "fc3", &full, e));
  OK(alexnet_network_add_softmax(network, "prob", e));
  alexnet_model* model = nullptr;
  OK(alexnet_model_create_initial(network, 1, nullptr, &model, e));
  return Model(model);
}

// Made before memory is short.
struct Given {
  Model model = MixedModel();
  Dataset data;
  std::vector<float> pictures = Noise(kPictures * kPictureSize);
};

// One user of the interface, who makes what is missing and uses what there is.
class User {
 public:
  User(const Given& given, int32_t threads)
      : given_(given), threads_(threads) {}

  void DoAll(Outcome* outcome) {
    Predict(outcome);
    Learn(outcome);
    Evaluate(outcome);
    Predict(outcome);
  }

 private:
  void Predict(Outcome* outcome) {
    if (session_ == nullptr && !MakeSession(outcome)) return;
    float output[kPictures * kClassCount] = {};
    if (!outcome->Take([&](alexnet_error** e) {
          return alexnet_session_run(session_.get(), given_.pictures.data(),
                                     given_.pictures.size(), kPictures, nullptr,
                                     output, kPictures * kClassCount, e);
        })) {
      return;
    }
    float sum = 0;
    for (const float probability : output) sum += probability;
    outcome->Expect(std::abs(sum - kPictures) < 1e-3F);
  }

  bool MakeSession(Outcome* outcome) {
    auto options = Options(alexnet_session_options_init);
    options.threads = threads_;
    options.batch = kPictures;
    alexnet_session* session = nullptr;
    const bool made = outcome->Take([&](alexnet_error** e) {
      return alexnet_session_create(given_.model.get(), &options, &session, e);
    });
    session_.reset(session);
    return made;
  }

  void Learn(Outcome* outcome) {
    if (trainer_ == nullptr && !MakeTrainer(outcome)) return;
    static const int32_t labels[kPictures] = {0, 1, 2, 3, 4, 5};
    auto rule = Options(alexnet_update_rule_init);
    rule.rate = 0.001F;
    auto result = Options(alexnet_step_result_init);
    if (outcome->Take([&](alexnet_error** e) {
          return alexnet_trainer_step(trainer_.get(), given_.pictures.data(),
                                      given_.pictures.size(), labels, kPictures,
                                      &rule, &result, e);
        })) {
      ++steps_;
      outcome->Expect(result.step == steps_ && std::isfinite(result.loss));
    }
  }

  bool MakeTrainer(Outcome* outcome) {
    auto options = Options(alexnet_trainer_options_init);
    options.threads = threads_;
    options.batch = kPictures;
    alexnet_trainer* trainer = nullptr;
    const bool made = outcome->Take([&](alexnet_error** e) {
      return alexnet_trainer_create(given_.model.get(), &options, &trainer, e);
    });
    trainer_.reset(trainer);
    return made;
  }

  void Evaluate(Outcome* outcome) const {
    auto options = Options(alexnet_evaluate_options_init);
    options.threads = threads_;
    options.loader_threads = 2;
    alexnet_evaluation* evaluation = nullptr;
    outcome->Take([&](alexnet_error** e) {
      return alexnet_evaluate(given_.model.get(), given_.data.get(), &options,
                              nullptr, &evaluation, e);
    });
    const Evaluation owned(evaluation);
  }

  const Given& given_;
  const int32_t threads_;
  Session session_;
  Trainer trainer_;
  int64_t steps_ = 0;
};

// From one limit to the next: fine where nothing is there, then no multiple of
// what a thread takes.
int64_t Step(int64_t more) {
  if (more < kMiB) return kMiB / 16;
  return more < 400 * kMiB ? 3 * kMiB + 12345 : 50 * kMiB;
}

class CrampedTest : public testing::TestWithParam<int32_t> {
 protected:
  CrampedTest() {
    alexnet_dataset* data = nullptr;
    OK(alexnet_dataset_open(ShapesFolder().c_str(), 0, &data, e));
    given_.data.reset(data);
  }

  // What a child exits with that may map `more` bytes, and then all it likes.
  int LiveWith(int64_t more, bool enough) const {
    User user(given_, GetParam());
    Outcome cramped;
    LimitAddressSpace(more);
    user.DoAll(&cramped);
    LiftAddressSpaceLimit();
    if (cramped.wrong()) return 1;
    if (enough && cramped.failures() > 0) return 2;
    Outcome free;
    user.DoAll(&free);
    return free.wrong() || free.failures() > 0 ? 3 : 0;
  }

  Given given_;
};

TEST_P(CrampedTest, NoLimitOnAddressSpaceEndsTheProcess) {
  if (kAddressSanitizer || kThreadSanitizer) {
    GTEST_SKIP() << "sanitizers need address space of their own";
  }
  constexpr int64_t kEnough = 800 * kMiB;
  for (int64_t more = 0; more <= kEnough; more += Step(more)) {
    EXPECT_EQ(EndOfChild([&] { return LiveWith(more, more >= kEnough); }),
              "exit 0")
        << more << " bytes allowed";
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, CrampedTest, testing::Values(1, 4));

}  // namespace
}  // namespace alexnet_test
