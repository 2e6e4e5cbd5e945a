// Networks: layers, preprocessing, recipe.

#ifndef ALEXNET_CPP_NETWORK_HPP_
#define ALEXNET_CPP_NETWORK_HPP_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detail.hpp"

namespace alexnet {
inline namespace v0 {

using ConvolutionOptions = detail::Struct<alexnet_convolution_options,
                                          alexnet_convolution_options_init>;
using PoolingOptions =
    detail::Struct<alexnet_pooling_options, alexnet_pooling_options_init>;
using LrnOptions =
    detail::Struct<alexnet_lrn_options, alexnet_lrn_options_init>;
using FullyConnectedOptions =
    detail::Struct<alexnet_fully_connected_options,
                   alexnet_fully_connected_options_init>;
using LocallyConnectedOptions =
    detail::Struct<alexnet_locally_connected_options,
                   alexnet_locally_connected_options_init>;
using LayerInfo = detail::Struct<alexnet_layer_info, alexnet_layer_info_init>;
using Preprocessing =
    detail::Struct<alexnet_preprocessing, alexnet_preprocessing_init>;
using Recipe = detail::Struct<alexnet_recipe, alexnet_recipe_init>;

// A preset's name and what it is, in one line. Both live as long as the
// library.
struct Preset {
  std::string_view name;
  std::string_view summary;
};

inline std::vector<Preset> presets() {
  std::vector<Preset> all;
  for (size_t i = 0; i < alexnet_preset_count(); ++i) {
    all.push_back({alexnet_preset_name(i), alexnet_preset_summary(i)});
  }
  return all;
}

class Network {
 public:
  static Network preset(const std::string& name, int64_t classes = 0,
                        int64_t input_size = 0) {
    alexnet_network* made = nullptr;
    detail::call(alexnet_network_create_preset, name.c_str(), classes,
                 input_size, &made);
    return Network(made);
  }
  Network(const std::string& name, int64_t channels, int64_t height,
          int64_t width) {
    alexnet_network* made = nullptr;
    detail::call(alexnet_network_create, name.c_str(), channels, height, width,
                 &made);
    handle_.reset(made);
  }
  // Takes a handle of the C interface.
  explicit Network(alexnet_network* handle) : handle_(handle) {}

  Network& add_convolution(const std::string& name,
                           const ConvolutionOptions& options) {
    detail::call(alexnet_network_add_convolution, get(), name.c_str(),
                 &options);
    return *this;
  }
  Network& add_pooling(const std::string& name, const PoolingOptions& options) {
    detail::call(alexnet_network_add_pooling, get(), name.c_str(), &options);
    return *this;
  }
  Network& add_lrn(const std::string& name, const LrnOptions& options = {}) {
    detail::call(alexnet_network_add_lrn, get(), name.c_str(), &options);
    return *this;
  }
  Network& add_relu(const std::string& name) {
    detail::call(alexnet_network_add_activation, get(), name.c_str(),
                 int32_t{ALEXNET_ACTIVATION_RELU});
    return *this;
  }
  Network& add_tanh(const std::string& name) {
    detail::call(alexnet_network_add_activation, get(), name.c_str(),
                 int32_t{ALEXNET_ACTIVATION_TANH});
    return *this;
  }
  Network& add_dropout(const std::string& name, float rate = 0.5f) {
    detail::call(alexnet_network_add_dropout, get(), name.c_str(), rate);
    return *this;
  }
  Network& add_adaptive_average_pooling(const std::string& name, int64_t out_h,
                                        int64_t out_w) {
    detail::call(alexnet_network_add_adaptive_average_pooling, get(),
                 name.c_str(), out_h, out_w);
    return *this;
  }
  Network& add_fully_connected(const std::string& name,
                               const FullyConnectedOptions& options) {
    detail::call(alexnet_network_add_fully_connected, get(), name.c_str(),
                 &options);
    return *this;
  }
  Network& add_locally_connected(const std::string& name,
                                 const LocallyConnectedOptions& options) {
    detail::call(alexnet_network_add_locally_connected, get(), name.c_str(),
                 &options);
    return *this;
  }
  Network& add_softmax(const std::string& name) {
    detail::call(alexnet_network_add_softmax, get(), name.c_str());
    return *this;
  }

  // Sets an option of all layers that the pattern names, e.g. of "relu" the
  // "kind" to "tanh", of "pool*" the "kernel" to "2": as
  // alexnet_network_set_option.
  Network& set_option(const std::string& pattern, const std::string& option,
                      const std::string& value) {
    detail::call(alexnet_network_set_option, get(), pattern.c_str(),
                 option.c_str(), value.c_str());
    return *this;
  }
  // Leaves out all layers that the pattern names, e.g. "lrn".
  Network& remove_layers(const std::string& pattern) {
    detail::call(alexnet_network_remove_layers, get(), pattern.c_str());
    return *this;
  }

  // A table for a person.
  std::string text() const {
    char* text = nullptr;
    detail::call(alexnet_network_text, get(), &text);
    return detail::take(text);
  }
  // Every option of every layer, as one JSON object.
  std::string json() const {
    char* json = nullptr;
    detail::call(alexnet_network_json, get(), &json);
    return detail::take(json);
  }
  // Strings in it live until the network is changed.
  std::vector<LayerInfo> layers() const {
    std::vector<LayerInfo> all(alexnet_network_layer_count(get()));
    for (size_t i = 0; i < all.size(); ++i) {
      detail::call(alexnet_network_layer_at, get(), i, &all[i]);
    }
    return all;
  }
  // The options of layer `index`, which is of that type, defaults filled in.
  ConvolutionOptions convolution(size_t index) const {
    return options<ConvolutionOptions>(alexnet_network_get_convolution, index);
  }
  PoolingOptions pooling(size_t index) const {
    return options<PoolingOptions>(alexnet_network_get_pooling, index);
  }
  LrnOptions lrn(size_t index) const {
    return options<LrnOptions>(alexnet_network_get_lrn, index);
  }
  FullyConnectedOptions fully_connected(size_t index) const {
    return options<FullyConnectedOptions>(alexnet_network_get_fully_connected,
                                          index);
  }
  LocallyConnectedOptions locally_connected(size_t index) const {
    return options<LocallyConnectedOptions>(
        alexnet_network_get_locally_connected, index);
  }
  // An ALEXNET_ACTIVATION.
  int32_t activation(size_t index) const {
    int32_t kind = 0;
    detail::call(alexnet_network_get_activation, get(), index, &kind);
    return kind;
  }
  float dropout(size_t index) const {
    float rate = 0;
    detail::call(alexnet_network_get_dropout, get(), index, &rate);
    return rate;
  }
  // Rows and columns of the output.
  std::pair<int64_t, int64_t> adaptive_average_pooling(size_t index) const {
    std::pair<int64_t, int64_t> out;
    detail::call(alexnet_network_get_adaptive_average_pooling, get(), index,
                 &out.first, &out.second);
    return out;
  }
  Preprocessing preprocessing() const {
    Preprocessing result;
    detail::call(alexnet_network_get_preprocessing, get(), &result);
    return result;
  }
  void set_preprocessing(const Preprocessing& preprocessing) {
    detail::call(alexnet_network_set_preprocessing, get(), &preprocessing);
  }
  Recipe recipe() const {
    Recipe result;
    detail::call(alexnet_network_get_recipe, get(), &result);
    return result;
  }
  void set_recipe(const Recipe& recipe) {
    detail::call(alexnet_network_set_recipe, get(), &recipe);
  }
  alexnet_network* get() const { return handle_.get(); }

 private:
  template <typename Options, typename Function>
  Options options(Function function, size_t index) const {
    Options result;
    detail::call(function, get(), index, &result);
    return result;
  }

  detail::Handle<alexnet_network, alexnet_network_free> handle_;
};

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_NETWORK_HPP_
