#include "tools/alexnet/features/zip.h"

#include <fmt/core.h>

#include <optional>
#include <stdexcept>

#include "tools/alexnet/features/crc.h"

namespace alexnet::cli {
namespace {

// PKWARE's APPNOTE.TXT, section 4.3.
constexpr uint32_t kLocal = 0x04034b50;
constexpr uint32_t kCentral = 0x02014b50;
constexpr uint32_t kEnd = 0x06054b50;
constexpr uint32_t kEnd64 = 0x06064b50;
constexpr uint32_t kLocator64 = 0x07064b50;
constexpr uint16_t kVersion = 45;  // that knows 64 bits
constexpr uint16_t kUtf8Names = 0x0800;
constexpr uint16_t kFirstDay = 0x21;  // 1980-01-01, so that equal is equal
constexpr uint16_t kExtra64 = 1;
constexpr uint32_t kElsewhere = 0xFFFFFFFF;  // in the extra field
constexpr size_t kEndBytes = 22;

void Put(std::string* out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) {
    out->push_back(static_cast<char>(value >> 8 * i & 0xFF));
  }
}

// What stands in 32 bits for a number: where it takes more, that it is
// elsewhere.
uint64_t InFour(uint64_t number) {
  return number < kElsewhere ? number : kElsewhere;
}

// Little-endian numbers of an archive, none beyond its end.
class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  uint64_t Number(uint64_t at, int bytes) const {
    const std::string_view part = Part(at, static_cast<uint64_t>(bytes));
    uint64_t value = 0;
    for (int i = bytes; i-- > 0;) {
      value = value << 8 | static_cast<uint8_t>(part[static_cast<size_t>(i)]);
    }
    return value;
  }
  std::string_view Part(uint64_t at, uint64_t bytes) const {
    if (at > file_.size() || bytes > file_.size() - at) {
      throw std::runtime_error(
          "is a damaged archive: it points beyond its end");
    }
    return file_.substr(at, bytes);
  }

 private:
  std::string_view file_;
};

// Where the directory begins, and how many entries it has.
struct Place {
  uint64_t at = 0;
  uint64_t entries = 0;
};

Place FindDirectory(std::string_view file) {
  const Reader reader(file);
  // A comment may follow.
  const size_t most = kEndBytes + 0xFFFF;
  for (size_t back = kEndBytes; back <= most && back <= file.size(); ++back) {
    const uint64_t at = file.size() - back;
    if (reader.Number(at, 4) != kEnd) continue;
    Place place{reader.Number(at + 16, 4), reader.Number(at + 10, 2)};
    if (at >= 20 && reader.Number(at - 20, 4) == kLocator64) {
      const uint64_t end = reader.Number(at - 12, 8);
      if (reader.Number(end, 4) == kEnd64) {
        place = {reader.Number(end + 48, 8), reader.Number(end + 32, 8)};
      }
    }
    return place;
  }
  throw std::runtime_error(
      "is no .npz file, or was cut: there is no directory at its end");
}

struct Found {
  ZipEntry entry;
  uint64_t method = 0;
};

// Its sizes and its place, where they take 64 bits.
void ReadExtra(const Reader& reader, uint64_t at, uint64_t bytes,
               ZipEntry* entry) {
  for (const uint64_t end = at + bytes; at + 4 <= end;) {
    const uint64_t kind = reader.Number(at, 2);
    const uint64_t size = reader.Number(at + 2, 2);
    uint64_t value = at + 4;
    if (kind == kExtra64) {
      if (entry->size == kElsewhere) {
        entry->size = reader.Number(value, 8);
        value += 16;  // behind it that of the packed bytes, which are the same
      }
      if (entry->header == kElsewhere) entry->header = reader.Number(value, 8);
    }
    at += 4 + size;
  }
}

std::optional<Found> Find(std::string_view file, std::string_view name) {
  const Reader reader(file);
  const Place place = FindDirectory(file);
  uint64_t at = place.at;
  for (uint64_t i = 0; i < place.entries; ++i) {
    if (reader.Number(at, 4) != kCentral) {
      throw std::runtime_error("is a damaged archive: its directory is cut");
    }
    const uint64_t name_bytes = reader.Number(at + 28, 2);
    const uint64_t extra_bytes = reader.Number(at + 30, 2);
    const std::string_view called = reader.Part(at + 46, name_bytes);
    if (called == name) {
      Found found;
      found.entry.name = called;
      found.entry.crc = static_cast<uint32_t>(reader.Number(at + 16, 4));
      found.entry.size = reader.Number(at + 24, 4);
      found.entry.header = reader.Number(at + 42, 4);
      found.method = reader.Number(at + 10, 2);
      ReadExtra(reader, at + 46 + name_bytes, extra_bytes, &found.entry);
      return found;
    }
    at += 46 + name_bytes + extra_bytes + reader.Number(at + 32, 2);
  }
  return std::nullopt;
}

}  // namespace

