#include "core/data/list_file.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/data/test_pictures.h"

namespace alexnet {
namespace {

// "path=label;" of each picture, or the error.
std::string Read(const std::string& name, const std::string& text) {
  const std::string path = FreshFolder("lists") + "/" + name;
  WriteTestFile(path, text);
  const Result<std::vector<ListedPicture>> listed = ReadListFile(path);
  if (!listed.ok()) {
    EXPECT_EQ(listed.status().file(), path);
    return listed.status().message();
  }
  std::string read;
  for (const ListedPicture& picture : *listed) {
    read += picture.path + "=" + picture.label + ";";
  }
  return read;
}

TEST(ListFileTest, PathsAndLabels) {
  EXPECT_EQ(Read("a.txt", "a b/1.jpg 0\r\n\n  2.jpg  cat "),
            "a b/1.jpg=0;2.jpg=cat;");
  EXPECT_EQ(Read("a.txt",
                 "\xEF\xBB\xBF"
                 "1.jpg sea\n"),
            "1.jpg=sea;");
  EXPECT_EQ(Read("val_annotations.txt", "v_0.JPEG\tn01443537\t0\t32\t44\t62\n"),
            "v_0.JPEG=n01443537;");
  EXPECT_EQ(Read("a.tsv", "1.jpg\tsea lion\n"), "1.jpg=sea lion;");
}

TEST(ListFileTest, CommaSeparated) {
  EXPECT_EQ(Read("a.csv", "1.jpg,cat\n2.jpg,dog\n"), "1.jpg=cat;2.jpg=dog;");
  EXPECT_EQ(Read("a.csv", "id,breed\n0a,pug\n"), "0a=pug;");
  EXPECT_EQ(Read("a.csv", "Label,Filename\n\"lion, sea\",\"1.jpg\"\n"),
            "1.jpg=lion, sea;");
  EXPECT_EQ(Read("a.csv", "\"a \"\"b\"\".jpg\", it's \"q\"\n"),
            "a \"b\".jpg=it's \"q\";");
  EXPECT_EQ(Read("Test.csv", "Width,ClassId,Path\n53,16,Test/0.png\n"),
            "Test/0.png=16;");
  // A first picture is no line of names.
  EXPECT_EQ(Read("a.csv", "1.jpg,file\n2.jpg,id\n"), "1.jpg=file;2.jpg=id;");
  EXPECT_EQ(Read("a.csv", ",id,filename,label\n0,7,1.jpg,cat\n"), "1.jpg=cat;");
}

TEST(ListFileTest, ErrorsNameTheLine) {
  EXPECT_NE(Read("a.txt", "1.jpg cat\n2.jpg\n").find("line 2"),
            std::string::npos);
  EXPECT_NE(Read("a.csv", "1.jpg,cat,red\n").find("line 1"), std::string::npos);
  EXPECT_NE(Read("a.csv", "id,cat,dog\n1.jpg,0,1\n").find("call one 'label'"),
            std::string::npos);
  EXPECT_NE(Read("a.txt", "\n").find("names no picture"), std::string::npos);
  EXPECT_NE(Read("a.txt", std::string("a\0 b", 4)).find("UTF-8"),
            std::string::npos);
}

}  // namespace
}  // namespace alexnet
