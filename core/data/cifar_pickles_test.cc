#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/data/dataset.h"
#include "core/data/decode.h"
#include "core/data/test_pictures.h"

namespace alexnet {
namespace {

using std::string_literals::operator""s;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int kPlane = 1024;

// What Python 2.7's cPickle made, by protocol 2, of {'data': array of (2,
// 3072), 'labels': [1, 0], 'batch_label': ..., 'filenames': [...]}: before and
// after the pixels.
const std::string kPython2 =
    "\200\002}q\001(U\004dataq\002cnumpy.core.multiarray\n_reconstruct\nq\003c"
    "numpy\nndarray\nq\004K\000\205q\005U\001b\207Rq\006(K\001K\002M\000\014"
    "\206q\007cnumpy\ndtype\nq\010U\002u1q\011K\000K\001\207q\nRq\013(K\003U"
    "\001|NNNJ\377\377\377\377J\377\377\377\377K\000tq\014b\211T\000\030\000"
    "\000"s;
const std::string kPython2End =
    "q\015tbU\006labelsq\016]q\017(K\001K\000eU\013batch_labelq\020U\025traini"
    "ng batch 1 of 5q\021U\011filenamesq\022]q\023(U\014auto_s_1.pngq\024U\015"
    "plane_s_2.pngq\025eu."s;
// Likewise, its batches.meta.
const std::string kNames10 =
    "\200\002}q\001(U\023num_cases_per_batchq\002M\020'U\013label_namesq\003]q"
    "\004(U\010airplaneq\005U\nautomobileq\006U\004birdq\007U\003catq\010U\004"
    "deerq\011U\003dogq\nU\004frogq\013U\005horseq\014U\004shipq\015U\005truck"
    "q\016eU\007num_visq\017M\000\014u."s;

// What Python 3.11 and NumPy 2.4 made of {b'data': the same, b'fine_labels':
// [99, 5], b'coarse_labels': [1, 2]}. By protocol 2 the pixels are UTF-8.
const std::string kProtocol2 =
    "\200\002}q\000(c_codecs\nencode\nq\001X\004\000\000\000dataq\002X\006\000"
    "\000\000latin1q\003\206q\004Rq\005cnumpy._core.multiarray\n_reconstruct\n"
    "q\006cnumpy\nndarray\nq\007K\000\205q\010h\001X\001\000\000\000bq\011h"
    "\003\206q\nRq\013\207q\014Rq\015(K\001K\002M\000\014\206q\016cnumpy\ndtyp"
    "e\nq\017X\002\000\000\000u1q\020\211\210\207q\021Rq\022(K\003X\001\000"
    "\000\000|q\023NNNJ\377\377\377\377J\377\377\377\377K\000tq\024b\211h\001X"
    "\000$\000\000"s;
const std::string kProtocol2End =
    "q\025h\003\206q\026Rq\027tq\030bh\001X\013\000\000\000fine_labelsq\031h"
    "\003\206q\032Rq\033]q\034(KcK\005eh\001X\015\000\000\000coarse_labelsq"
    "\035h\003\206q\036Rq\037]q (K\001K\002eu."s;
const std::string kProtocol4 =
    "\200\004\225\310\030\000\000\000\000\000\000}\224(C\004data\224\214\026nu"
    "mpy._core.multiarray\224\214\014_reconstruct\224\223\224\214\005numpy\224"
    "\214\007ndarray\224\223\224K\000\205\224C\001b\224\207\224R\224(K\001K"
    "\002M\000\014\206\224h\005\214\005dtype\224\223\224\214\002u1\224\211\210"
    "\207\224R\224(K\003\214\001|\224NNNJ\377\377\377\377J\377\377\377\377K"
    "\000t\224b\211B\000\030\000\000"s;
const std::string kProtocol4End =
    "\224t\224bC\013fine_labels\224]\224(KcK\005eC\015coarse_labels\224]\224(K"
    "\001K\002eu."s;
const std::string kProtocol5 =
    "\200\005\225\260\030\000\000\000\000\000\000}\224(C\004data\224\214\023nu"
    "mpy._core.numeric\224\214\013_frombuffer\224\223\224(\226\000\030\000\000"
    "\000\000\000\000"s;
const std::string kProtocol5End =
    "\224\214\005numpy\224\214\005dtype\224\223\224\214\002u1\224\211\210\207"
    "\224R\224(K\003\214\001|\224NNNJ\377\377\377\377J\377\377\377\377K\000t"
    "\224bK\002M\000\014\206\224\214\001C\224t\224R\224C\013fine_labels\224]"
    "\224(KcK\005eC\015coarse_labels\224]\224(K\001K\002eu."s;

// Two pictures, in which pixel i of plane c is i / 4 + c.
std::string Pixels() {
  std::string pixels;
  for (int picture = 0; picture < 2; ++picture) {
    for (int c = 0; c < 3; ++c) {
      for (int i = 0; i < kPlane; ++i) {
        pixels += static_cast<char>((i / 4 + c) & 0xff);
      }
    }
  }
  return pixels;
}

// Each byte as the Unicode character of that number.
std::string AsUtf8(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) text += static_cast<char>(0xc0 | byte >> 6);
    text += static_cast<char>(byte < 0x80 ? byte : 0x80 | (byte & 0x3f));
  }
  return text;
}

