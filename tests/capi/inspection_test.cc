// What inspection tells of tensors, and of files that are damaged.

#include <cmath>
#include <fstream>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

// The tiny model with a conv1 of four filters: a ramp, nothing, the ramp again,
// and ones.
Model PreparedModel() {
  const Model start = TinyModel();
  alexnet_model_builder* made = nullptr;
  OK(alexnet_model_builder_create_from(start.get(), &made, e));
  const Builder builder(made);
  std::vector<float> filters(4 * 27);
  for (int i = 0; i < 27; ++i) {
    filters[size_t(i)] = static_cast<float>(i - 13);
    filters[size_t(2 * 27 + i)] = static_cast<float>(i - 13);
    filters[size_t(3 * 27 + i)] = 1;
  }
  OK(alexnet_model_builder_write_tensor(builder.get(), "conv1.weight",
                                        ALEXNET_DTYPE_F32, 0, filters.data(),
                                        filters.size() * sizeof(float), e));
  alexnet_model* model = nullptr;
  OK(alexnet_model_builder_build(builder.get(), nullptr, &model, e));
  return Model(model);
}

std::string FileBytes(const alexnet_model* model) {
  void* bytes = nullptr;
  size_t size = 0;
  OK(alexnet_model_save_memory(model, nullptr, nullptr, &bytes, &size, e));
  std::string result(static_cast<const char*>(bytes), size);
  alexnet_free(bytes);
  return result;
}

