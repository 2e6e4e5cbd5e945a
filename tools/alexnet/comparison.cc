#include "tools/alexnet/comparison.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

#include "tools/alexnet/layer_json.h"
#include "tools/alexnet/printable.h"
#include "tools/alexnet/tensor_difference.h"
#include "tools/alexnet/text_table.h"

namespace alexnet::cli {
namespace {

// Rows of a tensor that are told one by one.
constexpr size_t kMostListed = 20;

std::string LayerInWords(const Json& layer) {
  const std::string settings = layer.At("settings").Text();
  std::string text = layer.At("kind").Text();
  if (!settings.empty()) text += " " + settings;
  std::string output;
  for (const Json& extent : layer.At("output").Elements()) {
    output += (output.empty() ? "" : "x") + std::to_string(extent.Integer());
  }
  return text + " to " + output;
}

Json Name(const Json& layer) {
  return layer.IsNull() ? Json() : layer.At("name");
}

Json InWords(const Json& layer) {
  return layer.IsNull() ? Json() : Json(LayerInWords(layer));
}

// The layers at which two networks differ, by place.
Json CompareLayers(const Json& a, const Json& b) {
  const std::vector<Json> left = a.At("layers").Elements();
  const std::vector<Json> right = b.At("layers").Elements();
  Json result = Json::Array();
  for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const Json x = i < left.size() ? left[i] : Json();
    const Json y = i < right.size() ? right[i] : Json();
    if (!x.IsNull() && !y.IsNull() && WhatItComputes(x) == WhatItComputes(y)) {
      continue;
    }
    result.Append(Json::Object({{"index", static_cast<int64_t>(i)},
                                {"a", Name(x)},
                                {"b", Name(y)},
                                {"a_is", InWords(x)},
                                {"b_is", InWords(y)}}));
  }
  return result;
}

// Numbers that are as close as `tolerance` says, or the same.
bool IsClose(const Json& a, const Json& b, double tolerance) {
  if (a.Line() == b.Line()) return true;
  if (a.IsNumber() && b.IsNumber()) {
    const double x = a.Number(), y = b.Number();
    return std::abs(x - y) <= tolerance * std::max(std::abs(x), std::abs(y));
  }
  const std::vector<Json> left = a.Elements(), right = b.Elements();
  if (left.empty() || left.size() != right.size()) return false;
  for (size_t i = 0; i < left.size(); ++i) {
    if (!IsClose(left[i], right[i], tolerance)) return false;
  }
  return true;
}

// The mean image's values; none where there is no such image.
std::vector<float> MeanImageOf(const Model& model) {
  const std::vector<TensorInfo> tensors = model.tensors();
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].role == ALEXNET_TENSOR_MEAN_IMAGE) {
      return model.read_tensor(i);
    }
  }
  return {};
}

Json MeanOf(const std::vector<float>& image) {
  if (image.empty()) return Json();
  const double sum = std::accumulate(image.begin(), image.end(), 0.0);
  return Json(sum / static_cast<double>(image.size()));
}

// What differs in how pictures become what the networks are given, apart from
// what is random in training.
Json ComparePreparation(const Model& a, const Model& b, double tolerance) {
  const Json left = Json::Parse(a.json()).At("preprocessing");
  const Json right = Json::Parse(b.json()).At("preprocessing");
  Json result = Json::Array();
  for (const char* name :
       {"channel_order", "resize_rule", "resize_filter", "resize",
        "crop_height", "crop_width", "scale", "mean_kind", "mean", "stddev"}) {
    const Json x = left.Has(name) ? left.At(name) : Json();
    const Json y = right.Has(name) ? right.At(name) : Json();
    if (IsClose(x, y, tolerance)) continue;
    result.Append(Json::Object({{"name", name}, {"a", x}, {"b", y}}));
  }
  const std::vector<float> x = MeanImageOf(a), y = MeanImageOf(b);
  const bool same = x.size() == y.size() &&
                    (x.empty() || Difference(x, y, 1).relative <= tolerance);
  if (!same) {
    result.Append(Json::Object(
        {{"name", "mean_image"}, {"a", MeanOf(x)}, {"b", MeanOf(y)}}));
  }
  return result;
}

