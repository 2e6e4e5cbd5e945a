// OutputFile: a file that is being written; nothing replaces the old one until
// Commit.

#ifndef ALEXNET_TOOLS_CONVERT_BASE_OUTPUT_FILE_H_
#define ALEXNET_TOOLS_CONVERT_BASE_OUTPUT_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/file.h"
#include "tools/convert/base/byte_reader.h"

namespace alexnet::convert {

// Throws Error where the system refuses. One thread at a time.
class OutputFile {
 public:
  explicit OutputFile(const std::string& path)
      : file_(Check(AtomicFile::Create(path))), path_(path) {}

  void Write(Bytes bytes) { Check(file_->Write(bytes)); }
  void Write(std::string_view text) { Check(file_->Write(text)); }
  // Over bytes that were written before.
  void WriteAt(uint64_t offset, Bytes bytes) {
    Check(file_->WriteAt(offset, bytes));
  }
  // A little-endian number.
  template <typename T>
  requires std::integral<T> || std::floating_point<T>
  void WriteNumber(T value) { Write(std::as_bytes(std::span(&value, 1))); }
  // Zeros up to the next multiple.
  void PadTo(uint64_t alignment) { Check(file_->PadTo(alignment)); }
  // Bytes written so far.
  uint64_t size() const { return file_->size(); }
  const std::string& path() const { return path_; }
  // Where the bytes are until Commit.
  const std::string& temporary() const { return file_->temporary(); }
  void Commit() { Check(file_->Commit()); }

 private:
  std::unique_ptr<AtomicFile> file_;
  std::string path_;
};

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_BASE_OUTPUT_FILE_H_
