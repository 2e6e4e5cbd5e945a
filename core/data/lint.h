// Lint: what may be wrong with a data set, found before time is spent on
// training with it.

#ifndef ALEXNET_CORE_DATA_LINT_H_
#define ALEXNET_CORE_DATA_LINT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/data/dataset.h"
#include "core/data/decode.h"
#include "core/data/quarantine.h"

namespace alexnet {

enum class LintLevel : int8_t { kInfo = 0, kWarning = 1, kError = 2 };

// One thing found. `check` is a stable name: "one-class", "empty-class",
// "imbalance", "few-pictures", "duplicate", "leak", "conflicting-labels",
// "odd-file", "undecodable", "wrong-extension", "small-pictures", "layout"
// (DataFolders::notes), "class-name".
struct LintFinding {
  LintLevel level = LintLevel::kInfo;
  std::string check;
  std::string message;             // what and what to do
  std::vector<std::string> files;  // examples, at most ten
  int64_t count = 0;               // all of them
};

struct LintReport {
  int64_t pictures = 0;             // training and validation
  int64_t validation_pictures = 0;  // of these
  std::vector<std::string> classes;
  std::vector<int64_t> class_counts;  // training
  int64_t jpeg = 0;
  int64_t png = 0;
  int64_t gray = 0;
  int64_t cmyk = 0;
  int64_t alpha = 0;
  int64_t rotated = 0;  // EXIF orientation other than 1
  Size smallest;        // by shorter side, upright
  Size median;          // medians of the shorter and the longer side
  Size largest;
  std::vector<BrokenPicture> broken;
  std::vector<LintFinding> findings;  // worst first
  bool ok() const;                    // no finding of level kError
};

struct LintOptions {
  // BEGIN options: core.fields lint_options
  // Threads that decode pictures; 0 to 1,024; 0: as many as the process may
  // use.
  int threads = 0;
  // Most pixels of a picture; one that has more counts as broken.
  int64_t max_pixels = 100'000'000;
  // END options
  std::function<void(int64_t done, int64_t total)> progress;
};

// Reads and decodes every picture. `data` should have been opened with
// `lenient`.
Result<LintReport> LintDataset(const DataFolders& data,
                               const LintOptions& options,
                               const Interrupt& interrupt);

// The report for a person, several lines.
std::string LintText(const LintReport& report);
// A JSON object: "pictures", "validation_pictures", "classes" (of each its
// number of training pictures), "ok" and "findings" ("level", "check",
// "message", "files", "count").
std::string LintJson(const LintReport& report);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_LINT_H_
