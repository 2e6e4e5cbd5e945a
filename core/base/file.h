// Files: whole reads, memory mappings, and writes that replace a file only when
// they are complete.

#ifndef ALEXNET_CORE_BASE_FILE_H_
#define ALEXNET_CORE_BASE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

// The whole file as bytes. Refuses more than `limit` bytes before it allocates,
// folders, and anything that is not a regular file.
Result<std::vector<std::byte>> ReadFile(const std::string& path,
                                        uint64_t limit);

// A read-only shared mapping of a whole regular file. While one exists the file
// must not be made shorter by others: touching a page past the new end kills
// the process (SIGBUS). Replacing the file by rename, as AtomicFile does, is
// safe. Immutable, so many threads may read it.
class MappedFile {
 public:
  static Result<std::shared_ptr<const MappedFile>> Open(
      const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }
  const std::string& path() const { return path_; }
  // Tells the system that the pages under `range` are not needed for now; they
  // are read again when touched.
  void Release(std::span<const std::byte> range) const;

 private:
  MappedFile(std::string path, std::span<const std::byte> bytes)
      : path_(std::move(path)), bytes_(bytes) {}
  std::string path_;
  std::span<const std::byte> bytes_;
};

// Writes a file so that readers see the old content or all of the new: a
// temporary file in the same folder, fsync, rename, fsync of the folder; the
// mode of a file that is replaced is kept. Until Commit the target is not
// touched; without Commit the temporary file is removed.
class AtomicFile {
 public:
  static Result<std::unique_ptr<AtomicFile>> Create(const std::string& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  Status Write(std::span<const std::byte> bytes);
  Status Write(std::string_view text);
  // Zeros up to the next multiple of `alignment`.
  Status PadTo(uint64_t alignment);
  uint64_t size() const { return size_; }
  Status Commit();

 private:
  AtomicFile(std::string path, std::string temporary, int fd)
      : path_(std::move(path)), temporary_(std::move(temporary)), fd_(fd) {}
  std::string path_;
  std::string temporary_;
  int fd_;
  uint64_t size_ = 0;
};

// Makes `path` and its parents. OK if the folder is there already.
Status MakeFolders(const std::string& path);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_FILE_H_
