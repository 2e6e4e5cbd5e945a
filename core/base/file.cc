#include "core/base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <new>
#include <system_error>

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
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return OpenError(path, errno);
  FileDescriptor owner(fd);
  struct stat info;
  if (fstat(fd, &info) != 0) {
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
  return OpenedFile{std::move(owner), static_cast<uint64_t>(info.st_size)};
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
  std::vector<std::byte> bytes;
  try {
    bytes.resize(file.size);
  } catch (const std::bad_alloc&) {
    return OutOfMemoryError("not enough memory for the " +
                            std::to_string(file.size) + " bytes of the file")
        .WithFile(path);
  }
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got =
        read(file.fd.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return ErrnoError("cannot read the file", errno).WithFile(path);
    }
    if (got == 0) {
      return DataLossError(
                 "the file became shorter while it was read; try again when "
                 "nothing writes it")
          .WithFile(path);
    }
    done += static_cast<size_t>(got);
  }
  return bytes;
}

Result<std::shared_ptr<const MappedFile>> MappedFile::Open(
    const std::string& path) {
  ALEXNET_ASSIGN_OR_RETURN(const OpenedFile file, OpenRegularFile(path));
  std::span<const std::byte> bytes;
  if (file.size > 0) {  // an empty mapping is refused by the system
    void* data =
        mmap(nullptr, file.size, PROT_READ, MAP_SHARED, file.fd.get(), 0);
    if (data == MAP_FAILED) {
      return ErrnoError("cannot map the file into memory", errno)
          .WithFile(path);
    }
    bytes = {static_cast<const std::byte*>(data), file.size};
  }
  return std::shared_ptr<const MappedFile>(new MappedFile(path, bytes));
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
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error && !std::filesystem::is_directory(path, error) && !error) {
    error = std::make_error_code(std::errc::not_a_directory);
  }
  if (error) {
    return ErrnoError("cannot make the folder", error.value()).WithFile(path);
  }
  return Status();
}

}  // namespace alexnet
