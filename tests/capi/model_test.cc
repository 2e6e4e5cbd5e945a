// Models and builders: what is written is what is read, in memory and on disk.

#include <cstdio>
#include <cstring>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

constexpr alexnet_status kBad = ALEXNET_INVALID_ARGUMENT;

std::string Bytes(const alexnet_model* model) {
  void* bytes = nullptr;
  size_t size = 0;
  OK(alexnet_model_save_memory(model, nullptr, nullptr, &bytes, &size, e));
  std::string result(static_cast<const char*>(bytes), size);
  alexnet_free(bytes);
  return result;
}

Model FromBytes(const std::string& bytes) {
  alexnet_model* model = nullptr;
  OK(alexnet_model_load_memory(bytes.data(), bytes.size(), "bytes", &model, e));
  return Model(model);
}

std::vector<float> ReadTensor(const alexnet_model* model, const char* name) {
  size_t index = 0;
  OK(alexnet_model_find_tensor(model, name, &index, e));
  auto info = Options(alexnet_tensor_info_init);
  OK(alexnet_model_tensor_at(model, index, &info, e));
  std::vector<float> values(static_cast<size_t>(info.elements));
  OK(alexnet_model_read_tensor(model, index, 0, info.elements, values.data(),
                               e));
  return values;
}

uint64_t Hash(const alexnet_model* model) {
  auto info = Options(alexnet_model_info_init);
  OK(alexnet_model_get_info(model, &info, e));
  return info.file_hash;
}

TEST(ModelTest, InfoTellsWhatWasBuilt) {
  const Model model = TinyModel();
  auto info = Options(alexnet_model_info_init);
  OK(alexnet_model_get_info(model.get(), &info, e));
  EXPECT_STREQ(info.network, "tiny");
  EXPECT_EQ(info.channels, 3);
  EXPECT_EQ(info.height, kSide);
  EXPECT_EQ(info.width, kSide);
  EXPECT_EQ(info.classes, kClasses);
  EXPECT_EQ(info.parameter_count, 4 * 27 + 4 + 5 * 64 + 5);
  EXPECT_EQ(info.macs, 4 * 27 * 64 + 5 * 64);
  EXPECT_EQ(info.layer_count, 5);
  EXPECT_EQ(info.tensor_count, 4);
  EXPECT_EQ(info.label_count, 0);
  EXPECT_NE(info.classifies, 0);
  EXPECT_EQ(info.has_training_state, 0);
  EXPECT_EQ(alexnet_model_label(model.get(), 0), nullptr);
  auto layer = Options(alexnet_layer_info_init);
  OK(alexnet_model_layer_at(model.get(), 2, &layer, e));
  EXPECT_STREQ(layer.name, "pool1");
  EXPECT_EQ(layer.output_rank, 4);
  EXPECT_EQ(layer.output[1], 4);
  EXPECT_EQ(layer.output[2], 4);
  EXPECT_EQ(layer.parameters, 0);
  EXPECT_NE(alexnet_model_layer_at(model.get(), 5, &layer, nullptr),
            ALEXNET_OK);
  char* json = nullptr;
  OK(alexnet_model_json(model.get(), &json, e));
  EXPECT_EQ(json[0], '{');
  EXPECT_NE(std::strstr(json, "pool1"), nullptr);
  alexnet_free(json);
}

TEST(ModelTest, SavingAndLoadingKeepsEverything) {
  const Model model = TinyModel(9);
  const std::string bytes = Bytes(model.get());
  const Model copy = FromBytes(bytes);
  EXPECT_EQ(Hash(copy.get()), Hash(model.get()));
  EXPECT_EQ(Bytes(copy.get()), bytes);
  EXPECT_NE(Hash(TinyModel(10).get()), Hash(model.get()));
  const std::string path = FreshPath("model.alexnet");
  OK(alexnet_model_save(model.get(), path.c_str(), nullptr, nullptr, e));
  for (const int32_t in_memory : {0, 1}) {
    auto options = Options(alexnet_load_options_init);
    options.copy = in_memory;
    alexnet_model* loaded = nullptr;
    OK(alexnet_model_load(path.c_str(), &options, &loaded, e));
    const Model owner(loaded);
    auto info = Options(alexnet_model_info_init);
    OK(alexnet_model_get_info(loaded, &info, e));
    EXPECT_EQ(info.path, path);
    EXPECT_EQ(info.file_bytes, bytes.size());
    EXPECT_EQ(Bytes(loaded), bytes);
  }
  int32_t ok = 0;
  char* json = nullptr;
  OK(alexnet_verify_file(path.c_str(), nullptr, nullptr, &ok, &json, e));
  EXPECT_NE(ok, 0);
  alexnet_free(json);
  const std::string nowhere = FreshPath("none") + "/x.alexnet";
  EXPECT_NE(alexnet_model_save(model.get(), nowhere.c_str(), nullptr, nullptr,
                               nullptr),
            ALEXNET_OK);
}

