#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "core/base/file.h"
#include "core/base/limited_child.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

class AtomicFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = testing::TempDir() + "/atomic_" + test->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    path_ = folder_ + "/target";
  }
  void TearDown() override { fs::remove_all(folder_); }

  // Names in the test's folder.
  std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.insert(entry.path().filename());
    }
    return names;
  }

  static std::string Read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static void Put(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }

  static mode_t Mode(const std::string& path) {
    struct stat info;
    EXPECT_EQ(stat(path.c_str(), &info), 0);
    return info.st_mode & 07777;
  }

  // Creates, writes `text` and commits.
  static Status Replace(const std::string& path, const std::string& text) {
    ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<AtomicFile> file,
                             AtomicFile::Create(path));
    ALEXNET_RETURN_IF_ERROR(file->Write(text));
    return file->Commit();
  }

  std::string folder_;
  std::string path_;
};

TEST_F(AtomicFileTest, CommitMakesANewFileWithTheUsualMode) {
  const mode_t mask = umask(0027);
  const Status status = Replace(path_, "content");
  umask(mask);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_EQ(Read(path_), "content");
  EXPECT_EQ(Mode(path_), 0640u);
  EXPECT_EQ(Names(), (std::set<std::string>{"target"}));
}

TEST_F(AtomicFileTest, TheTargetIsUntouchedUntilCommit) {
  Put(path_, "old");
  auto file = AtomicFile::Create(path_);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->Write("new").ok());
  EXPECT_EQ(Read(path_), "old");
  ASSERT_TRUE((*file)->Commit().ok());
  EXPECT_EQ(Read(path_), "new");
}

TEST_F(AtomicFileTest, WithoutCommitTheOldFileStaysAndNothingElse) {
  Put(path_, "old");
  {
    auto file = AtomicFile::Create(path_);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->Write("new").ok());
    EXPECT_EQ(Names().size(), 2u);
  }
  EXPECT_EQ(Read(path_), "old");
  EXPECT_EQ(Names(), (std::set<std::string>{"target"}));
}

TEST_F(AtomicFileTest, AProcessThatDiesBeforeCommitLeavesTheOldFile) {
  Put(path_, "old");
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto file = AtomicFile::Create(path_);
    if (file.ok()) (void)(*file)->Write("half of the new conte");
    kill(getpid(), SIGKILL);
  }
  int state = 0;
  ASSERT_EQ(waitpid(child, &state, 0), child);
  EXPECT_TRUE(WIFSIGNALED(state));
  EXPECT_EQ(Read(path_), "old");
  EXPECT_EQ(Names().size(), 2u);
  // The next one removes what the dead process left.
  ASSERT_TRUE(Replace(path_, "new").ok());
  EXPECT_EQ(Read(path_), "new");
  EXPECT_EQ(Names(), (std::set<std::string>{"target"}));
}

TEST_F(AtomicFileTest, AChildOfForkLeavesTheFilesAlone) {
  Put(path_, "old");
  auto file = AtomicFile::Create(path_);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->Write("new").ok());
  EXPECT_EQ(EndOfChild([&file] {
              if ((*file)->Write("!").ok() || (*file)->Commit().ok()) return 1;
              file->reset();
              return 0;
            }),
            "exit 0");
  ASSERT_TRUE((*file)->Commit().ok());
  EXPECT_EQ(Read(path_), "new");
}

TEST_F(AtomicFileTest, TheModeOfAReplacedFileIsKept) {
  for (const mode_t mode : {0600u, 0444u, 0755u}) {
    Put(path_, "old");
    ASSERT_EQ(chmod(path_.c_str(), mode), 0);
    ASSERT_TRUE(Replace(path_, "new").ok());
    EXPECT_EQ(Mode(path_), mode);
    EXPECT_EQ(Read(path_), "new");
    fs::remove(path_);
  }
}

TEST_F(AtomicFileTest, APrivateFilesNextContentIsPrivateFromTheStart) {
  Put(path_, "old");
  ASSERT_EQ(chmod(path_.c_str(), 0600), 0);
  auto file = AtomicFile::Create(path_);
  ASSERT_TRUE(file.ok());
  for (const std::string& name : Names()) {
    EXPECT_EQ(Mode(folder_ + "/" + name), 0600u) << name;
  }
}

TEST_F(AtomicFileTest, SizeAndPadding) {
  auto file = AtomicFile::Create(path_);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->PadTo(64).ok());
  EXPECT_EQ((*file)->size(), 0u);
  ASSERT_TRUE((*file)->Write("abc").ok());
  ASSERT_TRUE((*file)->PadTo(64).ok());
  EXPECT_EQ((*file)->size(), 64u);
  ASSERT_TRUE((*file)->PadTo(64).ok());
  EXPECT_EQ((*file)->size(), 64u);
  ASSERT_TRUE((*file)->PadTo(10000).ok());
  ASSERT_TRUE((*file)->PadTo(1).ok());
  ASSERT_TRUE((*file)->PadTo(0).ok());
  ASSERT_TRUE((*file)->Commit().ok());
  EXPECT_EQ(Read(path_), "abc" + std::string(9997, '\0'));
}

