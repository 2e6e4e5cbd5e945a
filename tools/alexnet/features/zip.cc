#include "tools/alexnet/features/zip.h"

#include <fmt/core.h>
#include <minizip/unzip.h>

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
constexpr int kAsWritten = 1;  // minizip: names differ by their case

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

void ZipReader::Close::operator()(void* file) const { unzClose(file); }

ZipReader::ZipReader(const std::string& path, std::string_view archive)
    : archive_(archive), file_(unzOpen64(path.c_str())) {
  if (file_ == nullptr) {
    throw std::runtime_error(
        "is no .npz file, or was cut: there is no directory at its end");
  }
}

bool ZipReader::Has(const std::string& name) const {
  return unzLocateFile(file_.get(), name.c_str(), kAsWritten) == UNZ_OK;
}

std::string_view ZipReader::Stored(const std::string& name) const {
  if (!Has(name)) {
    throw std::runtime_error(fmt::format("has no entry {}", name));
  }
  unz_file_info64 info = {};
  if (unzGetCurrentFileInfo64(file_.get(), &info, nullptr, 0, nullptr, 0,
                              nullptr, 0) != UNZ_OK) {
    throw std::runtime_error("is a damaged archive: its directory is cut");
  }
  if (info.compression_method != 0) {
    throw std::runtime_error(fmt::format(
        "has a compressed {}; save it uncompressed, as numpy.savez does",
        name));
  }
  // The local header is compared with the directory.
  if (unzOpenCurrentFile(file_.get()) != UNZ_OK) {
    throw std::runtime_error(fmt::format("has no {} where it says", name));
  }
  const uint64_t begin = unzGetCurrentFileZStreamPos64(file_.get());
  unzCloseCurrentFile(file_.get());
  if (begin > archive_.size() ||
      info.uncompressed_size > archive_.size() - begin) {
    throw std::runtime_error("is a damaged archive: it points beyond its end");
  }
  const std::string_view content =
      archive_.substr(begin, info.uncompressed_size);
  if (Crc32(0, content) != info.crc) {
    throw std::runtime_error(
        fmt::format("is damaged: {} is not what was written", name));
  }
  return content;
}

}  // namespace alexnet::cli
