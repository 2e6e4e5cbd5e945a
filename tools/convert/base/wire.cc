#include "tools/convert/base/wire.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace alexnet::convert {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr size_t kMaxRest = size_t{64} << 20;

// The fields of one message, one after another.
class Fields {
 public:
  Fields(Bytes message, const std::string& where)
      : message_(message),
        where_(where),
        stream_(reinterpret_cast<const uint8_t*>(message.data()),
                CheckedSize(message, where)) {}

  // False at the end. A field's payload is what follows its tag and, where it
  // has one, its length.
  bool Next() {
    begin_ = Position();
    tag_ = stream_.ReadTag();
    if (tag_ == 0) {
      if (begin_ == message_.size()) return false;
      Fail();
    }
    if (WireFormatLite::GetTagFieldNumber(tag_) == 0) Fail();
    if (type() == WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      uint32_t size = 0;
      if (!stream_.ReadVarint32(&size)) Fail();
      payload_ = Position();
      if (size > message_.size() - payload_ ||
          !stream_.Skip(static_cast<int>(size))) {
        Fail();
      }
      return true;
    }
    payload_ = Position();
    // Groups, which are long gone, are nested: SkipField bounds how deeply.
    if (!WireFormatLite::SkipField(&stream_, tag_)) Fail();
    return true;
  }

  uint32_t number() const {
    return static_cast<uint32_t>(WireFormatLite::GetTagFieldNumber(tag_));
  }
  WireFormatLite::WireType type() const {
    return WireFormatLite::GetTagWireType(tag_);
  }
  Bytes payload() const {
    return message_.subspan(payload_, Position() - payload_);
  }
  Bytes whole() const { return message_.subspan(begin_, Position() - begin_); }

 private:
  static int CheckedSize(Bytes message, const std::string& where) {
    if (message.size() > std::numeric_limits<int>::max()) {
      throw Damaged(where, "has more than 2 GiB, which no message may have");
    }
    return static_cast<int>(message.size());
  }

  [[noreturn]] void Fail() const {
    throw Damaged(where_, "is no valid message from byte " +
                              std::to_string(begin_) +
                              " on: the file was cut, or changed");
  }

  size_t Position() const {
    return static_cast<size_t>(stream_.CurrentPosition());
  }

  const Bytes message_;
  const std::string& where_;
  CodedInputStream stream_;
  uint32_t tag_ = 0;
  size_t begin_ = 0;
  size_t payload_ = 0;
};

// Hands the field's numbers to `take`, run by run; alone where not packed.
template <typename Take>
void ForEachRun(Bytes message, uint32_t number, const std::string& where,
                const Take& take) {
  Fields fields(message, where);
  while (fields.Next()) {
    if (fields.number() != number) continue;
    if (fields.type() != WireFormatLite::WIRETYPE_LENGTH_DELIMITED &&
        fields.type() != WireFormatLite::WIRETYPE_FIXED32) {
      throw Damaged(where, "has numbers of another type than float");
    }
    const Bytes run = fields.payload();
    if (run.size() % sizeof(float) != 0) {
      throw Damaged(where, "has a part of a number");
    }
    if (!run.empty()) take(run);
  }
}

}  // namespace

Skeleton SplitMessage(Bytes message, std::span<const uint32_t> cut_numbers,
                      const std::string& where) {
  Skeleton skeleton;
  Fields fields(message, where);
  while (fields.Next()) {
    const bool cut =
        fields.type() == WireFormatLite::WIRETYPE_LENGTH_DELIMITED &&
        std::find(cut_numbers.begin(), cut_numbers.end(), fields.number()) !=
            cut_numbers.end();
    if (cut) {
      skeleton.cut.push_back({fields.number(), fields.payload()});
      continue;
    }
    const Bytes whole = fields.whole();
    if (whole.size() > kMaxRest - skeleton.rest.size()) {
      throw Damaged(where, "has more than 64 MiB beside its weights");
    }
    skeleton.rest += TextOf(whole);
  }
  return skeleton;
}

std::string FieldHeader(uint32_t number, uint64_t bytes) {
  std::string header;
  {
    google::protobuf::io::StringOutputStream out(&header);
    google::protobuf::io::CodedOutputStream stream(&out);
    stream.WriteTag(number << 3 | 2);
    stream.WriteVarint64(bytes);
  }
  return header;
}

Bytes PackedFloats(Bytes message, uint32_t number, SourceFile& file,
                   const std::string& where) {
  Bytes only;
  size_t runs = 0;
  size_t bytes = 0;
  ForEachRun(message, number, where, [&](Bytes run) {
    only = run;
    ++runs;
    bytes += run.size();
  });
  if (runs <= 1) return only;
  std::vector<std::byte> together;
  together.reserve(bytes);
  ForEachRun(message, number, where, [&](Bytes run) {
    together.insert(together.end(), run.begin(), run.end());
  });
  return file.Keep(std::move(together));
}

}  // namespace alexnet::convert
