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
using ::testing::StartsWith;

std::string Refusal(const std::string& path) {
  return OpenData(path).status().ToString();
}

// "name=class;" of each.
std::string Labelled(const Dataset& data) {
  std::string text;
  for (int64_t i = 0; i < data.size(); ++i) {
    text += data.name(i) + "=" + data.classes()[data.label(i)] + ";";
  }
  return text;
}

TEST(ListDatasetTest, AListStandsInPlaceOfAFolder) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"x", "y"}, 2, 8);
  WriteTestFile(root + "/all.txt", "x/0.jpg b\nx/1.jpg a\ny/0.jpg b\n");
  const auto data = OpenData(root + "/all.txt").value().train;
  EXPECT_EQ(Labelled(*data), "x/0.jpg=b;x/1.jpg=a;y/0.jpg=b;");
  EXPECT_THAT(data->classes(), ElementsAre("a", "b"));
  EXPECT_TRUE(data->Read(2).ok());
  // Whole paths, and Caffe's with a slash for the folder.
  WriteTestFile(root + "/all.txt", root + "/x/0.jpg 0\n/y/1.jpg 1\n");
  EXPECT_EQ(Labelled(*OpenData(root + "/all.txt").value().train),
            "x/0.jpg=0;y/1.jpg=1;");
}

TEST(ListDatasetTest, TheFolderAndTheEndingMayBeMissing) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"train", "test"}, 3, 8);
  WriteTestFile(root + "/trainLabels.csv", "id,label\n0,frog\n2,car\n");
  EXPECT_EQ(Labelled(*OpenData(root + "/trainLabels.csv").value().train),
            "train/0.jpg=frog;train/2.jpg=car;");
  // Two flat folders are no classes, and the list is named that tells most.
  WriteTestFile(root + "/sample_submission.csv", "id,label\n0,frog\n");
  EXPECT_THAT(Refusal(root), HasSubstr("name '" + root + "/trainLabels.csv'"));
  WriteTestFile(root + "/some.csv", "id,label\n0,frog\n2,car\n");
  EXPECT_THAT(Refusal(root + "/some.csv"),
              AllOf(HasSubstr("/test/'"), HasSubstr("/train/'")));
}

TEST(ListDatasetTest, PartnersOfLists) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"x"}, 4, 8);
  WriteTestFile(root + "/train.txt", "x/0.jpg a\nx/1.jpg b\n");
  WriteTestFile(root + "/val.txt", "x/2.jpg b\n");
  const DataFolders data = OpenData(root + "/train.txt").value();
  EXPECT_EQ(Labelled(*data.validation), "x/2.jpg=b;");
  EXPECT_EQ(data.validation->label(0), 1);
  EXPECT_THAT(data.notes, ElementsAre("training pictures are those of "
                                      "'train.txt', validation pictures those "
                                      "of 'val.txt'"));
  WriteTestFile(root + "/val.txt", "x/2.jpg c\n");
  EXPECT_THAT(Refusal(root + "/train.txt"),
              AllOf(HasSubstr("val.txt"), HasSubstr("'c' is not one of")));
}

TEST(ListDatasetTest, OtherListsAreNotTakenForPartners) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"x"}, 4, 8);
  WriteTestFile(root + "/train.txt", "x/0.jpg a\nx/1.jpg b\n");
  WriteTestFile(root + "/test.txt", "x/2.jpg\n");
  const DataFolders data = OpenData(root + "/train.txt").value();
  EXPECT_EQ(data.validation, nullptr);
  EXPECT_THAT(data.notes, ElementsAre(HasSubstr("left out: 'test.txt'")));
  WriteTestFile(root + "/val.txt", "x/2.jpg b\n");
  WriteTestFile(root + "/valid.txt", "x/3.jpg b\n");
  EXPECT_THAT(Refusal(root + "/train.txt"),
              HasSubstr("'val.txt' and 'valid.txt' may each be"));
}

TEST(ListDatasetTest, WholePathsNeedNoWholeNameOfTheList) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"x"}, 1, 8);
  WriteTestFile(root + "/a.txt", root + "/x/0.jpg a\n");
  const std::string relative = std::filesystem::relative(root) / "a.txt";
  EXPECT_EQ(Labelled(*OpenData(relative).value().train), "x/0.jpg=a;");
}

TEST(ListDatasetTest, ErrorsNameTheLine) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"x"}, 2, 8);
  const std::string list = root + "/a.txt";
  const std::pair<std::string, std::string> wrong[] = {
      {"x/7.jpg a\n", "line 1: there is no file 'x/7.jpg'"},
      {"x/0.jpg a\nx/7.jpg a\n", "line 2: there is no file 'x/7.jpg'"},
      {"x/0.jpg a\nx/0.jpg b\n", "line 2: 'x/0.jpg' is listed twice"},
      {"../x/0.jpg a\n", "line 1: the path leaves"},
      {"a.txt a\n", "line 1: 'a.txt' is no picture"},
      {"x/0.jpg 1\nx/1.jpg 2\n", "no picture has the label 0"},
  };
  for (const auto& [text, message] : wrong) {
    WriteTestFile(list, text);
    const Status status = OpenData(list).status();
    EXPECT_EQ(status.file(), list);
    EXPECT_THAT(status.message(), StartsWith(message));
  }
}

