// Any bytes as the file FUZZ_FILE of a data set, whose other files are good:
// opened, and every picture read.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/tar.h"
#include "core/data/dataset.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using std::string_literals::operator""s;

constexpr size_t kCifarRecord = 1 + 3 * 32 * 32;

void Write(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// A shard with one picture and its label.
std::string OneSample() {
  std::string archive;
  for (const auto& [name, content] :
       {std::pair("0.jpg"s, "\xFF\xD8\xFF"s), std::pair("0.cls"s, "0"s)}) {
    const auto header = TarHeader(name, content.size()).value();
    archive.append(reinterpret_cast<const char*>(header.data()), kTarBlock);
    archive += content + std::string(kTarBlock - content.size(), '\0');
  }
  return archive + std::string(2 * kTarBlock, '\0');
}

// A folder with what belongs to FUZZ_FILE.
class Folder {
 public:
  Folder() {
    std::string name = fs::temp_directory_path() / "fuzz_data_XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
      std::perror("mkdtemp");
      std::abort();
    }
    path_ = name;
    const std::string_view file = FUZZ_FILE;
    if (file == "dataset.json") {
      Write(path_ / "a-000000.tar", OneSample());
      Write(path_ / "mean_image.f32", std::string(3 * sizeof(float), '\0'));
    } else if (file == "list.txt" || file == "list.csv") {
      fs::create_directory(path_ / "x");
      for (const char* picture : {"0.jpg", "1.jpg"}) {
        Write(path_ / "x" / picture, "\xFF\xD8\xFF");
      }
    } else if (file == "batches.meta.txt") {
      Write(path_ / "data_batch_1.bin", std::string(kCifarRecord, '\0'));
    } else if (file == "data_batch_1") {
      Write(path_ / "batches.meta",
            "(dS'label_names'\n(S'0'\nS'1'\nS'2'\nS'3'\nS'4'\nS'5'\nS'6'\n"
            "S'7'\nS'8'\nS'9'\nls.");
    } else if (file == "train-images-idx3-ubyte") {
      Write(path_ / "train-labels-idx1-ubyte", "\0\0\x8\1\0\0\0\1\0"s);
    } else if (file == "train-labels-idx1-ubyte") {
      Write(path_ / "train-images-idx3-ubyte",
            "\0\0\x8\3\0\0\0\1\0\0\0\1\0\0\0\1\0"s);
    }
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void Use(const Dataset& data) {
  for (int64_t i = 0; i < data.size(); ++i) {
    const Result<Sample> sample = data.Read(i);
    if (!sample.ok()) continue;
    // Labels index the classes.
    if (static_cast<size_t>(sample->label) >= data.classes().size())
      std::abort();
  }
}

}  // namespace
}  // namespace alexnet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace alexnet;  // NOLINT: one function
  static const Folder folder;
  const std::string file = folder.path() / FUZZ_FILE;
  Write(file, {reinterpret_cast<const char*>(data), size});
  const bool list = file.find("list.") != std::string::npos;
  const auto opened = OpenData(list ? file : folder.path().string());
  if (!opened.ok()) return 0;
  Use(*opened->train);
  if (opened->validation != nullptr) Use(*opened->validation);
  return 0;
}
