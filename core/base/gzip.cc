#include "core/base/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <new>
#include <span>

namespace alexnet {
namespace {

constexpr int kGzipWindow = MAX_WBITS + 16;
constexpr size_t kStep = size_t{1} << 20;
// As SourceFile::RoomFor of the importers.
constexpr size_t kSmall = size_t{64} << 20;
constexpr size_t kMaxRatio = 16;
constexpr size_t kMost = size_t{2} << 30;

using Bytes = std::span<const std::byte>;

// What unpacks, from the front on.
class Inflater {
 public:
  explicit Inflater(Bytes file) : left_(file) {
    const int status = inflateInit2(&stream_, kGzipWindow);
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    ok_ = status == Z_OK;
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // How many bytes of `to` were filled; fewer only at the end, or where the
  // file is damaged.
  size_t Fill(std::span<std::byte> to) {
    stream_.next_out = reinterpret_cast<Bytef*>(to.data());
    stream_.avail_out = static_cast<uInt>(to.size());
    while (ok_ && !ended_ && stream_.avail_out > 0) {
      const size_t given = std::min<size_t>(left_.size(), kStep);
      stream_.next_in =
          reinterpret_cast<Bytef*>(const_cast<std::byte*>(left_.data()));
      stream_.avail_in = static_cast<uInt>(given);
      const int status = inflate(&stream_, Z_NO_FLUSH);
      left_ = left_.subspan(given - stream_.avail_in);
      if (status == Z_STREAM_END) {
        // Another member may follow.
        ended_ = left_.empty();
        ok_ = ended_ || inflateReset2(&stream_, kGzipWindow) == Z_OK;
      } else if (status == Z_MEM_ERROR) {
        throw std::bad_alloc();
      } else if (status != Z_OK) {
        ok_ = false;
      }
    }
    return to.size() - stream_.avail_out;
  }

  bool whole() const { return ok_ && ended_; }
  bool ok() const { return ok_; }

 private:
  z_stream stream_ = {};
  Bytes left_;
  bool ok_ = false;
  bool ended_ = false;
};

}  // namespace

bool LooksLikeGzip(Bytes file) {
  return file.size() >= 3 && file[0] == std::byte{0x1f} &&
         file[1] == std::byte{0x8b} && file[2] == std::byte{Z_DEFLATED};
}

std::vector<std::byte> GunzipStart(Bytes file, size_t most) {
  Inflater inflater(file);
  std::vector<std::byte> start(most);
  start.resize(inflater.Fill(start));
  return start;
}

Result<std::vector<std::byte>> Gunzip(Bytes file) {
  const size_t limit =
      std::min(kMost, kSmall + std::min(kMost, file.size()) * kMaxRatio);
  Inflater inflater(file);
  std::vector<std::byte> content;
  while (!inflater.whole()) {
    const size_t at = content.size();
    if (at == limit) {
      return UnsupportedError(
          "the file is compressed and unpacks to more than weights or pictures "
          "do; unpack it first if it is to be trusted");
    }
    const size_t room = std::min(limit, at + std::max(at, kStep));
    content.reserve(room);  // and not more, as growing vectors do
    content.resize(room);
    const size_t filled = inflater.Fill(std::span(content).subspan(at));
    if (!inflater.ok()) {
      return DataLossError(
          "the file is compressed and cannot be unpacked: it was cut, or "
          "changed");
    }
    content.resize(at + filled);
  }
  return content;
}

}  // namespace alexnet
