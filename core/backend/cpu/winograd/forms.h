// Which convolutions Winograd's algorithm is made for, and its points. Those of
// 3x3 were searched for the least error in float32 among multiples of an
// eighth: of 4x4 outputs it is four times as large by the usual 0, 1, -1, 2,
// -2, of 3x3 nearly twice by 0, 1, -1, 2.

#ifndef ALEXNET_CORE_BACKEND_CPU_WINOGRAD_FORMS_H_
#define ALEXNET_CORE_BACKEND_CPU_WINOGRAD_FORMS_H_

#include "core/backend/cpu/winograd/matrices.h"

namespace alexnet::cpu {

struct Form3x3Of3x3 {
  static constexpr int kOutputs = 3;
  static constexpr int kTaps = 3;
  static constexpr int kTile = kOutputs + kTaps - 1;
  static constexpr auto kMatrices =
      MakeWinogradMatrices<kOutputs, kTaps>({0.0, 0.75, -0.75, 2.0});
};

struct Form4x4Of3x3 {
  static constexpr int kOutputs = 4;
  static constexpr int kTaps = 3;
  static constexpr int kTile = kOutputs + kTaps - 1;
  static constexpr auto kMatrices =
      MakeWinogradMatrices<kOutputs, kTaps>({0.0, 0.75, -0.75, 1.5, -1.5});
};

struct Form5x5Of3x3 {
  static constexpr int kOutputs = 5;
  static constexpr int kTaps = 3;
  static constexpr int kTile = kOutputs + kTaps - 1;
  static constexpr auto kMatrices = MakeWinogradMatrices<kOutputs, kTaps>(
      {0.0, 0.625, -0.625, 1.125, -1.125, 2.5});
};

struct Form4x4Of5x5 {
  static constexpr int kOutputs = 4;
  static constexpr int kTaps = 5;
  static constexpr int kTile = kOutputs + kTaps - 1;
  static constexpr auto kMatrices = MakeWinogradMatrices<kOutputs, kTaps>(
      {0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5});
};

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_WINOGRAD_FORMS_H_
