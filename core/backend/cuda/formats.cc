#include "core/backend/cuda/formats.h"

#include <fmt/format.h>

#include <algorithm>

namespace alexnet::cuda {
namespace {

class CudaLayout : public Layout {
 public:
  CudaLayout(const BlobMap& map, DType dtype) : view_{map, dtype} {}
  bool Equals(const Layout& other) const override {
    const auto* same = dynamic_cast<const CudaLayout*>(&other);
    return same != nullptr && same->view_.map == view_.map &&
           same->view_.dtype == view_.dtype;
  }
  std::string Name() const override {
    const std::string order =
        view_.map.block > 1
            ? fmt::format("NHWC, {0}x{0} to depth", view_.map.block)
            : "NHWC";
    return order + " " + DTypeName(view_.dtype);
  }
  const FormatView& view() const { return view_; }

 private:
  const FormatView view_;
};

int32_t Extent(const Shape& shape, int axis) {
  return shape.rank() > axis ? static_cast<int32_t>(shape[axis]) : 1;
}

BlobMap RowsMap(const Shape& shape) {
  BlobMap map;
  map.channels = Extent(shape, 1);
  map.height = map.rows = Extent(shape, 2);
  map.width = map.columns = Extent(shape, 3);
  return map;
}

bool OnePixel(const BlobMap& map) { return map.height == 1 && map.width == 1; }

}  // namespace

Format RowsFormat(const Shape& shape, DType dtype) {
  const BlobMap map = RowsMap(shape);
  if (dtype == DType::kF32 && OnePixel(map)) return Format::Dense(shape);
  return BlockFormat(shape, dtype, map);
}

Format BlockFormat(const Shape& shape, DType dtype, const BlobMap& map) {
  return {shape, shape[0] * map.elements() * DTypeSize(dtype),
          std::make_shared<const CudaLayout>(map, dtype)};
}

Result<FormatView> ViewOf(const Format& format) {
  if (const auto* layout =
          dynamic_cast<const CudaLayout*>(format.layout.get())) {
    return layout->view();
  }
  const BlobMap map = RowsMap(format.shape);
  if (format.dense() && OnePixel(map)) return FormatView{map, DType::kF32};
  return UnsupportedError(
      fmt::format("the CUDA kernels do not know the layout {}",
                  format.dense() ? "dense" : format.layout->Name()));
}

CudaParameter::CudaParameter(const Shape& shape, const Extents& extents,
                             int64_t block, DType dtype, bool training)
    : shape_(shape),
      extents_(extents),
      block_(block),
      rows_((extents.height + block - 1) / block),
      columns_((extents.width + block - 1) / block),
      packed_(training ? DType::kF32 : dtype),
      compute_(dtype) {}

int64_t CudaParameter::elements() const {
  return extents_.out * rows_ * columns_ * block_ * block_ * extents_.in;
}

std::string CudaParameter::key() const {
  return fmt::format("cuda {}x{}x{}x{} block {} {}", extents_.out, extents_.in,
                     extents_.height, extents_.width, block_,
                     DTypeName(packed_));
}

template <typename Visit>
void CudaParameter::ForEach(const Visit& visit) const {
  int64_t dense = 0;
  for (int64_t o = 0; o < extents_.out; ++o) {
    for (int64_t i = 0; i < extents_.in; ++i) {
      for (int64_t y = 0; y < extents_.height; ++y) {
        for (int64_t x = 0; x < extents_.width; ++x) {
          const int64_t square =
              (o * rows_ + y / block_) * columns_ + x / block_;
          const int64_t pixel =
              (square * block_ + y % block_) * block_ + x % block_;
          visit(dense++, pixel * extents_.in + i);
        }
      }
    }
  }
}

Status CudaParameter::Pack(const TensorView& tensor, void* packed) const {
  if (tensor.shape != shape_) {
    return InvalidArgumentError(fmt::format(
        "the shape is {}, not {}", tensor.shape.ToString(), shape_.ToString()));
  }
  const int64_t count = shape_.elements();
  std::vector<float> dense(static_cast<size_t>(count));
  WidenToFloat(tensor.dtype, tensor.data, count, dense.data());
  std::vector<float> ordered(static_cast<size_t>(elements()), 0.0f);
  ForEach([&](int64_t from, int64_t to) {
    ordered[static_cast<size_t>(to)] = dense[static_cast<size_t>(from)];
  });
  NarrowFromFloat(ordered.data(), elements(), packed_, packed);
  return Status();
}

Status CudaParameter::Unpack(const void* packed, float* dense) const {
  std::vector<float> ordered(static_cast<size_t>(elements()));
  WidenToFloat(packed_, packed, elements(), ordered.data());
  ForEach([&](int64_t from, int64_t to) {
    dense[from] = ordered[static_cast<size_t>(to)];
  });
  return Status();
}

std::vector<uint8_t> CudaParameter::Padding() const {
  const int64_t count = filter_elements();
  std::vector<uint8_t> padding(static_cast<size_t>(count), 1);
  ForEach([&](int64_t, int64_t to) {
    if (to < count) padding[static_cast<size_t>(to)] = 0;
  });
  return padding;
}

}  // namespace alexnet::cuda
