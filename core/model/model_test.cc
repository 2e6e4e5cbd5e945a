#include "core/model/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/base/philox.h"
#include "core/model/describe.h"
#include "core/model/layout.h"
#include "core/model/mend_footer.h"
#include "core/model/save.h"
#include "core/model/test_contents.h"
#include "core/network/presets.h"

namespace alexnet {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using testing::TestContents;
using Bytes = std::vector<std::byte>;
namespace fs = std::filesystem;

std::string TempPath(const std::string& name) {
  return ::testing::TempDir() + name;
}

Bytes Serialized(const ModelContents& contents) {
  Result<Bytes> bytes = SerializeModel(contents);
  EXPECT_TRUE(bytes.ok()) << bytes.status().ToString();
  return bytes.ok() ? *std::move(bytes) : Bytes();
}

Status LoadStatus(const Bytes& bytes) {
  const auto model = LoadModelFromBytes(bytes, "bytes");
  return model.ok() ? CheckAll(**model) : model.status();
}

void ExpectSame(const TestContents& expected, const Model& model) {
  const ModelContents& contents = expected.contents;
  EXPECT_EQ(model.network(), contents.network);
  EXPECT_EQ(model.labels(), contents.labels);
  EXPECT_EQ(model.metadata(), contents.metadata);
  EXPECT_EQ(model.provenance(), contents.provenance);
  ASSERT_NE(model.self_check(), nullptr);
  EXPECT_EQ(*model.self_check(), *contents.self_check);
  ASSERT_NE(model.training_state(), nullptr);
  const TrainingState& state = *model.training_state();
  EXPECT_EQ(state.step, 12'345);
  EXPECT_EQ(state.position, 64);
  EXPECT_EQ(state.schedule, contents.training_state->schedule);
  EXPECT_EQ(state.best, contents.training_state->best);
  EXPECT_EQ(state.sums, contents.training_state->sums);
  EXPECT_EQ(state.dataset_hash, 0xFEDCBA9876543210u);
  EXPECT_EQ(state.recipe.schedule.milestones,
            (std::vector<float>{0.5f, 0.75f}));
  EXPECT_EQ(state.isa, "avx2");
  EXPECT_EQ(state.device, contents.training_state->device);
  EXPECT_EQ(state.hardware, contents.training_state->hardware);
  EXPECT_EQ(state.precision, contents.training_state->precision);
  EXPECT_EQ(state.tuned, contents.training_state->tuned);
  EXPECT_EQ(state.devices, contents.training_state->devices);
  EXPECT_EQ(state.parallel, contents.training_state->parallel);
  EXPECT_EQ(state.class_weights, contents.training_state->class_weights);
  EXPECT_EQ(state.rank_threads, contents.training_state->rank_threads);
  EXPECT_EQ(state.adder, contents.training_state->adder);
  const Preprocessing& preprocessing = model.preprocessing();
  EXPECT_EQ(preprocessing.stddev, contents.preprocessing.stddev);
  EXPECT_EQ(preprocessing.color_axes, contents.preprocessing.color_axes);
  ASSERT_NE(preprocessing.mean_image, nullptr);
  EXPECT_EQ(preprocessing.mean_image->values,
            contents.preprocessing.mean_image->values);
  for (size_t i = 0; i < contents.parameters.size(); ++i) {
    const int index = static_cast<int>(i);
    const Result<TensorView> parameter = model.Parameter(index);
    const Result<TensorView> momentum =
        model.View(model.momentum_tensor(index));
    ASSERT_TRUE(parameter.ok() && momentum.ok());
    const TensorView& truth = contents.parameters[i];
    EXPECT_EQ(parameter->shape, truth.shape);
    const size_t size = static_cast<size_t>(truth.bytes());
    EXPECT_EQ(std::memcmp(parameter->data, truth.data, size), 0);
    EXPECT_EQ(std::memcmp(momentum->data, contents.momenta[i].data, size), 0);
  }
}

TEST(ModelTest, AFileComesBackAsItWas) {
  const TestContents test;
  const std::string path = TempPath("round_trip.alexnet");
  ASSERT_TRUE(SaveModel(path, test.contents).ok());
  for (const bool copy : {false, true}) {
    LoadOptions options;
    options.copy = copy;
    const auto model = LoadModel(path, options);
    ASSERT_TRUE(model.ok()) << model.status().ToString();
    ExpectSame(test, **model);
    EXPECT_EQ((*model)->path(), path);
    EXPECT_EQ((*model)->file_size(), fs::file_size(path));
    EXPECT_TRUE(CheckAll(**model).ok());
  }
}

TEST(ModelTest, ManyDevicesHaveRoom) {
  TestContents test;
  std::string devices = "cuda:0";
  for (int rank = 1; rank < 1000; ++rank) {
    devices += ",cuda:" + std::to_string(rank % 8);
  }
  test.contents.training_state->devices = devices;
  test.contents.training_state->rank_threads.assign(1000, 16);
  const std::string path = TempPath("many_devices.alexnet");
  const Status saved = SaveModel(path, test.contents);
  ASSERT_TRUE(saved.ok()) << saved.ToString();
  const auto model = LoadModel(path);
  ASSERT_TRUE(model.ok()) << model.status().ToString();
  EXPECT_EQ((*model)->training_state()->devices, devices);
}

TEST(ModelTest, MappedTensorsLieOnPages) {
  const TestContents test;
  const std::string path = TempPath("pages.alexnet");
  ASSERT_TRUE(SaveModel(path, test.contents).ok());
  const auto model = LoadModel(path);
  ASSERT_TRUE(model.ok());
  for (const StoredTensor& tensor : (*model)->tensors()) {
    EXPECT_EQ(tensor.offset % kTensorAlignment, 0u);
  }
  const Result<TensorView> view = (*model)->Parameter(0);
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(reinterpret_cast<uintptr_t>(view->data) % kTensorAlignment, 0u);
}

TEST(ModelTest, MemoryAndFileHoldTheSameBytes) {
  const TestContents test;
  const std::string path = TempPath("same_bytes.alexnet");
  ASSERT_TRUE(SaveModel(path, test.contents).ok());
  EXPECT_EQ(ReadFile(path, 1 << 20).value(), Serialized(test.contents));
}

TEST(ModelTest, ContentsOfAModelSaveAgainAsTheyWere) {
  const TestContents test;
  const Bytes bytes = Serialized(test.contents);
  const auto model = LoadModelFromBytes(bytes);
  ASSERT_TRUE(model.ok());
  const Result<ModelContents> again = ContentsOf(**model);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(Serialized(*again), bytes);
}

TEST(ModelTest, NarrowTensorsAreStoredAsTheyAre) {
  TestContents test;
  test.contents.training_state.reset();
  test.contents.momenta.clear();
  Tensor narrow =
      Tensor::Create(test.parameters[2].shape(), DType::kBF16).value();
  NarrowFromFloat(test.parameters[2].f32(), narrow.elements(), DType::kBF16,
                  narrow.data());
  test.contents.parameters[2] = narrow.view();
  const auto model = LoadModelFromBytes(Serialized(test.contents));
  ASSERT_TRUE(model.ok()) << model.status().ToString();
  EXPECT_EQ((*model)->Parameter(2)->dtype, DType::kBF16);
}

TEST(DamagedModelTest, EveryCutIsSeen) {
  const TestContents test;
  const Bytes bytes = Serialized(test.contents);
  for (size_t size = 0; size < bytes.size(); size += size < 8192 ? 1 : 97) {
    const Bytes cut(bytes.begin(),
                    bytes.begin() + static_cast<std::ptrdiff_t>(size));
    const Status status = LoadStatus(cut);
    ASSERT_FALSE(status.ok()) << size;
    ASSERT_THAT(status.code(),
                AnyOf(StatusCode::kDataLoss, StatusCode::kInvalidArgument))
        << size;
    ASSERT_EQ(status.file(), "bytes");
  }
}

TEST(DamagedModelTest, ACutFileSaysHowMuchIsMissing) {
  const TestContents test;
  Bytes bytes = Serialized(test.contents);
  const size_t whole = bytes.size();
  bytes.resize(whole - 100);
  const Status status = LoadStatus(bytes);
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr(std::to_string(whole - 100) + " of " +
                                          std::to_string(whole) + " bytes"));
}

TEST(DamagedModelTest, EveryChangedByteIsSeen) {
  const TestContents test;
  const Bytes bytes = Serialized(test.contents);
  for (size_t at = 0; at < bytes.size(); at += at < 12'000 ? 1 : 31) {
    Bytes changed = bytes;
    changed[at] ^= std::byte{0x10};
    ASSERT_FALSE(LoadStatus(changed).ok()) << at;
  }
}

TEST(DamagedModelTest, ATensorIsNamedWithItsChunk) {
  const TestContents test;
  Bytes bytes = Serialized(test.contents);
  const auto whole = LoadModelFromBytes(bytes);
  ASSERT_TRUE(whole.ok());
  const StoredTensor& tensor = (*whole)->tensors()[2];
  bytes[tensor.offset + 5] ^= std::byte{1};
  const auto model = LoadModelFromBytes(bytes);
  ASSERT_TRUE(model.ok()) << "tensors are checked when they are used";
  EXPECT_TRUE((*model)->Parameter(0).ok());
  const Status status = (*model)->Parameter(2).status();
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("\"fc2.weight\""));
  EXPECT_THAT(status.message(), HasSubstr("chunk 0"));
  EXPECT_FALSE((*model)->Parameter(2).ok());  // and ever after
  const std::vector<Damage> damage = FindDamage(**model);
  ASSERT_EQ(damage.size(), 1u);
  EXPECT_EQ(damage[0].tensor, "fc2.weight");
}

