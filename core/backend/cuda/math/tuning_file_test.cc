#include "core/backend/cuda/math/tuning_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace alexnet {
namespace {

namespace fs = std::filesystem;

constexpr char kMachine[] = "NVIDIA H200, driver 13000, cuDNN 91900";

class TuningFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "tuning_file";
    fs::remove_all(folder_);
  }
  static std::string Read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void Write(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
  }

  std::string folder_;
};

TEST_F(TuningFileTest, WhatIsKeptIsFoundByTheNext) {
  {
    TuningFile file(folder_ + "/made/for/it", kMachine);
    EXPECT_EQ(file.Find("conv1"), "");
    file.Keep("conv1", "engine 5");
    file.Keep("conv2", "engine 7 \"knob\"");
    file.Keep("conv1", "engine 6");
    EXPECT_EQ(file.Find("conv1"), "engine 6");
    EXPECT_TRUE(file.notes().empty());
  }
  const TuningFile next(folder_ + "/made/for/it", kMachine);
  EXPECT_EQ(next.Find("conv1"), "engine 6");
  EXPECT_EQ(next.Find("conv2"), "engine 7 \"knob\"");
  EXPECT_EQ(next.Find("conv3"), "");
  EXPECT_TRUE(next.notes().empty());
}

TEST_F(TuningFileTest, EachMachineHasAFileOfItsOwn) {
  TuningFile file(folder_, kMachine);
  TuningFile other(folder_, std::string(kMachine) + "1");
  EXPECT_NE(file.path(), other.path());
  file.Keep("conv1", "engine 5");
  EXPECT_EQ(TuningFile(folder_, std::string(kMachine) + "1").Find("conv1"), "");
}

// As when their hashes were the same, or somebody has copied it.
TEST_F(TuningFileTest, AnotherMachinesFileIsIgnoredWithANote) {
  TuningFile other(folder_, "another GPU");
  other.Keep("conv1", "engine 5");
  const std::string path = TuningFile(folder_, kMachine).path();
  fs::copy_file(other.path(), path);
  TuningFile file(folder_, kMachine);
  EXPECT_EQ(file.Find("conv1"), "");
  ASSERT_EQ(file.notes().size(), 1u);
  EXPECT_NE(file.notes()[0].find(path), std::string::npos);
  EXPECT_NE(file.notes()[0].find("another GPU"), std::string::npos);
  // It is replaced, and nothing of it is taken over.
  file.Keep("conv2", "engine 7");
  const TuningFile next(folder_, kMachine);
  EXPECT_TRUE(next.notes().empty());
  EXPECT_EQ(next.Find("conv1"), "");
  EXPECT_EQ(next.Find("conv2"), "engine 7");
}

TEST_F(TuningFileTest, ADamagedFileIsIgnoredWithANote) {
  TuningFile good(folder_, kMachine);
  good.Keep("conv1", "engine 5");
  const std::string text = Read(good.path());
  ASSERT_FALSE(text.empty());
  std::vector<std::string> damaged = {"", "[]", "{}", "\xff\xfe", "null"};
  // Cut anywhere but before its last line break.
  for (size_t size = 0; size + 2 <= text.size(); ++size) {
    damaged.push_back(text.substr(0, size));
  }
  for (const auto& [from, to] :
       {std::pair{"\"version\": 1", "\"version\": 2"},
        std::pair{"\"version\": 1", "\"version\": \"1\""},
        std::pair{"\"engine 5\"", "5"}, std::pair{"\"conv1\"", "conv1"}}) {
    std::string other = text;
    ASSERT_NE(other.find(from), std::string::npos) << text;
    damaged.push_back(
        other.replace(other.find(from), std::string(from).size(), to));
  }
  for (const std::string& bytes : damaged) {
    SCOPED_TRACE(bytes);
    Write(good.path(), bytes);
    TuningFile file(folder_, kMachine);
    EXPECT_EQ(file.Find("conv1"), "");
    ASSERT_EQ(file.notes().size(), 1u);
    EXPECT_NE(file.notes()[0].find("ignored"), std::string::npos);
  }
}

TEST_F(TuningFileTest, TwoThatKeepAtOnceLoseNothing) {
  TuningFile one(folder_, kMachine);
  TuningFile two(folder_, kMachine);
  one.Keep("conv1", "engine 1");
  two.Keep("conv2", "engine 2");
  one.Keep("conv3", "engine 3");
  const TuningFile next(folder_, kMachine);
  EXPECT_EQ(next.Find("conv1"), "engine 1");
  EXPECT_EQ(next.Find("conv2"), "engine 2");
  EXPECT_EQ(next.Find("conv3"), "engine 3");
}

TEST_F(TuningFileTest, WhatCannotBeWrittenIsNotedOnce) {
  Write(folder_, "no folder");
  TuningFile file(folder_, kMachine);
  file.Keep("conv1", "engine 1");
  file.Keep("conv1", "engine 1");
  EXPECT_EQ(file.Find("conv1"), "engine 1");
  size_t told = 0;
  for (const std::string& note : file.notes()) {
    told += note.find("not kept") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(told, 1u);
  fs::remove(folder_);
}

TEST_F(TuningFileTest, TheCacheIsWhereTheEnvironmentSays) {
  setenv("HOME", "/home/one", 1);
  unsetenv("XDG_CACHE_HOME");
  EXPECT_EQ(MachineCacheFolder(), "/home/one/.cache/alexnet");
  setenv("XDG_CACHE_HOME", "/caches", 1);
  EXPECT_EQ(MachineCacheFolder(), "/caches/alexnet");
  setenv("XDG_CACHE_HOME", "relative", 1);
  EXPECT_EQ(MachineCacheFolder(), "/home/one/.cache/alexnet");
  unsetenv("HOME");
  EXPECT_EQ(MachineCacheFolder(), "");
}

}  // namespace
}  // namespace alexnet
