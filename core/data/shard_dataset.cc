#include "core/data/shard_dataset.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/tar.h"
#include "core/data/folder.h"
#include "core/data/picture_kind.h"
#include "core/data/picture_name.h"

namespace alexnet {
namespace {

constexpr char kInfoFile[] = "dataset.json";
// More classes than any data set has; keeps a stray number from making a list
// of billions of names.
constexpr int32_t kMaxClasses = 1 << 20;

// A sample while its shard is read.
struct Draft {
  std::string name;  // of the picture
  std::span<const std::byte> picture;
  int32_t label = -1;
  std::string class_name;  // instead of the label
  // Members that are pictures by their content only.
  std::vector<const TarMember*> unnamed;
};

std::string_view Text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// "12" with white space around it.
std::optional<int32_t> ParseLabel(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  text = text.substr(0, text.find_last_not_of(kSpace) + 1);
  int32_t label = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), label);
  if (error != std::errc() || end != text.data() + text.size() || label < 0 ||
      label >= kMaxClasses) {
    return std::nullopt;
  }
  return label;
}

// "label" or "cls" as a number, or "class" or "label" as a name.
bool ParseJsonLabel(std::string_view text, Draft* draft) {
  const std::optional<Json> json = Json::Parse(text);
  if (!json || !json->is_object()) return false;
  for (const char* key : {"label", "cls", "class"}) {
    const Json* const found = json->Find(key);
    if (found == nullptr) continue;
    if (found->is_string()) {
      draft->class_name = found->Get<std::string>();
      return !draft->class_name.empty();
    }
    if (!found->is_integer()) return false;
    const auto label = found->Get<double>();
    if (label < 0 || label >= kMaxClasses) return false;
    draft->label = static_cast<int32_t>(label);
    return true;
  }
  return false;
}

bool IsPicture(std::span<const std::byte> bytes) {
  const ForeignKind* const kind = ForeignKindOf(bytes);
  return KindOf(bytes) != PictureKind::kUnknown ||
         (kind != nullptr && kind->picture);
}

class ShardDataset final : public Dataset {
 public:
  explicit ShardDataset(std::string path) : path_(std::move(path)) {}

  int64_t size() const override { return static_cast<int64_t>(items_.size()); }
  const std::vector<std::string>& classes() const override { return classes_; }
  int32_t label(int64_t index) const override { return items_[index].label; }
  std::string name(int64_t index) const override {
    const Item& item = items_[index];
    return fmt::format("{}:{}", shards_[item.shard].name, item.name);
  }
  const std::string& path() const override { return path_; }
  const DatasetInfo* info() const override { return info_ ? &*info_ : nullptr; }
  const std::vector<std::string>& odd_files() const override {
    return odd_files_;
  }
  const UnreadKinds& unread() const override { return unread_; }

  Result<Sample> Read(int64_t index) const override {
    const Item& item = items_[index];
    const Shard& shard = shards_[item.shard];
    // Not from a mapping, which ends the process where others cut the file.
    ALEXNET_ASSIGN_OR_RETURN(std::vector<std::byte> bytes,
                             ReadFileRange(PathOf(shard.name), shard.version,
                                           item.offset, item.size));
    auto owner =
        std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    Sample sample;
    sample.bytes = *owner;
    sample.owner = std::move(owner);
    sample.label = item.label;
    sample.name = name(index);
    return sample;
  }

