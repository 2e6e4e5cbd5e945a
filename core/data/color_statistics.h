// Colour statistics of a training set: mean image, channel means and the
// principal components of its colours (section 4.1 of the paper).
//
// Sums are integers, so the result does not depend on threads or order.

#ifndef ALEXNET_CORE_DATA_COLOR_STATISTICS_H_
#define ALEXNET_CORE_DATA_COLOR_STATISTICS_H_

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/status.h"
#include "core/preprocess/image.h"
#include "core/preprocess/spec.h"

namespace alexnet {

// All in RGB order and 0..255 units.
struct ColorStatistics {
  int64_t count = 0;  // pictures
  std::array<double, 3> channel_mean{};
  std::array<std::array<double, 3>, 3> covariance{};  // of pixels
  // Square roots of the covariance's eigenvalues, largest first, and unit
  // eigenvectors as rows, each with its largest component positive.
  std::array<float, 3> color_stddev{};
  std::array<std::array<float, 3>, 3> color_axes{};
  std::shared_ptr<const MeanImage> mean_image;  // 3 channels
};

// Exact sums over pictures of one size. Not thread safe; one per thread, then
// Merge.
class StatisticsSums {
 public:
  explicit StatisticsSums(Size size);
  // `image` is RGB and of the size given.
  void Add(const Image& image);
  void Merge(const StatisticsSums& other);
  int64_t count() const { return count_; }
  // Needs at least one picture.
  Result<ColorStatistics> Finish() const;

 private:
  Size size_;
  int64_t count_ = 0;
  std::vector<uint64_t> sums_;          // (3, height, width)
  std::array<uint64_t, 6> products_{};  // rr rg rb gg gb bb
};

// Puts what the model's preprocessing wants of `statistics` into it: the mean
// image (channel order, scale; only for the image kinds, and only if it has
// none), and the colour components where they are unknown.
Status ApplyStatistics(const ColorStatistics& statistics,
                       Preprocessing* preprocessing);

// Eigenvalues (descending) and unit eigenvectors (rows) of a symmetric matrix,
// by Jacobi rotations.
struct Eigen3 {
  std::array<double, 3> values{};
  std::array<std::array<double, 3>, 3> vectors{};
};
Eigen3 SymmetricEigen(const std::array<std::array<double, 3>, 3>& matrix);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_COLOR_STATISTICS_H_
