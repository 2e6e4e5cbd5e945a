#include "core/backend/cpu/parameter_layouts.h"

#include <fmt/core.h>

#include <vector>

namespace alexnet::cpu {
namespace {

class DenseLayout : public ParameterLayout {
 public:
  DenseLayout(const Shape& shape, DType dtype) : shape_(shape), dtype_(dtype) {}

  int64_t bytes() const override { return elements() * DTypeSize(dtype_); }
  int64_t elements() const override { return shape_.elements(); }
  DType dtype() const override { return dtype_; }
  std::string key() const override {
    return fmt::format("dense {} {}", DTypeName(dtype_), shape_.ToString());
  }
  bool dense() const override { return true; }

  Status Pack(const TensorView& tensor, void* packed) const override {
    // By pieces through float32, so that nothing of the tensor's size is
    // allocated.
    constexpr int64_t kPiece = 4096;
    std::vector<float> piece(kPiece);
    const auto* from = static_cast<const std::byte*>(tensor.data);
    auto* to = static_cast<std::byte*>(packed);
    for (int64_t i = 0; i < elements(); i += kPiece) {
      const int64_t count = std::min(kPiece, elements() - i);
      WidenToFloat(tensor.dtype, from + i * DTypeSize(tensor.dtype), count,
                   piece.data());
      NarrowFromFloat(piece.data(), count, dtype_, to + i * DTypeSize(dtype_));
    }
    return Status();
  }

  Status Unpack(const void* packed, float* dense) const override {
    WidenToFloat(dtype_, packed, elements(), dense);
    return Status();
  }

 private:
  const Shape shape_;
  const DType dtype_;
};

class DnnlParameterLayout : public ParameterLayout {
 public:
  DnnlParameterLayout(const Shape& shape, const Descriptor& dense,
                      const Descriptor& packed)
      : shape_(shape), dense_(dense), packed_(packed) {}

  int64_t bytes() const override {
    return static_cast<int64_t>(packed_.get_size());
  }
  int64_t elements() const override {
    return bytes() / static_cast<int64_t>(sizeof(float));
  }
  std::string key() const override { return DescribeLayout(packed_); }
  bool dense() const override { return packed_ == dense_; }

  Status Pack(const TensorView& tensor, void* packed) const override {
    return Guarded("packing weights", [&]() -> Status {
      if (tensor.dtype == DType::kF32) {
        return Reorder(dense_, tensor.data, packed_, packed);
      }
      std::vector<float> wide(static_cast<size_t>(shape_.elements()));
      WidenToFloat(tensor.dtype, tensor.data, shape_.elements(), wide.data());
      return Reorder(dense_, wide.data(), packed_, packed);
    });
  }

  Status Unpack(const void* packed, float* dense) const override {
    return Guarded("unpacking weights",
                   [&] { return Reorder(packed_, packed, dense_, dense); });
  }

 private:
  const Shape shape_;
  const Descriptor dense_;
  const Descriptor packed_;
};

}  // namespace

std::unique_ptr<ParameterLayout> MakeDenseLayout(const Shape& shape,
                                                 DType dtype) {
  return std::make_unique<DenseLayout>(shape, dtype);
}

std::unique_ptr<ParameterLayout> MakeDnnlLayout(const Shape& shape,
                                                const Descriptor& dense,
                                                const Descriptor& packed) {
  return std::make_unique<DnnlParameterLayout>(shape, dense, packed);
}

}  // namespace alexnet::cpu
