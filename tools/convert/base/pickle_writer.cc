#include <cstring>

#include "tools/convert/base/pickle.h"

namespace alexnet::convert {
namespace {

template <typename T>
void Append(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

}  // namespace

void PickleWriter::Proto(char version) {
  out_ += '\x80';
  out_ += version;
}

void PickleWriter::Global(std::string_view module, std::string_view name) {
  out_ += 'c';
  out_ += module;
  out_ += '\n';
  out_ += name;
  out_ += '\n';
}

void PickleWriter::Text(std::string_view utf8) {
  out_ += 'X';
  Append(out_, static_cast<uint32_t>(utf8.size()));
  out_ += utf8;
}

void PickleWriter::ByteString(std::string_view bytes) {
  out_ += 'U';
  Append(out_, static_cast<uint8_t>(bytes.size()));
  out_ += bytes;
}

void PickleWriter::Integer(int64_t value) {
  if (value >= INT32_MIN && value <= INT32_MAX) {
    out_ += 'J';
    Append(out_, static_cast<int32_t>(value));
    return;
  }
  out_ += "\x8a\x08";
  Append(out_, value);
}

void PickleWriter::Bool(bool value) { out_ += value ? '\x88' : '\x89'; }
void PickleWriter::None() { out_ += 'N'; }
void PickleWriter::Mark() { out_ += '('; }
void PickleWriter::Tuple() { out_ += 't'; }
void PickleWriter::EmptyTuple() { out_ += ')'; }
void PickleWriter::EmptyDict() { out_ += '}'; }
void PickleWriter::SetItems() { out_ += 'u'; }
void PickleWriter::EmptyList() { out_ += ']'; }
void PickleWriter::Appends() { out_ += 'e'; }
void PickleWriter::Reduce() { out_ += 'R'; }
void PickleWriter::Build() { out_ += 'b'; }
void PickleWriter::PersistentId() { out_ += 'Q'; }
void PickleWriter::Stop() { out_ += '.'; }

}  // namespace alexnet::convert