struct Parameter {
  size_t index;
  TensorInfo info;
};

std::vector<Parameter> ParametersOf(const Model& model) {
  std::vector<Parameter> result;
  const std::vector<TensorInfo> tensors = model.tensors();
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].role == ALEXNET_TENSOR_PARAMETER) {
      result.push_back({i, tensors[i]});
    }
  }
  return result;
}

std::vector<int64_t> ShapeOf(const TensorInfo& info) {
  return {info.shape, info.shape + info.rank};
}

// A finite number, or null.
Json Finite(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json CompareTensors(const Model& a, const Parameter& x, const Model& b,
                    const Parameter& y, double tolerance) {
  Json entry = Json::Object({{"name", x.info.name},
                             {"name_in_b", y.info.name},
                             {"shape", ShapeOf(x.info)},
                             {"shape_in_b", ShapeOf(y.info)}});
  if (ShapeOf(x.info) != ShapeOf(y.info)) {
    entry.Set("close", false);
    entry.Set("difference", Json());
    return entry;
  }
  const std::vector<float> left = a.read_tensor(x.index);
  const std::vector<float> right = b.read_tensor(y.index);
  const TensorDifference d = Difference(left, right, x.info.shape[0]);
  entry.Set("close", d.relative <= tolerance);
  entry.Set("difference", Json::Object({{"max", Finite(d.max)},
                                        {"mean", Finite(d.mean)},
                                        {"relative", Finite(d.relative)},
                                        {"cosine", Finite(d.cosine)},
                                        {"ulps", d.ulps},
                                        {"elements", d.different},
                                        {"rows", d.rows}}));
  return entry;
}

std::string Number(const Json& value, const char* without) {
  return value.IsNull() ? without : fmt::format("{:.3g}", value.Number());
}

std::string LayersText(const Json& document) {
  const std::vector<Json> layers = document.At("layers").Elements();
  if (layers.empty()) return "layers      the same\n";
  std::string text = fmt::format("layers      {} differ\n", layers.size());
  const auto side = [](const Json& name, const Json& words) {
    return name.IsNull() ? std::string("nothing")
                         : Printable(name.Text() + ": " + words.Text());
  };
  for (const Json& layer : layers) {
    text += fmt::format("  {:3} {}\n      {}\n", layer.At("index").Integer(),
                        side(layer.At("a"), layer.At("a_is")),
                        side(layer.At("b"), layer.At("b_is")));
  }
  return text;
}

std::string PreparationText(const Json& document) {
  const std::vector<Json> members = document.At("preprocessing").Elements();
  if (members.empty()) return "pictures    prepared the same way\n";
  std::string text = "pictures    prepared differently\n";
  for (const Json& member : members) {
    text += fmt::format("  {}: {}, {}\n", member.At("name").Text(),
                        member.At("a").Line(), member.At("b").Line());
  }
  return text;
}

std::string RowsText(const std::string& name, const Json& difference,
                     const std::vector<Json>& shape) {
  const std::vector<Json> rows = difference.At("rows").Elements();
  const int64_t all = shape[0].Integer();
  if (rows.empty() || rows.size() == static_cast<size_t>(all)) return "";
  std::string text = fmt::format("{}: {} of {} {} differ:", name, rows.size(),
                                 all, shape.size() > 1 ? "filters" : "values");
  for (size_t i = 0; i < rows.size() && i < kMostListed; ++i) {
    text += (i == 0 ? " " : ", ") + std::to_string(rows[i].Integer());
  }
  return text + (rows.size() > kMostListed ? ", ...\n" : "\n");
}

std::string TensorsText(const Json& document) {
  TextTable table(1);
  table.AddRow(
      {"tensor", "max", "mean", "relative", "1-cosine", "ULPs", "differ"});
  std::string rows;
  size_t same = 0, different = 0;
  for (const Json& tensor : document.At("tensors").Elements()) {
    const std::string name = Printable(tensor.At("name").Text());
    const Json d = tensor.At("difference");
    if (d.IsNull()) {
      table.AddRow({name, "another", "shape"});
      ++different;
      continue;
    }
    if (d.At("elements").Integer() == 0) {
      ++same;
      continue;
    }
    ++different;
    const Json cosine = d.At("cosine");
    table.AddRow(
        {name, Number(d.At("max"), "inf"), Number(d.At("mean"), "inf"),
         Number(d.At("relative"), "inf"),
         cosine.IsNull() ? "-" : fmt::format("{:.1e}", 1 - cosine.Number()),
         std::to_string(d.At("ulps").Integer()),
         std::to_string(d.At("elements").Integer())});
    rows += RowsText(name, d, tensor.At("shape").Elements());
  }
  std::string text =
      fmt::format("tensors     {} the same bits, {} not\n", same, different);
  if (different > 0) text += "\n" + table.Text() + rows;
  return text;
}

std::string TopText(const Json& top) {
  const std::vector<Json> classes = top.Elements();
  if (classes.empty()) return "no classes";
  return fmt::format("{} {:.1f} %", Printable(classes[0].At("label").Text()),
                     100 * classes[0].At("probability").Number());
}

std::string BehaviourText(const Json& document) {
  std::string text = "\n";
  for (const Json& entry : document.At("behaviour").Elements()) {
    const Json picture = entry.At("picture");
    const Json first = entry.At("first");
    const std::vector<Json> layers = entry.At("layers").Elements();
    std::string where = "no layer's outputs part";
    if (layers.empty()) where = "layers are not the same";
    if (!first.IsNull()) {
      const Json& layer = layers[static_cast<size_t>(first.Integer())];
      where = fmt::format("outputs part at {} (relative {})",
                          Printable(layer.At("name").Text()),
                          Number(layer.At("relative"), "inf"));
    }
    text += fmt::format(
        "{}: {}; {}, {}\n",
        picture.IsNull() ? "a generated picture" : Printable(picture.Text()),
        where, TopText(entry.At("top")), TopText(entry.At("top_in_b")));
  }
  return text;
}

}  // namespace

