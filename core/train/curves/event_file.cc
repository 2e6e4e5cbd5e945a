#include "core/train/curves/event_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "core/base/file.h"
#include "core/train/curves/append_file.h"
#include "core/train/curves/crc32c.h"
#include "core/train/curves/event.pb.h"

namespace alexnet {
namespace {

// Those of a year's training are far below this.
constexpr uint64_t kMaxBytes = 1ull << 30;
// Of a record, before and after its payload.
constexpr size_t kHead = 12;
constexpr size_t kTail = 4;
// Of a file's name: what TensorBoard looks for, then the time, then whose it
// is.
constexpr const char* kPrefix = "events.out.tfevents.";
constexpr const char* kOwn = ".alexnet.";

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

uint64_t LittleEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return value;
}

// The bytes of the record that `bytes` begin with; 0: it is not a whole one.
size_t RecordBytes(std::string_view bytes) {
  if (bytes.size() < kHead + kTail) return 0;
  if (LittleEndian(bytes.substr(8, 4)) != MaskedCrc(bytes.substr(0, 8))) {
    return 0;
  }
  const uint64_t length = LittleEndian(bytes.substr(0, 8));
  if (length > bytes.size() - kHead - kTail) return 0;
  const std::string_view payload = bytes.substr(kHead, length);
  return LittleEndian(bytes.substr(kHead + length, kTail)) == MaskedCrc(payload)
             ? kHead + length + kTail
             : 0;
}

Status CutFile(const std::string& path) {
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes,
                           ReadFile(path, kMaxBytes));
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()),
                             bytes.size());
  size_t whole = 0;
  while (const size_t record = RecordBytes(all.substr(whole))) whole += record;
  if (whole == all.size()) return Status();
  if (TEMP_FAILURE_RETRY(truncate(path.c_str(), static_cast<off_t>(whole))) !=
      0) {
    return ErrnoError("cannot cut off a record that is not whole", errno)
        .WithFile(path);
  }
  return Status();
}

}  // namespace

Status EventFile::CutBack(const std::string& folder) {
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<FolderEntry> entries,
                           ReadFolder(folder));
  for (const FolderEntry& entry : entries) {
    // Those of other programs are left alone.
    if (entry.kind != PathKind::kFile || entry.is_link ||
        entry.name.rfind(kPrefix, 0) != 0 ||
        entry.name.find(kOwn) == std::string::npos) {
      continue;
    }
    ALEXNET_RETURN_IF_ERROR(CutFile(folder + "/" + entry.name));
  }
  return Status();
}

Result<std::unique_ptr<EventFile>> EventFile::Create(const std::string& folder,
                                                     int64_t first_step) {
  const double now = WallTime();
  // A number makes it new where a run is resumed within a second.
  for (int number = 0; number < 1000; ++number) {
    const std::string path =
        fmt::format("{}/{}{:010}{}{}.{}", folder, kPrefix,
                    static_cast<int64_t>(now), kOwn, getpid(), number);
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
  event::Summary& summary = *record.mutable_summary();
  // Where it grows and finds no memory it loses what it was given.
  summary.mutable_value()->Reserve(static_cast<int>(tags_and_values.size()));
  for (const auto& [tag, number] : tags_and_values) {
    event::Summary::Value* value = summary.add_value();
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
