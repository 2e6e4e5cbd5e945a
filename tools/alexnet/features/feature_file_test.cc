#include "tools/alexnet/features/feature_file.h"

#include <gtest/gtest.h>
#include <minizip/unzip.h>
#include <minizip/zip.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/alexnet/features/feature_reader.h"
#include "tools/alexnet/features/npy.h"

namespace alexnet::cli {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string>& Paths() {
  static const auto* paths = new std::vector<std::string>{
      "a.jpg",    "broken.png",          "b,\"c\"\n.jpg",
      "\xff.jpg", "k\xc3\xa4tzchen.png", "late.jpg"};
  return *paths;
}

std::string Fresh(const std::string& name) {
  const std::string folder = ::testing::TempDir() + "/" + name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

std::string Read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

FeatureAbout About() { return {"{\"layer\": \"fc7\"}", "run 1", {2, 1}, 2}; }

// Rows of pictures 0, 2, 3 and 4, in two parts; `stopped` after the first.
void Write(const std::string& path, bool stopped) {
  FeatureFile file(path, *FeatureFormatOf(path), About(), Paths(), false);
  if (file.state().pictures == 0) {
    file.Append({0, 2}, {1.5f, -2.0f, 0.1f, 3e-20f});
  }
  if (stopped) return;
  file.Append({3, 4}, {0.0f, 1e30f, 7.0f, 8.0f});
  file.Finish();
}

// By minizip, which knows nothing of ours.
std::string Entry(const std::string& archive, const char* name) {
  const unzFile file = unzOpen64(archive.c_str());
  EXPECT_NE(file, nullptr);
  EXPECT_EQ(unzLocateFile(file, name, 1), UNZ_OK) << name;
  EXPECT_EQ(unzOpenCurrentFile(file), UNZ_OK);
  std::string content;
  char part[4096];
  for (int count; (count = unzReadCurrentFile(file, part, sizeof part)) > 0;) {
    content.append(part, static_cast<size_t>(count));
  }
  EXPECT_EQ(unzCloseCurrentFile(file), UNZ_OK) << "CRC of " << name;
  unzClose(file);
  return content;
}

const std::vector<float>& Rows() {
  static const auto* rows = new std::vector<float>{1.5f, -2.0f, 0.1f, 3e-20f,
                                                   0.0f, 1e30f, 7.0f, 8.0f};
  return *rows;
}

void ExpectRows(std::string_view array) {
  const NpyFront front = ReadNpyFront(array);
  EXPECT_EQ(front.descr, "<f4");
  EXPECT_EQ(front.shape, (std::vector<int64_t>{4, 2, 1}));
  EXPECT_EQ(front.bytes % 64, 0u);
  std::vector<float> rows(8);
  ASSERT_EQ(array.size() - front.bytes, rows.size() * sizeof(float));
  std::memcpy(rows.data(), array.data() + front.bytes, 8 * sizeof(float));
  EXPECT_EQ(rows, Rows());
}

TEST(FeatureFileTest, AnotherReaderFindsArraysInTheArchive) {
  const std::string path = Fresh("npz") + "/f.npz";
  Write(path, false);
  ExpectRows(Entry(path, "features.npy"));
  const std::string files = Entry(path, "files.npy");
  const NpyFront front = ReadNpyFront(files);
  EXPECT_EQ(front.descr, "<U12");
  EXPECT_EQ(front.shape, (std::vector<int64_t>{4}));
  std::vector<uint32_t> third(12);
  std::memcpy(third.data(), files.data() + front.bytes + 2 * 12 * 4, 12 * 4);
  EXPECT_EQ(third[0], 0xDCFFu);
  EXPECT_EQ(third[1], uint32_t{'.'});
  const std::string about = Entry(path, "about.npy");
  EXPECT_EQ(ReadNpyFront(about).descr, "<U16");
}

TEST(FeatureFileTest, ReadsWhatItWrote) {
  const std::string path = Fresh("read") + "/f.npz";
  Write(path, false);
  const FeatureReader reader(path);
  EXPECT_EQ(reader.rows(), 4);
  EXPECT_EQ(reader.row_floats(), 2);
  EXPECT_EQ(
      std::vector<float>(reader.features().begin(), reader.features().end()),
      Rows());
  EXPECT_EQ(reader.files(), (std::vector<std::string>{Paths()[0], Paths()[2],
                                                      Paths()[3], Paths()[4]}));
  EXPECT_EQ(reader.about(), "{\"layer\": \"fc7\"}");
}

TEST(FeatureFileTest, AStoppedRunGoesOnToTheSameBytes) {
  const std::string folder = Fresh("stopped");
  for (const char* ending : {".npz", ".npy", ".csv"}) {
    const std::string whole = folder + "/whole" + ending;
    const std::string stopped = folder + "/stopped" + ending;
    Write(whole, false);
    Write(stopped, true);
    EXPECT_FALSE(fs::exists(stopped));
    EXPECT_TRUE(fs::exists(stopped + ".part"));
    Write(stopped, false);
    EXPECT_EQ(Read(stopped), Read(whole)) << ending;
    EXPECT_FALSE(fs::exists(stopped + ".part"));
  }
  ExpectRows(Read(folder + "/whole.npy"));
  EXPECT_EQ(Read(folder + "/whole.npy.files.csv"),
            "path\na.jpg\n\"b,\"\"c\"\"\n.jpg\"\n\xff.jpg\n"
            "k\xc3\xa4tzchen.png\n");
  EXPECT_EQ(Read(folder + "/whole.csv"),
            "path,f0,f1\na.jpg,1.5,-2\n\"b,\"\"c\"\"\n.jpg\",0.1,3e-20\n"
            "\xff.jpg,0,1e+30\nk\xc3\xa4tzchen.png,7,8\n");
}

TEST(FeatureFileTest, RefusesDamagedArchives) {
  const std::string folder = Fresh("damaged");
  const std::string path = folder + "/f.npz";
  Write(path, false);
  const std::string whole = Read(path);
  EXPECT_NO_THROW(FeatureReader{path});
  int refused = 0;
  // Cut anywhere, and with any byte changed: an error, or what was written.
  for (size_t at = 0; at < whole.size(); at += 3) {
    std::string changed = whole;
    changed[at] ^= 0x15;
    for (const std::string& bytes : {whole.substr(0, at), changed}) {
      std::ofstream(path, std::ios::binary) << bytes;
      try {
        const FeatureReader reader(path);
        EXPECT_EQ(std::vector<float>(reader.features().begin(),
                                     reader.features().end()),
                  Rows());
      } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find(path), std::string::npos);
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 300);
  EXPECT_THROW(FeatureReader{folder}, std::runtime_error);
  EXPECT_THROW(FeatureReader(folder + "/gone.npz"), std::runtime_error);
}

struct Member {
  const char* name;
  std::string array;
};

// An archive by minizip, with right sums.
void WriteArchive(const std::string& path, const std::vector<Member>& members) {
  std::remove(path.c_str());
  zipFile file = zipOpen64(path.c_str(), APPEND_STATUS_CREATE);
  ASSERT_NE(file, nullptr);
  for (const Member& each : members) {
    ASSERT_EQ(zipOpenNewFileInZip64(file, each.name, nullptr, nullptr, 0,
                                    nullptr, 0, nullptr, 0, 0, 0),
              ZIP_OK);
    ASSERT_EQ(zipWriteInFileInZip(file, each.array.data(),
                                  static_cast<unsigned>(each.array.size())),
              ZIP_OK);
    zipCloseFileInZip(file);
  }
  zipClose(file, nullptr);
}

TEST(FeatureFileTest, RefusesArraysThatAreNotWhatTheySay) {
  const std::string path = Fresh("untrue") + "/f.npz";
  const std::string rows = NpyHeader("<f4", {1, 1}) + std::string(4, '\0');
  const std::string name = NpyHeader("<U1", {1}) + std::string("a\0\0\0", 4);
  WriteArchive(path, {{"features.npy", rows}, {"files.npy", name}});
  EXPECT_EQ(FeatureReader(path).files(), std::vector<std::string>{"a"});

  const int64_t many = int64_t{1} << 42;
  std::string unfinished = NpyHeader("<U1", {1});
  // All that follows the colon behind a key.
  const size_t at = unfinished.find("'shape':") + 8;
  std::fill(unfinished.begin() + static_cast<std::ptrdiff_t>(at),
            unfinished.end(), ' ');
  const std::vector<std::vector<Member>> untrue = {
      {{"features.npy", rows}, {"files.npy", NpyHeader("<U1048576", {many})}},
      {{"features.npy", rows}, {"files.npy", NpyHeader("<U0", {many})}},
      {{"features.npy", rows}, {"files.npy", NpyHeader("<U", {1})}},
      {{"features.npy", rows}, {"files.npy", NpyHeader("<U4", {1})}},
      {{"features.npy", rows}, {"files.npy", name + "more"}},
      {{"features.npy", rows}, {"files.npy", unfinished}},
      {{"features.npy", NpyHeader("<f4", {many, many})}, {"files.npy", name}},
      {{"features.npy", NpyHeader("<f4", {1, 0})}, {"files.npy", name}},
      {{"features.npy", NpyHeader("<f4", {1, 2}) + "1234"},
       {"files.npy", name}},
      {{"features.npy", NpyHeader("<i4", {1, 1}) + "1234"},
       {"files.npy", name}},
      {{"features.npy", rows}},
  };
  for (size_t i = 0; i < untrue.size(); ++i) {
    WriteArchive(path, untrue[i]);
    try {
      const FeatureReader reader(path);
      ADD_FAILURE() << i;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << i;
    }
  }
}

TEST(FeatureFileTest, EndingsChooseTheFormat) {
  EXPECT_EQ(FeatureFormatOf("a.npz"), FeatureFormat::kNpz);
  EXPECT_EQ(FeatureFormatOf("a.npy"), FeatureFormat::kNpy);
  EXPECT_EQ(FeatureFormatOf("a.csv"), FeatureFormat::kCsv);
  EXPECT_FALSE(FeatureFormatOf("a.txt").has_value());
}

}  // namespace
}  // namespace alexnet::cli
