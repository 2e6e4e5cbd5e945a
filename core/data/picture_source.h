// PictureSource: the decoded pictures of a pipeline, from disk or, for small
// data sets, from memory.

#ifndef ALEXNET_CORE_DATA_PICTURE_SOURCE_H_
#define ALEXNET_CORE_DATA_PICTURE_SOURCE_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/status.h"
#include "core/data/dataset.h"
#include "core/data/decode.h"
#include "core/preprocess/image.h"
#include "core/preprocess/spec.h"

namespace alexnet {

struct PictureSourceOptions {
  DecodeOptions decode;
  // Whether pictures may be delivered resized: views of the resized picture
  // then have the same pixels as views of the picture. False where the view is
  // cut from the picture before it is resized.
  bool may_resize = true;
  int64_t cache_bytes = 0;
};

// Thread safe.
class PictureSource {
 public:
  // `samples` is how many different samples will be asked for.
  PictureSource(std::shared_ptr<const Dataset> dataset, int64_t samples,
                const Preprocessing& preprocessing,
                const PictureSourceOptions& options);

  // The picture of data set index `index`, in the model's channels, as it is or
  // resized by the resize rule.
  Result<std::shared_ptr<const Image>> Get(int64_t index);

 private:
  static constexpr int kStripes = 64;

  Result<Image> Load(int64_t index) const;
  void Keep(int64_t index, const std::shared_ptr<const Image>& image);

  const std::shared_ptr<const Dataset> dataset_;
  const Preprocessing preprocessing_;
  const PictureSourceOptions options_;
  const bool caching_;
  std::atomic<int64_t> bytes_{0};
  // cache_[i] is guarded by stripes_[i % kStripes].
  std::array<std::mutex, kStripes> stripes_;
  std::vector<std::shared_ptr<const Image>> cache_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_PICTURE_SOURCE_H_
