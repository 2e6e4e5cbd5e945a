// struct_size: old and new programs against one library.

#include <cstring>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

// Calls `init` with every size up to the struct's and with more; nothing beyond
// may be touched, and within all is zero but struct_size.
template <typename T>
void CheckInit(const char* name, void (*init)(T*, size_t)) {
  SCOPED_TRACE(name);
  constexpr size_t kRoom = 64;
  for (size_t size = 0; size <= sizeof(T) + kRoom; ++size) {
    alignas(T) unsigned char bytes[sizeof(T) + 2 * kRoom];
    std::memset(bytes, 0xA5, sizeof(bytes));
    init(reinterpret_cast<T*>(bytes), size);
    for (size_t i = size; i < sizeof(bytes); ++i) {
      ASSERT_EQ(bytes[i], 0xA5) << "size " << size << ", byte " << i;
    }
    if (size < sizeof(size_t)) continue;
    size_t stored = 0;
    std::memcpy(&stored, bytes, sizeof(stored));
    ASSERT_EQ(stored, size);
    for (size_t i = sizeof(size_t); i < size; ++i) {
      ASSERT_EQ(bytes[i], 0) << "size " << size << ", byte " << i;
    }
  }
  init(nullptr, sizeof(T));
}

#define CHECK_INIT(type) CheckInit<type>(#type, type##_init)

TEST(StructSizeTest, InitStaysInsideTheCallersStruct) {
  CHECK_INIT(alexnet_limits);
  CHECK_INIT(alexnet_context_options);
  CHECK_INIT(alexnet_device_info);
  CHECK_INIT(alexnet_convolution_options);
  CHECK_INIT(alexnet_pooling_options);
  CHECK_INIT(alexnet_lrn_options);
  CHECK_INIT(alexnet_fully_connected_options);
  CHECK_INIT(alexnet_locally_connected_options);
  CHECK_INIT(alexnet_layer_info);
  CHECK_INIT(alexnet_preprocessing);
  CHECK_INIT(alexnet_recipe);
  CHECK_INIT(alexnet_load_options);
  CHECK_INIT(alexnet_save_options);
  CHECK_INIT(alexnet_model_info);
  CHECK_INIT(alexnet_tensor_info);
  CHECK_INIT(alexnet_tensor_statistics);
  CHECK_INIT(alexnet_session_options);
  CHECK_INIT(alexnet_session_info);
  CHECK_INIT(alexnet_feature_options);
  CHECK_INIT(alexnet_features_info);
  CHECK_INIT(alexnet_queue_options);
  CHECK_INIT(alexnet_queue_info);
  CHECK_INIT(alexnet_lint_options);
  CHECK_INIT(alexnet_pack_options);
  CHECK_INIT(alexnet_pack_report);
  CHECK_INIT(alexnet_shapes_options);
  CHECK_INIT(alexnet_evaluate_options);
  CHECK_INIT(alexnet_evaluation_info);
  CHECK_INIT(alexnet_train_options);
  CHECK_INIT(alexnet_train_listener);
  CHECK_INIT(alexnet_train_report);
  CHECK_INIT(alexnet_finetune_options);
  CHECK_INIT(alexnet_trainer_options);
  CHECK_INIT(alexnet_step_result);
  CHECK_INIT(alexnet_update_rule);
  CHECK_INIT(alexnet_benchmark_options);
  CHECK_INIT(alexnet_benchmark_report);
  CHECK_INIT(alexnet_layer_times_info);
}

// As a newer header would have it.
struct NewerSessionOptions {
  alexnet_session_options known;
  int64_t news;
};

struct NewerModelInfo {
  alexnet_model_info known;
  int64_t news;
};

TEST(StructSizeTest, UnknownFieldsOfANewerProgramMustBeZero) {
  const Model model = TinyModel();
  NewerSessionOptions options = {};
  options.known.struct_size = sizeof(options);
  options.known.threads = 1;
  alexnet_session* session = nullptr;
  OK(alexnet_session_create(model.get(), &options.known, &session, e));
  alexnet_session_free(session);
  options.news = 1;
  session = nullptr;
  const std::string text =
      REFUSED(ALEXNET_UNSUPPORTED,
              alexnet_session_create(model.get(), &options.known, &session, e));
  EXPECT_NE(text.find("session_options"), std::string::npos) << text;
  EXPECT_EQ(session, nullptr);
}

