// Models: a network with its parameters.

#ifndef ALEXNET_CPP_MODEL_HPP_
#define ALEXNET_CPP_MODEL_HPP_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cancel.hpp"
#include "detail.hpp"
#include "network.hpp"
#include "span.hpp"

namespace alexnet {
inline namespace v0 {

using LoadOptions =
    detail::Struct<alexnet_load_options, alexnet_load_options_init>;
using SaveOptions =
    detail::Struct<alexnet_save_options, alexnet_save_options_init>;
using ModelInfo = detail::Struct<alexnet_model_info, alexnet_model_info_init>;
using TensorInfo =
    detail::Struct<alexnet_tensor_info, alexnet_tensor_info_init>;

class Model {
 public:
  static Model load(const std::string& path, const LoadOptions& options = {}) {
    alexnet_model* made = nullptr;
    detail::call(alexnet_model_load, path.c_str(), &options, &made);
    return Model(made);
  }
  static Model from_memory(Span<const std::byte> bytes,
                           const std::string& name = "model") {
    alexnet_model* made = nullptr;
    detail::call(alexnet_model_load_memory, bytes.data(), bytes.size(),
                 name.c_str(), &made);
    return Model(made);
  }
  static Model initial(const Network& network, uint64_t seed = 1,
                       const Limits& limits = {}) {
    alexnet_model* made = nullptr;
    detail::call(alexnet_model_create_initial, network.get(), seed, &limits,
                 &made);
    return Model(made);
  }
  // Takes a handle of the C interface.
  explicit Model(alexnet_model* handle) : handle_(handle) {}

  void save(const std::string& path, const SaveOptions& options = {},
            const Limits& limits = {}) const {
    detail::call(alexnet_model_save, get(), path.c_str(), &options, &limits);
  }
  std::vector<std::byte> bytes(const SaveOptions& options = {},
                               const Limits& limits = {}) const {
    void* bytes = nullptr;
    size_t size = 0;
    detail::call(alexnet_model_save_memory, get(), &options, &limits, &bytes,
                 &size);
    const detail::Handle<void, alexnet_free> owned(bytes);
    const auto* first = static_cast<const std::byte*>(bytes);
    return {first, first + size};
  }

  ModelInfo info() const {
    ModelInfo result;
    detail::call(alexnet_model_get_info, get(), &result);
    return result;
  }
  std::vector<LayerInfo> layers() const {
    std::vector<LayerInfo> all(static_cast<size_t>(info().layer_count));
    for (size_t i = 0; i < all.size(); ++i) {
      detail::call(alexnet_model_layer_at, get(), i, &all[i]);
    }
    return all;
  }
  std::vector<std::string> labels() const {
    std::vector<std::string> all;
    for (int64_t i = 0; i < info().label_count; ++i) {
      all.emplace_back(alexnet_model_label(get(), i));
    }
    return all;
  }
  Preprocessing preprocessing() const {
    Preprocessing result;
    detail::call(alexnet_model_get_preprocessing, get(), &result);
    return result;
  }
  std::optional<std::string> metadata(const std::string& key) const {
    const char* value = alexnet_model_metadata(get(), key.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  }
  std::vector<std::pair<std::string, std::string>> metadata() const {
    std::vector<std::pair<std::string, std::string>> all;
    const auto count = static_cast<size_t>(info().metadata_count);
    for (size_t i = 0; i < count; ++i) {
      const char* key = nullptr;
      const char* value = nullptr;
      detail::call(alexnet_model_metadata_at, get(), i, &key, &value);
      all.emplace_back(key, value);
    }
    return all;
  }
  std::string json() const {
    char* json = nullptr;
    detail::call(alexnet_model_json, get(), &json);
    return detail::take(json);
  }
  Network network() const {
    alexnet_network* made = nullptr;
    detail::call(alexnet_model_network, get(), &made);
    return Network(made);
  }

  std::vector<TensorInfo> tensors() const {
    std::vector<TensorInfo> all(static_cast<size_t>(info().tensor_count));
    for (size_t i = 0; i < all.size(); ++i) {
      detail::call(alexnet_model_tensor_at, get(), i, &all[i]);
    }
    return all;
  }
  size_t find_tensor(const std::string& name) const {
    size_t index = 0;
    detail::call(alexnet_model_find_tensor, get(), name.c_str(), &index);
    return index;
  }
  // As stored; lives as long as the model.
  Span<const std::byte> tensor_data(size_t index) const {
    const void* data = nullptr;
    size_t bytes = 0;
    detail::call(alexnet_model_tensor_data, get(), index, &data, &bytes);
    return {static_cast<const std::byte*>(data), bytes};
  }
  std::vector<float> read_tensor(size_t index) const {
    TensorInfo info;
    detail::call(alexnet_model_tensor_at, get(), index, &info);
    std::vector<float> values(static_cast<size_t>(info.elements));
    detail::call(alexnet_model_read_tensor, get(), index, int64_t{0},
                 info.elements, values.data());
    return values;
  }
  alexnet_model* get() const { return handle_.get(); }
  // Hands the handle over to the caller, who frees it.
  alexnet_model* release() { return handle_.release(); }

 private:
  detail::Handle<alexnet_model, alexnet_model_free> handle_;
};

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_MODEL_HPP_
