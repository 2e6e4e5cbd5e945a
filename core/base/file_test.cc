#include "core/base/file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <utility>
#include <vector>

namespace alexnet {
namespace {

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = testing::TempDir() + "/file_" + test->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Put(const std::string& name, const std::string& text) {
    std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::string folder_;
};

std::string Text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST_F(FileTest, ReadFileReturnsEveryByte) {
  const std::string text("a\0b\n\xff", 5);
  const auto bytes = ReadFile(Put("f", text), 5);
  ASSERT_TRUE(bytes.ok()) << bytes.status().ToString();
  EXPECT_EQ(Text(*bytes), text);
}

TEST_F(FileTest, ReadFileOfAnEmptyFile) {
  const auto bytes = ReadFile(Put("f", ""), 0);
  ASSERT_TRUE(bytes.ok());
  EXPECT_TRUE(bytes->empty());
}

TEST_F(FileTest, ReadFileRefusesMoreThanTheLimitBeforeItAllocates) {
  const std::string path = Put("f", "");
  // Sparse, and larger than any memory.
  ASSERT_EQ(truncate(path.c_str(), off_t{1} << 42), 0);
  const auto bytes = ReadFile(path, 1000);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(bytes.status().file(), path);
  EXPECT_NE(bytes.status().message().find("1000"), std::string::npos);
}

TEST_F(FileTest, MapShowsTheWholeFile) {
  const std::string path = Put("f", std::string(10000, 'x') + "end");
  const auto file = MappedFile::Open(path);
  ASSERT_TRUE(file.ok()) << file.status().ToString();
  EXPECT_EQ((*file)->path(), path);
  EXPECT_EQ(Text((*file)->bytes()), std::string(10000, 'x') + "end");
}

TEST_F(FileTest, MapOfAnEmptyFileIsEmpty) {
  const auto file = MappedFile::Open(Put("f", ""));
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE((*file)->bytes().empty());
  (*file)->Release((*file)->bytes());
}

TEST_F(FileTest, MapKeepsTheContentOfAFileThatIsReplaced) {
  const std::string path = Put("f", "old");
  const auto file = MappedFile::Open(path);
  ASSERT_TRUE(file.ok());
  auto next = AtomicFile::Create(path);
  ASSERT_TRUE(next.ok());
  ASSERT_TRUE((*next)->Write("new one").ok());
  ASSERT_TRUE((*next)->Commit().ok());
  EXPECT_EQ(Text((*file)->bytes()), "old");
}

// Pages of the process' own mapping, as Linux tells them for /proc/self/smaps.
int64_t ResidentBytes(const void* address) {
  std::ifstream smaps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(smaps, line);) {
    unsigned long begin = 0;
    unsigned long end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) {
      const auto at = reinterpret_cast<unsigned long>(address);
      inside = begin <= at && at < end;
    }
    long kilobytes = 0;
    if (inside && std::sscanf(line.c_str(), "Rss: %ld kB", &kilobytes) == 1) {
      return kilobytes * 1024;
    }
  }
  return -1;
}

TEST_F(FileTest, ReleaseDropsWholePagesAndTheContentStays) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const std::string text = std::string(64 * page + 5, 'q');
  const auto file = MappedFile::Open(Put("f", text));
  ASSERT_TRUE(file.ok());
  const std::span<const std::byte> bytes = (*file)->bytes();
  ASSERT_EQ(Text(bytes), text);
  if (ResidentBytes(bytes.data()) <= 0) {
    GTEST_SKIP() << "the system does not tell which pages are resident";
  }
  EXPECT_EQ(ResidentBytes(bytes.data()), static_cast<int64_t>(65 * page));
  // Two pages in part and two in whole.
  (*file)->Release(bytes.subspan(page - 1, 2 * page + 2));
  EXPECT_EQ(ResidentBytes(bytes.data()), static_cast<int64_t>(63 * page));
  (*file)->Release(bytes);
  EXPECT_EQ(ResidentBytes(bytes.data()), 0);
  (*file)->Release({});
  EXPECT_EQ(Text(bytes), text);
}

