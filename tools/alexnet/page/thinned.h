// Thinned: a curve of few points, however many were measured.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_THINNED_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_THINNED_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace alexnet::cli {

// Each point is the mean of as many neighbours as leave fewer than twice `most`
// of them; of fewer the last. A mean of what is not finite is a gap.
class Thinned {
 public:
  explicit Thinned(size_t most) : most_(most) {}

  void Add(double x, double y);
  std::vector<std::pair<double, double>> points() const;
  // How many neighbours a point is the mean of.
  int64_t stride() const { return stride_; }

 private:
  const size_t most_;
  int64_t stride_ = 1;
  std::vector<std::pair<double, double>> whole_;
  // Sums of what is no whole point yet.
  double x_ = 0.0;
  double y_ = 0.0;
  int64_t count_ = 0;
};

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_THINNED_H_