// {'fine_label_names': ['class0', ...]} by protocol 0.
std::string Names100() {
  std::string pickle = "(dp0\nS'fine_label_names'\np1\n(lp2\n";
  for (int i = 0; i < 100; ++i) {
    pickle += "S'class" + std::to_string(i) + "'\na";
  }
  return pickle + "s.";
}

std::string Batch10() { return kPython2 + Pixels() + kPython2End; }

// The batch with `from` in place of `to`.
std::string With(std::string batch, const std::string& from,
                 const std::string& to) {
  const size_t at = batch.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return batch.replace(at, from.size(), to);
}

void ExpectPixels(const Dataset& data, int64_t index) {
  const Sample sample = data.Read(index).value();
  const Image image = DecodeImage(sample.bytes, sample.name).value();
  ASSERT_EQ(image.size(), (Size{32, 32}));
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x) {
      for (int c = 0; c < 3; ++c) {
        ASSERT_EQ(image.row(y)[x * 3 + c], ((y * 32 + x) / 4 + c) & 0xff);
      }
    }
  }
}

void WriteCifar10(const std::string& root) {
  WriteTestFile(root + "/data_batch_1", Batch10());
  WriteTestFile(root + "/data_batch_3", Batch10());
  WriteTestFile(root + "/test_batch", Batch10());
  WriteTestFile(root + "/batches.meta", kNames10);
  WriteTestFile(root + "/readme.html", "<html>");
}

TEST(CifarPicklesTest, TenClassesOfPython2) {
  const std::string root = FreshFolder("data");
  WriteCifar10(root + "/cifar-10-batches-py");
  const DataFolders data = OpenData(root).value();
  ASSERT_EQ(data.train->size(), 4);
  EXPECT_EQ(data.train->classes()[9], "truck");
  EXPECT_EQ(data.train->label(0), 1);
  EXPECT_EQ(data.train->label(3), 0);
  EXPECT_EQ(data.train->name(3), "data_batch_3:1");
  ASSERT_EQ(data.validation->size(), 2);
  EXPECT_THAT(data.notes, ElementsAre(HasSubstr("cifar-10-batches-py"),
                                      HasSubstr("CIFAR-10; 2 batches")));
  ExpectPixels(*data.train, 0);
  ExpectPixels(*data.validation, 1);
}

TEST(CifarPicklesTest, HundredClassesOfPython3ByEveryProtocol) {
  const std::string batches[] = {
      kProtocol2 + AsUtf8(Pixels()) + kProtocol2End,
      kProtocol4 + Pixels() + kProtocol4End,
      kProtocol5 + Pixels() + kProtocol5End,
  };
  for (const std::string& batch : batches) {
    const std::string root = FreshFolder("data");
    WriteTestFile(root + "/train", batch);
    WriteTestFile(root + "/test", batch);
    WriteTestFile(root + "/meta", Names100());
    const DataFolders data = OpenData(root).value();
    ASSERT_EQ(data.train->size(), 2);
    EXPECT_EQ(data.train->label(0), 99);
    EXPECT_EQ(data.train->label(1), 5);
    EXPECT_EQ(data.train->classes()[99], "class99");
    EXPECT_EQ(data.validation->size(), 2);
    ExpectPixels(*data.train, 1);
  }
}