TEST_F(AtomicFileTest, WritesOverWhatWasWritten) {
  const auto bytes = [](std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
  };
  auto file = AtomicFile::Create(path_);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->Write("abcdef").ok());
  ASSERT_TRUE((*file)->WriteAt(2, bytes("XY")).ok());
  ASSERT_TRUE((*file)->Write("gh").ok());
  EXPECT_EQ((*file)->size(), 8u);
  EXPECT_EQ((*file)->WriteAt(7, bytes("12")).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ((*file)->WriteAt(UINT64_MAX, bytes("1")).code(),
            StatusCode::kInvalidArgument);
  ASSERT_TRUE((*file)->Commit().ok());
  EXPECT_EQ(Read(path_), "abXYefgh");
}

TEST_F(AtomicFileTest, NothingCanBeDoneAfterCommit) {
  auto file = AtomicFile::Create(path_);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->Commit().ok());
  EXPECT_EQ((*file)->Write("x").code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ((*file)->Commit().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(Read(path_), "");
}

// A limit on the size of files stands for a full disk.
TEST_F(AtomicFileTest, AFailedWriteLeavesTheOldFileAndNothingElse) {
  Put(path_, "old");
  struct rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit small = before;
  small.rlim_cur = 4096;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  Status write;
  Status again;
  Status commit;
  {
    auto file = AtomicFile::Create(path_);
    if (file.ok()) {
      write = (*file)->Write(std::string(10000, 'n'));
      again = (*file)->Write("");
      commit = (*file)->Commit();
    }
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  for (const Status& status : {write, again, commit}) {
    EXPECT_EQ(status.code(), StatusCode::kIo);
    EXPECT_EQ(status.file(), path_);
  }
  EXPECT_EQ(Read(path_), "old");
  EXPECT_EQ(Names(), (std::set<std::string>{"target"}));
}

TEST_F(AtomicFileTest, AMissingFolderIsSaidClearly) {
  const std::string path = folder_ + "/none/f";
  const Status status = AtomicFile::Create(path).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.file(), path);
  EXPECT_NE(status.message().find("folder"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder_ + "/none"));
}

TEST_F(AtomicFileTest, TargetsThatAreNoRegularFilesAreRefused) {
  const std::string fifo = folder_ + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  for (const std::string& path :
       {folder_, folder_ + "/", fifo, std::string("/dev/null"), std::string(),
        std::string("a\0b", 3)}) {
    const Status status = AtomicFile::Create(path).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << path;
    EXPECT_EQ(status.file(), path);
  }
  EXPECT_EQ(Names(), (std::set<std::string>{"fifo"}));
}

TEST_F(AtomicFileTest, ALinkStaysAndTheFileItPointsToIsReplaced) {
  fs::create_directories(folder_ + "/real");
  Put(folder_ + "/real/file", "old");
  fs::create_symlink("real/file", folder_ + "/relative");
  fs::create_symlink(folder_ + "/relative", path_);
  ASSERT_TRUE(Replace(path_, "new").ok());
  EXPECT_TRUE(fs::is_symlink(path_));
  EXPECT_TRUE(fs::is_symlink(folder_ + "/relative"));
  EXPECT_EQ(Read(folder_ + "/real/file"), "new");
}

TEST_F(AtomicFileTest, ALinkToNothingYetMakesTheFile) {
  fs::create_symlink("later", path_);
  ASSERT_TRUE(Replace(path_, "new").ok());
  EXPECT_TRUE(fs::is_symlink(path_));
  EXPECT_EQ(Read(folder_ + "/later"), "new");
}

TEST_F(AtomicFileTest, ACircleOfLinksIsAnError) {
  fs::create_symlink("other", path_);
  fs::create_symlink("target", folder_ + "/other");
  EXPECT_EQ(AtomicFile::Create(path_).status().code(), StatusCode::kIo);
}

TEST_F(AtomicFileTest, LongNamesAndManyFilesAtOnce) {
  const std::string path = folder_ + "/" + std::string(255, 'n');
  auto first = AtomicFile::Create(path);
  auto second = AtomicFile::Create(path);
  ASSERT_TRUE(first.ok()) << first.status().ToString();
  ASSERT_TRUE(second.ok());
  ASSERT_TRUE((*first)->Write("first").ok());
  ASSERT_TRUE((*second)->Write("second").ok());
  ASSERT_TRUE((*first)->Commit().ok());
  ASSERT_TRUE((*second)->Commit().ok());
  EXPECT_EQ(Read(path), "second");
}

TEST_F(AtomicFileTest, TheFileOfALivingWriterStays) {
  auto first = AtomicFile::Create(path_);
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE((*first)->Write("first").ok());
  EXPECT_EQ(EndOfChild([this] { return Replace(path_, "other").ok() ? 0 : 1; }),
            "exit 0");
  EXPECT_EQ(Read(path_), "other");
  ASSERT_TRUE((*first)->Commit().ok());
  EXPECT_EQ(Read(path_), "first");
  EXPECT_EQ(Names(), (std::set<std::string>{"target"}));
}

TEST_F(AtomicFileTest, APathWithoutFolderIsInTheCurrentOne) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  const Status status = Replace("plain", "here");
  fs::current_path(before);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_EQ(Read(folder_ + "/plain"), "here");
}

}  // namespace
}  // namespace alexnet
