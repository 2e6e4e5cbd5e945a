#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/test_pictures.h"

namespace alexnet {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> kClasses = {"cat", "dog", "fox"};

std::string Refusal(const std::string& root) {
  return OpenData(root).status().ToString();
}

TEST(LayoutTest, PartsAreKnownByTheCommonWords) {
  const std::pair<std::string, std::string> pairs[] = {
      {"Train", "Test"},
      {"Training", "Testing"},
      {"training_set", "test_set"},
      {"seg_train", "seg_test"},
      {"TRAIN", "VAL"},
      {"train", "valid"},
      {"Train", "test_set"},
      {"ILSVRC2012_img_train", "ILSVRC2012_img_val"},
      {"train/train", "test/test"},
      {"train", "val/inner/innermost"},
  };
  for (const auto& [train, held_out] : pairs) {
    const std::string root = FreshFolder("data");
    WriteClassFolders(root + "/" + train, kClasses, 2, 8);
    WriteClassFolders(root + "/" + held_out, kClasses, 1, 8);
    const Result<DataFolders> data = OpenData(root);
    ASSERT_TRUE(data.ok()) << train << ": " << data.status().ToString();
    EXPECT_EQ(data->train->classes(), kClasses) << train;
    EXPECT_EQ(data->train->size(), 6) << train;
    ASSERT_NE(data->validation, nullptr) << train;
    EXPECT_EQ(data->validation->size(), 3) << train;
    EXPECT_THAT(
        data->notes,
        ElementsAre("training pictures are those of '" + train +
                    "', validation pictures those of '" + held_out + "'"));
  }
}

TEST(LayoutTest, WrappingFoldersAreGoneThrough) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root + "/a/101_ObjectCategories", kClasses, 1, 8);
  WriteTestFile(root + "/__MACOSX/._cat", "x");
  WriteTestFile(root + "/a/LICENSE", "x");
  const DataFolders data = OpenData(root).value();
  EXPECT_EQ(data.train->classes(), kClasses);
  EXPECT_THAT(data.notes, ElementsAre("the data set is taken from "
                                      "'a/101_ObjectCategories'"));
  // One folder with pictures is a class.
  const std::string one = FreshFolder("one");
  WriteClassFolders(one, {"only"}, 1, 8);
  EXPECT_THAT(OpenData(one).value().train->classes(), ElementsAre("only"));
}

TEST(LayoutTest, WrappedPartsAreFound) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root + "/fruits/Training", kClasses, 2, 8);
  WriteClassFolders(root + "/fruits/Test", kClasses, 1, 8);
  const DataFolders data = OpenData(root + "/").value();
  EXPECT_EQ(data.train->size(), 6);
  EXPECT_EQ(data.validation->size(), 3);
  EXPECT_THAT(data.notes,
              ElementsAre("training pictures are those of 'fruits/Training', "
                          "validation pictures those of 'fruits/Test'"));
}

TEST(LayoutTest, PlainClassesNeedNoWord) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, kClasses, 1, 8);
  EXPECT_THAT(OpenData(root).value().notes, IsEmpty());
}

TEST(LayoutTest, AnUnsortedTestFolderIsLeftOut) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root + "/train", kClasses, 1, 8);
  WriteClassFolders(root, {"test", "test2/unknown"}, 1, 8);
  std::filesystem::create_directories(root + "/extra");
  const DataFolders data = OpenData(root).value();
  EXPECT_EQ(data.train->size(), 3);
  EXPECT_EQ(data.validation, nullptr);
  EXPECT_THAT(
      data.notes,
      AllOf(Contains(AllOf(HasSubstr("no folders tell"),
                           HasSubstr("'test' and 'test2'"))),
            Contains(AllOf(HasSubstr("neither"), HasSubstr("'extra'")))));
}

