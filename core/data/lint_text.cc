#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "core/base/utf8.h"
#include "core/data/lint.h"

namespace alexnet {
namespace {

const char* LevelName(LintLevel level) {
  switch (level) {
    case LintLevel::kInfo:
      return "note";
    case LintLevel::kWarning:
      return "warning";
    case LintLevel::kError:
      return "error";
  }
  return "";
}

std::string SizeText(Size size) {
  return fmt::format("{} x {}", size.width, size.height);
}

}  // namespace

std::string LintText(const LintReport& report) {
  std::string text = fmt::format("{} pictures in {} classes", report.pictures,
                                 report.classes.size());
  if (report.validation_pictures > 0) {
    text +=
        fmt::format(", {} of them for validation", report.validation_pictures);
  }
  text += "\n";
  if (!report.class_counts.empty()) {
    const auto [least, most] = std::minmax_element(report.class_counts.begin(),
                                                   report.class_counts.end());
    text +=
        fmt::format("training pictures in a class: {} to {}\n", *least, *most);
  }
  text += fmt::format(
      "{} JPEG, {} PNG; {} grey, {} CMYK, {} transparent, {} rotated by EXIF, "
      "{} unreadable\n",
      report.jpeg, report.png, report.gray, report.cmyk, report.alpha,
      report.rotated, report.broken.size());
  if (report.smallest.width > 0) {
    text += fmt::format(
        "sizes: smallest {}, median sides {} and {}, largest "
        "{}\n",
        SizeText(report.smallest), report.median.width, report.median.height,
        SizeText(report.largest));
  }
  for (const LintFinding& finding : report.findings) {
    text += fmt::format("{}: {} [{}]\n", LevelName(finding.level),
                        finding.message, finding.check);
    for (const std::string& file : finding.files) {
      text += fmt::format("    {}\n", Escaped(file));
    }
    const int64_t shown = static_cast<int64_t>(finding.files.size());
    if (finding.count > shown) {
      text += fmt::format("    and {} more\n", finding.count - shown);
    }
  }
  if (report.findings.empty()) text += "nothing wrong was found\n";
  return text;
}

}  // namespace alexnet
