#include "tools/alexnet/similar_output.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "tools/alexnet/out_of_memory.h"
#include "tools/alexnet/page/html.h"
#include "tools/alexnet/printable.h"
#include "tools/alexnet/thumbnail.h"

namespace alexnet::cli {
namespace {

constexpr uint32_t kSide = 256;  // of a picture on a sheet, in pixels
constexpr uint32_t kGap = 8;
constexpr uint8_t kGrey = 128;  // in place of a picture

// Nothing of a file that cannot be read.
std::optional<Raster> Picture(const std::string& path, int64_t max_pixels) {
  try {
    return MiddleSquare(Image::load(path, max_pixels).view(), kSide);
  } catch (const Error& error) {
    PassOutOfMemory(error);
    return std::nullopt;
  }
}

Raster NoPicture() {
  Raster grey(kSide, kSide);
  for (size_t i = 0; i < grey.rgba.size(); ++i) {
    grey.rgba[i] = i % 4 == 3 ? 255 : kGrey;
  }
  return grey;
}

void Place(const Raster& picture, uint32_t left, Raster& sheet) {
  for (uint32_t y = 0; y < picture.height; ++y) {
    const auto row = picture.rgba.begin() + std::ptrdiff_t{4} * y * kSide;
    std::copy(
        row, row + std::ptrdiff_t{4} * kSide,
        sheet.rgba.begin() + 4 * (std::ptrdiff_t{y} * sheet.width + left));
  }
}

std::string NameOf(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

// With its folder: pictures of several classes are often called alike.
std::string NameInFolder(const std::string& path) {
  const std::string folder = NameOf(std::filesystem::path(path).parent_path());
  return folder.empty() ? NameOf(path) : folder + "/" + NameOf(path);
}

Html Card(const std::string& path, const std::string& words,
          int64_t max_pixels) {
  const std::optional<Raster> picture = Picture(path, max_pixels);
  Html figure =
      cli::Image(EncodePng(picture.value_or(NoPicture())), path, "photo");
  Html caption = Element("div", {}, words);
  caption += Element("div", {}, NameInFolder(path));
  if (!picture.has_value()) {
    caption += Element("div", {{"class", "bad"}}, "cannot be read any more");
  }
  figure += Element("figcaption", {}, caption);
  return Element("figure", {{"title", path}}, figure);
}

std::string Distance(double distance) {
  return std::isnan(distance) ? "not a number"
                              : fmt::format("{:.3f}", distance);
}

}  // namespace

std::string NeighboursText(const Neighbours& found) {
  std::string text = fmt::format(
      "nearest to {} of {} pictures, by the distance of {}\n",
      Printable(found.query), found.compared, Printable(found.layer));
  for (const NearPicture& each : found.nearest) {
    text += fmt::format("{:>12}  {}\n", Distance(each.distance),
                        Printable(each.path));
  }
  if (found.left_out > 0) {
    text += fmt::format("{} pictures were left out\n", found.left_out);
  }
  return text;
}

Json NeighboursJson(const Neighbours& found) {
  Json nearest = Json::Array();
  for (const NearPicture& each : found.nearest) {
    nearest.Append(
        Json::Object({{"path", each.path}, {"distance", each.distance}}));
  }
  return Json::Object({{"version", 1},
                       {"query", found.query},
                       {"layer", found.layer},
                       {"compared", found.compared},
                       {"left_out", found.left_out},
                       {"nearest", nearest}});
}

Raster NeighboursSheet(const Neighbours& found, int64_t max_pixels) {
  const auto count = static_cast<uint32_t>(found.nearest.size());
  // The query stands apart.
  Raster sheet(kSide + (count > 0 ? kGap : 0) + count * (kSide + kGap), kSide);
  Place(Picture(found.query, max_pixels).value_or(NoPicture()), 0, sheet);
  uint32_t left = kSide + 2 * kGap;
  for (const NearPicture& each : found.nearest) {
    Place(Picture(each.path, max_pixels).value_or(NoPicture()), left, sheet);
    left += kSide + kGap;
  }
  return sheet;
}

std::string NeighboursPage(const Neighbours& found, int64_t max_pixels) {
  Html query = Element("div", {{"class", "cards"}},
                       Card(found.query, "the query", max_pixels));
  Html cards;
  for (size_t i = 0; i < found.nearest.size(); ++i) {
    const NearPicture& each = found.nearest[i];
    cards +=
        Card(each.path,
             fmt::format("{}: distance {}", i + 1, Distance(each.distance)),
             max_pixels);
  }
  Html body = Element("h1", {}, "Similar to " + NameOf(found.query));
  body += query;
  Html content = Element("div", {{"class", "cards"}}, cards);
  content += Paragraph(fmt::format(
      "The nearest of {} pictures by the Euclidean distance of what layer {} "
      "gives, as in figure 4 of the paper, right. Of each picture the middle "
      "square is shown.",
      found.compared, found.layer));
  body += Section("Nearest pictures", content);
  return Page("Similar to " + NameOf(found.query), body);
}

}  // namespace alexnet::cli
