// NULL for handles and pointers of what computes: sessions, data sets,
// evaluation, training, timing.

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

constexpr alexnet_status kBad = ALEXNET_INVALID_ARGUMENT;

template <typename T>
T* Rubbish() {
  return reinterpret_cast<T*>(uintptr_t{0x10});
}

TEST(NullWorkTest, Sessions) {
  const Model model = TinyModel();
  auto* out = Rubbish<alexnet_session>();
  REFUSED(kBad, alexnet_session_create(nullptr, nullptr, &out, e));
  EXPECT_EQ(out, nullptr);
  REFUSED(kBad, alexnet_session_create(model.get(), nullptr, nullptr, e));
  const Session session = TinySession(model.get());
  alexnet_session* s = session.get();
  auto info = Options(alexnet_session_info_init);
  REFUSED(kBad, alexnet_session_get_info(nullptr, &info, e));
  REFUSED(kBad, alexnet_session_get_info(s, nullptr, e));
  const std::vector<float> view = Noise(kViewSize);
  const float* in = view.data();
  float o[kClasses];
  REFUSED(kBad,
          alexnet_session_run(nullptr, in, kViewSize, 1, nullptr, o, 5, e));
  REFUSED(kBad,
          alexnet_session_run(s, nullptr, kViewSize, 1, nullptr, o, 5, e));
  REFUSED(kBad,
          alexnet_session_run(s, in, kViewSize, 1, nullptr, nullptr, 5, e));
  const uint8_t pixels[3] = {};
  const alexnet_image image = {pixels, 1, 1, 3, 0, 0};
  const alexnet_image no_pixels = {nullptr, 1, 1, 3, 0, 0};
  REFUSED(kBad,
          alexnet_session_run_images(nullptr, &image, 1, nullptr, o, 5, e));
  REFUSED(kBad, alexnet_session_run_images(s, nullptr, 1, nullptr, o, 5, e));
  REFUSED(kBad, alexnet_session_run_images(s, &no_pixels, 1, nullptr, o, 5, e));
  REFUSED(kBad,
          alexnet_session_run_images(s, &image, 1, nullptr, nullptr, 5, e));
  const std::string png = PngBytes();
  const alexnet_encoded file = {png.data(), png.size(), nullptr};
  const alexnet_encoded no_file = {nullptr, png.size(), nullptr};
  REFUSED(kBad,
          alexnet_session_run_encoded(nullptr, &file, 1, nullptr, o, 5, e));
  REFUSED(kBad, alexnet_session_run_encoded(s, nullptr, 1, nullptr, o, 5, e));
  REFUSED(kBad, alexnet_session_run_encoded(s, &no_file, 1, nullptr, o, 5, e));
  REFUSED(kBad,
          alexnet_session_run_encoded(s, &file, 1, nullptr, nullptr, 5, e));
}

TEST(NullWorkTest, Predictions) {
  const Model model = TinyModel();
  const Session session = TinySession(model.get());
  alexnet_session* s = session.get();
  const float row[kClasses] = {};
  alexnet_prediction top[2];
  size_t found = 0;
  REFUSED(kBad, alexnet_session_top(nullptr, row, 5, 2, top, &found, e));
  REFUSED(kBad, alexnet_session_top(s, nullptr, 5, 2, top, &found, e));
  REFUSED(kBad, alexnet_session_top(s, row, 5, 2, nullptr, &found, e));
  REFUSED(kBad, alexnet_session_predict_file(nullptr, "x.jpg", nullptr, 2, top,
                                             &found, e));
  REFUSED(kBad,
          alexnet_session_predict_file(s, nullptr, nullptr, 2, top, &found, e));
  REFUSED(kBad, alexnet_session_predict_file(s, "x.jpg", nullptr, 2, nullptr,
                                             &found, e));
  const uint8_t pixels[3] = {};
  const alexnet_image image = {pixels, 1, 1, 3, 0, 0};
  std::vector<float> view(kViewSize);
  float* views = view.data();
  REFUSED(kBad,
          alexnet_session_preprocess(nullptr, &image, views, kViewSize, e));
  REFUSED(kBad, alexnet_session_preprocess(s, nullptr, views, kViewSize, e));
  REFUSED(kBad, alexnet_session_preprocess(s, &image, nullptr, kViewSize, e));
  const float* values = nullptr;
  int64_t rank = 0;
  int64_t shape[4];
  REFUSED(kBad,
          alexnet_session_get_activation(nullptr, 0, &values, &rank, shape, e));
  REFUSED(kBad, alexnet_session_get_activation(s, 0, nullptr, &rank, shape, e));
}

