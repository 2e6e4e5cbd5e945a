// FeatureFile: rows of features on their way into a file: .npz with the arrays
// `features` (N, ...) f32, `files` (N) and `about` (a text of JSON), .npy of
// the first alone with a list beside it, or .csv whose first column is the
// file.

#ifndef ALEXNET_TOOLS_ALEXNET_FEATURES_FEATURE_FILE_H_
#define ALEXNET_TOOLS_ALEXNET_FEATURES_FEATURE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/alexnet/features/part_file.h"
#include "tools/alexnet/features/zip.h"

namespace alexnet::cli {

enum class FeatureFormat { kNpz, kNpy, kCsv };
// By the ending of a path; nothing for others.
std::optional<FeatureFormat> FeatureFormatOf(std::string_view path);
// The list beside a .npy.
std::string ListBeside(const std::string& path);

// What rows are of.
struct FeatureAbout {
  std::string about;           // one line of JSON that the file keeps
  std::string identity;        // one line: what a run must agree in to go on
  std::vector<int64_t> shape;  // of a row
  int64_t row_floats = 0;
};

// All functions throw std::runtime_error, whose text names the file.
class FeatureFile {
 public:
  // `paths` must outlive this.
  FeatureFile(const std::string& path, FeatureFormat format,
              const FeatureAbout& about, const std::vector<std::string>& paths,
              bool anew);

  // What an earlier run of the same did.
  const PartState& state() const { return part_.state(); }
  const std::string& part_path() const { return part_.part_path(); }
  // Rows of `pictures`, rising, of the list; those between that are not among
  // them were left out.
  void Append(const std::vector<int64_t>& pictures,
              const std::vector<float>& rows);
  // The rest of the list was left out; the file is put in place.
  void Finish();

 private:
  std::string Csv(const std::vector<int64_t>& pictures,
                  const std::vector<float>& rows) const;
  std::string FeaturesFront(int64_t rows) const;
  // An array of texts as an entry of its own.
  void AppendTexts(const std::string& name, const std::vector<int64_t>& shape,
                   const std::vector<std::string_view>& texts);
  void FinishNpz();

  const std::string path_;
  const FeatureFormat format_;
  const FeatureAbout about_;
  const std::vector<std::string>& paths_;
  PartFile part_;
  std::vector<ZipEntry> entries_;
};

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_FEATURES_FEATURE_FILE_H_
