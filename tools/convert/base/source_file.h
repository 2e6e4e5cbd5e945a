// SourceFile: a foreign file that is being read.

#ifndef ALEXNET_TOOLS_CONVERT_BASE_SOURCE_FILE_H_
#define ALEXNET_TOOLS_CONVERT_BASE_SOURCE_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file.h"
#include "tools/convert/base/byte_reader.h"

namespace alexnet::convert {

// Immutable bytes with a name, mapped from a file or held in memory, and what
// was unpacked from them.
class SourceFile {
 public:
  // Throws Error: not there, a folder, not readable.
  static std::shared_ptr<SourceFile> Open(const std::string& path);
  // `bytes` are borrowed. For tests and fuzzing.
  static std::shared_ptr<SourceFile> Of(Bytes bytes, std::string name);
  // A part of `whole`, such as an archive's member, which it keeps open.
  static std::shared_ptr<SourceFile> In(std::shared_ptr<SourceFile> whole,
                                        Bytes part, std::string name);

  Bytes bytes() const { return bytes_; }
  const std::string& path() const { return path_; }
  // Without folders.
  std::string name() const;
  // Whether the bytes are a file's, which may have others beside it.
  bool on_disk() const { return mapped_ != nullptr; }

  // Room to unpack bytes into. Throws where all that was unpacked of the file
  // would be more than 16 times its bytes and 64 MiB, which weights are not.
  std::vector<std::byte> RoomFor(uint64_t bytes);
  // Keeps bytes that were unpacked for as long as the file is open.
  Bytes Keep(std::vector<std::byte> unpacked);
  // Tells the system that mapped pages under `range` are not needed for now.
  // Any range: what is not mapped is ignored.
  void Release(Bytes range) const;

 private:
  SourceFile(std::string path, Bytes bytes)
      : path_(std::move(path)), bytes_(bytes) {}

  std::string path_;
  Bytes bytes_;
  std::shared_ptr<const MappedFile> mapped_;  // may be null
  std::shared_ptr<SourceFile> whole_;         // likewise
  uint64_t unpacked_ = 0;                     // bytes for which room was given
  std::vector<std::unique_ptr<std::vector<std::byte>>> kept_;
};

// All of a text that is read as a whole; throws Invalid, which names it, where
// it has more than `most` bytes.
std::string_view TextIn(const SourceFile& file, size_t most);

// SHA-256 of bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Add(Bytes bytes);
  // Once: 64 hexadecimal digits.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_BASE_SOURCE_FILE_H_
