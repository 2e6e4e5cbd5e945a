#include "tools/alexnet/paired_difference.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace alexnet::cli {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// The 0.975 quantile of Student's distribution.
double StudentQuantile(size_t freedom) {
  constexpr std::array kFew = {12.7062, 4.3027, 3.1824, 2.7764, 2.5706,
                               2.4469,  2.3646, 2.3060, 2.2622, 2.2281};
  if (freedom <= kFew.size()) return kFew[freedom - 1];
  // The series by 1 / freedom around the normal quantile (Abramowitz and
  // Stegun, 26.7.5).
  constexpr double z = 1.959963985;
  const double z3 = z * z * z;
  const double z5 = z3 * z * z;
  const double n = static_cast<double>(freedom);
  return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n) +
         (3 * z5 * z * z + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n);
}

}  // namespace

Spread SpreadOf(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  if (values.empty()) return {kNone, kNone};
  double sum = 0.0;
  for (const double value : values) sum += value;
  const double mean = sum / n;
  if (values.size() < 2) return {mean, kNone};
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (n - 1))};
}

PairedDifference DifferenceOf(std::span<const double> differences) {
  const Spread spread = SpreadOf(differences);
  if (differences.size() < 2) return {spread.mean, kNone};
  return {spread.mean, StudentQuantile(differences.size() - 1) *
                           spread.deviation /
                           std::sqrt(static_cast<double>(differences.size()))};
}

}  // namespace alexnet::cli
