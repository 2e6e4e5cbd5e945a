#include "tools/convert/library/side_files.h"

#include <fmt/core.h>

#include <string_view>
#include <utility>

#include "core/base/text.h"
#include "tools/convert/base/errors.h"
#include "tools/convert/formats/caffe/mean.h"
#include "tools/convert/formats/numpy/numpy.h"
#include "tools/convert/library/label_forms.h"

namespace alexnet::convert {
namespace {

// What some editors put in front of UTF-8.
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr uint64_t kMaxLabelsBytes = uint64_t{16} << 20;

constexpr char kImageNetLabels[] =
#include "tools/convert/library/imagenet_labels.inc"
    ;

}  // namespace

std::vector<std::string> ReadLabels(const SourceFile& file, int64_t classes) {
  return InFile(file.path(), [&] {
    std::string_view text = TextIn(file, kMaxLabelsBytes);
    if (text.starts_with(kByteOrderMark)) {
      text.remove_prefix(kByteOrderMark.size());
    }
    LabelList list = LabelsIn(text);
    std::vector<std::string>& labels = list.labels;
    for (size_t i = 0; i < labels.size(); ++i) {
      const Status status = CheckText(labels[i], kMaxLabelBytes);
      if (!status.ok()) {
        throw Invalid("labels",
                      fmt::format("{} {}: {}; save the file as UTF-8, one name "
                                  "per line",
                                  list.lines ? "line" : "label", i + 1,
                                  status.message()));
      }
    }
    if (static_cast<int64_t>(labels.size()) != classes) {
      throw Invalid(
          "labels",
          fmt::format("has {} {} for {} classes; one for each is needed, in "
                      "the order of the logits",
                      labels.size(), list.lines ? "lines" : "labels", classes));
    }
    return std::move(labels);
  });
}

Mean ReadMean(const std::shared_ptr<SourceFile>& file) {
  return InFile(file->path(), [&] {
    return LooksLikeNpy(file->bytes()) ? ReadNpyMean(file)
                                       : ReadCaffeMean(file);
  });
}

std::vector<std::string> ImageNetLabels() {
  return LabelsIn(kImageNetLabels).labels;
}

}  // namespace alexnet::convert