TEST(ListDatasetTest, TinyImageNet) {
  const std::string root = FreshFolder("data");
  const Image picture = TestPicture(8, 8);
  for (const char* name : {"n01", "n02"}) {
    WriteTestFile(root + "/train/" + name + "/images/0.JPEG",
                  MakeTestJpeg(picture, TestJpeg::kBaseline));
    WriteTestFile(root + "/train/" + name + "/boxes.txt", "0.JPEG\t0\t0\n");
  }
  for (const char* name : {"/val/images/val_0.JPEG", "/test/images/t_0.JPEG"}) {
    WriteTestFile(root + name, MakeTestJpeg(picture, TestJpeg::kBaseline));
  }
  WriteTestFile(root + "/val/val_annotations.txt", "val_0.JPEG\tn02\t0\t9\n");
  const DataFolders data = OpenData(root).value();
  EXPECT_EQ(Labelled(*data.train),
            "n01/images/0.JPEG=n01;"
            "n02/images/0.JPEG=n02;");
  EXPECT_EQ(Labelled(*data.validation), "images/val_0.JPEG=n02;");
  EXPECT_THAT(data.notes,
              ElementsAre(HasSubstr("'val/val_annotations.txt'"),
                          HasSubstr("left out, since no folders tell its "
                                    "classes: 'test'")));
}

TEST(ListDatasetTest, AListBesideUnsortedValidationPictures) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root + "/train", {"n01", "n02"}, 1, 8);
  const auto jpeg = MakeTestJpeg(TestPicture(8, 8), TestJpeg::kBaseline);
  WriteTestFile(root + "/val/ILSVRC2012_val_00000001.JPEG", jpeg);
  EXPECT_THAT(Refusal(root), AllOf(HasSubstr("ImageNet's validation pictures"),
                                   HasSubstr("'val.txt'")));
  WriteTestFile(root + "/val.txt", "ILSVRC2012_val_00000001.JPEG n02\n");
  EXPECT_EQ(Labelled(*OpenData(root).value().validation),
            "val/ILSVRC2012_val_00000001.JPEG=n02;");
  // Caffe's.
  WriteTestFile(root + "/val.txt", "ILSVRC2012_val_00000001.JPEG 1\n");
  const DataFolders data = OpenData(root).value();
  EXPECT_EQ(Labelled(*data.validation),
            "val/ILSVRC2012_val_00000001.JPEG=n02;");
  EXPECT_THAT(data.notes, Contains(HasSubstr("numbers in 'val.txt'")));
  WriteTestFile(root + "/val.txt", "ILSVRC2012_val_00000001.JPEG 2\n");
  EXPECT_THAT(Refusal(root), HasSubstr("'2' is not one of the 2 classes"));
}

TEST(ListDatasetTest, AFolderAndAListAreRefusedByName) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"images"}, 2, 8);
  WriteTestFile(root + "/labels.csv", "0.jpg,a\n1.jpg,b\n");
  EXPECT_THAT(Refusal(root), HasSubstr("'" + root + "/labels.csv'"));
  EXPECT_EQ(Labelled(*OpenData(root + "/labels.csv").value().train),
            "images/0.jpg=a;images/1.jpg=b;");
}

TEST(NamedPicturesTest, NamesTellTheClasses) {
  const std::string root = FreshFolder("data");
  const auto jpeg = MakeTestJpeg(TestPicture(8, 8), TestJpeg::kBaseline);
  for (const char* name : {"cat.0.jpg", "cat.1.jpg", "dog.0.jpg"}) {
    WriteTestFile(root + "/train/" + name, jpeg);
  }
  WriteTestFile(root + "/test1/1.jpg", jpeg);
  const DataFolders data = OpenData(root).value();
  EXPECT_EQ(Labelled(*data.train),
            "cat.0.jpg=cat;cat.1.jpg=cat;"
            "dog.0.jpg=dog;");
  EXPECT_EQ(data.validation, nullptr);
  EXPECT_THAT(data.notes,
              ElementsAre(HasSubstr("'train'"), HasSubstr("left out"),
                          HasSubstr("pictures' names")));
  // The folder alone, too.
  EXPECT_EQ(OpenData(root + "/train").value().train->size(), 3);
  // With another ending, too.
  WriteTestFile(root + "/train/fox.0.jfif", jpeg);
  WriteTestFile(root + "/train/notes.txt", "x");
  EXPECT_THAT(OpenData(root).value().train->classes(),
              ElementsAre("cat", "dog", "fox"));
  WriteTestFile(root + "/train/spare", jpeg);
  EXPECT_THAT(Refusal(root), HasSubstr("'spare' is of none of the 3 classes"));
}

TEST(NamedPicturesTest, NamesOfCamerasAreNoClasses) {
  const std::string root = FreshFolder("data");
  const auto jpeg = MakeTestJpeg(TestPicture(8, 8), TestJpeg::kBaseline);
  for (const char* name : {"IMG_0001.jpg", "DSC_0001.jpg"}) {
    WriteTestFile(root + "/" + name, jpeg);
  }
  EXPECT_THAT(Refusal(root), HasSubstr("one folder for each class"));
}

}  // namespace
}  // namespace alexnet