  Status Scan() {
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(path_));
    std::vector<std::string> tars;
    for (const std::string& file : listing.files) {
      if (Extension(file) == "tar") {
        tars.push_back(file);
      } else if (file == kInfoFile) {
        ALEXNET_ASSIGN_OR_RETURN(info_, ReadDatasetInfo(path_));
      }
    }
    if (info_) ALEXNET_RETURN_IF_ERROR(UseListedShards(&tars));
    if (tars.empty()) {
      return InvalidArgumentError("there are no .tar shards here")
          .WithFile(path_);
    }
    for (const std::string& tar : tars) {
      ALEXNET_RETURN_IF_ERROR(ReadShard(tar));
    }
    return NameClasses();
  }

 private:
  struct Shard {
    std::string name;
    FileVersion version;
  };
  struct Item {
    uint64_t offset = 0;  // of the picture in its shard
    uint64_t size = 0;
    uint32_t shard = 0;
    int32_t label = -1;
    std::string name;
  };

  std::string PathOf(const std::string& shard) const {
    return fmt::format("{}/{}", path_, shard);
  }

  // The shards that dataset.json names are the data set; others are odd.
  Status UseListedShards(std::vector<std::string>* tars) {
    std::vector<std::string> listed;
    for (const ShardInfo& shard : info_->shards) {
      if (!std::binary_search(tars->begin(), tars->end(), shard.file)) {
        return NotFoundError(
                   "dataset.json names this shard but it is not there; copy "
                   "or pack the data set again")
            .WithFile(PathOf(shard.file));
      }
      listed.push_back(shard.file);
    }
    for (const std::string& tar : *tars) {
      if (std::find(listed.begin(), listed.end(), tar) == listed.end()) {
        odd_files_.push_back(tar);
      }
    }
    *tars = std::move(listed);
    return Status();
  }

  Status ReadShard(const std::string& tar) {
    ALEXNET_ASSIGN_OR_RETURN(const FileVersion version,
                             FindFileVersion(PathOf(tar)));
    ALEXNET_ASSIGN_OR_RETURN(const std::shared_ptr<const MappedFile> file,
                             MappedFile::Open(PathOf(tar)));
    const size_t number = shards_.size();
    if (info_ && info_->shards[number].bytes != file->bytes().size()) {
      return DataLossError(
                 fmt::format("the shard has {} bytes, but {} when it was "
                             "packed; copy or pack it again",
                             file->bytes().size(), info_->shards[number].bytes))
          .WithFile(PathOf(tar));
    }
    Result<std::vector<TarMember>> members = ReadTar(file->bytes());
    if (!members.ok()) return members.status().WithFile(PathOf(tar));
    const size_t before = items_.size();
    const Status status =
        AddSamples(*members, file->bytes().data(), tar, number);
    if (!status.ok()) return status.WithFile(PathOf(tar));
    if (info_ && info_->shards[number].count !=
                     static_cast<int64_t>(items_.size() - before)) {
      return DataLossError(
                 fmt::format("the shard has {} samples, but {} when it was "
                             "packed; copy or pack it again",
                             items_.size() - before,
                             info_->shards[number].count))
          .WithFile(PathOf(tar));
    }
    shards_.push_back({tar, version});
    return Status();
  }

  // `archive` is where the members' bytes are counted from.
  Status AddSamples(const std::vector<TarMember>& members,
                    const std::byte* archive, const std::string& tar,
                    size_t number) {
    std::vector<Draft> drafts;
    std::unordered_map<std::string, size_t> by_key;
    for (const TarMember& member : members) {
      const size_t base = member.name.rfind('/') + 1;
      const size_t dot = member.name.find('.', base);
      if (dot == base) continue;  // hidden
      const std::string extension = Extension(member.name);
      const bool picture = HasPictureExtension(member.name);
      const bool labels = extension == "cls" || extension == "json";
      const bool unnamed = !picture && !labels && IsPicture(member.bytes);
      if (!picture && !unnamed && !labels) {
        odd_files_.push_back(fmt::format("{}:{}", tar, member.name));
        continue;
      }
      const auto [found, added] =
          by_key.emplace(member.name.substr(0, dot), drafts.size());
      if (added) drafts.emplace_back();
      Draft& draft = drafts[found->second];
      if (unnamed) {
        draft.unnamed.push_back(&member);
        continue;
      }
      if (picture) {
        if (!draft.name.empty()) return TwoPictures(draft.name, member.name);
        draft.name = member.name;
        draft.picture = member.bytes;
        continue;
      }
      const std::string_view text = Text(member.bytes);
      bool understood = true;
      if (extension == "json") {
        understood = draft.label >= 0 || ParseJsonLabel(text, &draft);
      } else if (const std::optional<int32_t> label = ParseLabel(text)) {
        draft.label = *label;
      } else {
        understood = false;
      }
      if (!understood) {
        return DataLossError(fmt::format(
            "'{}' holds no label; it must be a whole number from 0 (.cls), or "
            "an object with \"label\" (.json)",
            member.name));
      }
    }
    for (Draft& draft : drafts) {
      ALEXNET_RETURN_IF_ERROR(UseUnnamed(tar, &draft));
      if (draft.name.empty()) continue;  // a label without a picture
      if (draft.label < 0 && draft.class_name.empty()) {
        return DataLossError(
            fmt::format("'{}' has no label; put a .cls or .json file of the "
                        "same name beside it",
                        draft.name));
      }
      if (draft.label < 0) {
        named_[draft.class_name].push_back(items_.size());
      }
      items_.push_back({static_cast<uint64_t>(draft.picture.data() - archive),
                        draft.picture.size(), static_cast<uint32_t>(number),
                        draft.label, std::move(draft.name)});
    }
    return Status();
  }

  static Status TwoPictures(const std::string& one, const std::string& other) {
    return DataLossError(
        fmt::format("'{}' and '{}' are pictures of one sample; give them "
                    "names that differ before the first dot",
                    one, other));
  }

  // Beside a picture by its name they are odd: a mask, say.
  Status UseUnnamed(const std::string& tar, Draft* draft) {
    if (!draft->name.empty()) {
      for (const TarMember* member : draft->unnamed) {
        odd_files_.push_back(fmt::format("{}:{}", tar, member->name));
      }
      return Status();
    }
    if (draft->unnamed.empty()) return Status();
    const TarMember& member = *draft->unnamed.front();
    if (draft->unnamed.size() > 1) {
      return TwoPictures(member.name, draft->unnamed[1]->name);
    }
    draft->name = member.name;
    draft->picture = member.bytes;
    if (const ForeignKind* kind = ForeignKindOf(member.bytes)) {
      ++unread_[std::string(kind->name)];
    }
    return Status();
  }

  // Settles the classes: dataset.json's, the sorted names of the labels, or the
  // labels' numbers.
  Status NameClasses() {
    if (items_.empty()) {
      return InvalidArgumentError("the shards hold no labelled picture")
          .WithFile(path_);
    }
    int32_t most = -1;
    for (const Item& item : items_) most = std::max(most, item.label);
    if (info_) {
      classes_ = info_->classes;
    } else if (!named_.empty()) {
      if (most >= 0) {
        return InvalidArgumentError(
                   "some labels are numbers and some are names; use one kind")
            .WithFile(path_);
      }
      for (const auto& entry : named_) classes_.push_back(entry.first);
    } else {
      for (int32_t i = 0; i <= most; ++i)
        classes_.push_back(fmt::format("{}", i));
    }
    std::unordered_map<std::string_view, int32_t> labels;
    for (size_t i = 0; i < classes_.size() && !named_.empty(); ++i) {
      labels.emplace(classes_[i], static_cast<int32_t>(i));
    }
    for (const auto& [name, items] : named_) {
      const auto found = labels.find(name);
      if (found == labels.end()) {
        return DataLossError(fmt::format("a label is '{}', which is not one of "
                                         "dataset.json's classes",
                                         name))
            .WithFile(path_);
      }
      for (const size_t item : items) {
        items_[item].label = found->second;
      }
    }
    named_.clear();
    if (most >= static_cast<int32_t>(classes_.size())) {
      return DataLossError(
                 fmt::format("a label is {}, but dataset.json has only {} "
                             "classes",
                             most, classes_.size()))
          .WithFile(path_);
    }
    return Status();
  }

  const std::string path_;
  std::optional<DatasetInfo> info_;
  std::vector<std::string> classes_;
  std::vector<Shard> shards_;
  std::vector<Item> items_;
  std::map<std::string, std::vector<size_t>> named_;  // while scanning
  std::vector<std::string> odd_files_;
  UnreadKinds unread_;
};

}  // namespace

Result<std::shared_ptr<const Dataset>> MakeShardDataset(
    const std::string& path) {
  auto dataset = std::make_shared<ShardDataset>(path);
  ALEXNET_RETURN_IF_ERROR(dataset->Scan());
  return std::shared_ptr<const Dataset>(std::move(dataset));
}

}  // namespace alexnet
