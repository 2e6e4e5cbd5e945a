// Features: what one layer gives for many pictures, and what is near.

#ifndef ALEXNET_CPP_FEATURES_HPP_
#define ALEXNET_CPP_FEATURES_HPP_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cancel.hpp"
#include "detail.hpp"
#include "model.hpp"
#include "session.hpp"
#include "span.hpp"

namespace alexnet {
inline namespace v0 {

using FeatureOptions =
    detail::Struct<alexnet_feature_options, alexnet_feature_options_init>;
using FeaturesInfo =
    detail::Struct<alexnet_features_info, alexnet_features_info_init>;

// A list of pictures on its way through a model.
class Features {
 public:
  // Of some of the pictures which of the list they are, and their rows.
  struct Rows {
    std::vector<int64_t> indices;
    std::vector<float> values;  // (indices.size(), FeaturesInfo::size)
  };
  struct Broken {
    std::string path;
    std::string reason;
  };

  Features(const Model& model, const std::string& layer,
           const std::vector<std::string>& paths,
           const FeatureOptions& options = {}) {
    std::vector<const char*> texts;
    for (const std::string& path : paths) texts.push_back(path.c_str());
    alexnet_features* made = nullptr;
    detail::call(alexnet_features_create, model.get(), layer.c_str(),
                 texts.data(), texts.size(), &options, &made);
    handle_.reset(made);
  }

  FeaturesInfo info() const {
    FeaturesInfo result;
    detail::call(alexnet_features_get_info, get(), &result);
    return result;
  }
  // Those of the next pictures into `rows`, whose memory is used again; false
  // after the last.
  bool next(Rows* rows, const Limits& limits = {}) {
    const FeaturesInfo info = this->info();
    const auto batch = static_cast<size_t>(info.batch);
    const auto size = static_cast<size_t>(info.size);
    rows->indices.resize(batch);
    rows->values.resize(batch * size);
    size_t found = 0;
    detail::call(alexnet_features_next, get(), &limits, rows->indices.data(),
                 rows->indices.size(), rows->values.data(), rows->values.size(),
                 &found);
    rows->indices.resize(found);
    rows->values.resize(found * size);
    return found > 0;
  }
  // The pictures that were left out, as far as is known.
  std::vector<Broken> broken() const {
    std::vector<Broken> all;
    const auto count = static_cast<size_t>(info().broken);
    for (size_t i = 0; i < count; ++i) {
      const char* path = nullptr;
      const char* reason = nullptr;
      detail::call(alexnet_features_broken_at, get(), i, &path, &reason);
      all.push_back({path, reason});
    }
    return all;
  }
  alexnet_features* get() const { return handle_.get(); }

 private:
  detail::Handle<alexnet_features, alexnet_features_free> handle_;
};

// The `most` of `rows`, each of the size of `query`, that are nearest to it.
inline std::vector<alexnet_neighbour> find_nearest(Span<const float> rows,
                                                   Span<const float> query,
                                                   size_t most) {
  const size_t count = query.size() > 0 ? rows.size() / query.size() : 0;
  std::vector<alexnet_neighbour> nearest(most < count ? most : count);
  size_t found = 0;
  detail::call(alexnet_find_nearest, rows.data(), rows.size(), query.data(),
               query.size(), nearest.size(), nearest.data(), &found);
  nearest.resize(found);
  return nearest;
}

// How different two pictures look, and each layer's share of that.
struct LpipsDistance {
  double total = 0;
  std::vector<double> layers;
};

// `weights` may be empty: 1 for each channel.
inline LpipsDistance lpips(const Model& model, const alexnet_image& first,
                           const alexnet_image& second,
                           Span<const float> weights = {},
                           const SessionOptions& options = {}) {
  LpipsDistance distance;
  distance.layers.resize(5);
  detail::call(alexnet_lpips, model.get(), &first, &second, weights.data(),
               weights.size(), &options, &distance.total,
               distance.layers.data(), distance.layers.size());
  return distance;
}

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_FEATURES_HPP_