TEST(NullWorkTest, Pictures) {
  const std::string png = PngBytes();
  const alexnet_encoded file = {png.data(), png.size(), nullptr};
  const alexnet_encoded no_file = {nullptr, 3, nullptr};
  auto* pixels = Rubbish<uint8_t>();
  alexnet_image image = {};
  REFUSED(kBad, alexnet_image_decode(nullptr, 0, &pixels, &image, e));
  REFUSED(kBad, alexnet_image_decode(&no_file, 0, &pixels, &image, e));
  REFUSED(kBad, alexnet_image_decode(&file, 0, nullptr, &image, e));
  REFUSED(kBad, alexnet_image_decode(&file, 0, &pixels, nullptr, e));
  uint8_t* loaded = nullptr;
  alexnet_image view_of = {};
  REFUSED(kBad, alexnet_image_load(nullptr, 0, &loaded, &view_of, e));
  REFUSED(kBad, alexnet_image_load("x.jpg", 0, nullptr, &view_of, e));
  REFUSED(kBad, alexnet_image_load("x.jpg", 0, &loaded, nullptr, e));
}

TEST(NullWorkTest, Datasets) {
  auto* out = Rubbish<alexnet_dataset>();
  REFUSED(kBad, alexnet_dataset_open(nullptr, 0, &out, e));
  EXPECT_EQ(out, nullptr);
  REFUSED(kBad, alexnet_dataset_open("x", 0, nullptr, e));
  int32_t ok = 0;
  char* text = nullptr;
  REFUSED(kBad, alexnet_dataset_read(nullptr, 0, 0, &ok, nullptr, nullptr,
                                     nullptr, e));
  REFUSED(kBad, alexnet_dataset_lint(nullptr, nullptr, nullptr, &ok, &text,
                                     nullptr, e));
  OK(alexnet_dataset_open(ShapesFolder().c_str(), 0, &out, e));
  const Dataset dataset(out);
  REFUSED(kBad,
          alexnet_dataset_pack(nullptr, "x", nullptr, nullptr, nullptr, e));
  REFUSED(kBad, alexnet_dataset_pack(dataset.get(), nullptr, nullptr, nullptr,
                                     nullptr, e));
  REFUSED(kBad, alexnet_draw_shapes(nullptr, nullptr, nullptr, e));
}

TEST(NullWorkTest, Evaluation) {
  const Model model = TinyModel();
  alexnet_dataset* opened = nullptr;
  OK(alexnet_dataset_open(ShapesFolder().c_str(), 0, &opened, e));
  const Dataset dataset(opened);
  auto* out = Rubbish<alexnet_evaluation>();
  REFUSED(kBad, alexnet_evaluate(nullptr, opened, nullptr, nullptr, &out, e));
  EXPECT_EQ(out, nullptr);
  REFUSED(kBad,
          alexnet_evaluate(model.get(), nullptr, nullptr, nullptr, &out, e));
  REFUSED(kBad,
          alexnet_evaluate(model.get(), opened, nullptr, nullptr, nullptr, e));
  auto info = Options(alexnet_evaluation_info_init);
  REFUSED(kBad, alexnet_evaluation_get_info(nullptr, &info, e));
  REFUSED(kBad, alexnet_evaluation_class_at(nullptr, 0, nullptr, nullptr,
                                            nullptr, e));
  REFUSED(kBad, alexnet_evaluation_broken_at(nullptr, 0, nullptr, nullptr, e));
  REFUSED(kBad, alexnet_evaluation_worst(nullptr, nullptr, nullptr, e));
  char* text = nullptr;
  REFUSED(kBad, alexnet_evaluation_confusion_text(nullptr, 0, &text, e));
  REFUSED(kBad,
          alexnet_verify_file(nullptr, nullptr, nullptr, nullptr, nullptr, e));
}

