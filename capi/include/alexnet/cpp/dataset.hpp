// Data sets: labelled pictures on disk.

#ifndef ALEXNET_CPP_DATASET_HPP_
#define ALEXNET_CPP_DATASET_HPP_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cancel.hpp"
#include "detail.hpp"
#include "progress.hpp"

namespace alexnet {
inline namespace v0 {

using LintOptions =
    detail::Struct<alexnet_lint_options, alexnet_lint_options_init>;
using PackOptions =
    detail::Struct<alexnet_pack_options, alexnet_pack_options_init>;
using PackReport =
    detail::Struct<alexnet_pack_report, alexnet_pack_report_init>;
using ShapesOptions =
    detail::Struct<alexnet_shapes_options, alexnet_shapes_options_init>;

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

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_DATASET_HPP_