TEST(StructSizeTest, WhatTheLibraryDoesNotKnowStaysZeroInReports) {
  const Model model = TinyModel();
  NewerModelInfo info = {};
  info.known.struct_size = sizeof(info);
  OK(alexnet_model_get_info(model.get(), &info.known, e));
  EXPECT_EQ(info.known.classes, kClasses);
  EXPECT_EQ(info.known.struct_size, sizeof(info));
  EXPECT_EQ(info.news, 0);
}

TEST(StructSizeTest, AnOlderProgramsSmallerOptionsWork) {
  const Model model = TinyModel();
  // Only up to `device`; what follows is not the library's business.
  auto options = Options(alexnet_session_options_init);
  std::memset(&options, 0xA5, sizeof(options));
  alexnet_session_options_init(&options,
                               offsetof(alexnet_session_options, threads));
  alexnet_session* session = nullptr;
  OK(alexnet_session_create(model.get(), &options, &session, e));
  auto info = Options(alexnet_session_info_init);
  OK(alexnet_session_get_info(session, &info, e));
  EXPECT_EQ(info.batch, 1);
  alexnet_session_free(session);
}

TEST(StructSizeTest, AnOlderProgramsSmallerReportIsNotOverrun) {
  const Model model = TinyModel();
  alexnet_model_info info;
  std::memset(&info, 0xA5, sizeof(info));
  alexnet_model_info_init(&info, offsetof(alexnet_model_info, height));
  OK(alexnet_model_get_info(model.get(), &info, e));
  EXPECT_EQ(info.channels, 3);
  unsigned char rest[8];
  std::memcpy(rest, &info.height, sizeof(rest));
  for (const unsigned char byte : rest) EXPECT_EQ(byte, 0xA5);
}

TEST(StructSizeTest, AnOlderProgramsRecipeHasTheBitsOfItsOwnFieldsAlone) {
  alexnet_network* made = nullptr;
  OK(alexnet_network_create_preset("lenet5", 0, 0, &made, e));
  const Network network(made);
  alexnet_recipe recipe;
  alexnet_recipe_init(&recipe, offsetof(alexnet_recipe, color_sigma));
  OK(alexnet_network_get_recipe(network.get(), &recipe, e));
  EXPECT_TRUE(recipe.fields & ALEXNET_RECIPE_MIRROR);
  EXPECT_FALSE(recipe.fields & ALEXNET_RECIPE_COLOR_SIGMA);
  EXPECT_FALSE(recipe.fields & ALEXNET_RECIPE_CLIP_GRADIENT_NORM);
  OK(alexnet_network_set_recipe(network.get(), &recipe, e));
  recipe.fields |= ALEXNET_RECIPE_COLOR_SIGMA;
  const std::string text =
      REFUSED(ALEXNET_INVALID_ARGUMENT,
              alexnet_network_set_recipe(network.get(), &recipe, e));
  EXPECT_NE(text.find("alexnet_recipe.fields"), std::string::npos) << text;
}

TEST(StructSizeTest, AStructThatWasNotInitialisedIsRefused) {
  const Model model = TinyModel();
  alexnet_session_options options = {};
  alexnet_session* session = nullptr;
  for (const size_t size : {size_t{0}, size_t{1}, sizeof(size_t) - 1}) {
    options.struct_size = size;
    const std::string text =
        REFUSED(ALEXNET_INVALID_ARGUMENT,
                alexnet_session_create(model.get(), &options, &session, e));
    EXPECT_NE(text.find("struct_size"), std::string::npos) << text;
  }
  alexnet_model_info info = {};
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_model_get_info(model.get(), &info, e));
}

// Rubbish in place of a size must not make the library walk through memory.
TEST(StructSizeTest, AnAbsurdSizeIsRefused) {
  const Model model = TinyModel();
  alexnet_session_options options = {};
  alexnet_session* session = nullptr;
  for (const size_t size : {SIZE_MAX, SIZE_MAX / 2, size_t{1} << 40}) {
    options.struct_size = size;
    EXPECT_NE(alexnet_session_create(model.get(), &options, &session, nullptr),
              ALEXNET_OK);
    EXPECT_EQ(session, nullptr);
  }
}

}  // namespace
}  // namespace alexnet_test
