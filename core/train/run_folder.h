// RunFolder: the folder of a run, held by one process at a time.

#ifndef ALEXNET_CORE_TRAIN_RUN_FOLDER_H_
#define ALEXNET_CORE_TRAIN_RUN_FOLDER_H_

#include <memory>
#include <string>
#include <utility>

#include "core/base/status.h"

namespace alexnet {

std::string LastPath(const std::string& out);
std::string BestPath(const std::string& out);

// While one exists no other process can have one of the same folder; the system
// lets go of it when the process dies, however it dies.
class RunFolder {
 public:
  // Makes the folder if need be, and removes the unfinished files that a killed
  // run left in it. kFailedPrecondition where another run is at work there.
  static Result<std::shared_ptr<const RunFolder>> Open(const std::string& out);
  ~RunFolder();
  // kFailedPrecondition where the folder was removed or replaced since: nothing
  // of the run belongs into another one, which another run may hold.
  Status CheckThere() const;
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

 private:
  RunFolder(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  const std::string path_;
  const int fd_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RUN_FOLDER_H_
