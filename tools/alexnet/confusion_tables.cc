#include "tools/alexnet/confusion_tables.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <tuple>
#include <utility>

#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/page/table.h"

namespace alexnet::cli {
namespace {

constexpr size_t kMostMatrixClasses = 20;
constexpr size_t kMostPairs = 30;
constexpr size_t kMostClasses = 20;
// Text stays readable on it.
constexpr double kDarkest = 0.6;

struct ClassRow {
  int64_t pictures = 0;
  int64_t right = 0;

  double Share(int64_t count) const {
    return pictures == 0
               ? 0.0
               : static_cast<double>(count) / static_cast<double>(pictures);
  }
};

std::vector<ClassRow> RowsOf(size_t classes,
                             std::span<const int64_t> confusion) {
  std::vector<ClassRow> rows;
  for (size_t c = 0; c < classes; ++c) {
    const auto row = confusion.subspan(c * classes, classes);
    rows.push_back(
        {std::accumulate(row.begin(), row.end(), int64_t{0}), row[c]});
  }
  return rows;
}

Html MatrixCell(int64_t count, double share, bool right) {
  Html content;
  if (count > 0) {
    content = Element(
        "i",
        {{"style", fmt::format("opacity:{:.2f}", kDarkest * std::sqrt(share))}},
        "");
    content += Element("span", {}, Grouped(count));
  }
  return Element("td",
                 right ? std::vector<Attribute>{{"class", "right"}}
                       : std::vector<Attribute>{},
                 content);
}

Html HeadCell(const Html& content) {
  return Element("th", {{"scope", "col"}}, content);
}

Html Matrix(const std::vector<std::string>& names,
            std::span<const int64_t> confusion) {
  const size_t classes = names.size();
  Html head = Element("th", {{"scope", "col"}, {"class", "left"}},
                      "is, down; taken for, across");
  for (size_t c = 0; c < classes; ++c) {
    head += HeadCell(Element("abbr", {{"title", names[c]}}, std::to_string(c)));
  }
  head += HeadCell(Text("recall/%"));
  const std::vector<ClassRow> rows = RowsOf(classes, confusion);
  Html body;
  for (size_t t = 0; t < classes; ++t) {
    Html cells = RowName(fmt::format("{} {}", t, names[t]));
    for (size_t p = 0; p < classes; ++p) {
      const int64_t count = confusion[t * classes + p];
      cells += MatrixCell(count, rows[t].Share(count), t == p);
    }
    cells +=
        Cell(rows[t].pictures == 0
                 ? "-"
                 : fmt::format("{:.1f}", 100 * rows[t].Share(rows[t].right)));
    body += Row(cells);
  }
  Html content = Element("thead", {}, Row(head));
  content += Element("tbody", {}, body);
  Html matrix = Scrolled("Confusion matrix", "wide",
                         Element("table", {{"class", "matrix"}}, content));
  matrix += Paragraph(
      "Blue is right, orange wrong; the stronger, the more of the row's "
      "pictures.");
  return matrix;
}

Html Pairs(const std::vector<std::string>& names,
           std::span<const int64_t> confusion,
           const std::vector<ClassRow>& rows) {
  const size_t classes = names.size();
  std::vector<std::tuple<int64_t, size_t, size_t>> pairs;  // -count first
  for (size_t t = 0; t < classes; ++t) {
    for (size_t p = 0; p < classes; ++p) {
      const int64_t count = confusion[t * classes + p];
      if (t != p && count > 0) pairs.emplace_back(-count, t, p);
    }
  }
  const size_t shown = std::min(pairs.size(), kMostPairs);
  std::partial_sort(pairs.begin(),
                    pairs.begin() + static_cast<ptrdiff_t>(shown), pairs.end());
  Html body;
  for (size_t i = 0; i < shown; ++i) {
    const auto& [count, t, p] = pairs[i];
    Html cells = RowName(names[t]);
    cells += LeftCell(names[p]);
    cells += Cell(Grouped(-count));
    cells += ShareCell(rows[t].Share(-count));
    body += Row(cells);
  }
  return Table("The most frequent confusions",
               {"is", "taken for", "pictures", "% of the class"}, 2, body);
}

Html LeastRecognized(const std::vector<std::string>& names,
                     const std::vector<ClassRow>& rows) {
  std::vector<std::pair<double, size_t>> recalls;
  for (size_t c = 0; c < names.size(); ++c) {
    if (rows[c].pictures > 0) {
      recalls.emplace_back(rows[c].Share(rows[c].right), c);
    }
  }
  const size_t shown = std::min(recalls.size(), kMostClasses);
  std::partial_sort(recalls.begin(),
                    recalls.begin() + static_cast<ptrdiff_t>(shown),
                    recalls.end());
  Html body;
  for (size_t i = 0; i < shown; ++i) {
    const auto& [recall, c] = recalls[i];
    Html cells = RowName(names[c]);
    cells += Cell(Grouped(rows[c].pictures));
    cells += ShareCell(recall);
    body += Row(cells);
  }
  return Table("The least recognized classes",
               {"class", "pictures", "recall/%"}, 1, body);
}

}  // namespace

Html ConfusionTables(const std::vector<std::string>& names,
                     std::span<const int64_t> confusion) {
  if (names.size() <= kMostMatrixClasses) return Matrix(names, confusion);
  const std::vector<ClassRow> rows = RowsOf(names.size(), confusion);
  Html pairs = Element("h3", {}, "The most frequent confusions");
  pairs += Pairs(names, confusion, rows);
  Html least = Element("h3", {}, "The least recognized classes");
  least += LeastRecognized(names, rows);
  Html both = Element("div", {}, pairs);
  both += Element("div", {}, least);
  return Element("div", {{"class", "charts"}}, both);
}

}  // namespace alexnet::cli
