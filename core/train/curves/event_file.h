// Event files: curves for TensorBoard.
//
// A file is a run of records: length (u64, little endian), masked CRC-32C of
// those eight bytes, an Event (event.proto) of that length, its masked CRC-32C.
// A record is written by one call, so that a killed run leaves at most one cut
// record, at the end.

#ifndef ALEXNET_CORE_TRAIN_EVENT_FILE_H_
#define ALEXNET_CORE_TRAIN_EVENT_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

// Not thread safe.
class EventFile {
 public:
  // A new file in `folder`, named by time and process. Readers drop what
  // earlier files there say of `first_step` and later steps.
  static Result<std::unique_ptr<EventFile>> Create(const std::string& folder,
                                                   int64_t first_step);
  // Takes off the files of earlier runs in `folder` what is not a whole record,
  // as a kill leaves it, and what follows that, which no reader comes to.
  static Status CutBack(const std::string& folder);
  ~EventFile();
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  Status AddScalars(
      int64_t step,
      const std::vector<std::pair<std::string, double>>& tags_and_values);
  const std::string& path() const { return path_; }

 private:
  EventFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  Status WriteRecord(std::string_view payload);

  const std::string path_;
  const int fd_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_EVENT_FILE_H_
