// WinogradMatrices: Winograd's minimal filtering F(m, r), made of the points at
// which its polynomials are multiplied (S. Winograd, Arithmetic Complexity of
// Computations, 1980; A. Lavin and S. Gray, arXiv:1509.09308).
//
// m outputs of a filter of r taps over n = m + r - 1 inputs are
// A^T ((G g) * (B^T d)), with n multiplications in place of m r; in a plane the
// same along both axes. Products of polynomials of degree below n are found
// from their values at n - 1 points and from the leading coefficient, which is
// the value "at infinity".

#ifndef ALEXNET_CORE_BACKEND_CPU_WINOGRAD_MATRICES_H_
#define ALEXNET_CORE_BACKEND_CPU_WINOGRAD_MATRICES_H_

#include <array>

namespace alexnet::cpu {

template <int kOutputs, int kTaps>
struct WinogradMatrices {
  static constexpr int kTile = kOutputs + kTaps - 1;  // n

  double output[kOutputs][kTile] = {};  // A^T
  double weight[kTile][kTaps] = {};     // G
  double input[kTile][kTile] = {};      // B^T
  // Whether the rows j and j + 1 of the input's matrix differ by the sign of
  // every second element, as they do for the points p and -p where all others
  // have their like or are zero. The columns of the output's do then, too.
  bool mirrored[kTile] = {};
};

// Of distinct points; -p comes right after p.
template <int kOutputs, int kTaps>
constexpr WinogradMatrices<kOutputs, kTaps> MakeWinogradMatrices(
    const std::array<double, kOutputs + kTaps - 2>& points) {
  WinogradMatrices<kOutputs, kTaps> made;
  constexpr int kTile = made.kTile;
  constexpr int kPoints = kTile - 1;
  for (int j = 0; j < kPoints; ++j) {
    double power = 1.0;
    for (int i = 0; i < kOutputs; ++i, power *= points[j]) {
      made.output[i][j] = power;
    }
    double divisor = 1.0;
    for (int k = 0; k < kPoints; ++k) {
      if (k != j) divisor *= points[j] - points[k];
    }
    power = 1.0;
    for (int i = 0; i < kTaps; ++i, power *= points[j]) {
      made.weight[j][i] = power / divisor;
    }
  }
  made.output[kOutputs - 1][kPoints] = 1.0;
  made.weight[kPoints][kTaps - 1] = 1.0;
  // Row j: the coefficients of the product of (x - p) over all other points;
  // the last row has no point of its own.
  for (int j = 0; j < kTile; ++j) {
    double* row = made.input[j];
    row[0] = 1.0;
    int degree = 0;
    for (int k = 0; k < kPoints; ++k) {
      if (k == j) continue;
      ++degree;
      for (int i = degree; i >= 0; --i) {
        row[i] = (i > 0 ? row[i - 1] : 0.0) - points[k] * row[i];
      }
    }
  }
  for (int j = 0; j + 1 < kPoints; ++j) {
    made.mirrored[j] = true;
    for (int i = 0; i < kTile; ++i) {
      const double sign = i % 2 == 0 ? 1.0 : -1.0;
      if (made.input[j + 1][i] != sign * made.input[j][i]) {
        made.mirrored[j] = false;
      }
    }
  }
  return made;
}

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_WINOGRAD_MATRICES_H_
