// alexnet_convert.hpp: the C++17 face of alexnet_convert.h, as alexnet.hpp is
// that of alexnet.h. Header-only.
//
//   const alexnet::Imported imported =
//       alexnet::import_model("bvlc_alexnet.caffemodel");
//   alexnet::export_model(imported.model, "bvlc_alexnet.onnx");

#ifndef ALEXNET_ALEXNET_CONVERT_HPP_
#define ALEXNET_ALEXNET_CONVERT_HPP_

#include <alexnet/alexnet_convert.h>

#include <alexnet/alexnet.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace alexnet {
inline namespace v0 {

using ImportOptions =
    detail::Struct<alexnet_import_options, alexnet_import_options_init>;
using ExportOptions =
    detail::Struct<alexnet_export_options, alexnet_export_options_init>;

// A format of files; the texts live as long as the library.
struct FileFormat {
  std::string_view name;
  std::string_view summary;
  bool writable = false;
};

inline std::vector<FileFormat> file_formats() {
  std::vector<FileFormat> all;
  for (size_t i = 0; i < alexnet_format_count(); ++i) {
    all.push_back({alexnet_format_name(i), alexnet_format_summary(i),
                   alexnet_format_writable(i) != 0});
  }
  return all;
}

// The name of the format that a file has by its content.
inline std::string detect_format(const std::string& path) {
  const char* format = nullptr;
  detail::call(alexnet_detect_format, path.c_str(), &format);
  return format;
}

struct Imported {
  Model model;
  std::string report;  // JSON; see alexnet_import
};

inline Imported import_model(const std::string& path,
                             const ImportOptions& options = {},
                             const Limits& limits = {}) {
  alexnet_model* model = nullptr;
  char* report = nullptr;
  detail::call(alexnet_import, path.c_str(), &options, &limits, &model,
               &report);
  Model owned(model);
  return {std::move(owned), detail::take(report)};
}

inline void export_model(const Model& model, const std::string& path,
                         const ExportOptions& options = {},
                         const Limits& limits = {}) {
  detail::call(alexnet_export, model.get(), path.c_str(), &options, &limits);
}

// The linear layers of LPIPS, for lpips().
inline std::vector<float> read_lpips_weights(const std::string& path) {
  float* weights = nullptr;
  size_t count = 0;
  detail::call(alexnet_read_lpips_weights, path.c_str(), &weights, &count);
  const detail::Handle<void, alexnet_free> owned(weights);
  return {weights, weights + count};
}

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_ALEXNET_CONVERT_HPP_