TEST(LayoutTest, ATestFolderBesideValidationIsLeftOut) {
  const std::string root = FreshFolder("data");
  for (const char* part : {"/train", "/val", "/test"}) {
    WriteClassFolders(root + part, kClasses, 1, 8);
  }
  const DataFolders data = OpenData(root).value();
  EXPECT_EQ(data.validation->path(), root + "/val");
  EXPECT_THAT(data.notes, Contains(HasSubstr("left out, being neither: "
                                             "'test'")));
}

TEST(LayoutTest, UnsortedPicturesAreRefused) {
  for (const char* held_out : {"val", "val/all"}) {
    const std::string root = FreshFolder("data");
    WriteClassFolders(root + "/train", kClasses, 1, 8);
    WriteClassFolders(root, {held_out}, 2, 8);
    EXPECT_THAT(
        Refusal(root),
        AllOf(HasSubstr(root + "/val"), HasSubstr("one folder for each class"),
              HasSubstr("'val.txt'"),
              HasSubstr("'" + std::string(held_out) + "/0.jpg cat'"),
              HasSubstr("name '" + root + "/train'")));
  }
  // Nor is a flat "seg_train" a class beside a "seg_test".
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"seg_train", "seg_test"}, 2, 8);
  EXPECT_THAT(Refusal(root), HasSubstr(root + "/seg_train"));
}

TEST(LayoutTest, PartsThatAreNotCalledSoAreNoClasses) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root + "/first", kClasses, 1, 8);
  WriteClassFolders(root + "/second", {"cat", "dog"}, 1, 8);
  EXPECT_THAT(Refusal(root),
              AllOf(HasSubstr("'first' and 'second'"),
                    HasSubstr("'cat' and 'dog'"), HasSubstr("'train'")));
  // One name that all classes hold is no class.
  const std::string nested = FreshFolder("nested");
  for (const std::string& name : kClasses) {
    WriteClassFolders(nested + "/" + name, {"images"}, 1, 8);
  }
  EXPECT_EQ(OpenData(nested).value().train->classes(), kClasses);
}

TEST(LayoutTest, AClassThatIsCalledAsAPartIsSaid) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"cat", "dog", "test"}, 1, 8);
  const DataFolders data = OpenData(root).value();
  EXPECT_EQ(data.train->classes().size(), 3u);
  EXPECT_THAT(data.notes,
              ElementsAre(HasSubstr("'test' is taken for a class")));
}

TEST(LayoutTest, AClassOfTrainsIsSaid) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"bus", "train"}, 1, 8);
  EXPECT_THAT(OpenData(root).value().notes,
              ElementsAre(HasSubstr("no folder of validation or test")));
  // Of a folder of folders a part was meant more likely.
  const std::string parts = FreshFolder("parts");
  WriteClassFolders(parts + "/seg_train", kClasses, 1, 8);
  WriteClassFolders(parts, {"seg_pred"}, 1, 8);
  EXPECT_THAT(OpenData(parts).value().notes,
              ElementsAre(HasSubstr("'seg_train' is taken for a class")));
}

TEST(LayoutTest, PicturesBesideTheClassesAreLeftOut) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, kClasses, 1, 8);
  WriteTestFile(root + "/sample.png", "x");
  EXPECT_THAT(OpenData(root).value().notes,
              ElementsAre(AllOf(HasSubstr("left out"),
                                HasSubstr("classes: 1 pictures"))));
}

TEST(LayoutTest, TwoTrainingFoldersAreRefused) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root + "/train", kClasses, 1, 8);
  WriteClassFolders(root + "/Training", kClasses, 1, 8);
  EXPECT_THAT(Refusal(root), HasSubstr("'Training' and 'train' may both"));
  const std::string held_out = FreshFolder("held out");
  WriteClassFolders(held_out + "/train", kClasses, 1, 8);
  WriteClassFolders(held_out + "/val", kClasses, 1, 8);
  WriteClassFolders(held_out + "/valid", kClasses, 1, 8);
  EXPECT_THAT(Refusal(held_out), HasSubstr("'val' and 'valid' may each"));
}

}  // namespace
}  // namespace alexnet
