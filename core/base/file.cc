#include "core/base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "core/base/checked_math.h"

namespace alexnet {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

struct OpenedFile {
  FileDescriptor fd;
  uint64_t size;
  struct stat info;
};

Status OpenError(const std::string& path, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    return NotFoundError("there is no such file; check the path")
        .WithFile(path);
  }
  return ErrnoError("cannot open the file to read it", error).WithFile(path);
}

Result<OpenedFile> OpenRegularFile(const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    return InvalidArgumentError(
               "the path of a file is empty or holds a null character")
        .WithFile(path);
  }
  // Not blocking: opening a pipe would wait for somebody to write to it.
  const int fd =
      TEMP_FAILURE_RETRY(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd < 0) return OpenError(path, errno);
  FileDescriptor owner(fd);
  struct stat info;
  if (TEMP_FAILURE_RETRY(fstat(fd, &info)) != 0) {
    return ErrnoError("cannot ask for the size of the file", errno)
        .WithFile(path);
  }
  if (S_ISDIR(info.st_mode)) {
    return InvalidArgumentError("this is a folder; name a file").WithFile(path);
  }
  if (!S_ISREG(info.st_mode)) {
    return InvalidArgumentError(
               "this is a device, pipe or socket; name a regular file")
        .WithFile(path);
  }
  return OpenedFile{std::move(owner), static_cast<uint64_t>(info.st_size),
                    info};
}

Status ShorterError(const std::string& path) {
  return DataLossError(
             "the file became shorter while it was read; try again when "
             "nothing writes it")
      .WithFile(path);
}

// Bytes [offset, offset + bytes.size()) of the file.
Status ReadInto(const OpenedFile& file, const std::string& path,
                uint64_t offset, std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = TEMP_FAILURE_RETRY(pread(
        file.fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)));
    if (got < 0) {
      return ErrnoError("cannot read the file", errno).WithFile(path);
    }
    if (got == 0) return ShorterError(path);
    bytes = bytes.subspan(static_cast<size_t>(got));
    offset += static_cast<uint64_t>(got);
  }
  return Status();
}

Result<std::vector<std::byte>> ReadRange(const OpenedFile& file,
                                         const std::string& path,
                                         uint64_t offset, uint64_t size) {
  std::vector<std::byte> bytes;
  try {
    bytes.resize(size);
  } catch (const std::bad_alloc&) {
    return OutOfMemoryError("not enough memory for " + std::to_string(size) +
                            " bytes of the file")
        .WithFile(path);
  }
  ALEXNET_RETURN_IF_ERROR(ReadInto(file, path, offset, bytes));
  return bytes;
}

FileVersion VersionOf(const struct stat& info) {
  return {static_cast<uint64_t>(info.st_dev),
          static_cast<uint64_t>(info.st_ino),
          static_cast<uint64_t>(info.st_size), int64_t{info.st_mtim.tv_sec},
          int64_t{info.st_mtim.tv_nsec}};
}

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

Status FolderError(const std::string& path, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    return NotFoundError("there is no such folder; check the path")
        .WithFile(path);
  }
  return ErrnoError("the folder cannot be read", error).WithFile(path);
}

PathKind KindOf(mode_t mode) {
  if (S_ISREG(mode)) return PathKind::kFile;
  return S_ISDIR(mode) ? PathKind::kFolder : PathKind::kOther;
}

// Whether `entry`'s name is a link, and what it is or points to.
Status Look(int folder, const std::string& path, FolderEntry* entry) {
  struct stat info;
  for (const int flags : {AT_SYMLINK_NOFOLLOW, 0}) {
    if (TEMP_FAILURE_RETRY(
            fstatat(folder, entry->name.c_str(), &info, flags)) != 0) {
      // Removed meanwhile, or a link to nothing or in circles.
      if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
          errno == EACCES) {
        entry->kind = PathKind::kNothing;
        return Status();
      }
      return ErrnoError("cannot ask what this is", errno)
          .WithFile(path + "/" + entry->name);
    }
    entry->is_link = entry->is_link || S_ISLNK(info.st_mode);
    if (!entry->is_link) break;
  }
  entry->kind = KindOf(info.st_mode);
  return Status();
}

}  // namespace

Result<std::vector<std::byte>> ReadFile(const std::string& path,
                                        uint64_t limit) {
  ALEXNET_ASSIGN_OR_RETURN(const OpenedFile file, OpenRegularFile(path));
  if (file.size > limit) {
    return InvalidArgumentError("the file has " + std::to_string(file.size) +
                                " bytes, more than the " +
                                std::to_string(limit) +
                                " allowed here; is it the right file?")
        .WithFile(path);
  }
  return ReadRange(file, path, 0, file.size);
}

