// PairedDifference: what repeated runs say of two ways to do the same.

#ifndef ALEXNET_TOOLS_ALEXNET_PAIRED_DIFFERENCE_H_
#define ALEXNET_TOOLS_ALEXNET_PAIRED_DIFFERENCE_H_

#include <span>

namespace alexnet::cli {

// Mean and sample standard deviation; NaN where there are too few values.
struct Spread {
  double mean;
  double deviation;
};
Spread SpreadOf(std::span<const double> values);

// The mean of the differences of pairs, and half the width of its 95 %
// confidence interval by Student's distribution; NaN below two pairs.
struct PairedDifference {
  double mean;
  double half_width;

  // The interval lies above 0, or below.
  bool positive() const { return mean - half_width > 0.0; }
  bool negative() const { return mean + half_width < 0.0; }
};
PairedDifference DifferenceOf(std::span<const double> differences);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAIRED_DIFFERENCE_H_
