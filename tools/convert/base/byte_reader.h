// ByteReader: a cursor over untrusted bytes. Whatever would go past the end
// throws Damaged.

#ifndef ALEXNET_TOOLS_CONVERT_BASE_BYTE_READER_H_
#define ALEXNET_TOOLS_CONVERT_BASE_BYTE_READER_H_

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "tools/convert/base/errors.h"

namespace alexnet::convert {

using Bytes = std::span<const std::byte>;

inline Bytes BytesOf(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

inline std::string_view TextOf(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Thread-compatible; borrows the bytes.
class ByteReader {
 public:
  // `where` names the place in errors.
  explicit ByteReader(Bytes bytes, std::string where = "")
      : bytes_(bytes), where_(std::move(where)) {}

  size_t position() const { return position_; }
  size_t left() const { return bytes_.size() - position_; }
  bool at_end() const { return left() == 0; }
  const std::string& where() const { return where_; }

  Bytes Take(uint64_t count) {
    Need(count);
    const Bytes taken = bytes_.subspan(position_, static_cast<size_t>(count));
    position_ += static_cast<size_t>(count);
    return taken;
  }
  void Skip(uint64_t count) { Take(count); }
  std::string_view TakeText(uint64_t count) { return TextOf(Take(count)); }

  // A little-endian number.
  template <typename T>
  requires std::integral<T> || std::floating_point<T> T Read() {
    static_assert(std::endian::native == std::endian::little);
    T value;
    std::memcpy(&value, Take(sizeof(T)).data(), sizeof(T));
    return value;
  }

  // Up to and without the next '\n', which is skipped.
  std::string_view TakeLine() {
    const std::string_view rest = TextOf(bytes_.subspan(position_));
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      throw Damaged(where_, "ends in the middle of a line");
    }
    position_ += end + 1;
    return rest.substr(0, end);
  }

 private:
  void Need(uint64_t count) const {
    if (count <= left()) return;
    throw Damaged(where_, "ends after byte " + std::to_string(bytes_.size()) +
                              ", where " + std::to_string(count) +
                              " bytes from byte " + std::to_string(position_) +
                              " on should be: the file was cut, or changed");
  }

  Bytes bytes_;
  size_t position_ = 0;
  std::string where_;
};

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_BASE_BYTE_READER_H_
