#include "tools/alexnet/seen_page.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/alexnet/inspection_tables.h"
#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/page/heat_map.h"

namespace alexnet::cli {
namespace {

// Columns of the crop, and of one of ten.
constexpr uint32_t kCrop = 512;
constexpr uint32_t kSmallCrop = 128;
// Values that are drawn, a byte each at the most: those of AlexNet.
constexpr int64_t kMapValues = 2'200'000;

Html Figure(const Html& picture, std::string_view words) {
  Html figure = picture;
  figure += Element("figcaption", {}, words);
  return Element("figure", {}, figure);
}

std::string OcclusionInWords(const std::string& label, const MapRange& range) {
  const std::string least = fmt::format("{:.1f} %", 100 * range.low);
  const std::string most = fmt::format("{:.1f} %", 100 * range.high);
  if (least == most) {
    return fmt::format(
        "How likely {} is does not depend on any place: {} wherever a grey "
        "square hides one",
        label, least);
  }
  return fmt::format(
      "How likely {} is where a grey square hides a place: {} (dark) to {} "
      "(light)",
      label, least, most);
}

Html OcclusionFigure(const Seen& seen) {
  // Less is noise, and is not drawn as if it were more.
  constexpr float kLeastRange = 0.002F;
  const Occlusion& occlusion = seen.occlusion;
  const Maps map{occlusion.probabilities, 1, occlusion.rows, occlusion.columns};
  MapRange range = RangeOf(map);
  const std::string words =
      OcclusionInWords(Shortened(seen.top[0].label, 40), range);
  if (range.high - range.low < kLeastRange) {
    range.low = (range.low + range.high - kLeastRange) / 2;
    range.high = range.low + kLeastRange;
  }
  return Figure(Image(EncodePng(HeatMap(Reduced(seen.crop, kCrop), map, range)),
                      words, "photo"),
                words);
}

Html SaliencyFigure(const Seen& seen) {
  const Saliency& saliency = seen.saliency;
  const Maps map{saliency.values, 1, saliency.rows, saliency.columns};
  MapRange range = RangeOf(map);
  range.low = 0;
  range.high = CommonMost(saliency);
  const std::string words = fmt::format(
      "How much the score of {} changes with each pixel: 0 (dark) to {:.2g} "
      "and above (light; a hundredth of the pixels)",
      Shortened(seen.top[0].label, 40), range.high);
  return Figure(
      Image(EncodePng(Reduced(MapSheet(map, range), kCrop)), words, "photo"),
      words);
}

Html Likeliest(const char* heading, const Json& top) {
  Html content = Element("h3", {}, heading);
  content += LikeliestTable(heading, top);
  return Element("div", {}, content);
}

Html TenCrops(const Seen& seen) {
  Html figures;
  for (const SeenCrop& crop : seen.crops) {
    const std::string vote =
        fmt::format("{} {:.1f} %", Shortened(crop.vote.label, 40),
                    100 * crop.vote.probability);
    Html caption = Element("div", {}, crop.view);
    caption += Element("div", {}, vote);
    Html figure = Image(EncodePng(Reduced(crop.picture, kSmallCrop)),
                        crop.view + ": " + vote, "photo");
    figure += Element("figcaption", {}, caption);
    figures += Element("figure", {}, figure);
  }
  Html content = Element("h3", {}, "What each of ten crops is taken for");
  content += Element("div", {{"class", "crops"}}, figures);
  return content;
}

Html MapsFigure(const SeenLayer& layer, int64_t most_values) {
  const Maps maps = layer.maps();
  const MapRange range = RangeOf(maps);
  const MapExtract extract = Fitting(maps, most_values);
  std::string words = fmt::format(
      "{}: {:.3g} to {:.3g}", Shortened(layer.name, 40), range.low, range.high);
  const char* what = layer.shape.size() == 1 ? "units" : "maps";
  if (range.zero_maps > 0) {
    words +=
        fmt::format(", {} of {} {} zero", range.zero_maps, maps.count, what);
  }
  if (range.not_finite > 0) {
    words += fmt::format(", {} values not finite", range.not_finite);
  }
  if (extract.count < maps.count) {
    words +=
        fmt::format("; the first {} of {} {}", extract.count, maps.count, what);
  }
  if (extract.step > 1) {
    words += fmt::format("; one of {} rows and columns", extract.step);
  }
  return Figure(
      Image(EncodePng(MapSheet(maps, range, extract)), words, "pixels"), words);
}

}  // namespace

Html SeenSection(const Json& document, const Seen& seen) {
  const Json picture = document.At("picture");
  const std::string words =
      fmt::format("What the network is shown of {}", seen.picture);
  Html parts = Figure(
      Image(EncodePng(Reduced(seen.crop, kCrop)), words, "photo"), words);
  if (!seen.top.empty()) {
    parts += OcclusionFigure(seen);
    parts += SaliencyFigure(seen);
    // One below the other, where four parts stand side by side.
    Html tables = Likeliest("Likeliest classes", picture.At("top"));
    tables += Likeliest("By the mean of ten crops", picture.At("ten_crop_top"));
    parts += Element("div", {{"class", "seen"}}, tables);
  }
  Html content = Element("div", {{"class", "seen"}}, parts);
  if (!seen.crops.empty()) content += TenCrops(seen);
  return Section("What this model sees", content);
}

Html MapsSection(const Seen& seen) {
  int64_t values = 0;
  for (const SeenLayer& layer : seen.layers) {
    values += static_cast<int64_t>(layer.values.size());
  }
  const int64_t most =
      values <= kMapValues
          ? kMapValues
          : std::max<int64_t>(
                1, kMapValues / static_cast<int64_t>(seen.layers.size()));
  Html figures;
  for (const SeenLayer& layer : seen.layers) figures += MapsFigure(layer, most);
  Html content = Element("div", {{"class", "cards maps"}}, figures);
  content += Paragraph(
      "All maps of a layer have one scale, from its least value, dark blue, to "
      "its largest, light yellow. A map of nothing but zeros is grey; magenta "
      "is not a number.");
  return Section("What its layers make of it", content);
}

}  // namespace alexnet::cli