TEST(ModelTest, NoCutOrChangedFileCrashes) {
  const std::string bytes = Bytes(TinyModel().get());
  for (size_t size = 0; size < bytes.size(); size += 1 + size / 8) {
    alexnet_model* model = nullptr;
    alexnet_error* error = nullptr;
    EXPECT_NE(
        alexnet_model_load_memory(bytes.data(), size, nullptr, &model, &error),
        ALEXNET_OK)
        << size;
    EXPECT_EQ(model, nullptr);
    EXPECT_STRNE(alexnet_error_message(error), "");
    alexnet_error_free(error);
  }
  for (size_t i = 0; i < bytes.size(); i += 13) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x55);
    alexnet_model* model = nullptr;
    if (alexnet_model_load_memory(changed.data(), changed.size(), nullptr,
                                  &model, nullptr) != ALEXNET_OK) {
      EXPECT_EQ(model, nullptr);
      continue;
    }
    // What a hash covers is found when it is read.
    const Model owner(model);
    auto info = Options(alexnet_model_info_init);
    OK(alexnet_model_get_info(model, &info, e));
    for (int64_t t = 0; t < info.tensor_count; ++t) {
      const void* data = nullptr;
      size_t size = 0;
      alexnet_model_tensor_data(model, static_cast<size_t>(t), &data, &size,
                                nullptr);
    }
  }
}

TEST(ModelTest, DamagedTensorsAreNamed) {
  const Model model = TinyModel();
  size_t index = 0;
  OK(alexnet_model_find_tensor(model.get(), "fc2.weight", &index, e));
  const void* data = nullptr;
  size_t size = 0;
  OK(alexnet_model_tensor_data(model.get(), index, &data, &size, e));
  ASSERT_EQ(size, 320 * sizeof(float));
  std::string bytes = Bytes(model.get());
  const size_t at = bytes.find(std::string(static_cast<const char*>(data), 64));
  ASSERT_NE(at, std::string::npos);
  bytes[at + 10] = static_cast<char>(bytes[at + 10] ^ 1);
  const Model damaged = FromBytes(bytes);
  const std::string text =
      REFUSED(ALEXNET_DATA_LOSS,
              alexnet_model_tensor_data(damaged.get(), index, &data, &size, e));
  EXPECT_NE(text.find("fc2.weight"), std::string::npos) << text;
}

TEST(ModelTest, TensorRangesAreChecked) {
  const Model model = TinyModel();
  size_t index = 0;
  OK(alexnet_model_find_tensor(model.get(), "fc2.bias", &index, e));
  float values[kClasses];
  OK(alexnet_model_read_tensor(model.get(), index, 3, 2, values, e));
  for (const auto& [first, count] : {std::pair<int64_t, int64_t>{0, 6},
                                     {5, 1},
                                     {-1, 2},
                                     {0, -1},
                                     {INT64_MAX, 1},
                                     {1, INT64_MAX},
                                     {INT64_MAX, INT64_MAX}}) {
    REFUSED(kBad, alexnet_model_read_tensor(model.get(), index, first, count,
                                            values, e));
  }
  EXPECT_NE(alexnet_model_read_tensor(model.get(), 99, 0, 1, values, nullptr),
            ALEXNET_OK);
}

