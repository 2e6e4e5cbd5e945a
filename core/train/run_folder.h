// RunFolder: the folder of a run, held by one process at a time.

#ifndef ALEXNET_CORE_TRAIN_RUN_FOLDER_H_
#define ALEXNET_CORE_TRAIN_RUN_FOLDER_H_

#include <memory>
#include <string>

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
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

 private:
  explicit RunFolder(int fd) : fd_(fd) {}
  const int fd_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RUN_FOLDER_H_
