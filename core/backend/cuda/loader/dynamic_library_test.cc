#include "core/backend/cuda/loader/dynamic_library.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace alexnet::cuda {
namespace {

namespace fs = std::filesystem;

// Folders with a library each: one that is none, one for CUDA 12, one for 13.
// Then the same with libraries whose parts tell that, and one without its part.
class DynamicLibraryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(::testing::TempDir()) / "libraries";
    fs::create_directories(root_ / "empty");
    fs::create_directories(root_ / "junk");
    std::ofstream(root_ / "junk" / kFile) << std::string(4096, 'x');
    Copy("libtwelve.so", "twelve", kFile);
    Copy("libthirteen.so", "thirteen", kFile);
    for (const char* folder : {"partless", "shim_twelve", "shim_thirteen"}) {
      Copy("libshim.so", folder, kFile);
    }
    Copy("libtwelve_part.so", "shim_twelve", kPart);
    Copy("libthirteen_part.so", "shim_thirteen", kPart);
    // So that nothing of the machine's is found.
    setenv("CUDA_PATH", (root_ / "empty").c_str(), 1);
  }
  void TearDown() override { fs::remove_all(root_); }

  void Copy(const char* library, const char* folder, const char* file) const {
    fs::create_directories(root_ / folder);
    fs::copy_file(fs::path("core/backend/cuda/loader") / library,
                  root_ / folder / file, fs::copy_options::overwrite_existing);
  }

  Result<DynamicLibrary> Open(const std::string& folders,
                              const char* part = "") const {
    std::string list;
    std::string folder;
    for (const char c : folders + ":") {
      if (c != ':') folder += c;
      if (c == ':') list += (root_ / folder).string() + ":", folder.clear();
    }
    setenv("ALEXNET_CUDA_LIBRARIES", list.c_str(), 1);
    return DynamicLibrary::Open(
        {"a fake", kFile, part}, [](const DynamicLibrary& found) {
          ALEXNET_ASSIGN_OR_RETURN(const size_t version, VersionOf(found));
          return CheckCudaVersion(found, version);
        });
  }

  static Result<size_t> VersionOf(const DynamicLibrary& library) {
    size_t (*version)() = nullptr;
    ALEXNET_RETURN_IF_ERROR(library.Find("FakeCudartVersion", &version));
    return version();
  }

  static constexpr const char* kFile = "libfake.so.7";
  static constexpr const char* kPart = "libfakepart.so.7";
  fs::path root_;
};

TEST_F(DynamicLibraryTest, TakesTheFirstThatLoadsAndWillDo) {
  const auto library = Open("empty:junk:twelve:thirteen");
  ASSERT_TRUE(library.ok()) << library.status().ToString();
  EXPECT_EQ(fs::path(library->path()).parent_path().filename(), "thirteen");
}

TEST_F(DynamicLibraryTest, APartThatWasRefusedIsNotGivenToTheNext) {
  const auto refused = Open("partless:shim_twelve", kPart);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.status().message().find("made for CUDA 12"),
            std::string::npos)
      << refused.status().message();
  const auto library = Open("partless:shim_twelve:shim_thirteen", kPart);
  ASSERT_TRUE(library.ok()) << library.status().ToString();
  EXPECT_EQ(fs::path(library->path()).parent_path().filename(),
            "shim_thirteen");
  EXPECT_EQ(VersionOf(*library).value(), 13000u);
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
