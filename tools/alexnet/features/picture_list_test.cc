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
                           "/.hidden/x.jpg", "/.y.jpg", "/picture", "/none"}) {
    std::ofstream(folder + name) << "x";
  }
  std::ofstream(folder + "/b/3.jfif") << "\xff\xd8\xff\xe0";
  std::ofstream(folder + "/b/4") << "\x89PNG\r\n";
  std::ofstream(folder + "/b/5.webp") << "RIFF....WEBP";
  std::ofstream(folder + "/b/6").flush();
  fs::create_symlink("nowhere", folder + "/broken.jpg");
  const PictureList list = ListPictures(
      {folder + "/picture", folder, folder + "/a.jpg", folder + "/./b"});
  EXPECT_EQ(list.paths, (std::vector<std::string>{
                            folder + "/picture", folder + "/a.jpg",
                            folder + "/b/1.jpeg", folder + "/b/3.jfif",
                            folder + "/b/4", folder + "/b/deep/2.PNG"}));
  // note.txt, picture, none, and 5.webp and 6 twice.
  EXPECT_EQ(list.passed_over, 7);
  EXPECT_THROW(ListPictures({folder + "/empty"}), std::runtime_error);
  EXPECT_THROW(ListPictures({folder + "/gone.jpg"}), std::runtime_error);
}

}  // namespace
}  // namespace alexnet::cli
