// Model builder: a model from tensors, or another one with changes.

#ifndef ALEXNET_CPP_MODEL_BUILDER_HPP_
#define ALEXNET_CPP_MODEL_BUILDER_HPP_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cancel.hpp"
#include "detail.hpp"
#include "model.hpp"
#include "network.hpp"
#include "span.hpp"

namespace alexnet {
inline namespace v0 {

class ModelBuilder {
 public:
  explicit ModelBuilder(const Network& network) {
    alexnet_model_builder* made = nullptr;
    detail::call(alexnet_model_builder_create, network.get(), &made);
    handle_.reset(made);
  }
  explicit ModelBuilder(const Model& model) {
    alexnet_model_builder* made = nullptr;
    detail::call(alexnet_model_builder_create_from, model.get(), &made);
    handle_.reset(made);
  }

  // A chunk that starts at element `first`; see alexnet.h.
  void write_tensor(const std::string& name, int32_t dtype, int64_t first,
                    Span<const std::byte> data) {
    detail::call(alexnet_model_builder_write_tensor, get(), name.c_str(), dtype,
                 first, data.data(), data.size());
  }
  // All of a tensor.
  void write_tensor(const std::string& name, Span<const float> values) {
    const void* bytes = values.data();
    write_tensor(
        name, ALEXNET_DTYPE_F32, 0,
        {static_cast<const std::byte*>(bytes), values.size() * sizeof(float)});
  }
  void set_labels(const std::vector<std::string>& labels) {
    std::vector<const char*> texts;
    for (const std::string& label : labels) texts.push_back(label.c_str());
    detail::call(alexnet_model_builder_set_labels, get(), texts.data(),
                 texts.size());
  }
  void set_preprocessing(const Preprocessing& preprocessing) {
    detail::call(alexnet_model_builder_set_preprocessing, get(),
                 &preprocessing);
  }
  // No value removes the key.
  void set_metadata(const std::string& key,
                    const std::optional<std::string>& value) {
    detail::call(alexnet_model_builder_set_metadata, get(), key.c_str(),
                 value ? value->c_str() : nullptr);
  }
  void set_source(const std::string& source, const std::string& tool) {
    detail::call(alexnet_model_builder_set_source, get(), source.c_str(),
                 tool.c_str());
  }
  Model build(const Limits& limits = {}) const {
    alexnet_model* made = nullptr;
    detail::call(alexnet_model_builder_build, get(), &limits, &made);
    return Model(made);
  }
  alexnet_model_builder* get() const { return handle_.get(); }

 private:
  detail::Handle<alexnet_model_builder, alexnet_model_builder_free> handle_;
};

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_MODEL_BUILDER_HPP_