Result<FileVersion> FindFileVersion(const std::string& path) {
  ALEXNET_ASSIGN_OR_RETURN(const OpenedFile file, OpenRegularFile(path));
  return VersionOf(file.info);
}

Result<std::vector<std::byte>> ReadFileRange(const std::string& path,
                                             const FileVersion& version,
                                             uint64_t offset, uint64_t size) {
  ALEXNET_ASSIGN_OR_RETURN(const OpenedFile file, OpenRegularFile(path));
  if (VersionOf(file.info) != version) {
    return FailedPreconditionError(
               "the file was changed or replaced since it was opened; open it "
               "again when nothing writes it")
        .WithFile(path);
  }
  return ReadRange(file, path, offset, size);
}

Result<PathKind> FindPathKind(const std::string& path) {
  struct stat info;
  if (TEMP_FAILURE_RETRY(stat(path.c_str(), &info)) == 0) {
    return KindOf(info.st_mode);
  }
  if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
      errno == ENAMETOOLONG) {
    return PathKind::kNothing;
  }
  return ErrnoError("cannot ask what this is", errno).WithFile(path);
}

Result<bool> IsThere(const std::string& path) {
  ALEXNET_ASSIGN_OR_RETURN(const PathKind kind, FindPathKind(path));
  return kind != PathKind::kNothing;
}

Result<std::vector<FolderEntry>> ReadFolder(const std::string& path) {
  DIR* opened = nullptr;
  do {
    opened = opendir(path.c_str());
  } while (opened == nullptr && errno == EINTR);
  if (opened == nullptr) return FolderError(path, errno);
  const std::unique_ptr<DIR, CloseFolder> folder(opened);
  std::vector<FolderEntry> entries;
  while (true) {
    errno = 0;
    const dirent* const entry = readdir(folder.get());
    if (entry == nullptr && errno == EINTR) continue;
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    FolderEntry found;
    found.name = name;
    if (entry->d_type == DT_REG) {
      found.kind = PathKind::kFile;
    } else if (entry->d_type == DT_DIR) {
      found.kind = PathKind::kFolder;
    } else {
      ALEXNET_RETURN_IF_ERROR(Look(dirfd(folder.get()), path, &found));
    }
    entries.push_back(std::move(found));
  }
  if (errno != 0) return FolderError(path, errno);
  return entries;
}

Result<std::shared_ptr<const MappedFile>> MappedFile::Open(
    const std::string& path) {
  ALEXNET_ASSIGN_OR_RETURN(const OpenedFile file, OpenRegularFile(path));
  // Before the mapping, which nothing ends where there is no memory for this.
  const std::shared_ptr<MappedFile> mapped(new MappedFile(path));
  if (file.size > 0) {  // an empty mapping is refused by the system
    void* data =
        mmap(nullptr, file.size, PROT_READ, MAP_SHARED, file.fd.get(), 0);
    if (data == MAP_FAILED) {
      return ErrnoError("cannot map the file into memory", errno)
          .WithFile(path);
    }
    mapped->bytes_ = {static_cast<const std::byte*>(data), file.size};
  }
  return std::shared_ptr<const MappedFile>(mapped);
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) {
    munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  }
}

void MappedFile::Release(std::span<const std::byte> range) const {
  if (range.empty()) return;
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto start = reinterpret_cast<uintptr_t>(range.data());
  uintptr_t end = start + range.size();
  const uintptr_t begin = RoundUp(start, page);
  // The rest of the last page holds nothing of the file.
  if (range.data() + range.size() == bytes_.data() + bytes_.size()) {
    end = RoundUp(end, page);
  }
  end = end / page * page;
  if (begin >= end) return;
  // Only a hint: a failure leaves the pages where they are.
  madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

Status MakeFolders(const std::string& path) {
  if (path.empty()) return Status();
  // From the outermost on: the path to the end of each of its names.
  for (size_t end = 0; end != std::string::npos;) {
    end = path.find('/', path.find_first_not_of('/', end));
    const std::string folder = path.substr(0, end);
    ALEXNET_ASSIGN_OR_RETURN(PathKind kind, FindPathKind(folder));
    int error = ENOTDIR;
    if (kind == PathKind::kNothing) {
      if (mkdir(folder.c_str(), 0777) == 0) continue;
      error = errno;
      if (error == EEXIST) {  // made by another meanwhile
        ALEXNET_ASSIGN_OR_RETURN(kind, FindPathKind(folder));
      }
    }
    if (kind == PathKind::kFolder) continue;
    return ErrnoError("cannot make the folder", error).WithFile(path);
  }
  return Status();
}

}  // namespace alexnet
