// Stream: the elements of a tensor in C order, wherever they lie.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "core/tensor/dtype.h"
#include "tools/convert/model/tensor.h"

namespace alexnet::convert {
namespace {

constexpr int64_t kChunkElements = int64_t{1} << 21;
// Memory that is read before it is released.
constexpr int64_t kReleaseBytes = int64_t{4} << 20;

// One axis of a copy: how many elements, and how far apart they are.
struct Axis {
  int64_t extent;
  int64_t from;  // elements
  int64_t to;    // elements
};

// Copies boxes of elements of one size.
template <typename Element>
class BoxCopy {
 public:
  BoxCopy(Bytes memory, Element* to, const ReleaseMemory& release)
      : memory_(memory.data()), to_(to), release_(release) {}

  void Run(std::vector<Axis> axes, int64_t from, int64_t to) {
    std::erase_if(axes, [](const Axis& axis) { return axis.extent == 1; });
    // Memory is walked in its own order, whatever the tensor's is.
    std::stable_sort(axes.begin(), axes.end(),
                     [](const Axis& a, const Axis& b) {
                       return std::abs(a.from) > std::abs(b.from);
                     });
    Merge(&axes);
    released_ = from;
    Copy(axes, 0, from, to);
  }

 private:
  // Axes that continue each other, in both places, are one.
  static void Merge(std::vector<Axis>* axes) {
    for (size_t i = axes->size(); i-- > 1;) {
      Axis& outer = (*axes)[i - 1];
      const Axis& inner = (*axes)[i];
      if (outer.from != inner.from * inner.extent ||
          outer.to != inner.to * inner.extent) {
        continue;
      }
      outer = {outer.extent * inner.extent, inner.from, inner.to};
      axes->erase(axes->begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void Copy(const std::vector<Axis>& axes, size_t depth, int64_t from,
            int64_t to) {
    if (depth == axes.size()) {
      std::memcpy(to_ + to, At(from), sizeof(Element));
      return;
    }
    const Axis& axis = axes[depth];
    if (depth + 1 == axes.size()) {
      CopyRun(axis, from, to);
      return;
    }
    for (int64_t i = 0; i < axis.extent; ++i) {
      Copy(axes, depth + 1, from, to);
      from += axis.from;
      to += axis.to;
      if (depth == 0) Release(from);
    }
  }

  void CopyRun(const Axis& axis, int64_t from, int64_t to) {
    if (axis.from == 1 && axis.to == 1) {
      std::memcpy(to_ + to, At(from),
                  static_cast<size_t>(axis.extent) * sizeof(Element));
      return;
    }
    const std::byte* source = At(from);
    const int64_t step = axis.from * static_cast<int64_t>(sizeof(Element));
    for (int64_t i = 0; i < axis.extent; ++i) {
      std::memcpy(to_ + to + i * axis.to, source + i * step, sizeof(Element));
    }
  }

  // What lies between here and the last call, once that is enough.
  void Release(int64_t here) {
    if (!release_) return;
    const auto size = static_cast<int64_t>(sizeof(Element));
    if (here - released_ < kReleaseBytes / size) return;
    release_({At(released_), static_cast<size_t>((here - released_) * size)});
    released_ = here;
  }

  const std::byte* At(int64_t element) const {
    return memory_ + element * static_cast<int64_t>(sizeof(Element));
  }

  const std::byte* memory_;
  Element* to_;
  const ReleaseMemory& release_;
  int64_t released_ = 0;
};

// The elements [first, first + count) of a tensor along one axis, at fixed
// indexes of the axes before it and with all of the axes after it: what one
// chunk holds.
struct Slab {
  Extents at;
  Extents extents;
};

// What a part and a slab share, as axes of a copy into the slab.
struct Overlap {
  std::vector<Axis> axes;
  int64_t from = 0;
  int64_t to = 0;
};

std::optional<Overlap> Intersect(const Part& part, const Slab& slab) {
  const Extents strides = DenseStrides(slab.extents);
  Overlap overlap;
  overlap.from = part.first;
  for (size_t i = 0; i < slab.at.size(); ++i) {
    const int64_t begin = std::max(part.at[i], slab.at[i]);
    const int64_t end =
        std::min(part.at[i] + part.extents[i], slab.at[i] + slab.extents[i]);
    if (begin >= end) return std::nullopt;
    overlap.axes.push_back({end - begin, part.strides[i], strides[i]});
    overlap.from += (begin - part.at[i]) * part.strides[i];
    overlap.to += (begin - slab.at[i]) * strides[i];
  }
  return overlap;
}

template <typename Element>
void GatherAs(const Tensor& tensor, const Slab& slab,
              const ReleaseMemory& release, std::byte* to) {
  for (const Part& part : tensor.parts) {
    std::optional<Overlap> overlap = Intersect(part, slab);
    if (!overlap) continue;
    BoxCopy<Element>(part.memory, reinterpret_cast<Element*>(to), release)
        .Run(std::move(overlap->axes), overlap->from, overlap->to);
  }
}

void Gather(const Tensor& tensor, const Slab& slab,
            const ReleaseMemory& release, std::byte* to) {
  switch (ElementSize(tensor.type)) {
    case 2:
      return GatherAs<uint16_t>(tensor, slab, release, to);
    case 4:
      return GatherAs<uint32_t>(tensor, slab, release, to);
    default:
      return GatherAs<uint64_t>(tensor, slab, release, to);
  }
}

DType ToDType(ElementType type) {
  switch (type) {
    case ElementType::kF16:
      return DType::kF16;
    case ElementType::kBF16:
      return DType::kBF16;
    default:
      return DType::kF32;
  }
}

void Widen(ElementType type, const std::byte* from, int64_t count, float* to) {
  if (type != ElementType::kF64) {
    WidenToFloat(ToDType(type), from, count, to);
    return;
  }
  for (int64_t i = 0; i < count; ++i) {
    double value;
    std::memcpy(&value, from + i * 8, sizeof value);
    to[i] = static_cast<float>(value);
  }
}

void Scale(const Tensor& tensor, const Slab& slab, float* values) {
  for (const Part& part : tensor.parts) {
    if (part.scale == 1.0f) continue;
    const std::optional<Overlap> overlap = Intersect(part, slab);
    if (!overlap) continue;
    // The rows along the last axis are contiguous in the slab.
    const std::vector<Axis>& axes = overlap->axes;
    int64_t rows = 1;
    for (size_t i = 0; i + 1 < axes.size(); ++i) rows *= axes[i].extent;
    for (int64_t row = 0; row < rows; ++row) {
      int64_t at = overlap->to;
      int64_t rest = row;
      for (size_t i = axes.size() - 1; i-- > 0;) {
        at += rest % axes[i].extent * axes[i].to;
        rest /= axes[i].extent;
      }
      for (int64_t i = 0; i < axes.back().extent; ++i) {
        values[at + i] *= part.scale;
      }
    }
  }
}

// A chunk of several rows has them whole.
void ScaleRows(const Tensor& tensor, const Slab& slab, float* values) {
  if (tensor.row_scales.empty()) return;
  int64_t row = 1;
  for (size_t i = 1; i < slab.extents.size(); ++i) row *= slab.extents[i];
  for (int64_t i = 0; i < slab.extents[0]; ++i) {
    const double scale = tensor.row_scales[static_cast<size_t>(slab.at[0] + i)];
    for (int64_t j = 0; j < row; ++j) {
      values[i * row + j] = static_cast<float>(values[i * row + j] * scale);
    }
  }
}

bool IsDense(const Tensor& tensor) {
  return tensor.parts.size() == 1 &&
         tensor.parts[0].strides == DenseStrides(tensor.shape);
}

// Hands out `count` elements, narrowed to `type` where they are wide.
class Converter {
 public:
  Converter(const Tensor& tensor, ElementType type)
      : tensor_(tensor),
        type_(type),
        as_is_(tensor.type == type && !IsScaled(tensor)) {}

  bool as_is() const { return as_is_; }

  Bytes Convert(const Slab& slab, const std::byte* raw, int64_t count) {
    wide_.resize(static_cast<size_t>(count));
    Widen(tensor_.type, raw, count, wide_.data());
    Scale(tensor_, slab, wide_.data());
    ScaleRows(tensor_, slab, wide_.data());
    if (type_ == ElementType::kF32) return std::as_bytes(std::span(wide_));
    narrow_.resize(static_cast<size_t>(count));
    NarrowFromFloat(wide_.data(), count, ToDType(type_), narrow_.data());
    return std::as_bytes(std::span(narrow_));
  }

 private:
  const Tensor& tensor_;
  const ElementType type_;
  const bool as_is_;
  std::vector<float> wide_;
  std::vector<uint16_t> narrow_;
};

void StreamInPlace(const Tensor& tensor, const WriteChunk& write,
                   const ReleaseMemory& release) {
  const Part& part = tensor.parts[0];
  const int64_t size = ElementSize(tensor.type);
  const int64_t elements = tensor.elements();
  for (int64_t first = 0; first < elements; first += kChunkElements) {
    const int64_t count = std::min(kChunkElements, elements - first);
    const Bytes chunk =
        part.memory.subspan(static_cast<size_t>((part.first + first) * size),
                            static_cast<size_t>(count * size));
    write(first, chunk);
    if (release) release(chunk);
  }
}

// The axis that chunks run along, and how many of its elements fit.
struct Chunking {
  size_t axis = 0;
  int64_t inner = 1;  // elements at one index of it
  int64_t count = 1;
};

Chunking ChooseChunks(const Extents& shape) {
  Chunking chunking;
  chunking.axis = shape.size() - 1;
  while (chunking.axis > 0 &&
         chunking.inner * shape[chunking.axis] <= kChunkElements) {
    chunking.inner *= shape[chunking.axis];
    --chunking.axis;
  }
  chunking.count = std::clamp<int64_t>(kChunkElements / chunking.inner, 1,
                                       shape[chunking.axis]);
  return chunking;
}

Slab SlabAt(const Extents& shape, const Chunking& chunking, int64_t outer,
            int64_t begin) {
  Slab slab{Extents(shape.size(), 0), Extents(shape.size(), 1)};
  for (size_t i = chunking.axis; i-- > 0;) {
    slab.at[i] = outer % shape[i];
    outer /= shape[i];
  }
  slab.at[chunking.axis] = begin;
  slab.extents[chunking.axis] =
      std::min(chunking.count, shape[chunking.axis] - begin);
  for (size_t i = chunking.axis + 1; i < shape.size(); ++i) {
    slab.extents[i] = shape[i];
  }
  return slab;
}

void StreamGathered(const Tensor& tensor, Converter* converter,
                    const WriteChunk& write, const ReleaseMemory& release) {
  const Extents& shape = tensor.shape;
  const Chunking chunking = ChooseChunks(shape);
  const int64_t size = ElementSize(tensor.type);
  std::vector<std::byte> raw(
      static_cast<size_t>(chunking.count * chunking.inner * size));
  int64_t outer_count = 1;
  for (size_t i = 0; i < chunking.axis; ++i) outer_count *= shape[i];
  int64_t first = 0;
  for (int64_t outer = 0; outer < outer_count; ++outer) {
    for (int64_t begin = 0; begin < shape[chunking.axis];
         begin += chunking.count) {
      const Slab slab = SlabAt(shape, chunking, outer, begin);
      const int64_t count = slab.extents[chunking.axis] * chunking.inner;
      Gather(tensor, slab, release, raw.data());
      write(first, converter->as_is()
                       ? Bytes(raw).first(static_cast<size_t>(count * size))
                       : converter->Convert(slab, raw.data(), count));
      first += count;
    }
  }
  if (!release) return;
  for (const Part& part : tensor.parts) release(part.memory);
}

}  // namespace

void Stream(const Tensor& tensor, ElementType type, const WriteChunk& write,
            const ReleaseMemory& release) {
  Converter converter(tensor, type);
  if (converter.as_is() && IsDense(tensor)) {
    StreamInPlace(tensor, write, release);
  } else {
    StreamGathered(tensor, &converter, write, release);
  }
}

}  // namespace alexnet::convert
