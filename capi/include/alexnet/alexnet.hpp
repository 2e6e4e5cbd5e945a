// alexnet.hpp: the C++20 face of alexnet.h. Header-only: a program that uses it
// depends on the C interface alone.
//
//   const alexnet::Model model = alexnet::Model::load("net.alexnet");
//   alexnet::Session session(model);
//   for (const alexnet::Prediction& top : session.predict_file("cat.jpg")) {
//     std::printf("%s %.2f\n", top.label.c_str(), top.probability);
//   }
//
// Handles are classes that own what they hold, move and do not copy. Whatever
// can fail throws alexnet::Error. Options and reports are the C structs,
// initialised: every field of alexnet.h is there and zero means the default.
// What alexnet.h says of shapes, units, ownership and threads holds here too;
// strings that are handed in as const char* live as long as the call or, in
// options, as long as the options are used.

#ifndef ALEXNET_ALEXNET_HPP_
#define ALEXNET_ALEXNET_HPP_

#include <alexnet/alexnet.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace alexnet {
// The interface's major version: two of them may live in one program.
inline namespace v0 {

// ---------------------------------------------------------------------------
// Errors.

class Error : public std::runtime_error {
 public:
  // Takes `error`, which may be null.
  Error(alexnet_status code, alexnet_error* error)
      : std::runtime_error(error != nullptr ? alexnet_error_text(error)
                                            : alexnet_status_name(code)),
        code_(code),
        message_(alexnet_error_message(error)),
        file_(alexnet_error_file(error)),
        field_(alexnet_error_field(error)) {
    alexnet_error_free(error);
  }

  // One of the program's own.
  Error(alexnet_status code, const std::string& message,
        const std::string& file = "", const std::string& field = "")
      : Error(code, alexnet_error_create(code, message.c_str(), file.c_str(),
                                         field.c_str())) {}

  alexnet_status code() const { return code_; }  // ALEXNET_NOT_FOUND, ...
  const std::string& message() const { return message_; }
  const std::string& file() const { return file_; }    // or ""
  const std::string& field() const { return field_; }  // or ""

 private:
  alexnet_status code_;
  std::string message_;
  std::string file_;
  std::string field_;
};

namespace detail {

// Calls a function of the interface and throws where it fails.
template <typename Function, typename... Arguments>
void call(Function function, Arguments... arguments) {
  alexnet_error* error = nullptr;
  const alexnet_status status = function(arguments..., &error);
  if (status != ALEXNET_OK) throw Error(status, error);
}

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};
template <typename T, auto Free>
using Handle = std::unique_ptr<T, Deleter<Free>>;

// A text that the library made.
inline std::string take(char* text) {
  const Handle<char, alexnet_free> owned(text);
  return text != nullptr ? text : "";
}

// A struct of the interface, initialised.
template <typename T, auto Init>
struct Struct : T {
  Struct() { Init(this, sizeof(T)); }
};

}  // namespace detail

// ---------------------------------------------------------------------------
// Options and reports.

using Limits = detail::Struct<alexnet_limits, alexnet_limits_init>;
using DeviceInfo =
    detail::Struct<alexnet_device_info, alexnet_device_info_init>;
using ConvolutionOptions = detail::Struct<alexnet_convolution_options,
                                          alexnet_convolution_options_init>;
using PoolingOptions =
    detail::Struct<alexnet_pooling_options, alexnet_pooling_options_init>;
using LrnOptions =
    detail::Struct<alexnet_lrn_options, alexnet_lrn_options_init>;
using FullyConnectedOptions =
    detail::Struct<alexnet_fully_connected_options,
                   alexnet_fully_connected_options_init>;
using LayerInfo = detail::Struct<alexnet_layer_info, alexnet_layer_info_init>;
using Preprocessing =
    detail::Struct<alexnet_preprocessing, alexnet_preprocessing_init>;
using Recipe = detail::Struct<alexnet_recipe, alexnet_recipe_init>;
using LoadOptions =
    detail::Struct<alexnet_load_options, alexnet_load_options_init>;
using SaveOptions =
    detail::Struct<alexnet_save_options, alexnet_save_options_init>;
