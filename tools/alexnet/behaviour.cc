#include "tools/alexnet/behaviour.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "tools/alexnet/tensor_difference.h"

namespace alexnet::cli {
namespace {

// A model that keeps what all its layers give.
class Watched {
 public:
  explicit Watched(const Model& model) : classifies_(model.info().classifies) {
    for (const LayerInfo& layer : model.layers())
      names_.emplace_back(layer.name);
    std::vector<const char*> kept;
    for (const std::string& name : names_) kept.push_back(name.c_str());
    SessionOptions options;
    options.activations = kept.data();
    options.activation_count = kept.size();
    session_.emplace(model, options);
  }

  void Run(const alexnet_image& picture, const Limits& limits) {
    row_.resize(static_cast<size_t>(session_->info().classes));
    view_ = session_->preprocess(picture);
    session_->run(view_, 1, row_, limits);
  }
  std::span<const float> view() const { return view_; }
  const std::vector<std::string>& names() const { return names_; }
  std::span<const float> Layer(size_t index) const {
    return session_->activation(index).values;
  }
  // The likeliest classes; none of a network that does not classify.
  Json Top() const {
    Json top = Json::Array();
    if (classifies_ == 0) return top;
    for (const Prediction& each : session_->top(row_)) {
      top.Append(Json::Object(
          {{"label", each.label}, {"probability", each.probability}}));
    }
    return top;
  }

 private:
  const int32_t classifies_;
  std::vector<std::string> names_;
  std::optional<Session> session_;
  std::vector<float> view_;
  std::vector<float> row_;
};

// The relative difference, null where it is not finite or the sizes differ.
Json Relative(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) return Json();
  const double relative = Difference(a, b, 1).relative;
  return std::isfinite(relative) ? Json(relative) : Json();
}

bool Parts(const Json& relative, double tolerance) {
  return relative.IsNull() || relative.Number() > tolerance;
}

Json CompareOn(const std::string& name, const alexnet_image& picture,
               Watched& a, Watched& b, bool same_layers, double tolerance,
               const Limits& limits) {
  a.Run(picture, limits);
  b.Run(picture, limits);
  Json layers = Json::Array();
  Json first;
  for (size_t i = 0; same_layers && i < a.names().size(); ++i) {
    const Json relative = Relative(a.Layer(i), b.Layer(i));
    if (first.IsNull() && Parts(relative, tolerance)) {
      first = static_cast<int64_t>(i);
    }
    layers.Append(Json::Object({{"name", a.names()[i]},
                                {"name_in_b", b.names()[i]},
                                {"relative", relative}}));
  }
  return Json::Object({{"picture", name.empty() ? Json() : Json(name)},
                       {"view", Relative(a.view(), b.view())},
                       {"layers", layers},
                       {"first", first},
                       {"top", a.Top()},
                       {"top_in_b", b.Top()}});
}

// Colours that change slowly, with noise, so that filters of all kinds answer.
std::vector<uint8_t> GeneratedPixels(int32_t side) {
  std::vector<uint8_t> pixels;
  uint32_t random = 1;
  for (int32_t y = 0; y < side; ++y) {
    for (int32_t x = 0; x < side; ++x) {
      for (int32_t c = 0; c < 3; ++c) {
        random = random * 1664525 + 1013904223;  // Numerical Recipes, 7.1
        const double slow = std::sin((x * (c + 1) + y * (3 - c)) * 0.02);
        pixels.push_back(
            static_cast<uint8_t>(96 + 64 * slow + (random >> 24) / 4.0));
      }
    }
  }
  return pixels;
}

}  // namespace

Json CompareBehaviour(
    const Model& a, const Model& b, bool same_layers,
    const std::vector<std::string>& pictures, double tolerance,
    const Limits& limits,
    const std::function<void(int64_t done, int64_t total)>& done) {
  Watched left(a), right(b);
  Json entries = Json::Array();
  if (pictures.empty()) {
    constexpr int32_t kSide = 256;
    const std::vector<uint8_t> pixels = GeneratedPixels(kSide);
    alexnet_image picture = {};
    picture.pixels = pixels.data();
    picture.width = picture.height = kSide;
    picture.channels = 3;
    entries.Append(
        CompareOn("", picture, left, right, same_layers, tolerance, limits));
  }
  int64_t finished = 0;
  for (const std::string& path : pictures) {
    const Image image = Image::load(path);
    entries.Append(CompareOn(path, image.view(), left, right, same_layers,
                             tolerance, limits));
    done(++finished, static_cast<int64_t>(pictures.size()));
  }
  return entries;
}

}  // namespace alexnet::cli