// A limit of this process that is `limit` while this lives.
class LimitedResource {
 public:
  LimitedResource(__rlimit_resource resource, rlim_t limit)
      : resource_(resource) {
    getrlimit(resource, &before_);
    const rlimit limited{limit, before_.rlim_max};
    EXPECT_EQ(setrlimit(resource, &limited), 0);
  }
  ~LimitedResource() { setrlimit(resource_, &before_); }

 private:
  const __rlimit_resource resource_;
  rlimit before_{};
};

// Bytes of address space that this process has.
rlim_t AddressSpace() {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
}

TEST_F(FileTest, AFileLargerThanTheAddressSpaceIsOutOfMemory) {
  const std::string path = Put("f", "");
  ASSERT_EQ(truncate(path.c_str(), off_t{1} << 42), 0);  // sparse
  const LimitedResource limited(RLIMIT_AS, AddressSpace() + (1 << 30));
  const auto file = MappedFile::Open(path);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.status().code(), StatusCode::kOutOfMemory);
  EXPECT_EQ(file.status().file(), path);
  EXPECT_NE(file.status().message().find("ulimit -v"), std::string::npos);
}

TEST_F(FileTest, TooManyOpenFilesSayHowToHaveMore) {
  const std::string path = Put("f", "x");
  const LimitedResource limited(RLIMIT_NOFILE, 0);
  for (const Status& status :
       {MappedFile::Open(path).status(), ReadFile(path, 1).status(),
        AtomicFile::Create(path).status()}) {
    EXPECT_EQ(status.code(), StatusCode::kIo);
    EXPECT_EQ(status.file(), path);
    EXPECT_NE(status.message().find("ulimit -n"), std::string::npos)
        << status.message();
  }
}

// What cannot be read, for both ways of reading. Each must return at once.
TEST_F(FileTest, UnreadablePathsAreRefusedWithTheirName) {
  const std::string fifo = folder_ + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const std::string plain = Put("plain", "x");
  const struct {
    std::string path;
    StatusCode code;
    std::string word;
  } cases[] = {
      {folder_, StatusCode::kInvalidArgument, "folder"},
      {fifo, StatusCode::kInvalidArgument, "pipe"},
      {"/dev/zero", StatusCode::kInvalidArgument, "device"},
      {folder_ + "/none", StatusCode::kNotFound, "no such file"},
      {plain + "/below", StatusCode::kNotFound, "no such file"},
      {std::string("a\0b", 3), StatusCode::kInvalidArgument, "null"},
      {std::string(5000, 'a'), StatusCode::kIo, "too long"},
  };
  for (const auto& test : cases) {
    for (const Status& status : {ReadFile(test.path, 1 << 20).status(),
                                 MappedFile::Open(test.path).status()}) {
      EXPECT_EQ(status.code(), test.code) << status.ToString();
      EXPECT_EQ(status.file(), test.path);
      EXPECT_NE(status.message().find(test.word), std::string::npos)
          << status.ToString();
    }
  }
  EXPECT_EQ(ReadFile("", 1).status().code(), StatusCode::kInvalidArgument);
}

