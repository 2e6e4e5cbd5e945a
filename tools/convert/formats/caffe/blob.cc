#include "tools/convert/formats/caffe/blob.h"

#include <fmt/core.h>

#include <utility>

#include "tools/convert/base/wire.h"
#include "tools/convert/formats/caffe/caffe.pb.h"

namespace alexnet::convert::caffe {
namespace {

constexpr uint32_t kData = 5;
constexpr uint32_t kDiff = 6;
constexpr uint32_t kDoubleData = 8;
constexpr uint32_t kDoubleDiff = 9;

Extents ShapeOf(const BlobHeader& header) {
  if (header.has_num() || header.has_channels() || header.has_height() ||
      header.has_width()) {
    return {header.num(), header.channels(), header.height(), header.width()};
  }
  return {header.shape().dim().begin(), header.shape().dim().end()};
}

}  // namespace

Tensor TensorOfBlob(Bytes blob, std::string name, size_t rank,
                    const std::shared_ptr<SourceFile>& file) {
  const std::string where = "blob \"" + name + "\"";
  static constexpr uint32_t kCut[] = {kData, kDiff, kDoubleData, kDoubleDiff};
  // Packed numbers are cut out, whichever field they are in; those that are not
  // packed stay in `rest`, where the header's parser passes over them.
  const Skeleton skeleton = SplitMessage(blob, kCut, where);
  const auto header = ParseMessage<BlobHeader>(skeleton.rest, where);
  Extents shape = ShapeOf(header);
  if (shape.empty()) {
    throw Damaged(where,
                  "has no shape: the file holds a network without "
                  "weights, or was cut");
  }
  while (rank > 0 && shape.size() > rank && shape.front() == 1) {
    shape.erase(shape.begin());
  }
  CheckedElements(shape, where);
  for (const CutField& field : skeleton.cut) {
    if (field.number != kDoubleData || field.payload.empty()) continue;
    return DenseTensor(std::move(name), ElementType::kF64, std::move(shape),
                       field.payload, file);
  }
  return DenseTensor(std::move(name), ElementType::kF32, std::move(shape),
                     PackedFloats(blob, kData, *file, where), file);
}

}  // namespace alexnet::convert::caffe
