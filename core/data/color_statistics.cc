#include "core/data/color_statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

namespace alexnet {
namespace {

using Matrix3 = std::array<std::array<double, 3>, 3>;

// One Jacobi rotation: makes a[p][q] zero, and turns the rows p and q of
// `vectors` likewise.
void Rotate(Matrix3* a, Matrix3* vectors, int p, int q) {
  Matrix3& m = *a;
  if (m[p][q] == 0.0) return;
  const double theta = (m[q][q] - m[p][p]) / (2.0 * m[p][q]);
  const double t = std::copysign(1.0, theta) /
                   (std::abs(theta) + std::sqrt(theta * theta + 1.0));
  const double c = 1.0 / std::sqrt(t * t + 1.0);
  const double s = t * c;
  for (int k = 0; k < 3; ++k) {  // columns
    const double kp = m[k][p];
    const double kq = m[k][q];
    m[k][p] = c * kp - s * kq;
    m[k][q] = s * kp + c * kq;
  }
  for (int k = 0; k < 3; ++k) {  // rows
    const double pk = m[p][k];
    const double qk = m[q][k];
    m[p][k] = c * pk - s * qk;
    m[q][k] = s * pk + c * qk;
    std::array<double, 3>& vp = (*vectors)[p];
    std::array<double, 3>& vq = (*vectors)[q];
    const double a_p = vp[k];
    const double a_q = vq[k];
    vp[k] = c * a_p - s * a_q;
    vq[k] = s * a_p + c * a_q;
  }
}

constexpr std::array<float, 3> kLuma{0.299f, 0.587f, 0.114f};

// The mean image in the model's channel order and scale.
std::shared_ptr<const MeanImage> ModelMeanImage(
    const MeanImage& rgb, const Preprocessing& preprocessing) {
  auto mean = std::make_shared<MeanImage>();
  mean->channels = preprocessing.channels();
  mean->height = rgb.height;
  mean->width = rgb.width;
  const size_t plane = static_cast<size_t>(rgb.height) * rgb.width;
  mean->values.assign(plane * mean->channels, 0.0f);
  for (size_t i = 0; i < plane; ++i) {
    const std::array<float, 3> value{rgb.values[i], rgb.values[plane + i],
                                     rgb.values[2 * plane + i]};
    if (preprocessing.order == ChannelOrder::kGray) {
      mean->values[i] =
          preprocessing.scale *
          (kLuma[0] * value[0] + kLuma[1] * value[1] + kLuma[2] * value[2]);
      continue;
    }
    for (int c = 0; c < 3; ++c) {
      const int from = preprocessing.order == ChannelOrder::kBgr ? 2 - c : c;
      mean->values[plane * c + i] = preprocessing.scale * value[from];
    }
  }
  return mean;
}

}  // namespace

Eigen3 SymmetricEigen(const Matrix3& matrix) {
  // Cyclic Jacobi converges quadratically; a dozen sweeps are plenty for 3 x 3.
  constexpr int kSweeps = 16;
  Matrix3 a = matrix;
  Matrix3 vectors{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    Rotate(&a, &vectors, 0, 1);
    Rotate(&a, &vectors, 0, 2);
    Rotate(&a, &vectors, 1, 2);
  }
  std::array<int, 3> order{0, 1, 2};
  std::sort(order.begin(), order.end(),
            [&a](int i, int j) { return a[i][i] > a[j][j]; });
  Eigen3 eigen;
  for (int k = 0; k < 3; ++k) {
    eigen.values[k] = a[order[k]][order[k]];
    eigen.vectors[k] = vectors[order[k]];
    const auto largest = std::max_element(
        eigen.vectors[k].begin(), eigen.vectors[k].end(),
        [](double x, double y) { return std::abs(x) < std::abs(y); });
    if (*largest < 0.0) {
      for (double& value : eigen.vectors[k]) value = -value;
    }
  }
  return eigen;
}

StatisticsSums::StatisticsSums(Size size)
    : size_(size),
      sums_(size_t{3} * static_cast<size_t>(size.width) *
            static_cast<size_t>(size.height)) {}

void StatisticsSums::Add(const Image& image) {
  ++count_;
  const size_t plane = sums_.size() / 3;
  uint64_t* red = sums_.data();
  uint64_t* green = red + plane;
  uint64_t* blue = green + plane;
  const uint8_t* pixel = image.pixels.data();
  std::array<uint64_t, 6> products{};
  for (size_t i = 0; i < plane; ++i, pixel += 3) {
    const uint32_t r = pixel[0];
    const uint32_t g = pixel[1];
    const uint32_t b = pixel[2];
    red[i] += r;
    green[i] += g;
    blue[i] += b;
    products[0] += r * r;
    products[1] += r * g;
    products[2] += r * b;
    products[3] += g * g;
    products[4] += g * b;
    products[5] += b * b;
  }
  for (int k = 0; k < 6; ++k) products_[k] += products[k];
}

void StatisticsSums::Merge(const StatisticsSums& other) {
  count_ += other.count_;
  for (size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
  for (int k = 0; k < 6; ++k) products_[k] += other.products_[k];
}

Result<ColorStatistics> StatisticsSums::Finish() const {
  if (count_ == 0) {
    return FailedPreconditionError(
        "no picture could be read, so there are no statistics");
  }
  ColorStatistics statistics;
  statistics.count = count_;
  const size_t plane = sums_.size() / 3;
  const double pictures = static_cast<double>(count_);
  const double pixels = pictures * static_cast<double>(plane);
  auto mean = std::make_shared<MeanImage>();
  mean->channels = 3;
  mean->height = size_.height;
  mean->width = size_.width;
  mean->values.resize(sums_.size());
  for (size_t i = 0; i < sums_.size(); ++i) {
    mean->values[i] =
        static_cast<float>(static_cast<double>(sums_[i]) / pictures);
  }
  for (int c = 0; c < 3; ++c) {
    const auto first = sums_.begin() + static_cast<ptrdiff_t>(plane) * c;
    const uint64_t total = std::accumulate(
        first, first + static_cast<ptrdiff_t>(plane), uint64_t{0});
    statistics.channel_mean[c] = static_cast<double>(total) / pixels;
  }
  constexpr int kIndex[3][3] = {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      statistics.covariance[i][j] =
          static_cast<double>(products_[kIndex[i][j]]) / pixels -
          statistics.channel_mean[i] * statistics.channel_mean[j];
    }
  }
  const Eigen3 eigen = SymmetricEigen(statistics.covariance);
  for (int k = 0; k < 3; ++k) {
    statistics.color_stddev[k] =
        static_cast<float>(std::sqrt(std::max(eigen.values[k], 0.0)));
    for (int c = 0; c < 3; ++c) {
      statistics.color_axes[k][c] = static_cast<float>(eigen.vectors[k][c]);
    }
  }
  statistics.mean_image = std::move(mean);
  return statistics;
}

Status ApplyStatistics(const ColorStatistics& statistics,
                       Preprocessing* preprocessing) {
  if (preprocessing->lacks_mean_image()) {
    const MeanImage* mean = statistics.mean_image.get();
    if (mean == nullptr || mean->channels != 3 ||
        mean->height < preprocessing->crop_height ||
        mean->width < preprocessing->crop_width) {
      return FailedPreconditionError(
          "the data set's mean image is missing or smaller than the network's "
          "input; compute the statistics again, or pack the pictures larger");
    }
    preprocessing->mean_image = ModelMeanImage(*mean, *preprocessing);
  }
  if (!preprocessing->knows_colors()) {
    preprocessing->color_stddev = statistics.color_stddev;
    for (size_t i = 0; i < preprocessing->color_axes.size(); ++i) {
      preprocessing->color_axes[i] = statistics.color_axes[i / 3][i % 3];
    }
  }
  return Status();
}

}  // namespace alexnet