TEST(CifarPicklesTest, ALastAxisMayBeDivided) {
  const std::string root = FreshFolder("data");
  WriteCifar10(root);
  WriteTestFile(root + "/data_batch_1",
                With(Batch10(), "(K\001K\002M\000\014\206"s,
                     "(K\001(K\002K\003K\040K\040t"));
  ExpectPixels(*OpenData(root).value().train, 1);
}

TEST(CifarPicklesTest, WhatIsWrongIsNamed) {
  const struct {
    std::string batch;
    StatusCode code;
    const char* field;
    const char* message;
  } cases[] = {
      {"", StatusCode::kDataLoss, "pickle", "ends after byte 0"},
      {Batch10().substr(0, 5000), StatusCode::kDataLoss, "pickle",
       "ends after byte 5000"},
      {With(Batch10(), "K\000eU"s, "K\012eU"), StatusCode::kDataLoss, "labels",
       "picture 1 is no number from 0 to 9"},
      {With(Batch10(), "K\000eU"s, "J\377\377\377\377eU"),
       StatusCode::kDataLoss, "labels", "picture 1"},
      {With(Batch10(), "K\000eU"s, "eU"), StatusCode::kDataLoss, "data",
       "(2, 3072), where 1 labels"},
      {With(Batch10(), "M\000\014"s, "M\000\010"s), StatusCode::kDataLoss,
       "data", "(2, 2048)"},
      {With(Batch10(), "K\002M\000\014\206"s, "K\002\205"),
       StatusCode::kDataLoss, "data", "(2)"},
      {With(Batch10(), "K\002M\000\014\206"s,
            "(K\002\212\010\1\1\1\1\1\1\1\1\212\010\1\1\1\1\1\1\1\1t"),
       StatusCode::kDataLoss, "data", "the shape (2, "},
      {With(With(Batch10(), "T\000\030\000\000"s, "T\377\027\000\000"s),
            "\001q\015tb", "q\015tb"),
       StatusCode::kDataLoss, "data", "6143 bytes instead of 6144"},
      {With(Batch10(), "\211T", "\210T"), StatusCode::kUnsupported, "data",
       "stored by columns"},
      {With(Batch10(), "U\002u1", "U\002i8"), StatusCode::kUnsupported, "data",
       "numpy.uint8"},
      {With(Batch10(), "]q\017(K\001K\000eU\013"s, "K\1U\013"),
       StatusCode::kUnsupported, "labels", ".tolist()"},
      {With(Batch10(), "labels", "answer"), StatusCode::kDataLoss, "labels",
       "no dict with this key"},
      {"cposix\nsystem\n(S'echo'\ntR.", StatusCode::kUnsupported, "pickle",
       "posix.system"},
      {"]K\001a.", StatusCode::kDataLoss, "labels", "no dict with this key"},
  };
  const std::string root = FreshFolder("data");
  WriteCifar10(root);
  const std::string path = root + "/data_batch_3";
  for (const auto& each : cases) {
    WriteTestFile(path, each.batch);
    const Status status = OpenData(root).status();
    EXPECT_EQ(status.code(), each.code) << status.ToString();
    EXPECT_EQ(status.file(), path);
    EXPECT_EQ(status.field(), each.field) << status.ToString();
    EXPECT_THAT(status.message(), HasSubstr(each.message));
    if (each.code == StatusCode::kDataLoss) {
      EXPECT_THAT(status.message(), HasSubstr("cifar-10-python.tar.gz"));
    }
  }
}

TEST(CifarPicklesTest, NamesThatAreWrongAreNamed) {
  const std::string root = FreshFolder("data");
  WriteCifar10(root);
  const std::string path = root + "/batches.meta";
  WriteTestFile(path, With(kNames10, "label_names", "laber_names"));
  EXPECT_EQ(OpenData(root).status().field(), "label_names");
  WriteTestFile(path, With(kNames10, "U\005truck", "K\005"));
  EXPECT_THAT(OpenData(root).status().message(), HasSubstr("no list of names"));
  WriteTestFile(path, With(kNames10, "U\005truckq\016", ""));
  EXPECT_EQ(OpenData(root).status().file(), path);
  EXPECT_THAT(OpenData(root).status().message(),
              HasSubstr("9 names instead of 10"));
  WriteTestFile(path, With(kNames10, "truck", "tru\xE9k"));
  EXPECT_THAT(OpenData(root).status().message(), HasSubstr("not UTF-8"));
}

}  // namespace
}  // namespace alexnet