TEST_F(FileTest, ARangeIsOfTheFileThatItWas) {
  const std::string path = Put("f", "0123456789");
  const auto version = FindFileVersion(path);
  ASSERT_TRUE(version.ok());
  const auto bytes = ReadFileRange(path, *version, 3, 4);
  ASSERT_TRUE(bytes.ok()) << bytes.status().ToString();
  EXPECT_EQ(Text(*bytes), "3456");
  EXPECT_EQ(ReadFileRange(path, *version, 8, 3).status().code(),
            StatusCode::kDataLoss);
  ASSERT_EQ(truncate(path.c_str(), 7), 0);
  const Status cut = ReadFileRange(path, *version, 3, 4).status();
  EXPECT_EQ(cut.code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(cut.file(), path);
  const std::string other = Put("other", "0123456789");
  ASSERT_EQ(rename(other.c_str(), path.c_str()), 0);
  EXPECT_EQ(ReadFileRange(path, *version, 3, 4).status().code(),
            StatusCode::kFailedPrecondition);
}

TEST_F(FileTest, AFoldersEntriesAreToldApart) {
  Put("file", "x");
  std::filesystem::create_directories(folder_ + "/folder");
  std::filesystem::create_symlink("file", folder_ + "/to_file");
  std::filesystem::create_symlink("folder", folder_ + "/to_folder");
  std::filesystem::create_symlink("none", folder_ + "/to_nothing");
  std::filesystem::create_symlink("circle", folder_ + "/circle");
  ASSERT_EQ(mkfifo((folder_ + "/fifo").c_str(), 0600), 0);
  const auto entries = ReadFolder(folder_);
  ASSERT_TRUE(entries.ok()) << entries.status().ToString();
  std::map<std::string, std::pair<PathKind, bool>> found;
  for (const FolderEntry& entry : *entries) {
    found[entry.name] = {entry.kind, entry.is_link};
  }
  const std::map<std::string, std::pair<PathKind, bool>> expected = {
      {"file", {PathKind::kFile, false}},
      {"folder", {PathKind::kFolder, false}},
      {"to_file", {PathKind::kFile, true}},
      {"to_folder", {PathKind::kFolder, true}},
      {"to_nothing", {PathKind::kNothing, true}},
      {"circle", {PathKind::kNothing, true}},
      {"fifo", {PathKind::kOther, false}}};
  EXPECT_EQ(found, expected);
  EXPECT_EQ(ReadFolder(folder_ + "/none").status().code(),
            StatusCode::kNotFound);
}

TEST_F(FileTest, WhatLiesAtAPathIsTold) {
  std::filesystem::create_symlink("plain", folder_ + "/link");
  std::filesystem::create_symlink("none", folder_ + "/broken");
  std::filesystem::create_symlink("circle", folder_ + "/circle");
  const std::string plain = Put("plain", "x");
  const std::map<std::string, PathKind> kinds = {
      {plain, PathKind::kFile},
      {folder_ + "/link", PathKind::kFile},
      {folder_, PathKind::kFolder},
      {"/dev/null", PathKind::kOther},
      {folder_ + "/none", PathKind::kNothing},
      {plain + "/below", PathKind::kNothing},
      {folder_ + "/broken", PathKind::kNothing},
      {folder_ + "/circle", PathKind::kNothing},
      {folder_ + "/" + std::string(300, 'n'), PathKind::kNothing},
      {"", PathKind::kNothing},
  };
  for (const auto& [path, kind] : kinds) {
    EXPECT_EQ(*FindPathKind(path), kind) << path;
    EXPECT_EQ(*IsThere(path), kind != PathKind::kNothing) << path;
  }
}

TEST_F(FileTest, MakeFoldersMakesParentsAndIsHappyWithExistingOnes) {
  const std::string path = folder_ + "/a/b/c";
  EXPECT_TRUE(MakeFolders(path).ok());
  EXPECT_TRUE(std::filesystem::is_directory(path));
  EXPECT_TRUE(MakeFolders(path).ok());
  EXPECT_TRUE(MakeFolders(path + "/").ok());
  EXPECT_TRUE(MakeFolders(path + "/d/").ok());
  EXPECT_TRUE(std::filesystem::is_directory(path + "/d"));
  EXPECT_TRUE(MakeFolders("").ok());
}

TEST_F(FileTest, MakeFoldersDoesNotTakeAFileForAFolder) {
  const std::string plain = Put("plain", "x");
  for (const std::string& path : {plain, plain + "/below"}) {
    const Status status = MakeFolders(path);
    EXPECT_EQ(status.code(), StatusCode::kIo);
    EXPECT_EQ(status.file(), path);
  }
}

}  // namespace
}  // namespace alexnet
