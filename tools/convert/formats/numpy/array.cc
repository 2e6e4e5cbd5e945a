#include "tools/convert/formats/numpy/array.h"

#include <fmt/core.h>

#include <charconv>
#include <cstring>
#include <utility>

namespace alexnet::convert::numpy {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr uint32_t kMaxHeader = 1 << 16;

// The header's literal: {'descr': '<f4', 'fortran_order': False, 'shape': (2,
// 3), }
class Literal {
 public:
  Literal(std::string_view text, const std::string& where)
      : rest_(text), where_(where) {}

  ArrayHeader Parse() {
    ArrayHeader header;
    bool has_descr = false;
    bool has_order = false;
    bool has_shape = false;
    Expect('{');
    while (!Take('}')) {
      const std::string key = Quoted();
      Expect(':');
      if (key == "descr" && !has_descr) {
        header.descr = Quoted();
        has_descr = true;
      } else if (key == "fortran_order" && !has_order) {
        header.fortran_order = Boolean();
        has_order = true;
      } else if (key == "shape" && !has_shape) {
        header.shape = Tuple();
        has_shape = true;
      } else {
        Fail();
      }
      if (!Take(',') && !Take('}')) Fail();
      if (rest_.empty()) break;
    }
    Skip();
    if (!rest_.empty() || !has_descr || !has_order || !has_shape) Fail();
    return header;
  }

 private:
  [[noreturn]] void Fail() const {
    throw Damaged(where_, "has a header that NumPy does not write");
  }
  void Skip() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n')) {
      rest_.remove_prefix(1);
    }
  }
  bool Take(char c) {
    Skip();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void Expect(char c) {
    if (!Take(c)) Fail();
  }
  std::string Quoted() {
    Skip();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) Fail();
    const char quote = rest_[0];
    const size_t end = rest_.find(quote, 1);
    if (end == std::string_view::npos) Fail();
    std::string text(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return text;
  }
  bool Boolean() {
    Skip();
    for (const bool value : {false, true}) {
      const std::string_view word = value ? "True" : "False";
      if (!rest_.starts_with(word)) continue;
      rest_.remove_prefix(word.size());
      return value;
    }
    Fail();
  }
  Extents Tuple() {
    Extents extents;
    Expect('(');
    while (!Take(')')) {
      Skip();
      int64_t value = 0;
      const auto [last, error] =
          std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
      if (error != std::errc()) Fail();
      rest_.remove_prefix(static_cast<size_t>(last - rest_.data()));
      // Python 2 wrote long numbers so.
      if (!rest_.empty() && rest_[0] == 'L') rest_.remove_prefix(1);
      extents.push_back(value);
      if (extents.size() > kMaxRank) Fail();
      if (Take(',')) continue;
      Expect(')');
      break;
    }
    return extents;
  }

  std::string_view rest_;
  const std::string& where_;
};

}  // namespace

bool LooksLikeArray(Bytes file) { return TextOf(file).starts_with(kMagic); }

ArrayHeader ReadArrayHeader(Bytes file, const std::string& where) {
  ByteReader reader(file, where);
  if (reader.TakeText(kMagic.size()) != kMagic) {
    throw Damaged(where, "is no NumPy array");
  }
  const auto major = reader.Read<uint8_t>();
  reader.Skip(1);
  if (major < 1 || major > 3) {
    throw Unsupported(where, fmt::format("is of NumPy's format version {}; "
                                         "there are 1 to 3",
                                         major));
  }
  const uint32_t size =
      major == 1 ? reader.Read<uint16_t>() : reader.Read<uint32_t>();
  if (size > kMaxHeader) throw Damaged(where, "has an impossible header");
  ArrayHeader header = Literal(reader.TakeText(size), where).Parse();
  header.data = reader.Take(reader.left());
  return header;
}

std::optional<ElementType> TypeOf(std::string_view descr,
                                  const std::string& where) {
  const bool ordered = !descr.empty() && (descr[0] == '<' || descr[0] == '>' ||
                                          descr[0] == '=' || descr[0] == '|');
  const std::string_view code = ordered ? descr.substr(1) : descr;
  std::optional<ElementType> type;
  if (code == "f4") type = ElementType::kF32;
  if (code == "f2") type = ElementType::kF16;
  if (code == "f8") type = ElementType::kF64;
  if (type && ordered && descr[0] == '>') {
    throw Unsupported(where,
                      "has big-endian numbers; save the array again as "
                      "array.astype('<f4')");
  }
  return type;
}

Tensor TensorOf(const ArrayHeader& header, ElementType type, std::string name,
                std::shared_ptr<const void> owner) {
  Extents shape = header.shape;
  if (shape.empty()) shape = {1};
  const std::string where = "array \"" + name + "\"";
  const int64_t bytes = CheckedElements(shape, where) * ElementSize(type);
  if (static_cast<uint64_t>(bytes) > header.data.size()) {
    throw Damaged(where, fmt::format("has {} bytes where {} of {} need {}: the "
                                     "file was cut",
                                     header.data.size(), ExtentsText(shape),
                                     ElementName(type), bytes));
  }
  const Bytes data = header.data.first(static_cast<size_t>(bytes));
  if (!header.fortran_order) {
    return DenseTensor(std::move(name), type, std::move(shape), data,
                       std::move(owner));
  }
  // Fortran's order is C's of the axes the other way round.
  const Extents turned(shape.rbegin(), shape.rend());
  std::vector<size_t> order(shape.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = order.size() - 1 - i;
  return Permuted(
      DenseTensor(std::move(name), type, turned, data, std::move(owner)),
      order);
}

const char* DescrOf(ElementType type) {
  switch (type) {
    case ElementType::kF16:
      return "<f2";
    case ElementType::kF64:
      return "<f8";
    default:
      return "<f4";
  }
}

std::string EncodeArrayHeader(std::string_view descr, const Extents& shape) {
  constexpr size_t kAlignment = 64;
  std::string text = fmt::format(
      "{{'descr': '{}', 'fortran_order': False, "
      "'shape': (",
      descr);
  for (const int64_t extent : shape) text += fmt::format("{},", extent);
  text += "), }";
  const size_t before = kMagic.size() + 4;
  text.append(kAlignment - 1 - (before + text.size()) % kAlignment, ' ');
  text += '\n';
  std::string header(kMagic);
  header += std::string("\x01\x00", 2);
  const auto size = static_cast<uint16_t>(text.size());
  header.append(reinterpret_cast<const char*>(&size), sizeof size);
  return header + text;
}

}  // namespace alexnet::convert::numpy
