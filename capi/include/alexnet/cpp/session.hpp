// Sessions: a model compiled for a device, to run it.

#ifndef ALEXNET_CPP_SESSION_HPP_
#define ALEXNET_CPP_SESSION_HPP_

#include <alexnet/alexnet.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cancel.hpp"
#include "detail.hpp"
#include "model.hpp"
#include "span.hpp"

namespace alexnet {
inline namespace v0 {

using SessionOptions =
    detail::Struct<alexnet_session_options, alexnet_session_options_init>;
using SessionInfo =
    detail::Struct<alexnet_session_info, alexnet_session_info_init>;

struct Prediction {
  std::string label;
  int32_t class_index = 0;
  float probability = 0;  // 0..1
};

// What a layer gave: `values` belong to the session, until its next run.
struct Activation {
  std::vector<int64_t> shape;  // (views, C, H, W) or (views, F)
  Span<const float> values;
};

class Session {
 public:
  explicit Session(const Model& model, const SessionOptions& options = {}) {
    alexnet_session* made = nullptr;
    detail::call(alexnet_session_create, model.get(), &options, &made);
    handle_.reset(made);
  }

  SessionInfo info() const {
    SessionInfo result;
    detail::call(alexnet_session_get_info, get(), &result);
    return result;
  }

  // Preprocessed views into the caller's `output`, `count` rows of classes.
  void run(Span<const float> views, int64_t count, Span<float> output,
           const Limits& limits = {}) {
    detail::call(alexnet_session_run, get(), views.data(), views.size(), count,
                 &limits, output.data(), output.size());
  }
  // Rows of classes, one for each picture.
  std::vector<float> run_images(Span<const alexnet_image> images,
                                const Limits& limits = {}) {
    std::vector<float> output(images.size() * classes());
    detail::call(alexnet_session_run_images, get(), images.data(),
                 static_cast<int64_t>(images.size()), &limits, output.data(),
                 output.size());
    return output;
  }
  std::vector<float> run_encoded(Span<const alexnet_encoded> pictures,
                                 const Limits& limits = {}) {
    std::vector<float> output(pictures.size() * classes());
    detail::call(alexnet_session_run_encoded, get(), pictures.data(),
                 static_cast<int64_t>(pictures.size()), &limits, output.data(),
                 output.size());
    return output;
  }

  // The likeliest of one row of output.
  std::vector<Prediction> top(Span<const float> row, size_t count = 5) const {
    std::vector<alexnet_prediction> top(std::min(count, row.size()));
    size_t found = 0;
    detail::call(alexnet_session_top, get(), row.data(), row.size(), top.size(),
                 top.data(), &found);
    return copy(top, found);
  }
  std::vector<Prediction> predict_file(const std::string& path,
                                       size_t count = 5,
                                       const Limits& limits = {}) {
    std::vector<alexnet_prediction> top(std::min(count, classes()));
    size_t found = 0;
    detail::call(alexnet_session_predict_file, get(), path.c_str(), &limits,
                 top.size(), top.data(), &found);
    return copy(top, found);
  }

  // The views of a picture, (views, C, H, W).
  std::vector<float> preprocess(const alexnet_image& image) const {
    const SessionInfo info = this->info();
    std::vector<float> views(static_cast<size_t>(info.views * info.channels *
                                                 info.height * info.width));
    detail::call(alexnet_session_preprocess, get(), &image, views.data(),
                 views.size());
    return views;
  }
  // Of SessionOptions::activations[index] and the last run.
  Activation activation(size_t index) const {
    const float* values = nullptr;
    int64_t rank = 0;
    int64_t shape[4] = {};
    detail::call(alexnet_session_get_activation, get(), index, &values, &rank,
                 shape);
    Activation result;
    size_t count = 1;
    for (int64_t i = 0; i < rank; ++i) {
      result.shape.push_back(shape[i]);
      count *= static_cast<size_t>(shape[i]);
    }
    result.values = {values, count};
    return result;
  }
  // Of preprocessed views, one class for each sample: the gradients of the
  // classes' scores, laid out as the views.
  std::vector<float> input_gradients(Span<const float> views,
                                     Span<const int32_t> classes,
                                     const Limits& limits = {}) {
    std::vector<float> gradients(views.size());
    detail::call(alexnet_session_input_gradients, get(), views.data(),
                 views.size(), classes.data(),
                 static_cast<int64_t>(classes.size()), &limits,
                 gradients.data(), gradients.size());
    return gradients;
  }
  alexnet_session* get() const { return handle_.get(); }

 private:
  size_t classes() const { return static_cast<size_t>(info().classes); }
  static std::vector<Prediction> copy(Span<const alexnet_prediction> top,
                                      size_t found) {
    std::vector<Prediction> result;
    for (const alexnet_prediction& each : Span(top.data(), found)) {
      result.push_back({each.label, each.class_index, each.probability});
    }
    return result;
  }

  detail::Handle<alexnet_session, alexnet_session_free> handle_;
};

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_SESSION_HPP_