// Structure-aware: several changes at once, footer and hash made to fit, so
// that what lies behind the hash is reached.
TEST(DamagedModelTest, WhatTheHashesWouldHideDoesNoHarmEither) {
  const TestContents test;
  const Bytes bytes = Serialized(test.contents);
  const Footer footer =
      *DecodeFooter(std::span<const std::byte>(bytes).last<kFooterBytes>());
  PhiloxStream random(1, RandomPurpose::kSynthetic);
  int opened = 0;
  for (int round = 0; round < 20'000; ++round) {
    Bytes changed = bytes;
    const uint32_t changes = 1 + random.Below(4);
    for (uint32_t i = 0; i < changes; ++i) {
      const size_t at =
          random.Below(static_cast<uint32_t>(footer.description_bytes));
      changed[at] = static_cast<std::byte>(
          random.Below(2) == 0 ? random.Below(256)
                               : (random.Below(2) == 0 ? 0xFF : 0x7F));
    }
    ASSERT_TRUE(testing::MendFooter(&changed));
    const auto model = LoadModelFromBytes(changed, "bytes");
    if (!model.ok()) continue;
    ++opened;
    (void)CheckAll(**model);
    (void)DescribeModelJson(**model);
  }
  EXPECT_GT(opened, 0);  // some changes mean nothing: the test gets that far
}

