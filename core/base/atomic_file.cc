#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>

#include "core/base/file.h"

namespace alexnet {
namespace {

// Folder of `path` with its last slash; empty for the current one.
std::string FolderOf(const std::string& path) {
  return path.substr(0, path.rfind('/') + 1);
}

// What `path` points to after following symbolic links, whether or not that
// exists. Links in its folders are left to the system.
Result<std::string> FollowLinks(const std::string& path) {
  constexpr int kMostLinks = 40;  // as the system itself
  std::string target = path;
  for (int i = 0; i < kMostLinks; ++i) {
    std::array<char, PATH_MAX> text;
    const ssize_t length = readlink(target.c_str(), text.data(), text.size());
    if (length <= 0) return target;  // not a link
    const std::string link(text.data(), static_cast<size_t>(length));
    target = link[0] == '/' ? link : FolderOf(target) + link;
  }
  return IoError("symbolic links form a circle; remove them").WithFile(path);
}

Status CreateError(const std::string& path, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    return NotFoundError(
               "the folder of the file does not exist; make it first or choose "
               "another path")
        .WithFile(path);
  }
  return ErrnoError("cannot create a file in this folder", error)
      .WithFile(path);
}

// A name beside `target` that nobody else is likely to use.
std::string TemporaryName(const std::string& target) {
  constexpr size_t kMostOfName = 200;  // names have at most 255 bytes
  uint64_t random = 0;
  if (getrandom(&random, sizeof(random), GRND_NONBLOCK) !=
      static_cast<ssize_t>(sizeof(random))) {
    random = static_cast<uint64_t>(getpid());
  }
  std::array<char, 17> suffix;
  std::snprintf(suffix.data(), suffix.size(), "%016llx",
                static_cast<unsigned long long>(random));
  const std::string folder = FolderOf(target);
  return folder + "." + target.substr(folder.size(), kMostOfName) + "." +
         suffix.data() + ".tmp";
}

// Puts the folder's new entry on the disk.
Status SyncFolder(const std::string& target) {
  const std::string folder = FolderOf(target);
  const int fd = open(folder.empty() ? "." : folder.c_str(),
                      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return Status();  // a folder that may be written but not read
  const int error = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  // File systems without fsync of folders answer EINVAL.
  if (error == 0 || error == EINVAL) return Status();
  return ErrnoError("the file was replaced, but is perhaps not on the disk yet",
                    error);
}

}  // namespace

Result<std::unique_ptr<AtomicFile>> AtomicFile::Create(
    const std::string& path) {
  if (path.empty() || path.back() == '/' ||
      path.find('\0') != std::string::npos) {
    return InvalidArgumentError(
               "the path of a file to write is empty, ends in a slash or holds "
               "a null character; name a file")
        .WithFile(path);
  }
  ALEXNET_ASSIGN_OR_RETURN(std::string target, FollowLinks(path));
  struct stat old;
  const bool replaces = stat(target.c_str(), &old) == 0;
  if (replaces && !S_ISREG(old.st_mode)) {
    return InvalidArgumentError(
               S_ISDIR(old.st_mode)
                   ? "this is a folder; name a file"
                   : "this is a device, pipe or socket; name a regular file")
        .WithFile(path);
  }
  // The content of a private file stays private while it is written.
  const mode_t mode = replaces ? 0600 : 0666;
  constexpr int kMostTries = 100;
  for (int i = 0; i < kMostTries; ++i) {
    std::string temporary = TemporaryName(target);
    const int fd =
        open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0 && errno == EEXIST) continue;
    if (fd < 0) return CreateError(path, errno);
    std::unique_ptr<AtomicFile> file(
        new AtomicFile(path, std::move(target), std::move(temporary), fd));
    if (replaces && fchmod(fd, old.st_mode & 0777) != 0) {
      return ErrnoError("cannot keep the mode of the file", errno)
          .WithFile(path);
    }
    return file;
  }
  return IoError("found no free name for a temporary file beside this one")
      .WithFile(path);
}

AtomicFile::~AtomicFile() { Abandon(); }

void AtomicFile::Abandon() {
  if (fd_ < 0) return;
  close(fd_);
  fd_ = -1;
  if (birthplace_.Here()) unlink(temporary_.c_str());
}

Status AtomicFile::Write(std::span<const std::byte> bytes) {
  ALEXNET_RETURN_IF_ERROR(Put(size_, bytes));
  size_ += bytes.size();
  return Status();
}

Status AtomicFile::WriteAt(uint64_t offset, std::span<const std::byte> bytes) {
  if (bytes.size() > size_ || offset > size_ - bytes.size()) {
    return InvalidArgumentError("only what was written can be written over")
        .WithFile(path_);
  }
  return Put(offset, bytes);
}

Status AtomicFile::Put(uint64_t offset, std::span<const std::byte> bytes) {
  if (!error_.ok()) return error_;
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check().WithFile(path_));
  if (fd_ < 0) {
    return FailedPreconditionError("the file was written and committed before")
        .WithFile(path_);
  }
  while (!bytes.empty()) {
    const ssize_t done =
        pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) {
      error_ = ErrnoError(
                   "cannot write the file, and left what was there; make room "
                   "on the disk or choose another path",
                   errno)
                   .WithFile(path_);
      return error_;
    }
    bytes = bytes.subspan(static_cast<size_t>(done));
    offset += static_cast<uint64_t>(done);
  }
  return Status();
}

Status AtomicFile::Write(std::string_view text) {
  return Write(std::as_bytes(std::span(text.data(), text.size())));
}

Status AtomicFile::PadTo(uint64_t alignment) {
  static constexpr std::array<std::byte, 4096> kZeros{};
  uint64_t left =
      alignment == 0 ? 0 : (alignment - size_ % alignment) % alignment;
  while (left > 0) {
    const uint64_t length = std::min<uint64_t>(left, kZeros.size());
    ALEXNET_RETURN_IF_ERROR(Write(std::span(kZeros).first(length)));
    left -= length;
  }
  return Status();
}

Status AtomicFile::Commit() {
  // For the error of an earlier write or commit.
  ALEXNET_RETURN_IF_ERROR(Write(std::span<const std::byte>()));
  if (fsync(fd_) != 0) {
    error_ =
        ErrnoError("cannot bring the file to the disk", errno).WithFile(path_);
    return error_;
  }
  if (rename(temporary_.c_str(), target_.c_str()) != 0) {
    error_ = ErrnoError("cannot put the new file in the old one's place", errno)
                 .WithFile(path_);
    return error_;
  }
  const int fd = std::exchange(fd_, -1);
  const bool closed = close(fd) == 0 || errno == EINTR;
  if (!closed) {
    return ErrnoError("the file was replaced, but closing it failed", errno)
        .WithFile(path_);
  }
  return SyncFolder(target_).WithFile(path_);
}

}  // namespace alexnet
