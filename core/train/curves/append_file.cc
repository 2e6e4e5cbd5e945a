#include "core/train/curves/append_file.h"

#include <unistd.h>

#include <cerrno>

namespace alexnet {

Status AppendRecord(int fd, const std::string& path, std::string_view record) {
  const off_t end = lseek(fd, 0, SEEK_END);
  if (end < 0) return ErrnoError("cannot write", errno).WithFile(path);
  while (!record.empty()) {
    const ssize_t written =
        TEMP_FAILURE_RETRY(write(fd, record.data(), record.size()));
    if (written < 0) {
      const Status status = ErrnoError("cannot write", errno).WithFile(path);
      if (TEMP_FAILURE_RETRY(ftruncate(fd, end)) != 0) {
        return status.WithContext("the last record is cut");
      }
      return status;
    }
    record.remove_prefix(static_cast<size_t>(written));
  }
  return Status();
}

}  // namespace alexnet
