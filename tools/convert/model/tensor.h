// Tensor: the elements of a foreign file's tensor, or of a model's, wherever
// they lie and in whatever order. Readers describe memory by strides instead of
// moving it, so that a conversion reads and writes each element once.

#ifndef ALEXNET_TOOLS_CONVERT_MODEL_TENSOR_H_
#define ALEXNET_TOOLS_CONVERT_MODEL_TENSOR_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tools/convert/base/byte_reader.h"

namespace alexnet::convert {

// Little endian.
enum class ElementType { kF32, kF16, kBF16, kF64 };

int64_t ElementSize(ElementType type);      // bytes
const char* ElementName(ElementType type);  // "f32", ...

using Extents = std::vector<int64_t>;  // outermost first

std::string ExtentsText(const Extents& extents);  // "(64, 3, 11, 11)"

// A box of a tensor's elements.
struct Part {
  Extents at;         // of its first element in the tensor
  Extents extents;    // same rank as the tensor
  Extents strides;    // elements from one to the next along each axis; any sign
  Bytes memory;       // that all elements lie in
  int64_t first = 0;  // index, in elements, of the box's first in `memory`
  float scale = 1.0f;  // that each element is multiplied by
};

// Parts cover the tensor without overlap; Validate sees to it.
struct Tensor {
  std::string name;  // as the file calls it
  ElementType type = ElementType::kF32;
  // Of the elements in the order of the engine: (out, in / groups, kh, kw) or
  // (out, in). Memory may be in any other order.
  Extents shape;
  std::vector<Part> parts;
  // One for each index of the first axis, which its elements are multiplied by;
  // empty: none. That axis stays the first.
  std::vector<double> row_scales;
  // Keeps the memory, e.g. a SourceFile.
  std::shared_ptr<const void> owner;

  int64_t elements() const;  // product; shapes are validated before
};

// Refuses, as Damaged(`where`), extents below 1, more than kMaxRank of them,
// and products that no file can hold. The product.
inline constexpr size_t kMaxRank = 8;
int64_t CheckedElements(const Extents& shape, const std::string& where);

// C-order strides.
Extents DenseStrides(const Extents& shape);

// A tensor that lies in `memory` in C order. Throws Damaged unless `memory` has
// exactly its size.
Tensor DenseTensor(std::string name, ElementType type, Extents shape,
                   Bytes memory, std::shared_ptr<const void> owner);

// Throws Damaged where a part reaches beyond its memory or the tensor, ranks
// differ, or the parts do not have as many elements as the tensor.
void Validate(const Tensor& tensor);

// The same elements, axes in another order: axis i of the result is axis
// order[i] of `tensor`.
Tensor Permuted(const Tensor& tensor, const std::vector<size_t>& order);
// The elements of one axis in reverse order: RGB to BGR.
Tensor Reversed(const Tensor& tensor, size_t axis);
// Axis `axis` split in several, whose product is its extent. Throws Invalid
// where a part covers the axis only partly.
Tensor Split(const Tensor& tensor, size_t axis, const Extents& extents);
// Each element times `scale`.
Tensor Scaled(const Tensor& tensor, float scale);
// Whether elements are other than they lie in memory.
bool IsScaled(const Tensor& tensor);
// The same elements, which are dense, in a shape of as many.
Tensor WithShape(Tensor tensor, const Extents& shape);
// All elements in C order, of a small tensor; throws Damaged for a large one.
std::vector<float> ValuesOf(const Tensor& tensor);
// (n) values that the tensor keeps.
Tensor TensorOfValues(std::string name, std::vector<float> values);

// Hands the tensor's elements to `write` in C order, as elements of `type`, in
// chunks of a few MiB. `first` counts the elements handed before. Bit for bit
// where `type` is the tensor's and no part is scaled; otherwise by way of f32.
// `release` is told of memory that has been read; it may be told of it again,
// and may be empty.
using WriteChunk = std::function<void(int64_t first, Bytes elements)>;
using ReleaseMemory = std::function<void(Bytes)>;
void Stream(const Tensor& tensor, ElementType type, const WriteChunk& write,
            const ReleaseMemory& release = {});

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_MODEL_TENSOR_H_
