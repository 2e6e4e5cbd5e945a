#include "tools/convert/model/tensor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>
#include <span>
#include <utility>

namespace alexnet::convert {
namespace {

// No parameter of the family comes near; bounds what zero strides can claim.
constexpr int64_t kMaxElements = int64_t{1} << 30;
// A filter of a locally connected layer is one.
constexpr size_t kMaxParts = 1024;
// Of tensors that are held in memory: biases, statistics, mean images.
constexpr int64_t kMaxValues = int64_t{1} << 22;

}  // namespace

int64_t ElementSize(ElementType type) {
  switch (type) {
    case ElementType::kF16:
    case ElementType::kBF16:
      return 2;
    case ElementType::kF64:
      return 8;
    case ElementType::kF32:
      break;
  }
  return 4;
}

const char* ElementName(ElementType type) {
  switch (type) {
    case ElementType::kF16:
      return "f16";
    case ElementType::kBF16:
      return "bf16";
    case ElementType::kF64:
      return "f64";
    case ElementType::kF32:
      break;
  }
  return "f32";
}

std::string ExtentsText(const Extents& extents) {
  return fmt::format("({})", fmt::join(extents, ", "));
}

int64_t Tensor::elements() const {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1},
                         std::multiplies<>());
}

int64_t CheckedElements(const Extents& shape, const std::string& where) {
  if (shape.empty() || shape.size() > kMaxRank) {
    throw Damaged(where, fmt::format("has {} axes; parameters have 1 to {}",
                                     shape.size(), kMaxRank));
  }
  int64_t product = 1;
  for (const int64_t extent : shape) {
    if (extent < 1 || extent > kMaxElements / product) {
      throw Damaged(where, fmt::format("has the impossible shape {}",
                                       ExtentsText(shape)));
    }
    product *= extent;
  }
  return product;
}

Extents DenseStrides(const Extents& shape) {
  Extents strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;) {
    strides[i - 1] = strides[i] * shape[i];
  }
  return strides;
}

Tensor DenseTensor(std::string name, ElementType type, Extents shape,
                   Bytes memory, std::shared_ptr<const void> owner) {
  const std::string where = "tensor \"" + name + "\"";
  const int64_t bytes = CheckedElements(shape, where) * ElementSize(type);
  if (static_cast<uint64_t>(bytes) != memory.size()) {
    throw Damaged(
        where, fmt::format("has {} bytes where {} of {} need {}", memory.size(),
                           ExtentsText(shape), ElementName(type), bytes));
  }
  Part part;
  part.at.assign(shape.size(), 0);
  part.extents = shape;
  part.strides = DenseStrides(shape);
  part.memory = memory;
  Tensor tensor;
  tensor.name = std::move(name);
  tensor.type = type;
  tensor.shape = std::move(shape);
  tensor.parts.push_back(std::move(part));
  tensor.owner = std::move(owner);
  return tensor;
}

namespace {

// Throws where an element of the part lies outside of its memory.
void CheckReach(const Part& part, int64_t element_size,
                const std::string& where) {
  __int128 lowest = part.first;
  __int128 highest = part.first;
  for (size_t i = 0; i < part.extents.size(); ++i) {
    const __int128 reach = static_cast<__int128>(part.extents[i] - 1) *
                           static_cast<__int128>(part.strides[i]);
    (reach < 0 ? lowest : highest) += reach;
  }
  const auto room = static_cast<__int128>(part.memory.size()) / element_size;
  if (lowest < 0 || highest >= room) {
    throw Damaged(where, "reaches beyond the bytes that are there");
  }
}

bool Disjoint(const Part& a, const Part& b) {
  for (size_t i = 0; i < a.at.size(); ++i) {
    if (a.at[i] + a.extents[i] <= b.at[i] ||
        b.at[i] + b.extents[i] <= a.at[i]) {
      return true;
    }
  }
  return false;
}

}  // namespace

