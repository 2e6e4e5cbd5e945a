// One small use of every dependency: that its headers are found and its library
// is linked and loaded.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libexif/exif-tag.h>
#include <minizip/unzip.h>
#include <nettle/sha2.h>
#include <png.h>
#include <xxhash.h>
#include <zlib.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "third_party/test.pb.h"
#include "third_party/test_generated.h"

// These two come last: jpeglib.h needs FILE and size_t declared before it.
#include <fmt/format.h>
#include <jpeglib.h>

namespace alexnet::third_party {
namespace {

TEST(ThirdParty, GoogleMock) {
  EXPECT_THAT((std::vector{1, 2}), testing::ElementsAre(1, 2));
}

// The libraries that this process has mapped: all of ours must be the pinned
// ones, not the machine's.
TEST(ThirdParty, LibrariesAreThePinnedOnes) {
  const std::set<std::string> wanted = {"libjpeg.so", "libpng16.so", "libz.so",
                                        "libexif.so", "libprotobuf-lite.so"};
  std::set<std::string> pinned;
  std::ifstream maps("/proc/self/maps");
  std::string line;
  while (std::getline(maps, line)) {
    for (const std::string& name : wanted) {
      if (line.find("/" + name) == std::string::npos) continue;
      EXPECT_NE(line.find("debian_packages"), std::string::npos) << line;
      pinned.insert(name);
    }
  }
  EXPECT_EQ(pinned, wanted);
}

TEST(ThirdParty, Libjpeg) {
  jpeg_error_mgr errors;
  jpeg_compress_struct compress;
  compress.err = jpeg_std_error(&errors);
  jpeg_create_compress(&compress);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;  // NOLINT: libjpeg's type
  jpeg_mem_dest(&compress, &bytes, &size);
  compress.image_width = 2;
  compress.image_height = 1;
  compress.input_components = 3;
  compress.in_color_space = JCS_RGB;
  jpeg_set_defaults(&compress);
  jpeg_start_compress(&compress, TRUE);
  JSAMPLE pixels[6] = {255, 0, 0, 0, 255, 0};
  JSAMPROW row = pixels;
  jpeg_write_scanlines(&compress, &row, 1);
  jpeg_finish_compress(&compress);
  jpeg_destroy_compress(&compress);
  ASSERT_GT(size, 4u);
  EXPECT_EQ(bytes[0], 0xFF);
  EXPECT_EQ(bytes[1], 0xD8);
  free(bytes);
}

TEST(ThirdParty, LibpngIsTheOneOfItsHeader) {
  EXPECT_EQ(png_access_version_number(),
            static_cast<png_uint_32>(PNG_LIBPNG_VER));
}

TEST(ThirdParty, ZlibCrc32CheckValue) {
  EXPECT_EQ(crc32(0, reinterpret_cast<const Bytef*>("123456789"), 9),
            0xCBF43926u);
}

// The empty input's hash is printed in the algorithm's specification.
TEST(ThirdParty, MinizipOpensNoEmptyArchive) {
  EXPECT_EQ(unzOpen64("/nothing/there.zip"), nullptr);
}

TEST(ThirdParty, NettleSha256OfNothing) {
  sha256_ctx state;
  sha256_init(&state);
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_digest(&state, sizeof digest, digest);
  EXPECT_EQ(digest[0], 0xe3);  // of e3b0c442...
  EXPECT_EQ(digest[31], 0x55);
}

TEST(ThirdParty, Xxh3OfNothing) {
  EXPECT_EQ(XXH3_64bits("", 0), 0x2D06800538D394C2u);
}

TEST(ThirdParty, Json) {
  EXPECT_EQ(nlohmann::json::parse(R"({"layers": [1, 8]})")["layers"][1], 8);
}

TEST(ThirdParty, Fmt) { EXPECT_EQ(fmt::format("{:.1f} %", 15.3), "15.3 %"); }

TEST(ThirdParty, Cli11) {
  CLI::App app;
  int epochs = 0;
  app.add_option("--epochs", epochs);
  app.parse("--epochs 90", false);
  EXPECT_EQ(epochs, 90);
}

TEST(ThirdParty, Libexif) {
  EXPECT_STREQ(exif_tag_get_name_in_ifd(EXIF_TAG_ORIENTATION, EXIF_IFD_0),
               "Orientation");
}

TEST(ThirdParty, FlatBuffers) {
  flatbuffers::FlatBufferBuilder builder;
  FinishThingBuffer(builder, CreateThing(builder, Colour::Green, 0.5f));
  flatbuffers::Verifier verifier(builder.GetBufferPointer(), builder.GetSize());
  ASSERT_TRUE(VerifyThingBuffer(verifier));
  EXPECT_EQ(GetThing(builder.GetBufferPointer())->colour(), Colour::Green);
}

TEST(ThirdParty, ProtobufLite) {
  Note note;
  note.set_text("alexnet");
  note.add_values(0.5f);
  const std::string wire = note.SerializeAsString();
  EXPECT_EQ(wire, std::string("\x0a\x07"
                              "alexnet\x12\x04\x00\x00\x00\x3f",
                              15));
  Note read;
  ASSERT_TRUE(read.ParseFromString(wire));
  EXPECT_EQ(read.text(), "alexnet");
}

}  // namespace
}  // namespace alexnet::third_party
