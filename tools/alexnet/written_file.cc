#include "tools/alexnet/written_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "tools/alexnet/cli.h"

namespace alexnet::cli {
namespace {

// 0, or the number of the error.
int Write(int fd, const std::string& text) {
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t count =
        write(fd, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    written += static_cast<size_t>(count);
  }
  return fsync(fd) == 0 ? 0 : errno;
}

}  // namespace

void WriteWholeFile(const std::string& path, const std::string& text) {
  const std::string draft = path + ".partial";
  const auto fail = [&](int error) {
    throw Failure(path + ": cannot be written: " + std::strerror(error));
  };
  const int fd =
      open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) fail(errno);
  int error = Write(fd, text);
  if (close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && std::rename(draft.c_str(), path.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    unlink(draft.c_str());
    fail(error);
  }
}

}  // namespace alexnet::cli