std::string WriteFile(const std::string& bytes) {
  const std::string path = FreshPath("inspected.alexnet");
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

Model LoadDamaged(const std::string& path) {
  alexnet_model* model = nullptr;
  OK(alexnet_model_load_damaged(path.c_str(), &model, e));
  return Model(model);
}

std::vector<alexnet_damage> DamageOf(const alexnet_model* model,
                                     size_t most = 50) {
  std::vector<alexnet_damage> damage(most);
  size_t found = 0;
  OK(alexnet_model_find_damage(model, 2, nullptr, most, damage.data(), &found,
                               e));
  damage.resize(found);
  return damage;
}

TEST(InspectionTest, TensorsAreMeasured) {
  const Model model = PreparedModel();
  auto s = Options(alexnet_tensor_statistics_init);
  int64_t same_as[4] = {};
  OK(alexnet_model_measure_tensor(model.get(), 0, 0, nullptr, &s, same_as, 4,
                                  e));
  EXPECT_EQ(s.elements, 4 * 27);
  EXPECT_EQ(s.zeros, 27 + 2);
  EXPECT_EQ(s.nans + s.infinities, 0);
  EXPECT_EQ(s.min, -13);
  EXPECT_EQ(s.max, 13);
  EXPECT_DOUBLE_EQ(s.mean, 0.25);
  // The sum of i^2 for i in -13..13 is 1638.
  EXPECT_DOUBLE_EQ(s.stddev, std::sqrt((2 * 1638 + 27) / 108.0 - 0.0625));
  EXPECT_EQ(s.filters, 4);
  EXPECT_EQ(s.dead_filters, 1);
  EXPECT_EQ(s.duplicate_filters, 1);
  const int64_t expected[] = {0, -1, 0, 3};
  EXPECT_EQ(std::vector(same_as, same_as + 4),
            std::vector(expected, expected + 4));

  OK(alexnet_model_measure_tensor(model.get(), 1, 1, nullptr, &s, nullptr, 0,
                                  e));
  EXPECT_EQ(s.elements, 4);
  EXPECT_EQ(s.filters, 0);
}

TEST(InspectionTest, WhatIsAskedForIsChecked) {
  const Model model = TinyModel();
  auto s = Options(alexnet_tensor_statistics_init);
  int64_t same_as[4] = {};
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_model_measure_tensor(model.get(), 0, 0, nullptr, &s, same_as,
                                       3, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_model_measure_tensor(model.get(), 0, -1, nullptr, &s, nullptr,
                                       0, e));
  REFUSED(ALEXNET_NOT_FOUND,
          alexnet_model_measure_tensor(model.get(), 4, 0, nullptr, &s, nullptr,
                                       0, e));
  alexnet_cancel_token* token = nullptr;
  OK(alexnet_cancel_token_create(&token, e));
  const Token owner(token);
  alexnet_cancel_token_cancel(token);
  auto limits = Options(alexnet_limits_init);
  limits.cancel = token;
  REFUSED(ALEXNET_CANCELLED,
          alexnet_model_measure_tensor(model.get(), 0, 0, &limits, &s, nullptr,
                                       0, e));
  alexnet_damage damage{};
  size_t found = 0;
  REFUSED(ALEXNET_CANCELLED, alexnet_model_find_damage(model.get(), 0, &limits,
                                                       1, &damage, &found, e));
}

TEST(InspectionTest, LayersAreTimed) {
  const Model model = TinyModel();
  auto options = Options(alexnet_session_options_init);
  options.threads = 1;
  options.batch = 2;
  alexnet_layer_time times[5] = {};
  auto info = Options(alexnet_layer_times_info_init);
  OK(alexnet_time_layers(model.get(), &options, 0, nullptr, times, 5, &info,
                         e));
  EXPECT_STREQ(info.device, "cpu");
  EXPECT_EQ(info.batch, 2);
  EXPECT_EQ(info.runs, 3);
  EXPECT_GT(info.flops_per_second, 0);
  EXPECT_GT(info.bytes_per_second, 0);
  for (const int layer : {0, 2, 3, 4}) {
    EXPECT_EQ(times[layer].computed_by, layer);
    EXPECT_GT(times[layer].milliseconds, 0);
    EXPECT_STRNE(times[layer].algorithm, "");
  }
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_time_layers(model.get(), &options, 0, nullptr, times, 4,
                              &info, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_time_layers(model.get(), &options, 4000, nullptr, times, 5,
                              &info, e));
  REFUSED(
      ALEXNET_INVALID_ARGUMENT,
      alexnet_time_layers(nullptr, &options, 0, nullptr, times, 5, &info, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_time_layers(model.get(), &options, 0, nullptr, nullptr, 5,
                              &info, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_time_layers(model.get(), &options, 0, nullptr, times, 5,
                              nullptr, e));
}

TEST(InspectionTest, WholeFilesHaveNoDamage) {
  const std::string path = WriteFile(FileBytes(TinyModel().get()));
  const Model model = LoadDamaged(path);
  EXPECT_TRUE(DamageOf(model.get()).empty());
  EXPECT_TRUE(DamageOf(TinyModel().get()).empty());
  alexnet_session* session = nullptr;
  OK(alexnet_session_create(model.get(), nullptr, &session, e));
  alexnet_session_free(session);
}

TEST(InspectionTest, ACutFileIsLookedAtAndNoMore) {
  const std::string bytes = FileBytes(TinyModel().get());
  // Without its footer of 40 bytes and the last of fc2.bias.
  const std::string path = WriteFile(bytes.substr(0, bytes.size() - 41));
  alexnet_model* refused = nullptr;
  const std::string text =
      REFUSED(ALEXNET_DATA_LOSS,
              alexnet_model_load(path.c_str(), nullptr, &refused, e));

  const Model model = LoadDamaged(path);
  const std::vector<alexnet_damage> damage = DamageOf(model.get());
  ASSERT_EQ(damage.size(), 2u);
  EXPECT_EQ(damage[0].tensor, -1);
  EXPECT_EQ(damage[0].offset + damage[0].bytes, bytes.size());
  EXPECT_EQ(damage[1].tensor, 3);
  EXPECT_EQ(damage[1].chunk, 0);
  EXPECT_EQ(damage[1].bytes, 5 * sizeof(float));
  EXPECT_EQ(DamageOf(model.get(), 1).size(), 1u);
  auto s = Options(alexnet_tensor_statistics_init);
  OK(alexnet_model_measure_tensor(model.get(), 2, 0, nullptr, &s, nullptr, 0,
                                  e));
  REFUSED(ALEXNET_DATA_LOSS,
          alexnet_model_measure_tensor(model.get(), 3, 0, nullptr, &s, nullptr,
                                       0, e));

  alexnet_session* session = nullptr;
  EXPECT_EQ(REFUSED(ALEXNET_DATA_LOSS,
                    alexnet_session_create(model.get(), nullptr, &session, e)),
            text);
  alexnet_trainer* trainer = nullptr;
  REFUSED(ALEXNET_DATA_LOSS,
          alexnet_trainer_create(model.get(), nullptr, &trainer, e));
  alexnet_model_builder* builder = nullptr;
  REFUSED(ALEXNET_DATA_LOSS,
          alexnet_model_builder_create_from(model.get(), &builder, e));
  REFUSED(ALEXNET_DATA_LOSS,
          alexnet_model_save(model.get(), FreshPath("x").c_str(), nullptr,
                             nullptr, e));
  void* copy = nullptr;
  size_t size = 0;
  REFUSED(ALEXNET_DATA_LOSS,
          alexnet_model_save_memory(model.get(), nullptr, nullptr, &copy, &size,
                                    e));
}

}  // namespace
}  // namespace alexnet_test
