#include "core/train/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "core/base/file.h"
#include "core/dist/launched.h"

namespace alexnet {
namespace {

// AtomicFile's temporary files of this run:
// ".last.alexnet.0.tmp".
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
  const int fd =
      TEMP_FAILURE_RETRY(open(out.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd < 0) return ErrnoError("cannot open the folder", errno).WithFile(out);
  std::shared_ptr<const RunFolder> folder(new RunFolder(out, fd));
  // Some network file systems have no locks; there, one works without.
  if (TEMP_FAILURE_RETRY(flock(fd, LOCK_EX | LOCK_NB)) != 0 &&
      errno == EWOULDBLOCK) {
    return FailedPreconditionError(
               std::string("another run is at work in this folder; wait for it "
                           "or choose another folder (`out`)") +
               (FindLaunchedRank().size == 1
                    ? ""
                    : "; for one run of all processes that mpirun or srun "
                      "started, say so (`launcher`)"))
        .WithFile(out);
  }
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<FolderEntry> entries,
                           ReadFolder(out));
  for (const FolderEntry& entry : entries) {
    if (IsUnfinished(entry.name)) {
      unlinkat(fd, entry.name.c_str(), 0);
    }
  }
  return folder;
}

Status RunFolder::CheckThere() const {
  struct stat own;
  struct stat named;
  if (TEMP_FAILURE_RETRY(fstat(fd_, &own)) != 0) {
    return ErrnoError("cannot ask for the folder", errno).WithFile(path_);
  }
  const bool there = TEMP_FAILURE_RETRY(stat(path_.c_str(), &named)) == 0;
  if (!there && errno != ENOENT && errno != ENOTDIR) {
    return ErrnoError("cannot ask for the folder", errno).WithFile(path_);
  }
  if (there && own.st_dev == named.st_dev && own.st_ino == named.st_ino) {
    return Status();
  }
  return FailedPreconditionError(
             "the folder was removed or replaced while the run was at work in "
             "it; start the run again")
      .WithFile(path_);
}

RunFolder::~RunFolder() { close(fd_); }

}  // namespace alexnet
