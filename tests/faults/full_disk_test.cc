// The command line on a disk that fills up: small file systems in memory, in a
// name space of the test's own. Where none may be mounted it is skipped.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/faults/program.h"
#include "tests/faults/scenarios.h"

namespace alexnet::faults {
namespace {

namespace fs = std::filesystem;

// How many sizes of a disk each command is tried on, up to one on which all
// fits.
constexpr int kSizes = 10;
constexpr int kNoMount = 124;
constexpr int kNoRoom = 125;  // not even for what is there before

// $1 has `start`; the folder's command is tried, and then, with room, once
// more. Ends with the command's code; leaves what it wrote in `left`, and both
// in `after`.
constexpr char kScript[] = R"(
mkdir -p disk && mount -t tmpfs -o size=$SIZE full disk || exit 124
cp -a start/. disk/ 2>cp.err || exit 125
cd disk
"$A" $FIRST >../out 2>../err </dev/null; code=$?
cp -a . ../left
mount -o remount,size=256m ../disk
if [ $code != 0 ]; then
  again=$FIRST
  if [ -e out/last.alexnet ]; then again=$RESUME; fi
  "$A" $again >../again.out 2>../again.err </dev/null || exit 126
fi
cp -a . ../after
exit $code
)";

std::string Text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return text;
}

uint64_t BytesIn(const std::string& folder) {
  uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_symlink() && entry.is_regular_file()) {
      bytes += entry.file_size();
    }
  }
  return bytes;
}

class FullDiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers have needs and exit codes of their own";
#endif
    work_ = fs::absolute(::testing::TempDir() + "/full_disk_work");
    fs::remove_all(work_);
    fs::create_directories(work_ + "/start");
    std::ofstream(work_ + "/script") << kScript;
    if (Run({}, uint64_t{1} << 16) == kNoMount) {
      GTEST_SKIP() << "nothing can be mounted here: " << Text(work_ + "/log");
    }
    given_ = fs::absolute(::testing::TempDir() + "/full_disk_given");
    ASSERT_TRUE(MakeGiven(given_));
  }

  // On a disk of so many bytes.
  int Run(const Scenario& scenario, uint64_t bytes) const {
    for (const char* name : {"left", "after"}) {
      fs::remove_all(work_ + "/" + name);
    }
    setenv("A", ProgramPath().c_str(), 1);
    setenv("SIZE", std::to_string(bytes).c_str(), 1);
    setenv("FIRST", Joined(scenario.command).c_str(), 1);
    setenv(
        "RESUME",
        ("train " + (scenario.command.size() > 1 ? scenario.command[1] : "") +
         " --out out --resume --threads 1 --loader-threads 1 --no-report")
            .c_str(),
        1);
    const std::string line =
        "cd '" + work_ + "' && unshare -rm sh script >log 2>&1 || exit $?";
    const int status = std::system(line.c_str());
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    // Of unshare itself.
    return fs::exists(work_ + "/disk") || code == kNoMount ? code : kNoMount;
  }

  // All of it, on disks of different sizes.
  void Fill(const Scenario& scenario) const;

  std::string given_;
  std::string work_;
};

void FullDiskTest::Fill(const Scenario& scenario) const {
  Lay(scenario, given_, work_ + "/start");
  ASSERT_EQ(Run(scenario, uint64_t{1} << 28), 0) << Text(work_ + "/err");
  std::vector<std::string> damaged;
  const Results expected = ResultsIn(scenario, work_ + "/left", &damaged);
  ASSERT_EQ(expected.size(), scenario.makes.size());
  // Files take whole pages, and some are there twice for a moment.
  const uint64_t most = 2 * BytesIn(work_ + "/left") + (uint64_t{1} << 18);
  int full = 0;
  for (int i = 1; i <= kSizes; ++i) {
    const uint64_t bytes = most * static_cast<uint64_t>(i) / kSizes;
    SCOPED_TRACE(scenario.name + " on a disk of " + std::to_string(bytes));
    const int code = Run(scenario, bytes);
    if (code == kNoRoom) continue;
    ASSERT_TRUE(code == 0 || code == 1)
        << code << Text(work_ + "/err") << Text(work_ + "/again.err");
    full += code;
    if (code == 1) {
      EXPECT_NE(Text(work_ + "/err").find("No space left on device"),
                std::string::npos)
          << Text(work_ + "/err");
    }
    EXPECT_EQ(StraysIn(work_ + "/left"), std::vector<std::string>());
    const Results left = ResultsIn(scenario, work_ + "/left", &damaged);
    for (const auto& [name, meaning] : left) {
      // A checkpoint may be an older one.
      if (fs::path(name).extension() != ".alexnet" || code == 0) {
        EXPECT_EQ(meaning, expected.at(name)) << name;
      }
    }
    EXPECT_EQ(ResultsIn(scenario, work_ + "/after", &damaged), expected);
    EXPECT_EQ(damaged, std::vector<std::string>());
    EXPECT_EQ(StraysIn(work_ + "/after"), std::vector<std::string>());
  }
  EXPECT_GT(full, 0) << scenario.name;
  EXPECT_EQ(Run(scenario, most), 0) << Text(work_ + "/err");
}

TEST_F(FullDiskTest, NothingIsLostAndWhatFailsIsSaid) {
  for (const Scenario& scenario : Scenarios()) {
    if (!scenario.makes.empty()) Fill(scenario);
  }
}

}  // namespace
}  // namespace alexnet::faults