TEST(NullWorkTest, Training) {
  const Model model = TinyModel();
  REFUSED(kBad, alexnet_train(nullptr, nullptr, nullptr, nullptr, e));
  auto train = Options(alexnet_train_options_init);
  train.out = "x";
  REFUSED(kBad, alexnet_train(&train, nullptr, nullptr, nullptr, e));
  train.data = ShapesFolder().c_str();
  train.out = nullptr;
  REFUSED(kBad, alexnet_train(&train, nullptr, nullptr, nullptr, e));
  REFUSED(kBad, alexnet_finetune(nullptr, nullptr, &train, nullptr, nullptr,
                                 nullptr, e));
  REFUSED(kBad, alexnet_finetune(model.get(), nullptr, nullptr, nullptr,
                                 nullptr, nullptr, e));
  auto finetune = Options(alexnet_finetune_options_init);
  train.out = "x";
  finetune.freeze_count = 1;
  REFUSED(kBad, alexnet_finetune(model.get(), &finetune, &train, nullptr,
                                 nullptr, nullptr, e));
}

TEST(NullWorkTest, TrainerSteps) {
  const Model model = TinyModel();
  auto* out = Rubbish<alexnet_trainer>();
  REFUSED(kBad, alexnet_trainer_create(nullptr, nullptr, &out, e));
  EXPECT_EQ(out, nullptr);
  REFUSED(kBad, alexnet_trainer_create(model.get(), nullptr, nullptr, e));
  auto options = Options(alexnet_trainer_options_init);
  options.batch = 1;
  options.threads = 1;
  OK(alexnet_trainer_create(model.get(), &options, &out, e));
  const Trainer trainer(out);
  alexnet_trainer* t = trainer.get();
  const std::vector<float> view = Noise(kViewSize);
  const float* in = view.data();
  const int32_t label = 0;
  float value[kClasses] = {};
  const auto rule = Options(alexnet_update_rule_init);
  REFUSED(kBad, alexnet_trainer_step(nullptr, in, kViewSize, &label, 1, &rule,
                                     nullptr, e));
  REFUSED(kBad, alexnet_trainer_step(t, nullptr, kViewSize, &label, 1, &rule,
                                     nullptr, e));
  REFUSED(kBad, alexnet_trainer_step(t, in, kViewSize, nullptr, 1, &rule,
                                     nullptr, e));
  REFUSED(kBad, alexnet_trainer_step(t, in, kViewSize, &label, 1, nullptr,
                                     nullptr, e));
  REFUSED(kBad, alexnet_trainer_gradients(nullptr, in, kViewSize, &label, 1,
                                          nullptr, e));
  REFUSED(kBad, alexnet_trainer_gradients(t, nullptr, kViewSize, &label, 1,
                                          nullptr, e));
  REFUSED(kBad,
          alexnet_trainer_gradients(t, in, kViewSize, nullptr, 1, nullptr, e));
  REFUSED(kBad, alexnet_trainer_read(nullptr, "fc2.bias", 0, value, 5, e));
  REFUSED(kBad, alexnet_trainer_read(t, nullptr, 0, value, 5, e));
  REFUSED(kBad, alexnet_trainer_read(t, "fc2.bias", 0, nullptr, 5, e));
  REFUSED(kBad, alexnet_trainer_write(nullptr, "fc2.bias", 0, value, 5, e));
  REFUSED(kBad, alexnet_trainer_write(t, nullptr, 0, value, 5, e));
  REFUSED(kBad, alexnet_trainer_write(t, "fc2.bias", 0, nullptr, 5, e));
  auto* made = Rubbish<alexnet_model>();
  REFUSED(kBad, alexnet_trainer_model(nullptr, nullptr, &made, e));
  EXPECT_EQ(made, nullptr);
  REFUSED(kBad, alexnet_trainer_model(t, nullptr, nullptr, e));
}

TEST(NullWorkTest, Timing) {
  auto options = Options(alexnet_benchmark_options_init);
  REFUSED(kBad, alexnet_benchmark(&options, nullptr, nullptr, e));
}

}  // namespace
}  // namespace alexnet_test
