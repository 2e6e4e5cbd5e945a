#include "tests/convert/onnx_bytes.h"

namespace alexnet::convert_test {
namespace {

// Of AttributeProto and of TensorProto.
constexpr uint64_t kInteger = 2;
constexpr uint64_t kIntegers = 7;
constexpr uint64_t kFloat = 1;
constexpr uint64_t kInt64 = 7;

std::string Varint(uint64_t value) {
  std::string bytes;
  for (; value > 127; value >>= 7) {
    bytes += static_cast<char>((value & 127) | 128);
  }
  return bytes + static_cast<char>(value);
}

std::string TensorOf(const std::string& name, const std::vector<uint64_t>& dims,
                     uint64_t type, const std::string& more) {
  std::string tensor;
  for (const uint64_t dim : dims) tensor += Integer(1, dim);
  return Field(5, tensor + Integer(2, type) + Field(8, name) + more);
}

}  // namespace

std::string Field(uint32_t number, const std::string& payload) {
  return Varint(number << 3 | 2) + Varint(payload.size()) + payload;
}

std::string Integer(uint32_t number, uint64_t value) {
  return Varint(number << 3) + Varint(value);
}

std::string Onnx(const std::string& content,
                 const std::vector<std::string>& outputs) {
  std::string shape;
  for (const uint64_t extent : {1, 3, 8, 8}) {
    shape += Field(1, Integer(1, extent));
  }
  std::string values = Field(
      11, Field(1, "x") + Field(2, Field(1, Integer(1, 1) + Field(2, shape))));
  for (const std::string& output : outputs) {
    values += Field(12, Field(1, output));
  }
  return Integer(1, 7) + Field(7, content + values) + Field(8, Integer(2, 13));
}

std::string Node(const std::string& op, const std::vector<std::string>& inputs,
                 const std::string& output, const std::string& attributes) {
  std::string node;
  for (const std::string& each : inputs) node += Field(1, each);
  return Field(1, node + Field(2, output) + Field(4, op) + attributes);
}

std::string Attribute(const std::string& name, int64_t value) {
  return Field(5, Field(1, name) + Integer(3, static_cast<uint64_t>(value)) +
                      Integer(20, kInteger));
}

std::string ListAttribute(const std::string& name,
                          const std::vector<int64_t>& values) {
  std::string numbers;
  for (const int64_t value : values) {
    numbers += Integer(8, static_cast<uint64_t>(value));
  }
  return Field(5, Field(1, name) + numbers + Integer(20, kIntegers));
}

std::string Tensor(const std::string& name, const std::vector<uint64_t>& dims,
                   const std::string& more) {
  return TensorOf(name, dims, kFloat, more);
}

std::string Floats(const std::string& name, const std::vector<uint64_t>& dims,
                   const std::vector<float>& values) {
  std::string raw;
  for (const float value : values) raw += Number(value);
  return TensorOf(name, dims, kFloat, Field(9, raw));
}

std::string Integers(const std::string& name,
                     const std::vector<int64_t>& values) {
  std::string raw;
  for (const int64_t value : values) raw += Number(value);
  return TensorOf(name, {values.size()}, kInt64, Field(9, raw));
}

}  // namespace alexnet::convert_test