TEST(ModelTest, BuildersTakeTensorsInChunks) {
  const Model model = TinyModel(4);
  const Network network = TinyNetwork();
  alexnet_model_builder* made = nullptr;
  OK(alexnet_model_builder_create(network.get(), &made, e));
  const Builder builder(made);
  alexnet_model* built = nullptr;
  const std::string missing =
      REFUSED(ALEXNET_FAILED_PRECONDITION,
              alexnet_model_builder_build(made, nullptr, &built, e));
  EXPECT_NE(missing.find("conv1.weight"), std::string::npos) << missing;
  EXPECT_EQ(built, nullptr);
  for (const char* name :
       {"conv1.weight", "conv1.bias", "fc2.weight", "fc2.bias"}) {
    const auto values = ReadTensor(model.get(), name);
    const size_t half = values.size() / 2;
    auto write = [&](size_t first, size_t count, alexnet_error** e) {
      return alexnet_model_builder_write_tensor(
          made, name, ALEXNET_DTYPE_F32, static_cast<int64_t>(first),
          values.data() + first, count * sizeof(float), e);
    };
    OK(write(0, values.size(), e));
    OK(write(0, half, e));  // anew
    REFUSED(kBad, write(half + 1, 1, e));
    REFUSED(kBad, alexnet_model_builder_write_tensor(
                      made, name, ALEXNET_DTYPE_F32, static_cast<int64_t>(half),
                      values.data(), 3, e));
    OK(write(half, values.size() - half, e));
    REFUSED(kBad, write(values.size(), 1, e));
  }
  const float value = 0;
  REFUSED(ALEXNET_NOT_FOUND,
          alexnet_model_builder_write_tensor(
              made, "fc9.bias", ALEXNET_DTYPE_F32, 0, &value, 4, e));
  const char* const labels[] = {"a", "b", "c", "d", "\xc3\xa9"};
  OK(alexnet_model_builder_set_labels(made, labels, 5, e));
  REFUSED(kBad, alexnet_model_builder_set_labels(made, labels, 4, e));
  OK(alexnet_model_builder_set_metadata(made, "key", "value", e));
  OK(alexnet_model_builder_set_metadata(made, "gone", "value", e));
  OK(alexnet_model_builder_set_metadata(made, "gone", nullptr, e));
  OK(alexnet_model_builder_set_source(made, "a test", nullptr, e));
  OK(alexnet_model_builder_build(made, nullptr, &built, e));
  const Model result(built);
  EXPECT_EQ(ReadTensor(built, "fc2.weight"),
            ReadTensor(model.get(), "fc2.weight"));
  EXPECT_STREQ(alexnet_model_label(built, 4), "\xc3\xa9");
  EXPECT_EQ(alexnet_model_label(built, 5), nullptr);
  EXPECT_EQ(alexnet_model_label(built, -1), nullptr);
  EXPECT_STREQ(alexnet_model_metadata(built, "key"), "value");
  EXPECT_EQ(alexnet_model_metadata(built, "gone"), nullptr);
  auto info = Options(alexnet_model_info_init);
  OK(alexnet_model_get_info(built, &info, e));
  EXPECT_NE(info.has_self_check, 0);
  EXPECT_EQ(info.label_count, 5);
}

TEST(ModelTest, AModelWithChangesKeepsTheRest) {
  const Model model = TinyModel(4);
  alexnet_model_builder* made = nullptr;
  OK(alexnet_model_builder_create_from(model.get(), &made, e));
  const Builder builder(made);
  const float bias[kClasses] = {5, 4, 3, 2, 1};
  OK(alexnet_model_builder_write_tensor(made, "fc2.bias", ALEXNET_DTYPE_F32, 0,
                                        bias, sizeof(bias), e));
  alexnet_model* built = nullptr;
  OK(alexnet_model_builder_build(made, nullptr, &built, e));
  const Model changed(built);
  EXPECT_EQ(ReadTensor(built, "fc2.bias"),
            std::vector<float>(bias, bias + kClasses));
  EXPECT_EQ(ReadTensor(built, "conv1.weight"),
            ReadTensor(model.get(), "conv1.weight"));
  alexnet_network* network = nullptr;
  OK(alexnet_model_network(built, &network, e));
  EXPECT_EQ(alexnet_network_layer_count(network), 5U);
  alexnet_network_free(network);
}

}  // namespace
}  // namespace alexnet_test
