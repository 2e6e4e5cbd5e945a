#include "core/train/curves/append_file.h"

#include <unistd.h>

#include <cerrno>

namespace alexnet {

Status AppendRecord(int fd, const std::string& path, std::string_view record) {
  while (!record.empty()) {
    const ssize_t written = write(fd, record.data(), record.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return ErrnoError("cannot write", errno).WithFile(path);
    }
    record.remove_prefix(static_cast<size_t>(written));
  }
  return Status();
}

}  // namespace alexnet
