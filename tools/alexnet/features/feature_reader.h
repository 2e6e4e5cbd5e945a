// FeatureReader: a .npz of features, read.

#ifndef ALEXNET_TOOLS_ALEXNET_FEATURES_FEATURE_READER_H_
#define ALEXNET_TOOLS_ALEXNET_FEATURES_FEATURE_READER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alexnet::cli {

// A file that is mapped while this lives. Functions throw std::runtime_error,
// whose text names the file.
class FeatureReader {
 public:
  explicit FeatureReader(const std::string& path);

  int64_t rows() const { return static_cast<int64_t>(files_.size()); }
  int64_t row_floats() const { return row_floats_; }
  // (rows, row_floats)
  std::span<const float> features() const { return features_; }
  const std::vector<std::string>& files() const { return files_; }
  // What `alexnet features` wrote of the model and the layer; empty in a file
  // of another program's.
  const std::string& about() const { return about_; }

 private:
  // The bytes of a file.
  struct Mapping {
    explicit Mapping(const std::string& path);
    ~Mapping();
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    std::string_view bytes;
  };

  void Parse(const std::string& path);

  const Mapping file_;
  std::span<const float> features_;
  std::vector<float> copy_;  // of features that lie at no multiple of four
  int64_t row_floats_ = 0;
  std::vector<std::string> files_;
  std::string about_;
};

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_FEATURES_FEATURE_READER_H_
