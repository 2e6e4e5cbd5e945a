// Damaged files that are opened all the same.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "core/model/describe.h"
#include "core/model/model.h"
#include "core/model/save.h"
#include "core/model/test_contents.h"

namespace alexnet {
namespace {

using ::testing::HasSubstr;
using Bytes = std::vector<std::byte>;

class DamagedFileTest : public ::testing::Test {
 protected:
  DamagedFileTest()
      : path_(::testing::TempDir() + "damaged.alexnet"),
        whole_(SerializeModel(test_.contents).value()) {}

  Result<std::shared_ptr<const Model>> Open(const Bytes& bytes) const {
    std::ofstream file(path_, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    file.close();
    return LoadDamagedModel(path_);
  }
  std::shared_ptr<const Model> Opened(const Bytes& bytes) const {
    auto model = Open(bytes);
    EXPECT_TRUE(model.ok()) << model.status().ToString();
    return model.ok() ? *model : nullptr;
  }
  Bytes Cut(size_t size) const {
    return {whole_.begin(), whole_.begin() + static_cast<std::ptrdiff_t>(size)};
  }

  const testing::TestContents test_;
  const std::string path_;
  const Bytes whole_;
};

TEST_F(DamagedFileTest, AWholeFileIsWhole) {
  const auto model = Opened(whole_);
  EXPECT_TRUE(model->refusal().ok());
  EXPECT_TRUE(FindDamage(*model).empty());
  EXPECT_NE(model->preprocessing().mean_image, nullptr);
}

TEST_F(DamagedFileTest, WhatIsLeftOfACutFileIsThere) {
  const auto whole = LoadModelFromBytes(whole_).value();
  const std::vector<StoredTensor>& tensors = whole->tensors();
  // In the middle of the third tensor.
  const size_t size = tensors[2].offset + 8;
  const auto model = Opened(Cut(size));
  EXPECT_EQ(model->network(), whole->network());
  EXPECT_EQ(model->labels(), whole->labels());
  EXPECT_EQ(model->refusal().code(), StatusCode::kDataLoss);
  EXPECT_EQ(model->refusal().file(), path_);
  EXPECT_THAT(model->refusal().message(), HasSubstr("cut short"));
  EXPECT_TRUE(model->View(0).ok());
  EXPECT_TRUE(model->View(1).ok());
  for (size_t i = 2; i < tensors.size(); ++i) {
    EXPECT_EQ(model->View(static_cast<int>(i)).status().code(),
              StatusCode::kDataLoss);
  }
  EXPECT_EQ(model->preprocessing().mean_image, nullptr);

  const std::vector<Damage> damage = FindDamage(*model);
  ASSERT_EQ(damage.size(), 1 + tensors.size() - 2);  // tensors of one chunk
  EXPECT_EQ(damage[0].index, -1);
  EXPECT_EQ(damage[0].offset + damage[0].bytes, whole_.size());
  for (size_t i = 1; i < damage.size(); ++i) {
    EXPECT_EQ(damage[i].index, static_cast<int>(i + 1));
    EXPECT_EQ(damage[i].tensor, tensors[i + 1].name);
    EXPECT_EQ(damage[i].chunk, 0);
    EXPECT_EQ(damage[i].bytes, tensors[i + 1].bytes);
  }
}

TEST_F(DamagedFileTest, EveryCutIsRefusedOrListed) {
  int opened = 0;
  for (size_t size = 0; size < whole_.size(); size += 61) {
    const auto model = Open(Cut(size));
    if (!model.ok()) continue;
    ++opened;
    EXPECT_FALSE((*model)->refusal().ok()) << size;
    EXPECT_FALSE(FindDamage(**model).empty()) << size;
    EXPECT_FALSE(CheckAll(**model).ok()) << size;
    (void)DescribeModelJson(**model);
  }
  EXPECT_GT(opened, 100);
}

TEST_F(DamagedFileTest, EveryChangedByteIsRefusedOrListed) {
  int opened = 0;
  for (size_t at = 0; at < whole_.size(); at += 37) {
    Bytes changed = whole_;
    changed[at] ^= std::byte{0x10};
    const auto model = Open(changed);
    if (!model.ok()) continue;
    ++opened;
    EXPECT_FALSE(FindDamage(**model).empty()) << at;
    EXPECT_FALSE(CheckAll(**model).ok()) << at;
  }
  EXPECT_GT(opened, 100);
}

TEST_F(DamagedFileTest, AddedBytesAreListed) {
  Bytes longer = whole_;
  longer.resize(longer.size() + 7);
  const auto model = Opened(longer);
  const std::vector<Damage> damage = FindDamage(*model);
  ASSERT_EQ(damage.size(), 1u);
  EXPECT_EQ(damage[0].index, -1);
  EXPECT_EQ(damage[0].offset, whole_.size());
  EXPECT_EQ(damage[0].bytes, 7u);
}

TEST_F(DamagedFileTest, AChangedDescriptionIsListed) {
  Bytes changed = whole_;
  const std::string label = "drei drei";
  const auto* text = reinterpret_cast<const char*>(whole_.data());
  const size_t at = std::string(text, whole_.size()).find(label);
  changed[at] = std::byte{'D'};
  const auto model = Opened(changed);
  EXPECT_EQ(model->labels()[2], "Drei drei");
  const std::vector<Damage> damage = FindDamage(*model);
  ASSERT_EQ(damage.size(), 1u);
  EXPECT_EQ(damage[0].index, -1);
  EXPECT_EQ(damage[0].offset, 0u);
  EXPECT_GT(damage[0].bytes, at);
}

TEST_F(DamagedFileTest, WhatIsNoModelIsRefusedAsEver) {
  const Bytes picture = {std::byte{0xFF}, std::byte{0xD8}, std::byte{0xFF}};
  const auto model = Open(picture);
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.status().ToString(), LoadModel(path_).status().ToString());
}

}  // namespace
}  // namespace alexnet
