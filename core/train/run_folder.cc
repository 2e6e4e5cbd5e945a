#include "core/train/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "core/base/file.h"
#include "core/dist/launched.h"

namespace alexnet {
namespace {

// AtomicFile's temporary files of this run:
// ".last.alexnet.0123456789abcdef.tmp".
bool IsUnfinished(const std::string& name) {
  constexpr std::string_view kEnd = ".tmp";
  if (name.size() < kEnd.size() ||
      name.compare(name.size() - kEnd.size(), kEnd.size(), kEnd) != 0) {
    return false;
  }
  for (const char* start :
       {".last.alexnet.", ".best.alexnet.", ".metrics.jsonl."}) {
    if (name.rfind(start, 0) == 0) return true;
  }
  return false;
}

}  // namespace

std::string LastPath(const std::string& out) { return out + "/last.alexnet"; }
std::string BestPath(const std::string& out) { return out + "/best.alexnet"; }

Result<std::shared_ptr<const RunFolder>> RunFolder::Open(
    const std::string& out) {
  if (out.empty()) {
    return InvalidArgumentError("name a folder for the checkpoints (`out`)")
        .WithField("out");
  }
  ALEXNET_RETURN_IF_ERROR(MakeFolders(out));
  const int fd = open(out.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return ErrnoError("cannot open the folder", errno).WithFile(out);
  std::shared_ptr<const RunFolder> folder(new RunFolder(fd));
  // Some network file systems have no locks; there, one works without.
  if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return FailedPreconditionError(
               std::string("another run is at work in this folder; wait for it "
                           "or choose another folder (`out`)") +
               (FindLaunchedRank().size == 1
                    ? ""
                    : "; for one run of all processes that mpirun or srun "
                      "started, say so (`launcher`)"))
        .WithFile(out);
  }
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(out, ignored)) {
    if (IsUnfinished(entry.path().filename().string())) {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
  return folder;
}

RunFolder::~RunFolder() { close(fd_); }

}  // namespace alexnet
