#include "core/backend/cuda/dynamic_library.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace alexnet::cuda {
namespace {

namespace fs = std::filesystem;

// Folders with a library each: one that is none, one for CUDA 12, one for 13.
class DynamicLibraryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(::testing::TempDir()) / "libraries";
    for (const char* folder : {"junk", "twelve", "thirteen", "empty"}) {
      fs::create_directories(root_ / folder);
    }
    std::ofstream(root_ / "junk" / kFile) << std::string(4096, 'x');
    Copy("libtwelve.so", "twelve");
    Copy("libthirteen.so", "thirteen");
    // So that nothing of the machine's is found.
    setenv("CUDA_PATH", (root_ / "empty").c_str(), 1);
  }
  void TearDown() override { fs::remove_all(root_); }

  void Copy(const char* library, const char* folder) const {
    fs::copy_file(fs::path("core/backend/cuda") / library,
                  root_ / folder / kFile, fs::copy_options::overwrite_existing);
  }

  Result<DynamicLibrary> Open(const std::string& folders) const {
    std::string list;
    std::string folder;
    for (const char c : folders + ":") {
      if (c != ':') folder += c;
      if (c == ':') list += (root_ / folder).string() + ":", folder.clear();
    }
    setenv("ALEXNET_CUDA_LIBRARIES", list.c_str(), 1);
    return DynamicLibrary::Open(
        "a fake", kFile, [](const DynamicLibrary& found) {
          size_t (*version)() = nullptr;
          ALEXNET_RETURN_IF_ERROR(found.Find("FakeCudartVersion", &version));
          return CheckCudaVersion(found, version());
        });
  }

  static constexpr const char* kFile = "libfake.so.7";
  fs::path root_;
};

TEST_F(DynamicLibraryTest, TakesTheFirstThatLoadsAndWillDo) {
  const auto library = Open("empty:junk:twelve:thirteen");
  ASSERT_TRUE(library.ok()) << library.status().ToString();
  EXPECT_EQ(fs::path(library->path()).parent_path().filename(), "thirteen");
}

TEST_F(DynamicLibraryTest, SaysOfEachPlaceWhyNot) {
  const auto library = Open("empty:junk:twelve");
  ASSERT_FALSE(library.ok());
  EXPECT_EQ(library.status().code(), StatusCode::kUnsupported);
  const std::string text = library.status().message();
  for (const std::string part :
       {"a fake (libfake.so.7)", "/empty: ", "/junk: ", "/twelve: ",
        "invalid ELF header", "made for CUDA 12, and this program for CUDA 13",
        "LD_LIBRARY_PATH", "ALEXNET_CUDA_LIBRARIES"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST_F(DynamicLibraryTest, NamesAFunctionThatIsMissing) {
  const auto library = Open("thirteen");
  ASSERT_TRUE(library.ok()) << library.status().ToString();
  void (*function)() = nullptr;
  const Status status = library->Find("NoSuchFunction", &function);
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_NE(status.message().find("NoSuchFunction"), std::string::npos);
  EXPECT_NE(status.message().find("thirteen"), std::string::npos);
}

}  // namespace
}  // namespace alexnet::cuda
