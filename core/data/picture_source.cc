#include "core/data/picture_source.h"

#include <utility>

#include "core/preprocess/view.h"

namespace alexnet {
namespace {

// Whether all resized pictures fit, with a third more for pictures that are not
// square.
bool Fits(int64_t samples, const Preprocessing& preprocessing,
          int64_t cache_bytes) {
  const bool cropped = preprocessing.resize_rule == ResizeRule::kNone;
  const double width =
      cropped ? preprocessing.crop_width : preprocessing.resize;
  const double height =
      cropped ? preprocessing.crop_height : preprocessing.resize;
  const double bytes = static_cast<double>(samples) * width * height *
                       preprocessing.channels() * 4.0 / 3.0;
  return bytes <= static_cast<double>(cache_bytes);
}

}  // namespace

PictureSource::PictureSource(std::shared_ptr<const Dataset> dataset,
                             int64_t samples,
                             const Preprocessing& preprocessing,
                             const PictureSourceOptions& options)
    : dataset_(std::move(dataset)),
      preprocessing_(preprocessing),
      options_(options),
      caching_(options.may_resize &&
               Fits(samples, preprocessing, options.cache_bytes)),
      cache_(caching_ ? dataset_->size() : 0) {}

Result<Image> PictureSource::Load(int64_t index) const {
  ALEXNET_ASSIGN_OR_RETURN(const Sample sample, dataset_->Read(index));
  ALEXNET_ASSIGN_OR_RETURN(
      Image image, DecodeImage(sample.bytes, sample.name, options_.decode));
  if (caching_) return ResizePicture(image, preprocessing_);
  if (preprocessing_.order == ChannelOrder::kGray) {
    return ToGray(std::move(image));
  }
  return image;
}

void PictureSource::Keep(int64_t index,
                         const std::shared_ptr<const Image>& image) {
  const int64_t size = static_cast<int64_t>(image->pixels.size());
  if (bytes_.fetch_add(size) + size > options_.cache_bytes) {
    bytes_.fetch_sub(size);
    return;
  }
  const std::lock_guard<std::mutex> lock(stripes_[index % kStripes]);
  if (cache_[index] != nullptr) bytes_.fetch_sub(size);
  cache_[index] = image;
}

Result<std::shared_ptr<const Image>> PictureSource::Get(int64_t index) {
  if (caching_) {
    const std::lock_guard<std::mutex> lock(stripes_[index % kStripes]);
    if (cache_[index] != nullptr) return cache_[index];
  }
  ALEXNET_ASSIGN_OR_RETURN(Image image, Load(index));
  auto shared = std::make_shared<const Image>(std::move(image));
  if (caching_) Keep(index, shared);
  return std::shared_ptr<const Image>(std::move(shared));
}

}  // namespace alexnet
