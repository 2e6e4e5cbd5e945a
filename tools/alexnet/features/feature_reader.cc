#include "tools/alexnet/features/feature_reader.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "tools/alexnet/features/npy.h"
#include "tools/alexnet/features/zip.h"

namespace alexnet::cli {
namespace {

// The product of extents; throws where it is beyond any file.
int64_t Product(const std::vector<int64_t>& extents) {
  int64_t product = 1;
  for (const int64_t extent : extents) {
    if (extent != 0 && product > std::numeric_limits<int64_t>::max() / extent /
                                     int64_t{1 << 20}) {
      throw std::runtime_error("has an array beyond all sizes");
    }
    product *= extent;
  }
  return product;
}

// Texts of an array of "<U12".
std::vector<std::string> Texts(std::string_view array, const char* name) {
  const NpyFront front = ReadNpyFront(array);
  size_t longest = 0;
  const std::string& descr = front.descr;
  const char* const end = descr.data() + descr.size();
  if (!descr.starts_with("<U") ||
      std::from_chars(descr.data() + 2, end, longest).ptr != end ||
      longest > (1 << 20)) {
    throw std::runtime_error(
        fmt::format("has {} of type {}, not texts", name, descr));
  }
  const auto count = static_cast<size_t>(Product(front.shape));
  const std::string_view content = array.substr(front.bytes);
  const size_t each = longest * sizeof(uint32_t);
  if (each == 0
          ? count > 0
          : content.size() % each != 0 || content.size() / each != count) {
    throw std::runtime_error(
        fmt::format("has {} of another size than it says", name));
  }
  std::vector<std::string> texts;
  std::vector<uint32_t> points(longest);
  for (size_t i = 0; i < count; ++i) {
    std::memcpy(points.data(), content.data() + i * each, each);
    texts.push_back(TextOf(points.data(), points.size()));
  }
  return texts;
}

}  // namespace

FeatureReader::FeatureReader(const std::string& path) : file_(path) {
  try {
    Parse(path);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(path + " " + error.what());
  }
}

FeatureReader::Mapping::~Mapping() {
  munmap(const_cast<char*>(bytes.data()), bytes.size());
}

FeatureReader::Mapping::Mapping(const std::string& path) {
  const auto fail = [&path](int error) {
    throw std::runtime_error(
        fmt::format("{}: cannot be read: {}", path, std::strerror(error)));
  };
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail(errno);
  struct stat status;
  int error = fstat(fd, &status) == 0 ? 0 : errno;
  if (error == 0 && S_ISDIR(status.st_mode)) error = EISDIR;
  if (error == 0 && status.st_size == 0) {
    close(fd);
    throw std::runtime_error(path + " is empty");
  }
  void* mapped = MAP_FAILED;
  if (error == 0) {
    mapped = mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ,
                  MAP_PRIVATE, fd, 0);
    if (mapped == MAP_FAILED) error = errno;
  }
  close(fd);
  if (error != 0) fail(error);
  bytes = {static_cast<const char*>(mapped),
           static_cast<size_t>(status.st_size)};
}

void FeatureReader::Parse(const std::string& path) {
  const ZipReader archive(path, file_.bytes);
  const std::string_view array = archive.Stored("features.npy");
  const NpyFront front = ReadNpyFront(array);
  if (front.descr != "<f4" || front.shape.size() < 2) {
    throw std::runtime_error(
        fmt::format("has features of type {} and {} axes; they are float32, "
                    "(N, ...)",
                    front.descr, front.shape.size()));
  }
  row_floats_ = Product({front.shape.begin() + 1, front.shape.end()});
  const auto elements = static_cast<size_t>(Product(front.shape));
  const std::string_view content = array.substr(front.bytes);
  if (row_floats_ < 1 || content.size() != elements * sizeof(float)) {
    throw std::runtime_error("has features of another size than it says");
  }
  if (reinterpret_cast<uintptr_t>(content.data()) % alignof(float) == 0) {
    features_ = {reinterpret_cast<const float*>(content.data()), elements};
  } else {
    copy_.resize(elements);
    std::memcpy(copy_.data(), content.data(), content.size());
    features_ = copy_;
  }
  files_ = Texts(archive.Stored("files.npy"), "files");
  if (files_.size() != static_cast<size_t>(front.shape[0])) {
    throw std::runtime_error(fmt::format("has {} files for {} rows of features",
                                         files_.size(), front.shape[0]));
  }
  if (archive.Has("about.npy")) {
    const auto about = Texts(archive.Stored("about.npy"), "about");
    if (!about.empty()) about_ = about.front();
  }
}

}  // namespace alexnet::cli
