#include "core/data/file_dataset.h"

#include <fmt/core.h>

#include <utility>

#include "core/base/file.h"
#include "core/data/picture_kind.h"
#include "core/data/picture_name.h"
#include "core/data/quarantine.h"

namespace alexnet {
namespace {

class FileDataset final : public Dataset {
 public:
  FileDataset(std::string path, PictureFiles files, uint64_t max_file_bytes)
      : path_(std::move(path)),
        files_(std::move(files)),
        max_file_bytes_(max_file_bytes) {}

  int64_t size() const override {
    return static_cast<int64_t>(files_.names.size());
  }
  const std::vector<std::string>& classes() const override {
    return files_.classes;
  }
  int32_t label(int64_t index) const override { return files_.labels[index]; }
  std::string name(int64_t index) const override { return files_.names[index]; }
  const std::string& path() const override { return path_; }
  const std::vector<std::string>& odd_files() const override {
    return files_.odd_files;
  }
  const UnreadKinds& unread() const override { return files_.unread; }

  Result<Sample> Read(int64_t index) const override {
    ALEXNET_ASSIGN_OR_RETURN(
        std::vector<std::byte> bytes,
        ReadFile(path_.empty()
                     ? files_.names[index]
                     : fmt::format("{}/{}", path_, files_.names[index]),
                 max_file_bytes_));
    auto owner =
        std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    Sample sample;
    sample.bytes = *owner;
    sample.owner = std::move(owner);
    sample.label = files_.labels[index];
    sample.name = files_.names[index];
    return sample;
  }

 private:
  const std::string path_;
  const PictureFiles files_;
  const uint64_t max_file_bytes_;
};

}  // namespace

Result<bool> IsPictureFile(const std::string& path, UnreadKinds* unread) {
  if (HasPictureExtension(path)) return true;
  const auto file = MappedFile::Open(path);
  if (!file.ok() && !IsOfThePicture(file.status())) return file.status();
  if (!file.ok()) return false;
  const std::span<const std::byte> bytes = (*file)->bytes();
  if (KindOf(bytes) != PictureKind::kUnknown) return true;
  const ForeignKind* const kind = ForeignKindOf(bytes);
  if (kind == nullptr || !kind->picture) return false;
  ++(*unread)[std::string(kind->name)];
  return true;
}

Result<std::shared_ptr<const Dataset>> OpenPictures(
    std::vector<std::string> paths, const DatasetOptions& options) {
  if (paths.empty()) return InvalidArgumentError("there are no pictures");
  PictureFiles files;
  files.classes = {""};
  files.labels.assign(paths.size(), 0);
  files.names = std::move(paths);
  return MakeFileDataset("", std::move(files), options);
}

std::shared_ptr<const Dataset> MakeFileDataset(std::string path,
                                               PictureFiles files,
                                               const DatasetOptions& options) {
  return std::make_shared<const FileDataset>(std::move(path), std::move(files),
                                             options.max_file_bytes);
}

}  // namespace alexnet