TEST(ForeignFileTest, IsCalledByItsName) {
  const auto status = [](std::string_view text) {
    return LoadModelFromBytes(std::as_bytes(std::span(text)), "file").status();
  };
  EXPECT_THAT(status("\xFF\xD8\xFF\xE0 and so on, for a while").message(),
              HasSubstr("JPEG"));
  EXPECT_THAT(status("PK\x03\x04 and so on, for a while").message(),
              HasSubstr("zip"));
  EXPECT_EQ(status("").code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(LoadModel("/no/such/file").status().code(), StatusCode::kNotFound);
  EXPECT_FALSE(LoadModel(::testing::TempDir()).ok());
}

TEST(NewerFileTest, SaysWhatToDo) {
  const TestContents test;
  const Bytes bytes =
      testing::WithFormatVersion(Serialized(test.contents), kFormatVersion + 1);
  const Status status = LoadStatus(bytes);
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_THAT(status.message(), HasSubstr("version 2"));
  EXPECT_THAT(status.message(), HasSubstr("update"));
}

TEST(SaveTest, RefusesWhatAReaderWouldRefuse) {
  const std::string path = TempPath("refused.alexnet");
  const auto refused = [&](void (*change)(TestContents&)) {
    TestContents test;
    change(test);
    const Status status = SaveModel(path, test.contents);
    EXPECT_FALSE(fs::exists(path));
    return status.ToString();
  };
  EXPECT_THAT(refused([](TestContents& t) { t.contents.labels.pop_back(); }),
              HasSubstr("labels"));
  EXPECT_THAT(
      refused([](TestContents& t) { t.contents.labels[1] = "\xFF\xFE"; }),
      HasSubstr("UTF-8"));
  EXPECT_THAT(
      refused([](TestContents& t) { t.contents.parameters.pop_back(); }),
      HasSubstr("parameters"));
  EXPECT_THAT(refused([](TestContents& t) {
                t.contents.parameters[0] = t.contents.parameters[2];
              }),
              HasSubstr("conv1.weight"));
  EXPECT_THAT(refused([](TestContents& t) { t.contents.momenta[0] = {}; }),
              HasSubstr("momentum"));
  EXPECT_THAT(refused([](TestContents& t) {
                t.contents.metadata.push_back({"note", "twice"});
              }),
              HasSubstr("note"));
  EXPECT_THAT(refused([](TestContents& t) {
                t.contents.preprocessing.mean_image = nullptr;
              }),
              HasSubstr("mean"));
  EXPECT_THAT(refused([](TestContents& t) {
                t.contents.preprocessing.crop_width = 11;
              }),
              HasSubstr("preprocessing"));
  EXPECT_THAT(refused([](TestContents& t) {
                t.contents.self_check->logits.pop_back();
              }),
              HasSubstr("self_check"));
}

TEST(SaveTest, AFullDiskLeavesTheOldFile) {
  const TestContents test;
  const std::string path = TempPath("full_disk.alexnet");
  ASSERT_TRUE(SaveModel(path, test.contents).ok());
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  const Bytes before = ReadFile(path, 1 << 20).value();

  signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  const rlim_t was = limit.rlim_cur;
  limit.rlim_cur = 10'000;
  setrlimit(RLIMIT_FSIZE, &limit);
  const Status status = SaveModel(path, test.contents);
  limit.rlim_cur = was;
  setrlimit(RLIMIT_FSIZE, &limit);

  EXPECT_EQ(status.code(), StatusCode::kIo);
  EXPECT_EQ(status.file(), path);
  EXPECT_EQ(ReadFile(path, 1 << 20).value(), before);
  ASSERT_TRUE(SaveModel(path, test.contents).ok());
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u);
}

