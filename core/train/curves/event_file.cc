#include "core/train/curves/event_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "core/train/curves/append_file.h"
#include "core/train/curves/crc32c.h"
#include "core/train/curves/event.pb.h"

namespace alexnet {
namespace {

double WallTime() {
  return std::chrono::duration<double>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void AppendLittleEndian(uint64_t value, int bytes, std::string* out) {
  for (int i = 0; i < bytes; ++i) {
    out->push_back(static_cast<char>(value >> (8 * i)));
  }
}

// A checksum of data that holds checksums is weak; masking prevents it.
uint32_t MaskedCrc(std::string_view bytes) {
  const uint32_t crc = Crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

}  // namespace

Result<std::unique_ptr<EventFile>> EventFile::Create(const std::string& folder,
                                                     int64_t first_step) {
  const double now = WallTime();
  // The name that TensorBoard looks for; a number makes it new where a run is
  // resumed within a second.
  for (int number = 0; number < 1000; ++number) {
    const std::string path =
        fmt::format("{}/events.out.tfevents.{:010}.alexnet.{}.{}", folder,
                    static_cast<int64_t>(now), getpid(), number);
    const int fd = TEMP_FAILURE_RETRY(
        open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
             0666));
    if (fd < 0) {
      if (errno == EEXIST) continue;
      return ErrnoError("cannot create", errno).WithFile(path);
    }
    std::unique_ptr<EventFile> file(new EventFile(path, fd));
    event::Event version;
    version.set_wall_time(now);
    version.set_file_version("brain.Event:2");
    ALEXNET_RETURN_IF_ERROR(file->WriteRecord(version.SerializeAsString()));
    event::Event start;
    start.set_wall_time(now);
    start.set_step(first_step);
    start.mutable_session_log()->set_status(event::SessionLog::START);
    ALEXNET_RETURN_IF_ERROR(file->WriteRecord(start.SerializeAsString()));
    return file;
  }
  return IoError("too many event files of one second").WithFile(folder);
}

EventFile::~EventFile() { close(fd_); }

Status EventFile::AddScalars(
    int64_t step,
    const std::vector<std::pair<std::string, double>>& tags_and_values) {
  event::Event record;
  record.set_wall_time(WallTime());
  record.set_step(step);
  for (const auto& [tag, number] : tags_and_values) {
    event::Summary::Value* value = record.mutable_summary()->add_value();
    value->set_tag(tag);
    value->set_simple_value(static_cast<float>(number));
  }
  return WriteRecord(record.SerializeAsString());
}

Status EventFile::WriteRecord(std::string_view payload) {
  std::string record;
  AppendLittleEndian(payload.size(), 8, &record);
  AppendLittleEndian(MaskedCrc(record), 4, &record);
  record.append(payload);
  AppendLittleEndian(MaskedCrc(payload), 4, &record);
  return AppendRecord(fd_, path_, record);
}

}  // namespace alexnet
