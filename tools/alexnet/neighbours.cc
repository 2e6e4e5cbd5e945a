#include "tools/alexnet/neighbours.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/feature_about.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {
namespace {

constexpr size_t kRowsAtATime = 1024;

// A picture with itself, or nothing of another.
bool SameFile(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return std::filesystem::equivalent(a, b, ignored);
}

// The row of the query, without which nothing can be found.
std::vector<float> QueryRow(const Model& model, const NeighbourSearch& search,
                            const Limits& limits) {
  FeatureOptions options = search.options;
  options.batch = 1;
  options.strict = 1;
  Features features(model, search.layer, {search.query}, options);
  Features::Rows rows;
  features.next(&rows, limits);
  return rows.values;
}

// The nearest so far.
class Nearest {
 public:
  Nearest(const NeighbourSearch& search, std::vector<float> query)
      : search_(search),
        most_(static_cast<size_t>(search.most)),
        query_(std::move(query)) {}

  // `path_at` gives the path of a row.
  template <typename PathAt>
  void Add(std::span<const float> rows, const PathAt& path_at) {
    // One more: the query may be among them.
    for (const alexnet_neighbour& each :
         find_nearest(rows, query_, most_ + 1)) {
      const std::string& path = path_at(static_cast<size_t>(each.index));
      if (SameFile(path, search_.query)) continue;
      found_.push_back({path, each.distance});
    }
    // Not numbers come last. Stable: equal ones by their place in the list.
    std::stable_sort(
        found_.begin(), found_.end(),
        [](const NearPicture& a, const NearPicture& b) {
          return a.distance < b.distance ||
                 (b.distance != b.distance && a.distance == a.distance);
        });
    if (found_.size() > most_) found_.resize(most_);
  }
  std::vector<NearPicture> Take() { return std::move(found_); }
  size_t row_floats() const { return query_.size(); }

 private:
  const NeighbourSearch& search_;
  const size_t most_;
  const std::vector<float> query_;
  std::vector<NearPicture> found_;
};

}  // namespace

Neighbours FindAmong(const Model& model, const NeighbourSearch& search,
                     const std::vector<std::string>& paths,
                     const Limits& limits) {
  Nearest nearest(search, QueryRow(model, search, limits));
  Features features(model, search.layer, paths, search.options);
  Neighbours result{search.query, search.layer, {}, 0, 0};
  ProgressLine line;
  const auto progress = CountProgress(line, "compared");
  Features::Rows rows;
  while (features.next(&rows, limits)) {
    nearest.Add(rows.values, [&](size_t i) -> const std::string& {
      return paths[static_cast<size_t>(rows.indices[i])];
    });
    result.compared += static_cast<int64_t>(rows.indices.size());
    progress(rows.indices.back() + 1, static_cast<int64_t>(paths.size()));
  }
  result.nearest = nearest.Take();
  result.left_out = features.info().broken;
  return result;
}

Neighbours FindInFile(const Model& model, const NeighbourSearch& search,
                      const std::string& path, const FeatureReader& file,
                      const Limits& limits) {
  CheckAbout(file.about(), model, search.layer, path);
  Nearest nearest(search, QueryRow(model, search, limits));
  if (nearest.row_floats() != static_cast<size_t>(file.row_floats())) {
    throw Failure(fmt::format(
        "{} has rows of {} numbers, and layer {} gives {}; these are features "
        "of another layer or model",
        path, file.row_floats(), search.layer, nearest.row_floats()));
  }
  const auto all = static_cast<size_t>(file.rows());
  const size_t floats = nearest.row_floats();
  ProgressLine line;
  const auto progress = CountProgress(line, "compared");
  for (size_t begin = 0; begin < all; begin += kRowsAtATime) {
    if (alexnet_cancel_token_cancelled(limits.cancel) != 0) {
      throw Error(ALEXNET_CANCELLED, nullptr);
    }
    const size_t count = std::min(kRowsAtATime, all - begin);
    nearest.Add(file.features().subspan(begin * floats, count * floats),
                [&](size_t i) -> const std::string& {
                  return file.files()[begin + i];
                });
    progress(static_cast<int64_t>(begin + count), file.rows());
  }
  return {search.query, search.layer, nearest.Take(), file.rows(), 0};
}

}  // namespace alexnet::cli
