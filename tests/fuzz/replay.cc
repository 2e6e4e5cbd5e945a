// Runs every file of a corpus through a fuzz target, as libFuzzer does, and
// each of them cut at many places, with many bytes changed, and as the target's
// own mutator changes it: what CI can do without clang.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// A target's own, where it has one.
extern "C" __attribute__((weak)) size_t LLVMFuzzerCustomMutator(uint8_t* data,
                                                                size_t size,
                                                                size_t max_size,
                                                                unsigned seed);

// In place of libFuzzer's, which a mutator calls.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size,
                                   size_t /*max_size*/) {
  if (size > 0) data[size / 2] ^= 0x10;
  return size;
}

namespace {

using Input = std::vector<uint8_t>;

std::string corpus;

std::vector<Input> Corpus() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Input> inputs;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file),
                        std::istreambuf_iterator<char>());
  }
  return inputs;
}

void RunInput(const Input& input) {
  // A copy of exactly this size, so that sanitizers see reads past the end.
  const Input exact(input.begin(), input.end());
  EXPECT_EQ(LLVMFuzzerTestOneInput(exact.data(), exact.size()), 0);
}

// Not every byte of long files: the time is bounded, the ends are dense.
size_t Step(const Input& input) { return input.size() / 400 + 1; }

TEST(CorpusTest, HasInputs) { EXPECT_FALSE(Corpus().empty()); }

TEST(CorpusTest, RunsAsItIs) {
  for (const Input& input : Corpus()) RunInput(input);
}

TEST(CorpusTest, RunsCutShort) {
  for (const Input& input : Corpus()) {
    for (size_t size = 0; size < input.size(); size += Step(input)) {
      RunInput(
          {input.begin(), input.begin() + static_cast<std::ptrdiff_t>(size)});
    }
  }
}

TEST(CorpusTest, RunsWithChangedBytes) {
  for (Input input : Corpus()) {
    for (size_t at = 0; at < input.size(); at += Step(input)) {
      for (const int change : {0x01, 0x80, 0xff}) {
        input[at] ^= static_cast<uint8_t>(change);
        RunInput(input);
        input[at] ^= static_cast<uint8_t>(change);
      }
    }
  }
}

TEST(CorpusTest, RunsMutated) {
  if (LLVMFuzzerCustomMutator == nullptr) return;
  for (const Input& whole : Corpus()) {
    for (unsigned seed = 0; seed < 5000; ++seed) {
      Input input = whole;
      input.resize(LLVMFuzzerCustomMutator(input.data(), input.size(),
                                           input.size(), seed));
      RunInput(input);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  corpus = argc > 1 ? argv[1] : "";
  return RUN_ALL_TESTS();
}
