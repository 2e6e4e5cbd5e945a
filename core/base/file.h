// Files: whole reads, memory mappings, and writes that replace a file only when
// they are complete.

#ifndef ALEXNET_CORE_BASE_FILE_H_
#define ALEXNET_CORE_BASE_FILE_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/birthplace.h"
#include "core/base/status.h"

namespace alexnet {

// The whole file as bytes. Refuses more than `limit` bytes before it allocates,
// folders, and anything that is not a regular file (kInvalidArgument); a file
// that is not there is kNotFound.
Result<std::vector<std::byte>> ReadFile(const std::string& path,
                                        uint64_t limit);

// Tells whether a file is the one that it was: another number after it was
// replaced, written to or cut.
struct FileVersion {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size = 0;
  int64_t seconds = 0;  // of the last change, and its fraction
  int64_t nanoseconds = 0;

  bool operator==(const FileVersion&) const = default;
};

// Errors as in ReadFile.
Result<FileVersion> FindFileVersion(const std::string& path);

// `size` bytes of the file from `offset` on. kFailedPrecondition where the file
// is not of `version` any more, kDataLoss where it ends before; other errors as
// in ReadFile. Unlike a mapping, it bears files that are cut by others.
Result<std::vector<std::byte>> ReadFileRange(const std::string& path,
                                             const FileVersion& version,
                                             uint64_t offset, uint64_t size);

// What lies at a path: of a link what it points to, and nothing where that is
// not there.
enum class PathKind { kNothing, kFile, kFolder, kOther };

// Errors are only what keeps one from seeing it, so that what cannot be seen is
// not taken for what is not there.
Result<PathKind> FindPathKind(const std::string& path);
Result<bool> IsThere(const std::string& path);

// What a folder holds, in no order, without "." and "..".
struct FolderEntry {
  std::string name;
  PathKind kind = PathKind::kOther;
  bool is_link = false;
};

// kNotFound where there is no such folder.
Result<std::vector<FolderEntry>> ReadFolder(const std::string& path);

// A read-only shared mapping of a whole regular file. While one exists the file
// must not be made shorter by others: touching a page past the new end kills
// the process (SIGBUS). Replacing the file by rename, as AtomicFile does, is
// safe. Immutable, so many threads may read it.
class MappedFile {
 public:
  // An empty file gives empty bytes. Errors as in ReadFile.
  static Result<std::shared_ptr<const MappedFile>> Open(
      const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }
  const std::string& path() const { return path_; }
  // Tells the system that the pages under `range` are not needed for now; they
  // are read again when touched. Pages that are only partly in `range`, which
  // must lie in bytes(), stay.
  void Release(std::span<const std::byte> range) const;

 private:
  explicit MappedFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
  std::span<const std::byte> bytes_;
};

// Writes a file so that readers see the old content or all of the new: a
// temporary file in the same folder, fsync, rename, fsync of the folder; the
// mode of a file that is replaced is kept. Until Commit the target is not
// touched; without Commit the temporary file is removed. A path that is a
// symbolic link stays one: the file it points to is replaced. Errors: kNotFound
// for a missing folder, kInvalidArgument for a target that is not a regular
// file, kIo where the system refuses. What writers left that were killed is
// removed by the next one of the same target. One thread at a time. It belongs
// to the process that made it: a child of fork leaves the files alone.
class AtomicFile {
 public:
  // `path` need not exist; its folder must.
  static Result<std::unique_ptr<AtomicFile>> Create(const std::string& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // Not buffered. After an error nothing more is written and Commit returns
  // that error.
  Status Write(std::span<const std::byte> bytes);
  Status Write(std::string_view text);
  // Over bytes that were written before; not beyond them.
  Status WriteAt(uint64_t offset, std::span<const std::byte> bytes);
  // Zeros up to the next multiple of `alignment`.
  Status PadTo(uint64_t alignment);
  // Bytes written so far.
  uint64_t size() const { return size_; }
  // Where they are until Commit, for those who read them again first.
  const std::string& temporary() const { return temporary_; }
  // Once; afterwards nothing can be written.
  Status Commit();

 private:
  AtomicFile(std::string path, std::string target)
      : path_(std::move(path)), target_(std::move(target)) {}
  Status OpenTemporary(mode_t mode);
  void Abandon();
  Status Put(uint64_t offset, std::span<const std::byte> bytes);

  const Birthplace birthplace_;
  std::string path_;       // as the caller named it, for messages
  std::string target_;     // after symbolic links
  std::string temporary_;  // beside the target
  int fd_ = -1;            // and after Commit
  uint64_t size_ = 0;
  Status error_;  // the first one
};

// Makes `path` and its parents. OK if the folder is there already or `path` is
// empty (the current folder).
Status MakeFolders(const std::string& path);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_FILE_H_