Json CompareModels(
    const Model& a, const Model& b, double tolerance, const Limits& limits,
    const std::function<void(int64_t done, int64_t total)>& done) {
  const Json layers = CompareLayers(Json::Parse(a.network().json()),
                                    Json::Parse(b.network().json()));
  const std::vector<Parameter> left = ParametersOf(a);
  const std::vector<Parameter> right = ParametersOf(b);
  Json tensors = Json::Array();
  const Json preparation = ComparePreparation(a, b, tolerance);
  bool close = layers.Elements().empty() && left.size() == right.size() &&
               preparation.Elements().empty();
  const size_t pairs = std::min(left.size(), right.size());
  for (size_t i = 0; i < pairs; ++i) {
    done(static_cast<int64_t>(i), static_cast<int64_t>(pairs));
    if (alexnet_cancel_token_cancelled(limits.cancel) != 0) {
      throw Error(ALEXNET_CANCELLED, nullptr);
    }
    const Json entry = CompareTensors(a, left[i], b, right[i], tolerance);
    close = close && entry.At("close").Boolean();
    tensors.Append(entry);
  }
  return Json::Object({{"version", kComparisonVersion},
                       {"tolerance", tolerance},
                       {"close", close},
                       {"preprocessing", preparation},
                       {"layers", layers},
                       {"tensors", tensors}});
}

std::string ComparisonText(const Json& document) {
  return LayersText(document) + PreparationText(document) +
         TensorsText(document) + BehaviourText(document);
}

}  // namespace alexnet::cli