using ModelInfo = detail::Struct<alexnet_model_info, alexnet_model_info_init>;
using TensorInfo =
    detail::Struct<alexnet_tensor_info, alexnet_tensor_info_init>;
using SessionOptions =
    detail::Struct<alexnet_session_options, alexnet_session_options_init>;
using SessionInfo =
    detail::Struct<alexnet_session_info, alexnet_session_info_init>;
using LintOptions =
    detail::Struct<alexnet_lint_options, alexnet_lint_options_init>;
using PackOptions =
    detail::Struct<alexnet_pack_options, alexnet_pack_options_init>;
using PackReport =
    detail::Struct<alexnet_pack_report, alexnet_pack_report_init>;
using ShapesOptions =
    detail::Struct<alexnet_shapes_options, alexnet_shapes_options_init>;
using EvaluateOptions =
    detail::Struct<alexnet_evaluate_options, alexnet_evaluate_options_init>;
using EvaluationInfo =
    detail::Struct<alexnet_evaluation_info, alexnet_evaluation_info_init>;
using TrainOptions =
    detail::Struct<alexnet_train_options, alexnet_train_options_init>;
using TrainReport =
    detail::Struct<alexnet_train_report, alexnet_train_report_init>;
using FinetuneOptions =
    detail::Struct<alexnet_finetune_options, alexnet_finetune_options_init>;
using TrainerOptions =
    detail::Struct<alexnet_trainer_options, alexnet_trainer_options_init>;
// Starts as the paper's (section 5).
struct UpdateRule
    : detail::Struct<alexnet_update_rule, alexnet_update_rule_init> {
  UpdateRule() {
    // BEGIN options: cpp.start update_rule
    rate = 0.01f;
    momentum = 0.9f;
    weight_decay = 5e-4f;
    // END options
  }
};
using StepResult =
    detail::Struct<alexnet_step_result, alexnet_step_result_init>;
using BenchmarkOptions =
    detail::Struct<alexnet_benchmark_options, alexnet_benchmark_options_init>;
using BenchmarkReport =
    detail::Struct<alexnet_benchmark_report, alexnet_benchmark_report_init>;

// ---------------------------------------------------------------------------
// The library.

inline std::string_view version() { return alexnet_version_string(); }
// major * 1000000 + minor * 1000 + patch.
inline int32_t version_number() { return alexnet_version(); }
// Throws where the library cannot stand in for this version, by default the
// header's.
inline void require_version(int32_t major = ALEXNET_VERSION_MAJOR,
                            int32_t minor = ALEXNET_VERSION_MINOR) {
  detail::call(alexnet_require_version, major, minor);
}

inline std::vector<DeviceInfo> devices() {
  std::vector<DeviceInfo> all(alexnet_device_count());
  for (size_t i = 0; i < all.size(); ++i) {
    detail::call(alexnet_device_at, i, &all[i]);
  }
  return all;
}

inline std::string system_json() {
  char* json = nullptr;
  detail::call(alexnet_system_json, &json);
  return detail::take(json);
}

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

// ---------------------------------------------------------------------------
// Cancelling and logs.

class CancelToken {
 public:
  CancelToken() {
    alexnet_cancel_token* made = nullptr;
    detail::call(alexnet_cancel_token_create, &made);
    handle_.reset(made);
  }
  // From any thread, callback or signal handler.
  void cancel() { alexnet_cancel_token_cancel(handle_.get()); }
  bool cancelled() const {
    return alexnet_cancel_token_cancelled(handle_.get()) != 0;
  }
  alexnet_cancel_token* get() const { return handle_.get(); }

 private:
  detail::Handle<alexnet_cancel_token, alexnet_cancel_token_free> handle_;
};

// Where messages for a person go. Must live as long as what it is given to.
class Context {
 public:
  // `level`: ALEXNET_LOG_WARNING, ... An exception of `log` is dropped.
  using Log = std::function<void(int32_t level, std::string_view message)>;

