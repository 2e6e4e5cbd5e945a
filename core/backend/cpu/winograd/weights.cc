#include <algorithm>
#include <vector>

#include "core/backend/cpu/winograd/forms.h"
#include "core/backend/cpu/winograd/loops.h"

namespace alexnet::cpu {
namespace {

// G g G^T of one filter of one channel.
template <typename Form>
void TransformFilter(const float* weight,
                     double (&out)[Form::kTile][Form::kTile]) {
  constexpr auto& kWeight = Form::kMatrices.weight;
  double half[Form::kTile][Form::kTaps] = {};
  for (int j = 0; j < Form::kTile; ++j) {
    for (int y = 0; y < Form::kTaps; ++y) {
      for (int x = 0; x < Form::kTaps; ++x) {
        half[j][x] += kWeight[j][y] * weight[y * Form::kTaps + x];
      }
    }
  }
  for (int j = 0; j < Form::kTile; ++j) {
    for (int i = 0; i < Form::kTile; ++i) {
      out[j][i] = 0.0;
      for (int x = 0; x < Form::kTaps; ++x) {
        out[j][i] += half[j][x] * kWeight[i][x];
      }
    }
  }
}

template <typename Form>
void Transform(const WinogradLoops& loops, const WinogradLayer& layer,
               const float* weight, int64_t begin, int64_t end,
               float* transformed) {
  constexpr int64_t kTaps = Form::kTaps * Form::kTaps;
  constexpr int64_t kPositions = Form::kTile * Form::kTile;
  const int64_t columns = loops.columns;
  const int64_t panels = loops.panels(layer);
  // One channel of a panel; gathered first, since its positions lie far apart.
  std::vector<float> gathered(static_cast<size_t>(kPositions * columns));
  for (int64_t panel = begin; panel < end; ++panel) {
    const int64_t first = panel % panels * columns;
    const int64_t filters = std::min(columns, layer.filters - first);
    const float* from = weight + (panel / panels * layer.filters + first) *
                                     layer.channels * kTaps;
    float* to = transformed + panel * kPositions * layer.channels * columns;
    std::fill(gathered.begin(), gathered.end(), 0.0f);
    for (int64_t c = 0; c < layer.channels; ++c) {
      for (int64_t f = 0; f < filters; ++f) {
        double positions[Form::kTile][Form::kTile];
        TransformFilter<Form>(from + (f * layer.channels + c) * kTaps,
                              positions);
        for (int64_t p = 0; p < kPositions; ++p) {
          gathered[static_cast<size_t>(p * columns + f)] =
              static_cast<float>(positions[p / Form::kTile][p % Form::kTile]);
        }
      }
      for (int64_t p = 0; p < kPositions; ++p) {
        std::copy_n(&gathered[static_cast<size_t>(p * columns)], columns,
                    to + (p * layer.channels + c) * columns);
      }
    }
  }
}

}  // namespace

void TransformWinogradWeights(WinogradForm form, const WinogradLoops& loops,
                              const WinogradLayer& layer, const float* weight,
                              int64_t begin, int64_t end, float* transformed) {
  switch (form) {
    case WinogradForm::k4x4Of3x3:
      return Transform<Form4x4Of3x3>(loops, layer, weight, begin, end,
                                     transformed);
    case WinogradForm::k5x5Of3x3:
      return Transform<Form5x5Of3x3>(loops, layer, weight, begin, end,
                                     transformed);
    case WinogradForm::k4x4Of5x5:
      return Transform<Form4x4Of5x5>(loops, layer, weight, begin, end,
                                     transformed);
  }
}

}  // namespace alexnet::cpu
