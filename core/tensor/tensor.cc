#include "core/tensor/tensor.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "core/base/checked_math.h"

namespace alexnet {
namespace {

constexpr int64_t kAlignment = 64;
constexpr int64_t kMostElements = int64_t{1} << 40;

std::string Format(std::span<const int64_t> extents) {
  std::string text = "(";
  for (size_t i = 0; i < extents.size(); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(extents[i]);
  }
  return text + ")";
}

}  // namespace

Shape::Shape(std::initializer_list<int64_t> extents)
    : rank_(static_cast<int>(std::min<size_t>(extents.size(), kMaxRank))) {
  assert(extents.size() <= kMaxRank);
  std::copy_n(extents.begin(), rank_, extents_.begin());
}

Result<Shape> Shape::Create(std::span<const int64_t> extents) {
  if (extents.size() > kMaxRank) {
    return InvalidArgumentError("a shape has at most 4 extents, not " +
                                std::to_string(extents.size()));
  }
  int64_t elements = 1;
  for (const int64_t extent : extents) {
    if (extent < 1) {
      return InvalidArgumentError("the shape " + Format(extents) +
                                  " has an extent below 1");
    }
    const std::optional<int64_t> product = CheckedMul(elements, extent);
    if (!product || *product > kMostElements) {
      return InvalidArgumentError("the shape " + Format(extents) +
                                  " has more than 2^40 elements");
    }
    elements = *product;
  }
  Shape shape;
  std::copy(extents.begin(), extents.end(), shape.extents_.begin());
  shape.rank_ = static_cast<int>(extents.size());
  return shape;
}

int64_t Shape::elements() const {
  int64_t product = 1;
  for (const int64_t extent : extents()) product *= extent;
  return product;
}

std::string Shape::ToString() const { return Format(extents()); }

Result<AlignedBuffer> AlignedBuffer::Allocate(int64_t bytes, bool zero) {
  if (bytes < 0) {
    return InvalidArgumentError("a buffer cannot have " +
                                std::to_string(bytes) + " bytes");
  }
  // At least one block, so that an empty buffer has an address too.
  const std::optional<int64_t> padded =
      CheckedAdd(std::max<int64_t>(bytes, 1), kAlignment - 1);
  void* data = nullptr;
  if (padded) {
    data = std::aligned_alloc(
        kAlignment, static_cast<size_t>(*padded / kAlignment * kAlignment));
  }
  if (data == nullptr) {
    return OutOfMemoryError("not enough memory for a buffer of " +
                            std::to_string(bytes) + " bytes");
  }
  if (zero) std::memset(data, 0, static_cast<size_t>(bytes));
  AlignedBuffer buffer;
  buffer.data_.reset(static_cast<std::byte*>(data));
  buffer.size_ = bytes;
  return buffer;
}

AlignedBuffer AlignedBuffer::Adopt(void* data, int64_t bytes,
                                   std::function<void(void*)> free) {
  AlignedBuffer buffer;
  buffer.data_ = {static_cast<std::byte*>(data), Free{std::move(free)}};
  buffer.size_ = bytes;
  return buffer;
}

void AlignedBuffer::Free::operator()(std::byte* data) const {
  free ? free(data) : std::free(data);
}

Result<Tensor> Tensor::Create(const Shape& shape, DType dtype) {
  // A Shape written in code is not checked before.
  ALEXNET_ASSIGN_OR_RETURN(const Shape checked, Shape::Create(shape.extents()));
  Tensor tensor;
  ALEXNET_ASSIGN_OR_RETURN(
      tensor.buffer_,
      AlignedBuffer::Allocate(checked.elements() * DTypeSize(dtype),
                              /*zero=*/true));
  tensor.shape_ = checked;
  tensor.dtype_ = dtype;
  return tensor;
}

Result<Tensor> Tensor::Copy(const TensorView& view) {
  if (view.data == nullptr) {
    return InvalidArgumentError("a tensor to copy has no data");
  }
  ALEXNET_ASSIGN_OR_RETURN(const Shape checked,
                           Shape::Create(view.shape.extents()));
  Tensor tensor;
  const int64_t bytes = checked.elements() * DTypeSize(view.dtype);
  ALEXNET_ASSIGN_OR_RETURN(tensor.buffer_, AlignedBuffer::Allocate(bytes));
  std::memcpy(tensor.buffer_.data(), view.data, static_cast<size_t>(bytes));
  tensor.shape_ = checked;
  tensor.dtype_ = view.dtype;
  return tensor;
}

}  // namespace alexnet