  explicit Context(Log log, int32_t least = ALEXNET_LOG_DEFAULT)
      : log_(std::make_unique<Log>(std::move(log))) {
    detail::Struct<alexnet_context_options, alexnet_context_options_init>
        options;
    options.log = [](void* user, int32_t level, const char* message) {
      try {
        (*static_cast<const Log*>(user))(level, message);
      } catch (...) {
      }
    };
    options.log_user = log_.get();
    options.log_level = least;
    alexnet_context* made = nullptr;
    detail::call(alexnet_context_create, &options, &made);
    handle_.reset(made);
  }
  void log(int32_t level, const std::string& message) const {
    alexnet_context_log(get(), level, message.c_str());
  }
  alexnet_context* get() const { return handle_.get(); }

 private:
  std::unique_ptr<Log> log_;  // where it stays when this is moved
  detail::Handle<alexnet_context, alexnet_context_free> handle_;
};

// ---------------------------------------------------------------------------
// Networks.

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
  Network& add_softmax(const std::string& name) {
    detail::call(alexnet_network_add_softmax, get(), name.c_str());
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

// ---------------------------------------------------------------------------
// Models.

class Model {
 public:
  static Model load(const std::string& path, const LoadOptions& options = {}) {
    alexnet_model* made = nullptr;
    detail::call(alexnet_model_load, path.c_str(), &options, &made);
    return Model(made);
  }
  static Model from_memory(std::span<const std::byte> bytes,
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
  std::span<const std::byte> tensor_data(size_t index) const {
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
                    std::span<const std::byte> data) {
    detail::call(alexnet_model_builder_write_tensor, get(), name.c_str(), dtype,
                 first, data.data(), data.size());
  }
  // All of a tensor.
  void write_tensor(const std::string& name, std::span<const float> values) {
    write_tensor(name, ALEXNET_DTYPE_F32, 0, std::as_bytes(values));
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

// ---------------------------------------------------------------------------
// Sessions.

// A decoded picture, RGB.
class Image {
 public:
  static Image decode(std::span<const std::byte> picture,
                      const std::string& name = "picture",
                      int64_t max_pixels = 0) {
    const alexnet_encoded encoded = {picture.data(), picture.size(),
                                     name.c_str()};
    uint8_t* pixels = nullptr;
    Image image;
    detail::call(alexnet_image_decode, &encoded, max_pixels, &pixels,
                 &image.view_);
    image.pixels_.reset(pixels);
    return image;
  }
  static Image load(const std::string& path, int64_t max_pixels = 0) {
    uint8_t* pixels = nullptr;
    Image image;
    detail::call(alexnet_image_load, path.c_str(), max_pixels, &pixels,
                 &image.view_);
    image.pixels_.reset(pixels);
    return image;
  }
  // Lives as long as this.
  const alexnet_image& view() const { return view_; }

 private:
  Image() = default;
  alexnet_image view_ = {};
  detail::Handle<uint8_t, alexnet_free> pixels_;
};

struct Prediction {
  std::string label;
  int32_t class_index = 0;
  float probability = 0;  // 0..1
};

// What a layer gave: `values` belong to the session, until its next run.
struct Activation {
  std::vector<int64_t> shape;  // (views, C, H, W) or (views, F)
  std::span<const float> values;
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
  void run(std::span<const float> views, int64_t count, std::span<float> output,
           const Limits& limits = {}) {
    detail::call(alexnet_session_run, get(), views.data(), views.size(), count,
                 &limits, output.data(), output.size());
  }
  // Rows of classes, one for each picture.
  std::vector<float> run_images(std::span<const alexnet_image> images,
                                const Limits& limits = {}) {
    std::vector<float> output(images.size() * classes());
    detail::call(alexnet_session_run_images, get(), images.data(),
                 static_cast<int64_t>(images.size()), &limits, output.data(),
                 output.size());
    return output;
  }
  std::vector<float> run_encoded(std::span<const alexnet_encoded> pictures,
                                 const Limits& limits = {}) {
    std::vector<float> output(pictures.size() * classes());
    detail::call(alexnet_session_run_encoded, get(), pictures.data(),
                 static_cast<int64_t>(pictures.size()), &limits, output.data(),
                 output.size());
    return output;
  }

  // The likeliest of one row of output.
  std::vector<Prediction> top(std::span<const float> row,
                              size_t count = 5) const {
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
  alexnet_session* get() const { return handle_.get(); }

 private:
  size_t classes() const { return static_cast<size_t>(info().classes); }
  static std::vector<Prediction> copy(std::span<const alexnet_prediction> top,
                                      size_t found) {
    std::vector<Prediction> result;
    for (const alexnet_prediction& each : top.first(found)) {
      result.push_back({each.label, each.class_index, each.probability});
    }
    return result;
  }

  detail::Handle<alexnet_session, alexnet_session_free> handle_;
};

// ---------------------------------------------------------------------------
// Data sets and evaluation.

// Called now and then from the thread that made the call. An exception stops
// the call, which then throws it.
using Progress = std::function<void(int64_t done, int64_t total)>;

namespace detail {

// Carries a C++ callback, and its exception, through a call of C.
class Relay {
 public:
  // Runs `callback`; what a C callback returns.
  template <typename Callback>
  int32_t run(Callback&& callback) {
    try {
      callback();
      return thrown_ == nullptr ? 0 : 1;
    } catch (...) {
      if (thrown_ == nullptr) thrown_ = std::current_exception();
      return 1;
    }
  }
  // Calls the interface; the exception of a callback comes before its error.
  template <typename... Arguments>
  void call(Arguments... arguments) {
    try {
      detail::call(arguments...);
    } catch (const Error&) {
      if (thrown_ == nullptr) throw;
    }
    if (thrown_ != nullptr) std::rethrow_exception(thrown_);
  }

 private:
  std::exception_ptr thrown_;
};

struct ProgressRelay : Relay {
  explicit ProgressRelay(const Progress& to) : progress(to) {}
  // Puts the callback into the options of a call.
  template <typename Options>
  void attach(Options* options) {
    if (!progress) return;
    options->progress = [](void* user, int64_t done, int64_t total) {
      auto* self = static_cast<ProgressRelay*>(user);
      return self->run([&] { self->progress(done, total); });
    };
    options->progress_user = this;
  }
  const Progress& progress;
};

}  // namespace detail

struct LintResult {
  bool ok = false;
  std::string text;
  std::string json;
};

class Dataset {
 public:
  explicit Dataset(const std::string& path, bool allow_empty_classes = false) {
    alexnet_dataset* made = nullptr;
    detail::call(alexnet_dataset_open, path.c_str(),
                 int32_t{allow_empty_classes}, &made);
    handle_.reset(made);
  }

  std::vector<std::string> classes() const {
    std::vector<std::string> all;
    for (size_t i = 0; i < alexnet_dataset_class_count(get()); ++i) {
      all.emplace_back(alexnet_dataset_class_name(get(), i));
    }
    return all;
  }
  // ALEXNET_PART_TRAIN or _VALIDATION; 0 where there is no such part.
  int64_t size(int32_t part) const { return alexnet_dataset_size(get(), part); }
  int32_t label(int32_t part, int64_t index) const {
    int32_t label = 0;
    detail::call(alexnet_dataset_read, get(), part, index, &label,
                 static_cast<char**>(nullptr), static_cast<void**>(nullptr),
                 static_cast<size_t*>(nullptr));
    return label;
  }
  // Relative to the folder of the part.
  std::string name(int32_t part, int64_t index) const {
    char* name = nullptr;
    detail::call(alexnet_dataset_read, get(), part, index,
                 static_cast<int32_t*>(nullptr), &name,
                 static_cast<void**>(nullptr), static_cast<size_t*>(nullptr));
    return detail::take(name);
  }
  // The encoded picture.
  std::vector<std::byte> read(int32_t part, int64_t index) const {
    void* bytes = nullptr;
    size_t size = 0;
    detail::call(alexnet_dataset_read, get(), part, index,
                 static_cast<int32_t*>(nullptr), static_cast<char**>(nullptr),
                 &bytes, &size);
    const detail::Handle<void, alexnet_free> owned(bytes);
    const auto* first = static_cast<const std::byte*>(bytes);
    return {first, first + size};
  }

  LintResult lint(LintOptions options = {}, const Limits& limits = {},
                  const Progress& progress = nullptr) const {
    detail::ProgressRelay relay(progress);
    relay.attach(&options);
    int32_t ok = 0;
    char* text = nullptr;
    char* json = nullptr;
    relay.call(alexnet_dataset_lint, get(), &options, &limits, &ok, &text,
               &json);
    LintResult result;
    result.ok = ok != 0;
    result.text = detail::take(text);
    result.json = detail::take(json);
    return result;
  }
  PackReport pack(const std::string& out, PackOptions options = {},
                  const Limits& limits = {},
                  const Progress& progress = nullptr) const {
    detail::ProgressRelay relay(progress);
    relay.attach(&options);
    PackReport report;
    relay.call(alexnet_dataset_pack, get(), out.c_str(), &options, &limits,
               &report);
    return report;
  }
  alexnet_dataset* get() const { return handle_.get(); }

 private:
  detail::Handle<alexnet_dataset, alexnet_dataset_free> handle_;
};

inline void draw_shapes(const std::string& out,
                        const ShapesOptions& options = {},
                        const Limits& limits = {}) {
  detail::call(alexnet_draw_shapes, out.c_str(), &options, &limits);
}

class Evaluation {
 public:
  struct Class {
    std::string name;
    int64_t count = 0;
    double recall = 0;  // percent; -1 without pictures
  };
  struct Broken {
    std::string name;
    std::string reason;
  };

  // Takes a handle of the C interface.
  explicit Evaluation(alexnet_evaluation* handle) : handle_(handle) {}

  EvaluationInfo info() const {
    EvaluationInfo result;
    detail::call(alexnet_evaluation_get_info, get(), &result);
    return result;
  }
  std::vector<Class> classes() const {
    std::vector<Class> all(static_cast<size_t>(info().classes));
    for (size_t i = 0; i < all.size(); ++i) {
      const char* name = nullptr;
      detail::call(alexnet_evaluation_class_at, get(), static_cast<int64_t>(i),
                   &name, &all[i].count, &all[i].recall);
      all[i].name = name;
    }
    return all;
  }
  // (classes, classes), or empty; lives as long as this.
  std::span<const int64_t> confusion() const {
    const int64_t* counts = alexnet_evaluation_confusion(get());
    if (counts == nullptr) return {};
    const auto classes = static_cast<size_t>(info().classes);
    return {counts, classes * classes};
  }
  std::string confusion_text(int32_t limit = 0) const {
    char* text = nullptr;
    detail::call(alexnet_evaluation_confusion_text, get(), limit, &text);
    return detail::take(text);
  }
  std::vector<Broken> broken() const {
    std::vector<Broken> all;
    const auto count = static_cast<size_t>(info().broken);
    for (size_t i = 0; i < count; ++i) {
      const char* name = nullptr;
      const char* reason = nullptr;
      detail::call(alexnet_evaluation_broken_at, get(), i, &name, &reason);
      all.push_back({name, reason});
    }
    return all;
  }
  alexnet_evaluation* get() const { return handle_.get(); }

 private:
  detail::Handle<alexnet_evaluation, alexnet_evaluation_free> handle_;
};

inline Evaluation evaluate(const Model& model, const Dataset& dataset,
                           EvaluateOptions options = {},
                           const Limits& limits = {},
                           const Progress& progress = nullptr) {
  detail::ProgressRelay relay(progress);
  relay.attach(&options);
  alexnet_evaluation* made = nullptr;
  relay.call(alexnet_evaluate, model.get(), dataset.get(), &options, &limits,
             &made);
  return Evaluation(made);
}

struct VerifyResult {
  bool ok = false;
  std::string json;
};

inline VerifyResult verify_file(const std::string& path,
                                const SessionOptions& options = {},
                                const Limits& limits = {}) {
  int32_t ok = 0;
  char* json = nullptr;
  detail::call(alexnet_verify_file, path.c_str(), &options, &limits, &ok,
               &json);
  VerifyResult result;
  result.ok = ok != 0;
  result.json = detail::take(json);
  return result;
}

// ---------------------------------------------------------------------------
// Training.

// What a run tells, from the thread that runs it. An exception stops the run,
// whose checkpoint is written, and is then thrown by train().
class TrainListener {
 public:
  virtual ~TrainListener() = default;
  virtual void on_start(const alexnet_train_start& /*start*/) {}
  virtual void on_progress(std::string_view /*doing*/, int64_t /*done*/,
                           int64_t /*total*/) {}
  virtual void on_step(const alexnet_step_report& /*report*/) {}
  virtual void on_epoch(const alexnet_epoch_report& /*report*/) {}
  virtual void on_checkpoint(std::string_view /*path*/, bool /*best*/) {}
};

namespace detail {

struct ListenerRelay : Relay {
  explicit ListenerRelay(TrainListener* to) : listener(to) {
    if (listener == nullptr) return;
    c.user = this;
    c.on_start = [](void* user, const alexnet_train_start* start) {
      auto* self = static_cast<ListenerRelay*>(user);
      return self->run([&] { self->listener->on_start(*start); });
    };
    c.on_progress = [](void* user, const char* doing, int64_t done,
                       int64_t total) {
      auto* self = static_cast<ListenerRelay*>(user);
      return self->run(
          [&] { self->listener->on_progress(doing, done, total); });
    };
    c.on_step = [](void* user, const alexnet_step_report* report) {
      auto* self = static_cast<ListenerRelay*>(user);
      return self->run([&] { self->listener->on_step(*report); });
    };
    c.on_epoch = [](void* user, const alexnet_epoch_report* report) {
      auto* self = static_cast<ListenerRelay*>(user);
      return self->run([&] { self->listener->on_epoch(*report); });
    };
    c.on_checkpoint = [](void* user, const char* path, int32_t best) {
      auto* self = static_cast<ListenerRelay*>(user);
      return self->run([&] { self->listener->on_checkpoint(path, best != 0); });
    };
  }
  TrainListener* listener;
  Struct<alexnet_train_listener, alexnet_train_listener_init> c;
};

}  // namespace detail

inline TrainReport train(const TrainOptions& options,
                         TrainListener* listener = nullptr,
                         const Limits& limits = {}) {
  detail::ListenerRelay relay(listener);
  TrainReport report;
  relay.call(alexnet_train, &options, &relay.c, &limits, &report);
  return report;
}

inline TrainReport finetune(const Model& model, const FinetuneOptions& options,
                            const TrainOptions& train,
                            TrainListener* listener = nullptr,
                            const Limits& limits = {}) {
  detail::ListenerRelay relay(listener);
  TrainReport report;
  relay.call(alexnet_finetune, model.get(), &options, &train, &relay.c, &limits,
             &report);
  return report;
}

// Training on the caller's own batches.
class Trainer {
 public:
  explicit Trainer(const Model& model, const TrainerOptions& options = {}) {
    alexnet_trainer* made = nullptr;
    detail::call(alexnet_trainer_create, model.get(), &options, &made);
    handle_.reset(made);
  }

  StepResult step(std::span<const float> images,
                  std::span<const int32_t> labels, const UpdateRule& rule) {
    StepResult result;
    detail::call(alexnet_trainer_step, get(), images.data(), images.size(),
                 labels.data(), labels.size(), &rule, &result);
    return result;
  }
  StepResult gradients(std::span<const float> images,
                       std::span<const int32_t> labels) {
    StepResult result;
    detail::call(alexnet_trainer_gradients, get(), images.data(), images.size(),
                 labels.data(), labels.size(), &result);
    return result;
  }
  // `what`: ALEXNET_VALUE_PARAMETER, _MOMENTUM or _GRADIENT.
  void read(const std::string& name, int32_t what,
            std::span<float> values) const {
    detail::call(alexnet_trainer_read, get(), name.c_str(), what, values.data(),
                 values.size());
  }
  void write(const std::string& name, int32_t what,
             std::span<const float> values) {
    detail::call(alexnet_trainer_write, get(), name.c_str(), what,
                 values.data(), values.size());
  }
  Model model(const Limits& limits = {}) const {
    alexnet_model* made = nullptr;
    detail::call(alexnet_trainer_model, get(), &limits, &made);
    return Model(made);
  }
  alexnet_trainer* get() const { return handle_.get(); }

 private:
  detail::Handle<alexnet_trainer, alexnet_trainer_free> handle_;
};

inline BenchmarkReport benchmark(const BenchmarkOptions& options = {},
                                 const Limits& limits = {}) {
  BenchmarkReport report;
  detail::call(alexnet_benchmark, &options, &limits, &report);
  return report;
}

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_ALEXNET_HPP_
