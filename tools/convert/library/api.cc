// The functions of alexnet_convert.h.

#include <alexnet/alexnet_convert.h>

#include <alexnet/alexnet.hpp>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "capi/struct_size.h"
#include "core/base/json.h"
#include "tools/convert/formats/format.h"
#include "tools/convert/library/export.h"
#include "tools/convert/library/import.h"
#include "tools/convert/library/lpips_weights.h"

namespace alexnet::convert {
namespace {

// The engine's own format and those of Formats(), by their place in the list.
struct Listed {
  const char* name;
  const char* summary;
  bool writable;
};

std::optional<Listed> FormatAt(size_t index) {
  if (index == 0) {
    return Listed{"alexnet", "The engine's own model file (.alexnet)", true};
  }
  if (index > Formats().size()) return std::nullopt;
  const Format& format = Formats()[index - 1];
  return Listed{format.name.data(), format.summary.data(),
                format.write != nullptr};
}

// A name that lives as long as the library.
const char* Lasting(const std::string& format) {
  for (const Format& each : Formats()) {
    if (each.name == format) return each.name.data();
  }
  return "alexnet";
}

alexnet_status Fail(alexnet_status code, const char* message, const char* file,
                    const char* field, alexnet_error** error) {
  if (error != nullptr) {
    *error = alexnet_error_create(code, message, file, field);
  }
  return code;
}

// Runs `body`, which throws; nothing leaves.
template <typename Body>
alexnet_status Call(alexnet_error** error, Body&& body) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    body();
    return ALEXNET_OK;
  } catch (const Error& failure) {
    return Fail(failure.code(), failure.message().c_str(),
                failure.file().c_str(), failure.field().c_str(), error);
  } catch (const std::bad_alloc&) {
    return Fail(ALEXNET_OUT_OF_MEMORY, "memory ran out", "", "", error);
  } catch (const std::length_error&) {
    return Fail(ALEXNET_OUT_OF_MEMORY, "memory ran out", "", "", error);
  } catch (const std::exception& failure) {
    return Fail(ALEXNET_INTERNAL, failure.what(), "", "", error);
  } catch (...) {
    return Fail(ALEXNET_INTERNAL, "an unknown exception", "", "", error);
  }
}

void CheckPointer(const void* pointer, const char* name) {
  if (pointer == nullptr) throw Invalid(name, "must not be NULL");
}

std::string TextOrEmpty(const char* text) {
  return text != nullptr ? text : "";
}

std::optional<std::string> TextOrNothing(const char* text) {
  if (text == nullptr) return std::nullopt;
  return text;
}

ChannelOrder OrderOf(int32_t order, const char* field) {
  if (order < ALEXNET_ORDER_KEEP || order > ALEXNET_ORDER_BGR) {
    throw Invalid(field, "is no ALEXNET_ORDER");
  }
  return static_cast<ChannelOrder>(order);
}

std::optional<float> ScaleOf(float scale) {
  if (scale == 0.0f) return std::nullopt;
  if (scale > 0.0f && std::isfinite(scale)) return scale;
  throw Invalid("scale",
                "must be above 0, such as 0.00390625 for pixels of 0..1");
}

std::vector<float> MeanValuesOf(const float* values, size_t count) {
  constexpr size_t kMost = 3;
  constexpr float kBrightest = 255.0f;
  if (count == 0) return {};
  CheckPointer(values, "mean_values");
  if (count > kMost) {
    throw Invalid("mean_values", "are one, or one for each channel");
  }
  for (size_t i = 0; i < count; ++i) {
    if (values[i] >= 0.0f && values[i] <= kBrightest) continue;
    throw Invalid("mean_values", "must be in 0..255");
  }
  return {values, values + count};
}

char* CopyText(const std::string& text) {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

std::string ReportOf(const std::string& path, const Imported& imported) {
  Json tensors = Json::Array();
  for (const ImportedTensor& tensor : imported.tensors) {
    tensors.Append({{"name", tensor.name},
                    {"from", tensor.from},
                    {"shape", tensor.shape},
                    {"dtype", tensor.type}});
  }
  const Json report = {{"file", path},
                       {"format", imported.format},
                       {"sha256", imported.sha256},
                       {"bytes", imported.bytes},
                       {"network", imported.model.info().network},
                       {"preset", imported.preset},
                       {"recognised", imported.recognised},
                       {"notes", imported.notes},
                       {"skipped", imported.skipped},
                       {"tensors", tensors}};
  // Names in a foreign file may be any bytes.
  return report.Text(2);
}

// A handle of the C interface that outlives its C++ owner.
alexnet_model* Give(Model model) { return model.release(); }

// A C++ face of a handle that stays the caller's.
class Borrowed {
 public:
  explicit Borrowed(const alexnet_model* model)
      : model_(const_cast<alexnet_model*>(model)) {}
  ~Borrowed() { model_.release(); }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  const Model& operator*() const { return model_; }

 private:
  Model model_;
};

}  // namespace
}  // namespace alexnet::convert

using namespace alexnet;           // NOLINT: the functions below are global
using namespace alexnet::convert;  // NOLINT

