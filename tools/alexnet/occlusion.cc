#include "tools/alexnet/occlusion.h"

#include <algorithm>
#include <cstddef>

namespace alexnet::cli {
namespace {

constexpr int64_t kPlaces = 8;

struct Extent {
  int64_t begin;
  int64_t end;
};

// What hides place `index` of `count` along an axis.
Extent Hidden(int64_t index, int64_t count, int64_t size) {
  const int64_t margin = size / count / 2;
  return {std::max<int64_t>(index * size / count - margin, 0),
          std::min((index + 1) * size / count + margin, size)};
}

void Hide(Extent rows, Extent columns, const SessionInfo& info,
          std::span<const float> grey, std::span<float> view) {
  for (int64_t channel = 0; channel < info.channels; ++channel) {
    for (int64_t y = rows.begin; y < rows.end; ++y) {
      const int64_t row = (channel * info.height + y) * info.width;
      std::copy(grey.begin() + row + columns.begin,
                grey.begin() + row + columns.end,
                view.begin() + row + columns.begin);
    }
  }
}

}  // namespace

Occlusion Occlude(Session& session, std::span<const float> view,
                  std::span<const float> grey, int32_t class_index,
                  const Limits& limits) {
  const SessionInfo info = session.info();
  Occlusion occlusion{class_index,
                      std::min(kPlaces, info.height),
                      std::min(kPlaces, info.width),
                      {}};
  const auto classes = static_cast<size_t>(info.classes);
  // A row of places at a time.
  std::vector<float> views;
  std::vector<float> answers(static_cast<size_t>(occlusion.columns) * classes);
  for (int64_t row = 0; row < occlusion.rows; ++row) {
    views.clear();
    for (int64_t column = 0; column < occlusion.columns; ++column) {
      views.insert(views.end(), view.begin(), view.end());
      Hide(Hidden(row, occlusion.rows, info.height),
           Hidden(column, occlusion.columns, info.width), info, grey,
           std::span(views).last(view.size()));
    }
    session.run(views, occlusion.columns, answers, limits);
    for (size_t at = static_cast<size_t>(class_index); at < answers.size();
         at += classes) {
      occlusion.probabilities.push_back(answers[at]);
    }
  }
  return occlusion;
}

}  // namespace alexnet::cli
