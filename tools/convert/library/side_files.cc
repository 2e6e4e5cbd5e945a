#include "tools/convert/library/side_files.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/file.h"
#include "core/base/text.h"
#include "tools/convert/base/errors.h"
#include "tools/convert/formats/caffe/mean.h"
#include "tools/convert/formats/numpy/numpy.h"

namespace alexnet::convert {
namespace {

// What some editors put in front of UTF-8.
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr uint64_t kMaxLabelsBytes = uint64_t{16} << 20;

constexpr char kImageNetLabels[] =
#include "tools/convert/library/imagenet_labels.inc"
    ;

// "n01440764 tench" is "tench".
std::string_view WithoutWordNetId(std::string_view line) {
  constexpr size_t kIdSize = 9;
  if (line.size() <= kIdSize + 1 || line[0] != 'n' || line[kIdSize] != ' ') {
    return line;
  }
  const bool digits = std::all_of(line.begin() + 1, line.begin() + kIdSize,
                                  [](char c) { return c >= '0' && c <= '9'; });
  return digits ? line.substr(kIdSize + 1) : line;
}

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(WithoutWordNetId(line));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace

std::vector<std::string> ReadLabels(const std::string& path, int64_t classes) {
  return InFile(path, [&] {
    const std::vector<std::byte> bytes = Check(ReadFile(path, kMaxLabelsBytes));
    std::string_view text = TextOf(bytes);
    if (text.starts_with(kByteOrderMark)) {
      text.remove_prefix(kByteOrderMark.size());
    }
    std::vector<std::string> labels = Lines(text);
    for (size_t i = 0; i < labels.size(); ++i) {
      const Status status = CheckText(labels[i], kMaxLabelBytes);
      if (!status.ok()) {
        throw Invalid("labels", fmt::format("line {}: {}; save the file as "
                                            "UTF-8, one name per line",
                                            i + 1, status.message()));
      }
    }
    if (static_cast<int64_t>(labels.size()) != classes) {
      throw Invalid("labels", fmt::format("has {} lines for {} classes; one "
                                          "for each is needed, in the order "
                                          "of the logits",
                                          labels.size(), classes));
    }
    return labels;
  });
}

Mean ReadMean(const std::string& path) {
  return InFile(path, [&] {
    const std::shared_ptr<SourceFile> file = SourceFile::Open(path);
    return LooksLikeNpy(file->bytes()) ? ReadNpyMean(file)
                                       : ReadCaffeMean(file);
  });
}

std::vector<std::string> ImageNetLabels() { return Lines(kImageNetLabels); }

}  // namespace alexnet::convert
