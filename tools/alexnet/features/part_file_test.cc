#include "tools/alexnet/features/part_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace alexnet::cli {
namespace {

namespace fs = std::filesystem;

std::string Fresh(const std::string& name) {
  const std::string folder = ::testing::TempDir() + "/" + name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder + "/out.npz";
}

std::string Read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void Write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string Refusal(const std::string& path, const std::string& identity) {
  try {
    const PartFile file(path, identity, 4, false);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

// Two pieces, and then killed.
void Begin(const std::string& path) {
  PartFile file(path, "run 1", 4, false);
  EXPECT_EQ(file.state().pictures, 0);
  file.Append("abcd", 2, 3, {1});
  file.Append("ef", 1, 5, {3});
}

TEST(PartFileTest, GoesOnWhereARunWasStopped) {
  const std::string path = Fresh("goes_on");
  Begin(path);
  {
    PartFile file(path, "run 1", 4, false);
    EXPECT_EQ(file.state().pictures, 5);
    EXPECT_EQ(file.state().rows, 3);
    EXPECT_EQ(file.state().left_out, (std::vector<int64_t>{1, 3}));
    file.Append("g", 1, 6, {});
    file.AppendLast("end");
    file.WriteAt(0, "head");
    file.Finish();
  }
  EXPECT_EQ(Read(path), "headabcdefgend");
  EXPECT_FALSE(fs::exists(path + ".part"));
  EXPECT_FALSE(fs::exists(path + ".part.done"));
}

TEST(PartFileTest, TakesUpOnlyWhatIsWhole) {
  const std::string path = Fresh("whole");
  Begin(path);
  const std::string part = Read(path + ".part");
  const std::string journal = Read(path + ".part.done");
  const auto taken_up = [&](const std::string& new_part,
                            const std::string& new_journal) {
    Write(path + ".part", new_part);
    Write(path + ".part.done", new_journal);
    const PartFile file(path, "run 1", 4, false);
    EXPECT_EQ(fs::file_size(path + ".part"), file.state().bytes);
    return file.state().pictures;
  };
  EXPECT_EQ(taken_up(part, journal), 5);
  EXPECT_EQ(taken_up(part + "torn", journal), 5);
  EXPECT_EQ(taken_up(part.substr(0, part.size() - 1), journal), 3);
  EXPECT_EQ(taken_up(part.substr(0, 5), journal), 0);
  std::string changed = part;
  changed.back() ^= 1;
  EXPECT_EQ(taken_up(changed, journal), 3);
  changed = part;
  changed[5] ^= 1;
  EXPECT_EQ(taken_up(changed, journal), 0);
  EXPECT_EQ(taken_up(part, journal.substr(0, journal.size() - 1)), 3);
  changed = journal;
  changed[journal.size() - 12] ^= 1;
  EXPECT_EQ(taken_up(part, changed), 3);
}

TEST(PartFileTest, RefusesThePartOfAnother) {
  const std::string path = Fresh("another");
  Begin(path);
  EXPECT_NE(Refusal(path, "run 2").find("of another model"), std::string::npos);
  {
    const PartFile file(path, "run 2", 4, true);
    EXPECT_EQ(file.state().pictures, 0);
    // While one is writing it.
    EXPECT_NE(Refusal(path, "run 2").find("another run is writing"),
              std::string::npos);
  }
  fs::remove(path + ".part.done");
  Write(path + ".part", "somebody's");
  EXPECT_NE(Refusal(path, "run 1").find("something else"), std::string::npos);
  EXPECT_EQ(Read(path + ".part"), "somebody's");
  EXPECT_NE(Refusal(path + "/none/out", "x").find("cannot be written"),
            std::string::npos);
}

}  // namespace
}  // namespace alexnet::cli
