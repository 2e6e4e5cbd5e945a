// NULL for every handle and pointer that must be there:
// ALEXNET_INVALID_ARGUMENT and a message, outputs that are handles set to NULL,
// never a crash.

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

constexpr alexnet_status kBad = ALEXNET_INVALID_ARGUMENT;

// Something that an output handle must not keep.
template <typename T>
T* Rubbish() {
  return reinterpret_cast<T*>(uintptr_t{0x10});
}

TEST(NullTest, FreeingNothingDoesNothing) {
  alexnet_free(nullptr);
  alexnet_error_free(nullptr);
  alexnet_cancel_token_free(nullptr);
  alexnet_context_free(nullptr);
  alexnet_network_free(nullptr);
  alexnet_model_free(nullptr);
  alexnet_model_builder_free(nullptr);
  alexnet_session_free(nullptr);
  alexnet_dataset_free(nullptr);
  alexnet_evaluation_free(nullptr);
  alexnet_trainer_free(nullptr);
  alexnet_cancel_token_cancel(nullptr);
}

TEST(NullTest, NoErrorIsNoFailure) {
  EXPECT_EQ(alexnet_error_code(nullptr), ALEXNET_OK);
  EXPECT_STREQ(alexnet_error_message(nullptr), "");
  EXPECT_STREQ(alexnet_error_file(nullptr), "");
  EXPECT_STREQ(alexnet_error_field(nullptr), "");
  EXPECT_STREQ(alexnet_error_text(nullptr), "");
}

TEST(NullTest, QuestionsWithoutStatusSayNothing) {
  EXPECT_EQ(alexnet_cancel_token_cancelled(nullptr), 0);
  EXPECT_EQ(alexnet_network_layer_count(nullptr), 0U);
  EXPECT_EQ(alexnet_model_label(nullptr, 0), nullptr);
  EXPECT_EQ(alexnet_model_metadata(nullptr, "key"), nullptr);
  EXPECT_EQ(alexnet_model_metadata(TinyModel().get(), nullptr), nullptr);
  EXPECT_EQ(alexnet_dataset_class_count(nullptr), 0U);
  EXPECT_EQ(alexnet_dataset_class_name(nullptr, 0), nullptr);
  EXPECT_EQ(alexnet_dataset_size(nullptr, ALEXNET_PART_TRAIN), 0);
  EXPECT_EQ(alexnet_evaluation_confusion(nullptr), nullptr);
}

TEST(NullTest, ContextsAndDevices) {
  REFUSED(kBad, alexnet_cancel_token_create(nullptr, e));
  REFUSED(kBad, alexnet_context_create(nullptr, nullptr, e));
  REFUSED(kBad, alexnet_device_at(0, nullptr, e));
  REFUSED(kBad, alexnet_system_json(nullptr, e));
}

TEST(NullTest, Networks) {
  const Network network = TinyNetwork();
  auto* out = Rubbish<alexnet_network>();
  REFUSED(kBad, alexnet_network_create_preset(nullptr, 0, 0, &out, e));
  EXPECT_EQ(out, nullptr);
  REFUSED(kBad, alexnet_network_create_preset("alexnet", 0, 0, nullptr, e));
  out = Rubbish<alexnet_network>();
  REFUSED(kBad, alexnet_network_create(nullptr, 3, 8, 8, &out, e));
  EXPECT_EQ(out, nullptr);
  REFUSED(kBad, alexnet_network_create("n", 3, 8, 8, nullptr, e));
  REFUSED(kBad, alexnet_network_text(nullptr, nullptr, e));
  REFUSED(kBad, alexnet_network_text(network.get(), nullptr, e));
  char* text = Rubbish<char>();
  REFUSED(kBad, alexnet_network_text(nullptr, &text, e));
  auto layer = Options(alexnet_layer_info_init);
  REFUSED(kBad, alexnet_network_layer_at(nullptr, 0, &layer, e));
  REFUSED(kBad, alexnet_network_layer_at(network.get(), 0, nullptr, e));
  auto p = Options(alexnet_preprocessing_init);
  REFUSED(kBad, alexnet_network_set_preprocessing(nullptr, &p, e));
  REFUSED(kBad, alexnet_network_set_preprocessing(network.get(), nullptr, e));
  REFUSED(kBad, alexnet_network_get_preprocessing(nullptr, &p, e));
  REFUSED(kBad, alexnet_network_get_preprocessing(network.get(), nullptr, e));
  auto recipe = Options(alexnet_recipe_init);
  REFUSED(kBad, alexnet_network_set_recipe(nullptr, &recipe, e));
  REFUSED(kBad, alexnet_network_set_recipe(network.get(), nullptr, e));
  REFUSED(kBad, alexnet_network_get_recipe(nullptr, &recipe, e));
  REFUSED(kBad, alexnet_network_get_recipe(network.get(), nullptr, e));
}

