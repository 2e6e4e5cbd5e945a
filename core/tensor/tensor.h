// Shape, TensorView and Tensor: dense row-major arrays.

#ifndef ALEXNET_CORE_TENSOR_TENSOR_H_
#define ALEXNET_CORE_TENSOR_TENSOR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>

#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet {

// Up to four extents, outermost first: activations are (N, C, H, W) or (N, F),
// convolution weights (O, I / groups, kH, kW), fully connected weights
// (out, in), biases (out).
class Shape {
 public:
  static constexpr int kMaxRank = 4;

  Shape() = default;
  Shape(std::initializer_list<int64_t> extents);
  // Refuses a rank above 4, extents below 1, and element counts that overflow
  // 2^40 (no blob of the family comes near).
  static Result<Shape> Create(std::span<const int64_t> extents);

  int rank() const { return rank_; }
  int64_t operator[](int axis) const { return extents_[axis]; }
  std::span<const int64_t> extents() const {
    return {extents_.data(), static_cast<size_t>(rank_)};
  }
  int64_t elements() const;      // product; 1 for rank 0
  std::string ToString() const;  // "(128, 3, 227, 227)"
  bool operator==(const Shape& other) const = default;

 private:
  std::array<int64_t, kMaxRank> extents_{};
  int rank_ = 0;
};

// A borrowed, read-only dense tensor.
struct TensorView {
  const void* data = nullptr;
  DType dtype = DType::kF32;
  Shape shape;

  int64_t bytes() const { return shape.elements() * DTypeSize(dtype); }
  // Only for kF32.
  const float* f32() const { return static_cast<const float*>(data); }
};

// Bytes aligned to 64 (a cache line, the widest vector), of the host or, where
// a Device gave them, of that device. Zeroed on request only.
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  // kOutOfMemory instead of an exception.
  static Result<AlignedBuffer> Allocate(int64_t bytes, bool zero = false);

  // Takes over memory that `free` gives back.
  static AlignedBuffer Adopt(void* data, int64_t bytes,
                             std::function<void(void*)> free);

  std::byte* data() { return data_.get(); }
  const std::byte* data() const { return data_.get(); }
  int64_t size() const { return size_; }

 private:
  struct Free {
    void operator()(std::byte* data) const;
    std::function<void(void*)> free;  // null: std::free
  };
  std::unique_ptr<std::byte, Free> data_;
  int64_t size_ = 0;
};

// An owned dense tensor. Movable, not copyable; Copy copies.
class Tensor {
 public:
  Tensor() = default;
  // Zero filled.
  static Result<Tensor> Create(const Shape& shape, DType dtype = DType::kF32);
  static Result<Tensor> Copy(const TensorView& view);

  const Shape& shape() const { return shape_; }
  DType dtype() const { return dtype_; }
  int64_t elements() const { return shape_.elements(); }
  void* data() { return buffer_.data(); }
  const void* data() const { return buffer_.data(); }
  // Only for kF32.
  float* f32() { return reinterpret_cast<float*>(buffer_.data()); }
  const float* f32() const {
    return reinterpret_cast<const float*>(buffer_.data());
  }
  TensorView view() const { return {buffer_.data(), dtype_, shape_}; }

 private:
  Shape shape_;
  DType dtype_ = DType::kF32;
  AlignedBuffer buffer_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TENSOR_TENSOR_H_
