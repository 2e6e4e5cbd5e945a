#include "core/data/statistics.h"

#include <memory>
#include <mutex>
#include <vector>

#include "core/data/decode.h"
#include "core/data/for_each.h"
#include "core/preprocess/resize.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

// The pictures that statistics are over: a Preprocessing whose centre crop is
// all that random crops are taken from.
Preprocessing WholePictures(Preprocessing preprocessing) {
  if (preprocessing.resize_rule != ResizeRule::kNone) {
    preprocessing.crop_height = preprocessing.resize;
    preprocessing.crop_width = preprocessing.resize;
  }
  return preprocessing;
}

Result<Image> CentrePicture(const Image& image,
                            const Preprocessing& preprocessing) {
  ALEXNET_ASSIGN_OR_RETURN(const Placement placement,
                           CentrePlacement(preprocessing, image.size()));
  return Resize(image,
                {placement.source,
                 placement.resized,
                 {placement.x, placement.y, preprocessing.crop_width,
                  preprocessing.crop_height}},
                preprocessing.resize_filter);
}

Result<Image> ReadCentrePicture(const Dataset& dataset, int64_t index,
                                const Preprocessing& preprocessing,
                                int64_t max_pixels) {
  ALEXNET_ASSIGN_OR_RETURN(const Sample sample, dataset.Read(index));
  DecodeOptions decode;
  decode.max_pixels = max_pixels;
  ALEXNET_ASSIGN_OR_RETURN(const Image image,
                           DecodeImage(sample.bytes, sample.name, decode));
  return CentrePicture(image, preprocessing);
}

}  // namespace

Result<ColorStatistics> ComputeStatistics(const Dataset& dataset,
                                          std::span<const int64_t> indices,
                                          const Preprocessing& preprocessing,
                                          const StatisticsOptions& options,
                                          const Interrupt& interrupt) {
  ALEXNET_RETURN_IF_ERROR(
      ValidatePreprocessing(preprocessing, MeanImageRule::kMayBeMissing));
  ALEXNET_RETURN_IF_ERROR(CheckMaxPixels(options.max_pixels));
  const Preprocessing whole = WholePictures(preprocessing);
  const int threads = ThreadCount(options.threads);
  const Size size{whole.crop_width, whole.crop_height};
  std::vector<StatisticsSums> sums(threads, StatisticsSums(size));
  Quarantine quarantine(options.quarantine,
                        static_cast<int64_t>(indices.size()));
  ALEXNET_RETURN_IF_ERROR(ForEachParallel(
      static_cast<int64_t>(indices.size()), threads, interrupt,
      [&](int worker, int64_t i) -> Status {
        const Result<Image> image =
            ReadCentrePicture(dataset, indices[i], whole, options.max_pixels);
        if (!image.ok()) {
          return quarantine.Add(dataset.name(indices[i]), image.status());
        }
        sums[worker].Add(*image);
        return Status();
      },
      options.progress));
  for (int worker = 1; worker < threads; ++worker) {
    sums[0].Merge(sums[worker]);
  }
  return sums[0].Finish();
}

}  // namespace alexnet
