#include "tools/alexnet/page/thinned.h"

namespace alexnet::cli {

void Thinned::Add(double x, double y) {
  x_ += x;
  y_ += y;
  if (++count_ < stride_) return;
  const auto count = static_cast<double>(count_);
  whole_.emplace_back(x_ / count, y_ / count);
  x_ = y_ = 0.0;
  count_ = 0;
  if (whole_.size() < 2 * most_) return;
  for (size_t i = 0; i < most_; ++i) {
    const auto& [x0, y0] = whole_[2 * i];
    const auto& [x1, y1] = whole_[2 * i + 1];
    whole_[i] = {(x0 + x1) / 2, (y0 + y1) / 2};
  }
  whole_.resize(most_);
  stride_ *= 2;
}

std::vector<std::pair<double, double>> Thinned::points() const {
  std::vector<std::pair<double, double>> points = whole_;
  const auto count = static_cast<double>(count_);
  if (count_ > 0) points.emplace_back(x_ / count, y_ / count);
  return points;
}

}  // namespace alexnet::cli
