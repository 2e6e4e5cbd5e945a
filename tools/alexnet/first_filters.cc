#include "tools/alexnet/first_filters.h"

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/layer_json.h"
#include "tools/alexnet/page/filter_sheet.h"

namespace alexnet::cli {
namespace {

// Of a picture that is looked at by itself, in pixels.
constexpr uint32_t kWidth = 1024;
// Between towers, in weights.
constexpr uint32_t kGap = 4;

std::optional<Json> FirstConvolution(const Json& document) {
  for (const Json& layer : document.At("layers").Elements()) {
    if (layer.At("kind").Text() == "convolution") return layer;
  }
  return std::nullopt;
}

// Of the parameter, where it can be read.
std::optional<size_t> ReadableTensor(const Json& document,
                                     const std::string& name) {
  size_t index = 0;
  for (const Json& tensor : document.At("tensors").Elements()) {
    if (tensor.At("role").Text() == "parameter" &&
        tensor.At("name").Text() == name && !tensor.At("damaged").Boolean()) {
      return index;
    }
    ++index;
  }
  return std::nullopt;
}

}  // namespace

FirstFilters DrawFirstFilters(const Json& document, const Model& model) {
  const std::optional<Json> layer = FirstConvolution(document);
  if (!layer.has_value()) return {{}, "the network has no convolution"};
  const std::string name = layer->At("name").Text();
  const std::optional<size_t> tensor =
      ReadableTensor(document, name + ".weight");
  if (!tensor.has_value()) {
    return {{}, fmt::format("the weights of {} are damaged", name)};
  }
  const TensorInfo info = model.tensors()[*tensor];
  const std::vector<float> values = model.read_tensor(*tensor);
  const int64_t towers =
      info.shape[0] % Towers(document) == 0 ? Towers(document) : 1;
  const int64_t count = info.shape[0] / towers;
  const size_t each = values.size() / static_cast<size_t>(towers);
  // A model's input has one channel or three, which no layer before its first
  // convolution changes.
  Filters filters{{}, count, info.shape[1], info.shape[2], info.shape[3]};
  filters.blue_first =
      document.At("preprocessing").At("channel_order").Text() == "bgr";
  FirstFilters drawn;
  for (int64_t tower = 0; tower < towers; ++tower) {
    filters.values =
        std::span(values).subspan(static_cast<size_t>(tower) * each, each);
    const int64_t first = tower * count;
    drawn.towers.push_back(
        {FilterSheet(filters),
         fmt::format("{}, filters {} to {}{}", Shortened(name, 40), first,
                     first + count - 1,
                     towers > 1 ? fmt::format(", of tower {}", tower + 1)
                                : std::string())});
  }
  return drawn;
}

Raster FilterPicture(const FirstFilters& filters) {
  std::vector<Raster> sheets;
  for (const TowerFilters& tower : filters.towers) {
    sheets.push_back(tower.sheet);
  }
  return Enlarged(Stacked(sheets, kGap), kWidth);
}

}  // namespace alexnet::cli
