#include "core/base/tar.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "core/base/checked_math.h"

namespace alexnet {
namespace {

// Field positions of the ustar header.
struct Field {
  size_t at;
  size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUser{108, 8};
constexpr Field kGroup{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kTime{136, 12};
constexpr Field kChecksum{148, 8};
constexpr size_t kType = 156;
constexpr Field kMagic{257, 6};
constexpr Field kVersion{263, 2};
constexpr Field kPrefix{345, 155};

// A long name or a pax header above this is not a name.
constexpr uint64_t kMaxExtension = 1 << 20;

using Block = std::span<const std::byte>;

std::string_view Text(Block bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Up to the first zero.
std::string_view Text(Block block, Field field) {
  const std::string_view text = Text(block.subspan(field.at, field.size));
  return text.substr(0, text.find('\0'));
}

// Octal digits, or GNU's big-endian form with the top bit set.
std::optional<uint64_t> Number(Block block, Field field) {
  const Block bytes = block.subspan(field.at, field.size);
  if ((bytes[0] & std::byte{0x80}) != std::byte{0}) {
    uint64_t value = std::to_integer<uint64_t>(bytes[0] & std::byte{0x7F});
    for (const std::byte byte : bytes.subspan(1)) {
      if (value >> 55 != 0) return std::nullopt;
      value = value << 8 | std::to_integer<uint64_t>(byte);
    }
    return value;
  }
  std::string_view text = Text(block, field);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  text = text.substr(0, text.find(' '));
  if (text.empty()) return 0;
  uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, 8);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

uint64_t Checksum(Block block) {
  uint64_t sum = 0;
  for (size_t i = 0; i < kTarBlock; ++i) {
    const bool own = i >= kChecksum.at && i < kChecksum.at + kChecksum.size;
    sum += own ? ' ' : std::to_integer<uint64_t>(block[i]);
  }
  return sum;
}

bool AllZero(Block block) {
  return std::all_of(block.begin(), block.end(),
                     [](std::byte byte) { return byte == std::byte{0}; });
}

Status Damaged(size_t at, std::string_view what) {
  return DataLossError(fmt::format(
      "the tar archive is cut or damaged at byte {}: {}; copy or pack it again",
      at, what));
}

// What an extended header says about the member after it.
struct Extension {
  std::optional<std::string> path;
  std::optional<uint64_t> size;
};

// "LENGTH KEY=VALUE\n" records.
bool ReadPax(std::string_view records, Extension* extension) {
  while (!records.empty()) {
    size_t length = 0;
    const auto [end, error] = std::from_chars(
        records.data(), records.data() + records.size(), length);
    const size_t digits = static_cast<size_t>(end - records.data());
    if (error != std::errc() || length < digits + 3 ||
        length > records.size() || records[digits] != ' ' ||
        records[length - 1] != '\n') {
      return false;
    }
    const std::string_view record =
        records.substr(digits + 1, length - digits - 2);
    const size_t equals = record.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string_view key = record.substr(0, equals);
    const std::string_view value = record.substr(equals + 1);
    if (key == "path") extension->path = std::string(value);
    if (key == "size") {
      uint64_t size = 0;
      const auto [last, wrong] =
          std::from_chars(value.data(), value.data() + value.size(), size);
      if (wrong != std::errc() || last != value.data() + value.size()) {
        return false;
      }
      extension->size = size;
    }
    records.remove_prefix(length);
  }
  return true;
}

constexpr char kFolder = '5';

std::string NameOf(Block header) {
  const std::string_view name = Text(header, kName);
  const std::string_view prefix = Text(header, kPrefix);
  // Only ustar has a prefix: GNU keeps other things there.
  const bool ustar = Text(header.subspan(kMagic.at, kMagic.size)) ==
                     std::string_view("ustar\0", 6);
  if (!ustar || prefix.empty()) return std::string(name);
  return fmt::format("{}/{}", prefix, name);
}

}  // namespace

Result<std::vector<TarMember>> ReadTar(std::span<const std::byte> archive,
                                       std::vector<std::string>* others) {
  std::vector<TarMember> members;
  Extension next;
  size_t at = 0;
  while (at < archive.size()) {
    if (archive.size() - at < kTarBlock) return Damaged(at, "half a header");
    const Block header = archive.subspan(at, kTarBlock);
    if (AllZero(header)) return members;
    const std::optional<uint64_t> checksum = Number(header, kChecksum);
    if (!checksum || *checksum != Checksum(header)) {
      return Damaged(at, "the header's checksum does not match");
    }
    std::optional<uint64_t> size = Number(header, kSize);
    const char type = static_cast<char>(header[kType]);
    const bool extension =
        type == 'x' || type == 'g' || type == 'L' || type == 'K';
    if (!extension && next.size) size = next.size;
    if (!size) return Damaged(at, "the member's size is not a number");
    const size_t begin = at + kTarBlock;
    if (*size > archive.size() - begin) {
      return Damaged(at, fmt::format("a member of {} bytes reaches past the "
                                     "end",
                                     *size));
    }
    const Block bytes = archive.subspan(begin, *size);
    if (extension) {
      if (*size > kMaxExtension) return Damaged(at, "a name that is too long");
      if (type == 'L') next.path = std::string(Text(bytes, {0, bytes.size()}));
      if (type == 'x' && !ReadPax(Text(bytes), &next)) {
        return Damaged(at, "a pax header that makes no sense");
      }
    } else {
      std::string name = next.path ? *std::move(next.path) : NameOf(header);
      if (type == '0' || type == '\0' || type == '7') {
        members.push_back({std::move(name), bytes});
      } else if (type != kFolder && others != nullptr) {
        others->push_back(std::move(name));
      }
      next = Extension{};
    }
    at = begin + RoundUp<size_t>(bytes.size(), kTarBlock);
  }
  if (at > archive.size()) return Damaged(at, "the last member is not whole");
  return members;
}

Result<std::array<std::byte, kTarBlock>> TarHeader(std::string_view name,
                                                   uint64_t size) {
  if (name.empty() || name.size() > kName.size) {
    return InvalidArgumentError(
        fmt::format("'{}' cannot be a tar member's name; it must have 1 to {} "
                    "bytes",
                    name, kName.size));
  }
  if (size >> 33 != 0) {  // eleven octal digits
    return InvalidArgumentError(fmt::format(
        "a tar member cannot have {} bytes; 8 GiB is the most", size));
  }
  std::array<std::byte, kTarBlock> header{};
  const auto put = [&header](Field field, std::string_view text) {
    std::memcpy(header.data() + field.at, text.data(), text.size());
  };
  put(kName, name);
  put(kMode, "0000644");
  put(kUser, "0000000");
  put(kGroup, "0000000");
  put(kSize, fmt::format("{:011o}", size));
  put(kTime, "00000000000");
  header[kType] = std::byte{'0'};
  put(kMagic, "ustar");
  put(kVersion, "00");
  put(kChecksum, fmt::format("{:06o}", Checksum(header)));
  header[kChecksum.at + 7] = std::byte{' '};
  return header;
}

}  // namespace alexnet
