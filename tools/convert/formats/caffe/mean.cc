#include "tools/convert/formats/caffe/mean.h"

#include <cstring>

#include "tools/convert/formats/caffe/blob.h"
#include "tools/convert/formats/caffe/encode.h"

namespace alexnet::convert {
namespace {

constexpr int64_t kMaxMeanElements = 3 * 4096 * 4096;

}  // namespace

Mean ReadCaffeMean(const std::shared_ptr<SourceFile>& file) {
  const Tensor tensor = caffe::TensorOfBlob(file->bytes(), "mean", 3, file);
  if (tensor.shape.size() != 3 || tensor.elements() > kMaxMeanElements) {
    throw Invalid("mean", "has the shape " + ExtentsText(tensor.shape) +
                              ", not (channels, height, width)");
  }
  Mean mean{tensor.shape[0], tensor.shape[1], tensor.shape[2], {}};
  mean.values.resize(static_cast<size_t>(tensor.elements()));
  Stream(tensor, ElementType::kF32, [&](int64_t first, Bytes chunk) {
    std::memcpy(mean.values.data() + first, chunk.data(), chunk.size());
  });
  return mean;
}

std::string WriteCaffeMean(const Preprocessing& preprocessing) {
  if (preprocessing.mean_image == nullptr) return "";
  const int64_t channels =
      preprocessing.channel_order == ALEXNET_CHANNELS_GRAY ? 1 : 3;
  const int64_t height = preprocessing.mean_image_height;
  const int64_t width = preprocessing.mean_image_width;
  const Bytes values =
      std::as_bytes(std::span(preprocessing.mean_image,
                              static_cast<size_t>(channels * height * width)));
  std::string blob = caffe::LegacyBlobHeader({1, channels, height, width});
  blob += caffe::BlobDataHeader(values.size());
  blob += TextOf(values);
  return blob;
}

}  // namespace alexnet::convert