TEST(DescribeTest, JsonHoldsEveryPart) {
  const TestContents test;
  const auto model = LoadModelFromBytes(Serialized(test.contents), "tiny");
  ASSERT_TRUE(model.ok());
  const std::string json = DescribeModelJson(**model);
  for (const char* part :
       {"\"tiny\"", "conv1.weight", "image_at_centre", "четыре", "momentum",
        "\"step\": 12345", "two\\nlines", "model_test"}) {
    EXPECT_THAT(json, HasSubstr(part));
  }
}

TEST(DescribeTest, AnotherPresetIsNamed) {
  const TestContents test;
  const auto model = LoadModelFromBytes(Serialized(test.contents), "tiny");
  ASSERT_TRUE(model.ok());
  const Status status =
      CheckFits(**model, MakePreset("alexnet_small")->network);
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("holds tiny, not alexnet_small"));
  EXPECT_THAT(status.message(), HasSubstr("conv1.weight"));
  EXPECT_TRUE(CheckSameNetwork(**model, test.contents.network).ok());
  Network changed = test.contents.network;
  std::get<Lrn>(changed.layers[2].spec).k = 2;
  EXPECT_THAT(CheckSameNetwork(**model, changed).message(), HasSubstr("norm1"));
}

// One committed file of each released format: written once, read for ever.
TEST(ReleasedFilesTest, AreStillRead) {
  int files = 0;
  for (const auto& entry :
       fs::directory_iterator(std::string("core/model/released"))) {
    const std::string path = entry.path().string() + "/model.alexnet";
    SCOPED_TRACE(path);
    ++files;
    const auto model = LoadModel(path);
    ASSERT_TRUE(model.ok()) << model.status().ToString();
    EXPECT_TRUE(CheckAll(**model).ok());
    TestContents expected;
    // Fields that were added after the format's first files.
    TrainingState& state = *expected.contents.training_state;
    state.device = "cpu";
    state.hardware = "";
    state.precision = "f32";
    state.tuned = false;
    state.devices = "";
    state.parallel = "";
    state.class_weights.clear();
    state.rank_threads.clear();
    state.adder = "";
    ExpectSame(expected, **model);
  }
  EXPECT_GE(files, 1);
}

}  // namespace
}  // namespace alexnet
