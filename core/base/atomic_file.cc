#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

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
    const ssize_t length =
        TEMP_FAILURE_RETRY(readlink(target.c_str(), text.data(), text.size()));
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

// The names of temporary files beside `target`: as many writers may be at work
// at once. Where the next one finds such a file whose lock it gets, its writer
// is dead.
std::string TemporaryName(const std::string& target, int number) {
  constexpr size_t kMostOfName = 200;  // names have at most 255 bytes
  const std::string folder = FolderOf(target);
  return folder + "." + target.substr(folder.size(), kMostOfName) + "." +
         std::to_string(number) + ".tmp";
}

bool Lock(int fd) {
  return TEMP_FAILURE_RETRY(flock(fd, LOCK_EX | LOCK_NB)) == 0;
}

// Whether `fd` is the file that `path` names now.
bool IsNamed(int fd, const std::string& path) {
  struct stat own;
  struct stat named;
  return fstat(fd, &own) == 0 && lstat(path.c_str(), &named) == 0 &&
         own.st_dev == named.st_dev && own.st_ino == named.st_ino;
}

// Removes the temporary file where its writer is dead. File systems without
// locks keep it.
void RemoveStray(const std::string& path) {
  const int fd =
      open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return;
  if (Lock(fd) && IsNamed(fd, path)) unlink(path.c_str());
  close(fd);
}

// A new file that is locked, or -1: see errno, EEXIST where another writer has
// it.
int MakeLocked(const std::string& path, mode_t mode) {
  const int fd = TEMP_FAILURE_RETRY(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (fd < 0) return -1;
  // Before there is a lock, another may have taken this for a dead one's.
  const bool taken = !Lock(fd) && errno == EWOULDBLOCK;
  if (!taken && IsNamed(fd, path)) return fd;
  close(fd);
  errno = EEXIST;
  return -1;
}

// Puts the folder's new entry on the disk.
Status SyncFolder(const std::string& target) {
  const std::string folder = FolderOf(target);
  const int fd = TEMP_FAILURE_RETRY(open(folder.empty() ? "." : folder.c_str(),
                                         O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd < 0) return Status();  // a folder that may be written but not read
  const int error = TEMP_FAILURE_RETRY(fsync(fd)) == 0 ? 0 : errno;
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
  const bool replaces = TEMP_FAILURE_RETRY(stat(target.c_str(), &old)) == 0;
  if (!replaces && errno != ENOENT && errno != ENOTDIR) {
    return ErrnoError("cannot ask what this is", errno).WithFile(path);
  }
  if (replaces && !S_ISREG(old.st_mode)) {
    return InvalidArgumentError(
               S_ISDIR(old.st_mode)
                   ? "this is a folder; name a file"
                   : "this is a device, pipe or socket; name a regular file")
        .WithFile(path);
  }
  // The content of a private file stays private while it is written.
  const mode_t mode = replaces ? 0600 : 0666;
  // Before the system's file, which nothing removes where there is no memory
  // for this one.
  std::unique_ptr<AtomicFile> file(new AtomicFile(path, std::move(target)));
  ALEXNET_RETURN_IF_ERROR(file->OpenTemporary(mode));
  if (replaces &&
      TEMP_FAILURE_RETRY(fchmod(file->fd_, old.st_mode & 0777)) != 0) {
    return ErrnoError("cannot keep the mode of the file", errno).WithFile(path);
  }
  return file;
}

Status AtomicFile::OpenTemporary(mode_t mode) {
  constexpr int kMostTries = 10000;
  for (int i = 0; i < kMostTries; ++i) {
    temporary_ = TemporaryName(target_, i);
    fd_ = MakeLocked(temporary_, mode);
    if (fd_ < 0 && errno == EEXIST) {
      RemoveStray(temporary_);
      fd_ = MakeLocked(temporary_, mode);
    }
    if (fd_ >= 0) return Status();
    if (errno != EEXIST) return CreateError(path_, errno);
  }
  return IoError("found no free name for a temporary file beside this one")
      .WithFile(path_);
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
    const ssize_t done = TEMP_FAILURE_RETRY(
        pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset)));
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
  if (TEMP_FAILURE_RETRY(fsync(fd_)) != 0) {
    error_ =
        ErrnoError("cannot bring the file to the disk", errno).WithFile(path_);
    return error_;
  }
  if (TEMP_FAILURE_RETRY(rename(temporary_.c_str(), target_.c_str())) != 0) {
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
