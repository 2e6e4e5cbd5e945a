// ONNX files of a few nodes, written field by field: what no exporter writes,
// too.

#ifndef ALEXNET_TESTS_CONVERT_ONNX_BYTES_H_
#define ALEXNET_TESTS_CONVERT_ONNX_BYTES_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace alexnet::convert_test {

// A number as it lies in memory.
template <typename T>
std::string Number(T value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

// Of protobuf: a field with a payload, and one with a varint.
std::string Field(uint32_t number, const std::string& payload);
std::string Integer(uint32_t number, uint64_t value);

// A model of operator set 13 with these nodes and tensors over 3 x 8 x 8
// pictures, "x". `outputs`: that it declares.
std::string Onnx(const std::string& content,
                 const std::vector<std::string>& outputs = {});

std::string Node(const std::string& op, const std::vector<std::string>& inputs,
                 const std::string& output, const std::string& attributes = "");
std::string Attribute(const std::string& name, int64_t value);
std::string ListAttribute(const std::string& name,
                          const std::vector<int64_t>& values);

// Of f32, whose numbers are in `more`.
std::string Tensor(const std::string& name, const std::vector<uint64_t>& dims,
                   const std::string& more);
std::string Floats(const std::string& name, const std::vector<uint64_t>& dims,
                   const std::vector<float>& values);
std::string Integers(const std::string& name,
                     const std::vector<int64_t>& values);

}  // namespace alexnet::convert_test

#endif  // ALEXNET_TESTS_CONVERT_ONNX_BYTES_H_
