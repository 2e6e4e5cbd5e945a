#include "tools/alexnet/features/picture_list.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace alexnet::cli {
namespace {

namespace fs = std::filesystem;

TEST(PictureListTest, FilesInTheirOrderAndFoldersSorted) {
  const std::string folder = ::testing::TempDir() + "/picture_list";
  fs::remove_all(folder);
  fs::create_directories(folder + "/b/deep");
  fs::create_directories(folder + "/.hidden");
  fs::create_directories(folder + "/empty");
  for (const char* name : {"/b/deep/2.PNG", "/b/1.jpeg", "/a.jpg", "/note.txt",
                           "/.hidden/x.jpg", "/.y.jpg", "/picture"}) {
    std::ofstream(folder + name) << "x";
  }
  fs::create_symlink("nowhere", folder + "/broken.jpg");
  EXPECT_EQ(ListPictures({folder + "/picture", folder, folder + "/a.jpg"}),
            (std::vector<std::string>{
                folder + "/picture", folder + "/a.jpg", folder + "/b/1.jpeg",
                folder + "/b/deep/2.PNG", folder + "/a.jpg"}));
  EXPECT_THROW(ListPictures({folder + "/empty"}), std::runtime_error);
  EXPECT_THROW(ListPictures({folder + "/gone.jpg"}), std::runtime_error);
}

}  // namespace
}  // namespace alexnet::cli