TEST(NullTest, Models) {
  const Model owner = TinyModel();
  const alexnet_model* m = owner.get();
  auto* out = Rubbish<alexnet_model>();
  REFUSED(kBad, alexnet_model_load(nullptr, nullptr, &out, e));
  EXPECT_EQ(out, nullptr);
  REFUSED(kBad, alexnet_model_load("x", nullptr, nullptr, e));
  out = Rubbish<alexnet_model>();
  REFUSED(kBad, alexnet_model_load_memory(nullptr, 10, nullptr, &out, e));
  EXPECT_EQ(out, nullptr);
  REFUSED(kBad, alexnet_model_load_memory("x", 1, nullptr, nullptr, e));
  out = Rubbish<alexnet_model>();
  REFUSED(kBad, alexnet_model_create_initial(nullptr, 1, nullptr, &out, e));
  EXPECT_EQ(out, nullptr);
  REFUSED(kBad, alexnet_model_create_initial(TinyNetwork().get(), 1, nullptr,
                                             nullptr, e));
  void* bytes = Rubbish<void>();
  size_t size = 0;
  REFUSED(kBad, alexnet_model_save(nullptr, "x", nullptr, nullptr, e));
  REFUSED(kBad, alexnet_model_save(m, nullptr, nullptr, nullptr, e));
  REFUSED(kBad, alexnet_model_save_memory(nullptr, nullptr, nullptr, &bytes,
                                          &size, e));
  REFUSED(kBad,
          alexnet_model_save_memory(m, nullptr, nullptr, nullptr, &size, e));
  REFUSED(kBad,
          alexnet_model_save_memory(m, nullptr, nullptr, &bytes, nullptr, e));
  auto info = Options(alexnet_model_info_init);
  REFUSED(kBad, alexnet_model_get_info(nullptr, &info, e));
  REFUSED(kBad, alexnet_model_get_info(m, nullptr, e));
  auto layer = Options(alexnet_layer_info_init);
  REFUSED(kBad, alexnet_model_layer_at(nullptr, 0, &layer, e));
  REFUSED(kBad, alexnet_model_layer_at(m, 0, nullptr, e));
  auto p = Options(alexnet_preprocessing_init);
  REFUSED(kBad, alexnet_model_get_preprocessing(nullptr, &p, e));
  REFUSED(kBad, alexnet_model_get_preprocessing(m, nullptr, e));
  const char* key = nullptr;
  REFUSED(kBad, alexnet_model_metadata_at(nullptr, 0, &key, &key, e));
  char* json = nullptr;
  REFUSED(kBad, alexnet_model_json(nullptr, &json, e));
  REFUSED(kBad, alexnet_model_json(m, nullptr, e));
  auto* network = Rubbish<alexnet_network>();
  REFUSED(kBad, alexnet_model_network(nullptr, &network, e));
  EXPECT_EQ(network, nullptr);
  REFUSED(kBad, alexnet_model_network(m, nullptr, e));
}

TEST(NullTest, Tensors) {
  const Model owner = TinyModel();
  const alexnet_model* m = owner.get();
  auto tensor = Options(alexnet_tensor_info_init);
  REFUSED(kBad, alexnet_model_tensor_at(nullptr, 0, &tensor, e));
  REFUSED(kBad, alexnet_model_tensor_at(m, 0, nullptr, e));
  size_t index = 0;
  REFUSED(kBad, alexnet_model_find_tensor(nullptr, "fc2.bias", &index, e));
  REFUSED(kBad, alexnet_model_find_tensor(m, nullptr, &index, e));
  REFUSED(kBad, alexnet_model_find_tensor(m, "fc2.bias", nullptr, e));
  const void* data = nullptr;
  size_t size = 0;
  REFUSED(kBad, alexnet_model_tensor_data(nullptr, 0, &data, &size, e));
  REFUSED(kBad, alexnet_model_tensor_data(m, 0, nullptr, &size, e));
  float value = 0;
  REFUSED(kBad, alexnet_model_read_tensor(nullptr, 0, 0, 1, &value, e));
  REFUSED(kBad, alexnet_model_read_tensor(m, 0, 0, 1, nullptr, e));
}

