// Quarantine: the list of a data set's broken pictures that a long job met, and
// the limit at which it stops.

#ifndef ALEXNET_CORE_DATA_QUARANTINE_H_
#define ALEXNET_CORE_DATA_QUARANTINE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

struct QuarantineOptions {
  bool strict = false;  // the first broken picture is an error
  // Otherwise more than the larger of these two is.
  int64_t least = 10;
  double fraction = 0.001;
};

// Whether `why` a picture was not read lies in the picture: in its bytes, or
// that there is none of that name. What else fails, memory, the disk, a limit
// of the system's, would leave out pictures that are good, and ends a job.
bool IsOfThePicture(const Status& why);

struct BrokenPicture {
  std::string name;
  std::string reason;
};

// Thread safe.
class Quarantine {
 public:
  Quarantine(const QuarantineOptions& options, int64_t total);

  // Notes a broken picture; once per name. Not OK when the job must stop,
  // because there are too many, which the error names, or because `reason` is
  // not of the picture: then that, with the name.
  Status Add(const std::string& name, const Status& reason);
  // Sorted by name.
  std::vector<BrokenPicture> list() const;
  // All but the first `known`, in the order in which they were met.
  std::vector<BrokenPicture> Since(size_t known) const;
  int64_t size() const;

 private:
  const bool strict_;
  const int64_t limit_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> broken_;
  std::vector<const std::pair<const std::string, std::string>*> met_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_QUARANTINE_H_
