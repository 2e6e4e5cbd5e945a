#include "tools/alexnet/saliency.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace alexnet::cli {

Saliency FindSaliency(Session& session, std::span<const float> view,
                      int32_t class_index, const Limits& limits) {
  const SessionInfo info = session.info();
  const std::vector<float> gradients =
      session.input_gradients(view, std::span(&class_index, 1), limits);
  Saliency saliency{class_index, info.height, info.width, {}};
  const auto area = static_cast<size_t>(info.height * info.width);
  saliency.values.assign(area, 0.0F);
  for (size_t i = 0; i < gradients.size(); ++i) {
    float& most = saliency.values[i % area];
    const float here = std::abs(gradients[i]);
    // What is not a number stays so.
    if (!(here <= most)) most = std::isnan(most) ? most : here;
  }
  return saliency;
}

float CommonMost(const Saliency& saliency) {
  std::vector<float> finite;
  for (const float value : saliency.values) {
    if (std::isfinite(value)) finite.push_back(value);
  }
  if (finite.empty()) return 0.0F;
  const auto place = finite.begin() + static_cast<std::ptrdiff_t>(
                                          (finite.size() - 1) * 99 / 100);
  std::nth_element(finite.begin(), place, finite.end());
  return *place;
}

}  // namespace alexnet::cli
