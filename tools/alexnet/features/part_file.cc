#include "tools/alexnet/features/part_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "tools/alexnet/features/crc.h"

namespace alexnet::cli {
namespace {

constexpr std::string_view kTitle = "alexnet features 1";

[[noreturn]] void Fail(const std::string& path, const char* what, int error) {
  throw std::runtime_error(
      fmt::format("{}: {}: {}", path, what, std::strerror(error)));
}

// `bytes` from `offset` on, fewer where the file ends.
std::string ReadAt(int fd, uint64_t offset, uint64_t bytes,
                   const std::string& path) {
  std::string read(bytes, '\0');
  size_t done = 0;
  while (done < read.size()) {
    const ssize_t count = pread(fd, read.data() + done, read.size() - done,
                                static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) Fail(path, "cannot be read", errno);
    if (count == 0) break;
    done += static_cast<size_t>(count);
  }
  read.resize(done);
  return read;
}

uint64_t SizeOf(int fd, const std::string& path) {
  struct stat status;
  if (fstat(fd, &status) != 0) Fail(path, "cannot be read", errno);
  return static_cast<uint64_t>(status.st_size);
}

struct Piece {
  int64_t pictures = 0;
  int64_t rows = 0;
  uint64_t bytes = 0;
  uint32_t crc = 0;
  std::vector<int64_t> left_out;
};

std::string LineOf(const Piece& piece) {
  std::string line = fmt::format("{} {} {} {:08x}", piece.pictures, piece.rows,
                                 piece.bytes, piece.crc);
  for (const int64_t each : piece.left_out) line += fmt::format(" {}", each);
  return fmt::format("{} {:08x}\n", line, Crc32(0, line));
}

// Nothing of a line that is not whole. `line` is without its end.
std::optional<Piece> PieceOf(const std::string& line) {
  const size_t last = line.rfind(' ');
  if (last == std::string::npos ||
      fmt::format("{:08x}", Crc32(0, line.substr(0, last))) !=
          line.substr(last + 1)) {
    return std::nullopt;
  }
  std::istringstream words(line.substr(0, last));
  Piece piece;
  words >> piece.pictures >> piece.rows >> piece.bytes >> std::hex >>
      piece.crc >> std::dec;
  if (words.fail()) return std::nullopt;
  for (int64_t each = 0; words >> each;) piece.left_out.push_back(each);
  return piece;
}

}  // namespace

PartFile::PartFile(const std::string& path, const std::string& identity,
                   uint64_t front, bool anew)
    : path_(path),
      part_(path + ".part"),
      journal_(path + ".part.done"),
      front_(front),
      part_open_(part_),
      journal_open_(journal_) {
  // Before the journal is read: it may be growing.
  if (flock(part_open_.fd, LOCK_EX | LOCK_NB) != 0) {
    throw std::runtime_error(part_ +
                             ": another run is writing it; wait for its end, "
                             "or choose another file");
  }
  if (anew || SizeOf(part_open_.fd, part_) == 0) {
    Begin(identity);
  } else {
    TakeUp(identity);
  }
}

PartFile::OpenFile::OpenFile(const std::string& path)
    : fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (fd < 0) Fail(path, "cannot be written", errno);
}

PartFile::OpenFile::~OpenFile() { close(fd); }

void PartFile::Begin(const std::string& identity) {
  if (ftruncate(part_open_.fd, 0) != 0 || ftruncate(journal_open_.fd, 0) != 0) {
    Fail(part_, "cannot be written", errno);
  }
  const std::string head = fmt::format("{}\n{}\n", kTitle, identity);
  Write(journal_open_.fd, 0, head, journal_);
  journal_end_ = head.size();
  Write(part_open_.fd, 0, std::string(front_, '\0'), part_);
  state_ = PartState();
  state_.bytes = front_;
  end_ = front_;
}

void PartFile::TakeUp(const std::string& identity) {
  const std::string text =
      ReadAt(journal_open_.fd, 0, SizeOf(journal_open_.fd, journal_), journal_);
  const std::string head = fmt::format("{}\n{}\n", kTitle, identity);
  // The journal is begun before the part.
  if (text.empty()) {
    throw std::runtime_error(part_ +
                             " is there, and was begun by something else; "
                             "remove it, or give --force to write over it");
  }
  if (!text.starts_with(head)) {
    throw std::runtime_error(
        part_ +
        " is of a run of another model, layer, list of pictures or choice of "
        "options; give those again to go on with it, or --force to begin anew");
  }
  journal_end_ = head.size();
  state_.bytes = front_;
  const uint64_t size = SizeOf(part_open_.fd, part_);
  for (size_t end;
       (end = text.find('\n', journal_end_)) != std::string::npos;) {
    std::optional<Piece> piece =
        PieceOf(text.substr(journal_end_, end - journal_end_));
    if (!piece.has_value() || piece->bytes < state_.bytes ||
        piece->bytes > size) {
      break;
    }
    const std::string bytes =
        ReadAt(part_open_.fd, state_.bytes, piece->bytes - state_.bytes, part_);
    if (Crc32(0, bytes) != piece->crc) break;
    state_.crc = Crc32(state_.crc, bytes);
    state_.bytes = piece->bytes;
    state_.rows = piece->rows;
    state_.pictures = piece->pictures;
    state_.left_out.insert(state_.left_out.end(), piece->left_out.begin(),
                           piece->left_out.end());
    journal_end_ = end + 1;
  }
  end_ = state_.bytes;
  if (ftruncate(part_open_.fd, static_cast<off_t>(end_)) != 0 ||
      ftruncate(journal_open_.fd, static_cast<off_t>(journal_end_)) != 0) {
    Fail(part_, "cannot be written", errno);
  }
}

void PartFile::Write(int fd, uint64_t offset, std::string_view bytes,
                     const std::string& path) const {
  while (!bytes.empty()) {
    const ssize_t count =
        pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) Fail(path, "cannot be written", errno);
    bytes.remove_prefix(static_cast<size_t>(count));
    offset += static_cast<uint64_t>(count);
  }
}

void PartFile::Append(std::string_view bytes, int64_t rows, int64_t pictures,
                      const std::vector<int64_t>& left_out) {
  Write(part_open_.fd, end_, bytes, part_);
  end_ += bytes.size();
  const std::string line =
      LineOf({pictures, state_.rows + rows, end_, Crc32(0, bytes), left_out});
  Write(journal_open_.fd, journal_end_, line, journal_);
  journal_end_ += line.size();
  state_.crc = Crc32(state_.crc, bytes);
  state_.bytes = end_;
  state_.rows += rows;
  state_.pictures = pictures;
  state_.left_out.insert(state_.left_out.end(), left_out.begin(),
                         left_out.end());
}

void PartFile::AppendLast(std::string_view bytes) {
  Write(part_open_.fd, end_, bytes, part_);
  end_ += bytes.size();
}

void PartFile::WriteAt(uint64_t offset, std::string_view bytes) {
  Write(part_open_.fd, offset, bytes, part_);
}

void PartFile::Finish() {
  if (fsync(part_open_.fd) != 0) Fail(part_, "cannot be written", errno);
  if (std::rename(part_.c_str(), path_.c_str()) != 0) {
    Fail(path_, "cannot be put in place", errno);
  }
  unlink(journal_.c_str());
}

}  // namespace alexnet::cli