void Validate(const Tensor& tensor) {
  const std::string where = "tensor \"" + tensor.name + "\"";
  const size_t rank = tensor.shape.size();
  int64_t left = CheckedElements(tensor.shape, where);
  if (tensor.parts.size() > kMaxParts) {
    throw Damaged(where, "is made of too many parts");
  }
  for (const Part& part : tensor.parts) {
    bool sound = part.at.size() == rank && part.extents.size() == rank &&
                 part.strides.size() == rank;
    for (size_t i = 0; sound && i < rank; ++i) {
      sound = part.at[i] >= 0 && part.extents[i] >= 1 &&
              part.extents[i] <= tensor.shape[i] - part.at[i];
    }
    if (!sound) throw Damaged(where, "has a part outside of its shape");
    CheckReach(part, ElementSize(tensor.type), where);
    left -= CheckedElements(part.extents, where);
  }
  if (left != 0) {
    throw Damaged(where, "has parts that do not make up its shape");
  }
  for (size_t i = 0; i < tensor.parts.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (!Disjoint(tensor.parts[i], tensor.parts[j])) {
        throw Damaged(where, "has parts that overlap");
      }
    }
  }
}

Tensor Permuted(const Tensor& tensor, const std::vector<size_t>& order) {
  if (!tensor.row_scales.empty() && order[0] != 0) {
    throw Invalid("tensor \"" + tensor.name + "\"",
                  "is scaled along an axis that is to be turned");
  }
  const auto permute = [&](const Extents& from) {
    Extents to;
    for (const size_t axis : order) to.push_back(from[axis]);
    return to;
  };
  Tensor result = tensor;
  result.shape = permute(tensor.shape);
  for (Part& part : result.parts) {
    part.at = permute(part.at);
    part.extents = permute(part.extents);
    part.strides = permute(part.strides);
  }
  return result;
}

Tensor Reversed(const Tensor& tensor, size_t axis) {
  Tensor result = tensor;
  for (Part& part : result.parts) {
    part.at[axis] = tensor.shape[axis] - part.at[axis] - part.extents[axis];
    part.first += (part.extents[axis] - 1) * part.strides[axis];
    part.strides[axis] = -part.strides[axis];
  }
  return result;
}

Tensor Split(const Tensor& tensor, size_t axis, const Extents& extents) {
  const std::string where = "tensor \"" + tensor.name + "\"";
  const int64_t product = std::accumulate(extents.begin(), extents.end(),
                                          int64_t{1}, std::multiplies<>());
  if (product != tensor.shape[axis]) {
    throw Invalid(where,
                  fmt::format("has {} elements along axis {}, not {}",
                              tensor.shape[axis], axis, ExtentsText(extents)));
  }
  const auto replace = [&](Extents* list, const Extents& with) {
    const auto at = list->begin() + static_cast<std::ptrdiff_t>(axis);
    list->insert(list->erase(at), with.begin(), with.end());
  };
  Tensor result = tensor;
  replace(&result.shape, extents);
  for (Part& part : result.parts) {
    if (part.extents[axis] != product) {
      throw Invalid(where, "lies in pieces along the axis to be split");
    }
    Extents strides = DenseStrides(extents);
    for (int64_t& stride : strides) stride *= part.strides[axis];
    replace(&part.at, Extents(extents.size(), 0));
    replace(&part.extents, extents);
    replace(&part.strides, strides);
  }
  return result;
}

Tensor Scaled(const Tensor& tensor, float scale) {
  Tensor result = tensor;
  for (Part& part : result.parts) part.scale *= scale;
  return result;
}

bool IsScaled(const Tensor& tensor) {
  return !tensor.row_scales.empty() ||
         std::any_of(tensor.parts.begin(), tensor.parts.end(),
                     [](const Part& part) { return part.scale != 1.0f; });
}

Tensor WithShape(Tensor tensor, const Extents& shape) {
  tensor.shape = shape;
  Part& part = tensor.parts[0];
  part.at.assign(shape.size(), 0);
  part.extents = shape;
  part.strides = DenseStrides(shape);
  return tensor;
}

std::vector<float> ValuesOf(const Tensor& tensor) {
  if (tensor.elements() > kMaxValues) {
    throw Damaged("tensor \"" + tensor.name + "\"",
                  "has more elements than a tensor of its use: " +
                      ExtentsText(tensor.shape));
  }
  std::vector<float> values(static_cast<size_t>(tensor.elements()));
  Stream(tensor, ElementType::kF32, [&](int64_t first, Bytes chunk) {
    std::memcpy(values.data() + first, chunk.data(), chunk.size());
  });
  return values;
}

Tensor TensorOfValues(std::string name, std::vector<float> values) {
  const auto kept = std::make_shared<std::vector<float>>(std::move(values));
  return DenseTensor(std::move(name), ElementType::kF32,
                     {static_cast<int64_t>(kept->size())},
                     std::as_bytes(std::span(*kept)), kept);
}

}  // namespace alexnet::convert
