#include "tools/alexnet/features/npy.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace alexnet::cli {
namespace {

TEST(NpyTest, HeadersAreWhatNumPyWrites) {
  // numpy.lib.format.header_data_from_array_1_0's dictionary, padded.
  const std::string header = NpyHeader("<f4", {3, 4096});
  EXPECT_EQ(header.size() % 64, 0u);
  EXPECT_EQ(header.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  EXPECT_EQ(static_cast<size_t>(static_cast<uint8_t>(header[8])) +
                256 * static_cast<uint8_t>(header[9]) + 10,
            header.size());
  EXPECT_EQ(header.substr(10, 64),
            "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4096), }  ");
  EXPECT_EQ(header.back(), '\n');
  EXPECT_NE(NpyHeader("<U3", {5}).find("'shape': (5,), }"), std::string::npos);
  EXPECT_NE(NpyHeader("<U3", {}).find("'shape': (), }"), std::string::npos);
  EXPECT_EQ(NpyHeader("<f4", {1, 2}, 192).size(), 192u);
}

TEST(NpyTest, FrontsAreReadBack) {
  for (const std::vector<int64_t>& shape :
       {std::vector<int64_t>{}, {7}, {3, 256, 13, 13}}) {
    const NpyFront front = ReadNpyFront(NpyHeader("<f4", shape) + "rest");
    EXPECT_EQ(front.descr, "<f4");
    EXPECT_EQ(front.shape, shape);
    EXPECT_EQ(front.bytes, NpyHeader("<f4", shape).size());
  }
  std::string fortran = NpyHeader("<f4", {2, 2});
  fortran.replace(fortran.find("False"), 5, "True ");
  const std::string good = NpyHeader("<f4", {2, 2});
  std::string version = good;
  version[6] = 9;
  std::string shape = good;
  shape.replace(shape.find("(2, 2)"), 6, "(2, x)");
  for (const std::string& bad :
       {std::string("nothing of the kind"), std::string(), fortran, version,
        shape, good.substr(0, 40)}) {
    EXPECT_THROW(ReadNpyFront(bad), std::runtime_error);
  }
}

TEST(NpyTest, TextsAreWhatPythonsFsdecodeGives) {
  // b'a\xff\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xb1\xed\xa0\x80'
  const std::string text =
      "a\xff\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xb1\xed\xa0\x80";
  const std::vector<uint32_t> points = {0x61,    0xDCFF, 0xE4,   0x20AC,
                                        0x1F431, 0xDCED, 0xDCA0, 0xDC80};
  EXPECT_EQ(CodePoints(text), points);
  EXPECT_EQ(TextOf(points.data(), points.size()), text);
  const std::vector<uint32_t> padded = {0x62, 0, 0};
  EXPECT_EQ(TextOf(padded.data(), padded.size()), "b");
}

}  // namespace
}  // namespace alexnet::cli