TEST(NullTest, Inspection) {
  const Model model = TinyModel();
  auto* out = Rubbish<alexnet_model>();
  REFUSED(kBad, alexnet_model_load_damaged(nullptr, &out, e));
  EXPECT_EQ(out, nullptr);
  REFUSED(kBad, alexnet_model_load_damaged("x", nullptr, e));
  alexnet_damage damage{};
  size_t found = 0;
  REFUSED(kBad, alexnet_model_find_damage(nullptr, 0, nullptr, 1, &damage,
                                          &found, e));
  REFUSED(kBad, alexnet_model_find_damage(model.get(), 0, nullptr, 1, nullptr,
                                          &found, e));
  REFUSED(kBad, alexnet_model_find_damage(model.get(), 0, nullptr, 1, &damage,
                                          nullptr, e));
  OK(alexnet_model_find_damage(model.get(), 0, nullptr, 0, nullptr, &found, e));
  auto statistics = Options(alexnet_tensor_statistics_init);
  REFUSED(kBad, alexnet_model_measure_tensor(nullptr, 0, 0, nullptr,
                                             &statistics, nullptr, 0, e));
  REFUSED(kBad, alexnet_model_measure_tensor(model.get(), 0, 0, nullptr,
                                             nullptr, nullptr, 0, e));
  REFUSED(kBad, alexnet_model_measure_tensor(model.get(), 0, 0, nullptr,
                                             &statistics, nullptr, 4, e));
}

TEST(NullTest, Builders) {
  const Network network = TinyNetwork();
  const Model model = TinyModel();
  auto* out = Rubbish<alexnet_model_builder>();
  REFUSED(kBad, alexnet_model_builder_create(nullptr, &out, e));
  EXPECT_EQ(out, nullptr);
  REFUSED(kBad, alexnet_model_builder_create(network.get(), nullptr, e));
  out = Rubbish<alexnet_model_builder>();
  REFUSED(kBad, alexnet_model_builder_create_from(nullptr, &out, e));
  EXPECT_EQ(out, nullptr);
  REFUSED(kBad, alexnet_model_builder_create_from(model.get(), nullptr, e));
  OK(alexnet_model_builder_create(network.get(), &out, e));
  const Builder builder(out);
  alexnet_model_builder* b = builder.get();
  const float value = 0;
  const char* label = nullptr;
  REFUSED(kBad, alexnet_model_builder_write_tensor(
                    nullptr, "fc2.bias", ALEXNET_DTYPE_F32, 0, &value, 4, e));
  REFUSED(kBad, alexnet_model_builder_write_tensor(
                    b, nullptr, ALEXNET_DTYPE_F32, 0, &value, 4, e));
  REFUSED(kBad, alexnet_model_builder_write_tensor(
                    b, "fc2.bias", ALEXNET_DTYPE_F32, 0, nullptr, 4, e));
  REFUSED(kBad, alexnet_model_builder_set_labels(nullptr, nullptr, 0, e));
  REFUSED(kBad, alexnet_model_builder_set_labels(b, nullptr, 5, e));
  const char* const labels[] = {label, label, label, label, label};
  REFUSED(kBad, alexnet_model_builder_set_labels(b, labels, 5, e));
  auto p = Options(alexnet_preprocessing_init);
  REFUSED(kBad, alexnet_model_builder_set_preprocessing(nullptr, &p, e));
  REFUSED(kBad, alexnet_model_builder_set_preprocessing(b, nullptr, e));
  REFUSED(kBad, alexnet_model_builder_set_metadata(nullptr, "k", "v", e));
  REFUSED(kBad, alexnet_model_builder_set_metadata(b, nullptr, "v", e));
  REFUSED(kBad, alexnet_model_builder_set_source(nullptr, "s", "t", e));
  auto* built = Rubbish<alexnet_model>();
  REFUSED(kBad, alexnet_model_builder_build(nullptr, nullptr, &built, e));
  EXPECT_EQ(built, nullptr);
  REFUSED(kBad, alexnet_model_builder_build(b, nullptr, nullptr, e));
}

}  // namespace
}  // namespace alexnet_test
