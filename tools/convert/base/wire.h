// Protobuf messages whose big fields stay where they are. A parser of generated
// code would copy hundreds of megabytes of weights; here a message is split in
// its big fields, as spans, and the rest, which is small and is parsed as
// usual.

#ifndef ALEXNET_TOOLS_CONVERT_BASE_WIRE_H_
#define ALEXNET_TOOLS_CONVERT_BASE_WIRE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tools/convert/base/byte_reader.h"
#include "tools/convert/base/source_file.h"

namespace alexnet::convert {

struct CutField {
  uint32_t number = 0;
  Bytes payload;
};

struct Skeleton {
  std::string rest;           // all other fields, encoded
  std::vector<CutField> cut;  // in the order of the message
};

// Cuts the length-delimited fields with one of these numbers out of a message.
// Throws Damaged for what is no message, and where more than 64 MiB would be
// left in `rest` or the message has more than 2 GiB.
Skeleton SplitMessage(Bytes message, std::span<const uint32_t> cut_numbers,
                      const std::string& where);

// A message of generated code from its bytes; throws Damaged(`where`).
template <typename Message>
Message ParseMessage(const std::string& bytes, const std::string& where) {
  Message message;
  if (message.ParseFromString(bytes)) return message;
  throw Damaged(where, "is no valid message: the file was cut, or changed");
}

// The numbers of a repeated float field, packed or not. In place where they are
// one packed run; otherwise put together, and kept by `file`.
Bytes PackedFloats(Bytes message, uint32_t number, SourceFile& file,
                   const std::string& where);

// Tag and size of a length-delimited field that as many bytes follow.
std::string FieldHeader(uint32_t number, uint64_t bytes);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_BASE_WIRE_H_
