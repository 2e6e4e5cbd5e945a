#include "core/backend/cpu/parameter_layouts.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "core/base/checked_math.h"
#include "core/base/parallel.h"

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

int64_t QuantizedBytes(int64_t rows, int64_t columns) {
  return RoundUp<int64_t>(rows * columns, 64);
}

// Its elements are no DType; nobody asks for one where a layout is not dense.
class QuantizedLayout : public ParameterLayout {
 public:
  QuantizedLayout(int64_t rows, int64_t columns)
      : rows_(rows), columns_(columns) {}

  int64_t bytes() const override {
    return QuantizedBytes(rows_, columns_) +
           rows_ * static_cast<int64_t>(sizeof(float));
  }
  int64_t elements() const override { return rows_ * columns_; }
  std::string key() const override {
    return fmt::format("i8 {}x{}", rows_, columns_);
  }
  bool dense() const override { return false; }

  Status Pack(const TensorView& tensor, void* packed) const override {
    const auto* from = static_cast<const std::byte*>(tensor.data);
    auto* to = static_cast<int8_t*>(packed);
    const int64_t bytes = QuantizedBytes(rows_, columns_);
    std::fill(to + rows_ * columns_, to + bytes, int8_t{0});
    auto* factors = reinterpret_cast<float*>(to + bytes);
    const int64_t row_bytes = columns_ * DTypeSize(tensor.dtype);
    ParallelFor(rows_, 16, [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) {
        factors[r] = Quantize(tensor.dtype, from + r * row_bytes, columns_,
                              to + r * columns_);
      }
    });
    return Status();
  }

  Status Unpack(const void*, float*) const override {
    return InternalError("quantized weights are for inference only");
  }

 private:
  // Calls piece(first, count, values) for each part of a row, widened.
  template <typename Piece>
  static void ForEachPiece(DType dtype, const std::byte* row, int64_t columns,
                           const Piece& piece) {
    constexpr int64_t kPiece = 512;
    float values[kPiece];
    for (int64_t first = 0; first < columns; first += kPiece) {
      const int64_t count = std::min(kPiece, columns - first);
      WidenToFloat(dtype, row + first * DTypeSize(dtype), count, values);
      piece(first, count, values);
    }
  }

  // Returns the factor.
  static float Quantize(DType dtype, const std::byte* row, int64_t columns,
                        int8_t* to) {
    float largest = 0.0f;
    bool finite = true;
    ForEachPiece(dtype, row, columns,
                 [&](int64_t, int64_t count, const float* values) {
                   for (int64_t i = 0; i < count; ++i) {
                     largest = std::max(largest, std::abs(values[i]));
                     finite = finite && std::isfinite(values[i]);
                   }
                 });
    const float factor = largest / 127.0f;
    // A factor that is no normal number would count as zero.
    if (!finite || factor < std::numeric_limits<float>::min()) {
      std::fill_n(to, columns, int8_t{0});
      return finite ? 0.0f : std::numeric_limits<float>::quiet_NaN();
    }
    ForEachPiece(dtype, row, columns,
                 [&](int64_t first, int64_t count, const float* values) {
                   for (int64_t i = 0; i < count; ++i) {
                     to[first + i] =
                         static_cast<int8_t>(std::round(values[i] / factor));
                   }
                 });
    return factor;
  }

  const int64_t rows_;
  const int64_t columns_;
};

}  // namespace

std::unique_ptr<ParameterLayout> MakeDenseLayout(const Shape& shape,
                                                 DType dtype) {
  return std::make_unique<DenseLayout>(shape, dtype);
}

std::unique_ptr<ParameterLayout> MakeQuantizedLayout(int64_t rows,
                                                     int64_t columns) {
  return std::make_unique<QuantizedLayout>(rows, columns);
}

const float* QuantizedFactors(const void* packed, int64_t rows,
                              int64_t columns) {
  return reinterpret_cast<const float*>(static_cast<const std::byte*>(packed) +
                                        QuantizedBytes(rows, columns));
}

}  // namespace alexnet::cpu