std::string LocalHeader(const ZipEntry& entry) {
  std::string out;
  Put(&out, kLocal, 4);
  Put(&out, kVersion, 2);
  Put(&out, kUtf8Names, 2);
  Put(&out, 0, 2);  // stored
  Put(&out, 0, 2);
  Put(&out, kFirstDay, 2);
  Put(&out, entry.crc, 4);
  Put(&out, kElsewhere, 4);
  Put(&out, kElsewhere, 4);
  Put(&out, entry.name.size(), 2);
  Put(&out, 20, 2);
  out += entry.name;
  Put(&out, kExtra64, 2);
  Put(&out, 16, 2);
  Put(&out, entry.size, 8);
  Put(&out, entry.size, 8);
  return out;
}

std::string Directory(const std::vector<ZipEntry>& entries, uint64_t offset) {
  std::string out;
  for (const ZipEntry& entry : entries) {
    // Sizes, packed and not, and the place.
    std::string wide;
    for (const uint64_t number : {entry.size, entry.size, entry.header}) {
      if (number >= kElsewhere) Put(&wide, number, 8);
    }
    Put(&out, kCentral, 4);
    Put(&out, kVersion, 2);
    Put(&out, kVersion, 2);
    Put(&out, kUtf8Names, 2);
    Put(&out, 0, 2);
    Put(&out, 0, 2);
    Put(&out, kFirstDay, 2);
    Put(&out, entry.crc, 4);
    Put(&out, InFour(entry.size), 4);
    Put(&out, InFour(entry.size), 4);
    Put(&out, entry.name.size(), 2);
    Put(&out, wide.empty() ? 0 : 4 + wide.size(), 2);
    Put(&out, 0, 2);  // comment
    Put(&out, 0, 2);  // disk
    Put(&out, 0, 2);
    Put(&out, 0, 4);
    Put(&out, InFour(entry.header), 4);
    out += entry.name;
    if (wide.empty()) continue;
    Put(&out, kExtra64, 2);
    Put(&out, wide.size(), 2);
    out += wide;
  }
  const uint64_t size = out.size();
  if (offset >= kElsewhere) {
    Put(&out, kEnd64, 4);
    Put(&out, 44, 8);
    Put(&out, kVersion, 2);
    Put(&out, kVersion, 2);
    Put(&out, 0, 4);
    Put(&out, 0, 4);
    Put(&out, entries.size(), 8);
    Put(&out, entries.size(), 8);
    Put(&out, size, 8);
    Put(&out, offset, 8);
    Put(&out, kLocator64, 4);
    Put(&out, 0, 4);
    Put(&out, offset + size, 8);
    Put(&out, 1, 4);
  }
  Put(&out, kEnd, 4);
  Put(&out, 0, 4);
  Put(&out, entries.size(), 2);
  Put(&out, entries.size(), 2);
  Put(&out, size, 4);
  Put(&out, InFour(offset), 4);
  Put(&out, 0, 2);
  return out;
}

std::string_view StoredEntry(std::string_view archive, std::string_view name) {
  const std::optional<Found> found = Find(archive, name);
  if (!found.has_value()) {
    throw std::runtime_error(fmt::format("has no entry {}", name));
  }
  if (found->method != 0) {
    throw std::runtime_error(fmt::format(
        "has a compressed {}; save it uncompressed, as numpy.savez does",
        name));
  }
  const Reader reader(archive);
  const uint64_t header = found->entry.header;
  if (reader.Number(header, 4) != kLocal) {
    throw std::runtime_error(fmt::format("has no {} where it says", name));
  }
  const uint64_t begin = header + 30 + reader.Number(header + 26, 2) +
                         reader.Number(header + 28, 2);
  const std::string_view content = reader.Part(begin, found->entry.size);
  if (Crc32(0, content) != found->entry.crc) {
    throw std::runtime_error(
        fmt::format("is damaged: {} is not what was written", name));
  }
  return content;
}

bool HasEntry(std::string_view archive, std::string_view name) {
  return Find(archive, name).has_value();
}

}  // namespace alexnet::cli