void alexnet_import_options_init(alexnet_import_options* options, size_t size) {
  capi::InitStruct(options, size);
}

void alexnet_export_options_init(alexnet_export_options* options, size_t size) {
  capi::InitStruct(options, size);
}

size_t alexnet_format_count(void) { return 1 + Formats().size(); }

const char* alexnet_format_name(size_t index) {
  const std::optional<Listed> format = FormatAt(index);
  return format ? format->name : nullptr;
}

const char* alexnet_format_summary(size_t index) {
  const std::optional<Listed> format = FormatAt(index);
  return format ? format->summary : nullptr;
}

int32_t alexnet_format_writable(size_t index) {
  const std::optional<Listed> format = FormatAt(index);
  return format && format->writable;
}

alexnet_status alexnet_detect_format(const char* path, const char** format,
                                     alexnet_error** error) {
  return Call(error, [&] {
    CheckPointer(path, "path");
    CheckPointer(format, "format");
    *format = Lasting(DetectFormat(path));
  });
}

alexnet_status alexnet_import(const char* path,
                              const alexnet_import_options* given,
                              const alexnet_limits* given_limits,
                              alexnet_model** model, char** report,
                              alexnet_error** error) {
  return Call(error, [&] {
    CheckPointer(model, "model");
    *model = nullptr;
    if (report != nullptr) *report = nullptr;
    CheckPointer(path, "path");
    const alexnet_import_options options =
        Check(capi::ReadStruct(given, "alexnet_import_options"));
    const Interrupt interrupt(
        Check(capi::ReadStruct(given_limits, "alexnet_limits")));
    ImportSettings settings;
    settings.format = TextOrEmpty(options.format);
    settings.preset = TextOrEmpty(options.preset);
    settings.network_file = TextOrEmpty(options.network_file);
    settings.mean_file = TextOrEmpty(options.mean_file);
    settings.labels_file = TextOrEmpty(options.labels_file);
    settings.order = OrderOf(options.channel_order, "channel_order");
    settings.scale = ScaleOf(options.scale);
    settings.mean_values =
        MeanValuesOf(options.mean_values, options.mean_value_count);
    settings.input_order = OrderOf(options.input_order, "input_order");
    settings.key = TextOrEmpty(options.key);
    settings.keep_logits = options.no_softmax != 0;
    Imported imported = Import(path, settings, interrupt);
    alexnet_context_log(options.context, ALEXNET_LOG_INFO,
                        imported.recognised.c_str());
    for (const std::string& note : imported.notes) {
      alexnet_context_log(options.context, ALEXNET_LOG_INFO, note.c_str());
    }
    for (const std::string& skipped : imported.skipped) {
      alexnet_context_log(options.context, ALEXNET_LOG_DEBUG,
                          ("skipped: " + skipped).c_str());
    }
    char* text = nullptr;
    if (report != nullptr) text = CopyText(ReportOf(path, imported));
    if (report != nullptr) *report = text;
    *model = Give(std::move(imported.model));
  });
}

alexnet_status alexnet_export(const alexnet_model* model, const char* path,
                              const alexnet_export_options* given,
                              const alexnet_limits* given_limits,
                              alexnet_error** error) {
  return Call(error, [&] {
    CheckPointer(model, "model");
    CheckPointer(path, "path");
    const alexnet_export_options options =
        Check(capi::ReadStruct(given, "alexnet_export_options"));
    const Interrupt interrupt(
        Check(capi::ReadStruct(given_limits, "alexnet_limits")));
    if (options.dtype < ALEXNET_DTYPE_DEFAULT ||
        options.dtype > ALEXNET_DTYPE_BF16) {
      throw Invalid("dtype", "is no ALEXNET_DTYPE");
    }
    ExportSettings settings;
    settings.format = TextOrEmpty(options.format);
    settings.dtype = options.dtype;
    settings.network_file = TextOrNothing(options.network_file);
    settings.mean_file = TextOrNothing(options.mean_file);
    settings.order = OrderOf(options.channel_order, "channel_order");
    settings.strip_training_state = options.strip_training_state != 0;
    settings.check = options.skip_check == 0;
    const Borrowed borrowed(model);
    for (const std::string& lost :
         Export(*borrowed, path, settings, interrupt)) {
      alexnet_context_log(options.context, ALEXNET_LOG_INFO, lost.c_str());
    }
  });
}

alexnet_status alexnet_read_lpips_weights(const char* path, float** weights,
                                          size_t* count,
                                          alexnet_error** error) {
  return Call(error, [&] {
    CheckPointer(weights, "weights");
    *weights = nullptr;
    CheckPointer(count, "count");
    CheckPointer(path, "path");
    const std::vector<float> read = ReadLpipsWeights(path);
    const size_t bytes = read.size() * sizeof(float);
    auto* copy = static_cast<float*>(std::malloc(bytes));
    if (copy == nullptr) throw std::bad_alloc();
    std::memcpy(copy, read.data(), bytes);
    *weights = copy;
    *count = read.size();
  });
}
