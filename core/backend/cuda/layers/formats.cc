#include "core/backend/cuda/layers/formats.h"

#include <fmt/core.h>

#include <algorithm>

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
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
    std::string order = "NHWC";
    if (view_.map.block > 1) {
      order += fmt::format(", {0}x{0} to depth", view_.map.block);
    }
    if (view_.map.towers > 1) {
      order = fmt::format("{} towers of ", view_.map.towers) + order;
    }
    return order + " " + DTypeName(view_.dtype);
  }
  const FormatView& view() const { return view_; }

 private:
  const FormatView view_;
};

BlobMap RowsMap(const Shape& shape) {
  BlobMap map;
  map.channels = Extent(shape, 1);
  map.height = map.rows = Extent(shape, 2);
  map.width = map.columns = Extent(shape, 3);
  return map;
}

// More are left to the library's algorithms for many groups.
constexpr int64_t kMostTowers = 8;

bool OnePixel(const BlobMap& map) { return map.height == 1 && map.width == 1; }

}  // namespace

int32_t Extent(const Shape& shape, int axis) {
  return shape.rank() > axis ? static_cast<int32_t>(shape[axis]) : 1;
}

Format RowsFormat(const Shape& shape, DType dtype) {
  const BlobMap map = RowsMap(shape);
  if (dtype == DType::kF32 && OnePixel(map)) return Format::Dense(shape);
  return BlockFormat(shape, dtype, map);
}

Format TowersFormat(const Shape& shape, DType dtype, int64_t towers) {
  if (towers == 1) return RowsFormat(shape, dtype);
  BlobMap map = RowsMap(shape);
  map.towers = static_cast<int32_t>(towers);
  return BlockFormat(shape, dtype, map);
}

int64_t TowersOf(const Convolution& layer) {
  return layer.groups <= kMostTowers ? layer.groups : 1;
}

int64_t OfferedTowers(const KernelRequest& request) {
  const auto* layout =
      dynamic_cast<const CudaLayout*>(request.src.layout.get());
  return layout == nullptr ? 1 : layout->view().map.towers;
}

int64_t WantedTowers(const KernelRequest& request, int64_t own) {
  if (request.reader == nullptr) return own;
  const Layer& reader = *request.reader;
  if (const auto* convolution = As<Convolution>(reader)) {
    return TowersOf(*convolution);
  }
  const bool any = As<Lrn>(reader) != nullptr ||
                   As<Pooling>(reader) != nullptr ||
                   As<AdaptiveAveragePooling>(reader) != nullptr ||
                   As<Activation>(reader) != nullptr;
  return any ? own : 1;
}

TowerMap TowerMapOf(const Shape& shape, int64_t towers) {
  return {shape.elements() / Extent(shape, 1), Extent(shape, 1), towers};
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
      packed_(training ? DType::kF32 : dtype),
      compute_(dtype) {
  const int64_t rows = (extents.height + block - 1) / block;
  const int64_t columns = (extents.width + block - 1) / block;
  dense_index_.assign(
      static_cast<size_t>(rows * columns * block * block * extents.in),
      kPadding);
  int32_t dense = 0;
  for (int64_t i = 0; i < extents.in; ++i) {
    for (int64_t y = 0; y < extents.height; ++y) {
      for (int64_t x = 0; x < extents.width; ++x) {
        const int64_t square = y / block * columns + x / block;
        const int64_t pixel = (square * block + y % block) * block + x % block;
        dense_index_[static_cast<size_t>(pixel * extents.in + i)] = dense++;
      }
    }
  }
}

std::string CudaParameter::key() const {
  return fmt::format("cuda {}x{}x{}x{} block {} {}", extents_.out, extents_.in,
                     extents_.height, extents_.width, block_,
                     DTypeName(packed_));
}

// Filter by filter, so that what is reordered stays in the processor's caches.
Status CudaParameter::Pack(const TensorView& tensor, void* packed) const {
  if (tensor.shape != shape_) {
    return InvalidArgumentError(fmt::format(
        "the shape is {}, not {}", tensor.shape.ToString(), shape_.ToString()));
  }
  const int64_t from_bytes = dense_elements() * DTypeSize(tensor.dtype);
  const int64_t to_bytes = filter_elements() * DTypeSize(packed_);
  std::vector<float> dense(static_cast<size_t>(dense_elements()));
  std::vector<float> ordered(dense_index_.size(), 0.0f);
  for (int64_t o = 0; o < extents_.out; ++o) {
    WidenToFloat(tensor.dtype,
                 static_cast<const std::byte*>(tensor.data) + o * from_bytes,
                 dense_elements(), dense.data());
    for (size_t to = 0; to < ordered.size(); ++to) {
      const int32_t from = dense_index_[to];
      if (from != kPadding) ordered[to] = dense[static_cast<size_t>(from)];
    }
    NarrowFromFloat(ordered.data(), filter_elements(), packed_,
                    static_cast<std::byte*>(packed) + o * to_bytes);
  }
  return Status();
}

Status CudaParameter::Unpack(const void* packed, float* dense) const {
  const int64_t from_bytes = filter_elements() * DTypeSize(packed_);
  std::vector<float> ordered(dense_index_.size());
  for (int64_t o = 0; o < extents_.out; ++o) {
    WidenToFloat(packed_,
                 static_cast<const std::byte*>(packed) + o * from_bytes,
                 filter_elements(), ordered.data());
    float* filter = dense + o * dense_elements();
    for (size_t from = 0; from < ordered.size(); ++from) {
      const int32_t to = dense_index_[from];
      if (to != kPadding) filter[to] = ordered[from];
    }
  }
  return Status();
}

std::vector<uint8_t> CudaParameter::Padding() const {
  std::vector<uint8_t> padding;
  for (const int32_t dense : dense_index_) {
    padding.push_back(dense == kPadding ? 1 : 0);
  }
  return padding;
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
