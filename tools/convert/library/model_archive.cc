#include "tools/convert/library/model_archive.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "core/base/gzip.h"
#include "core/base/tar.h"
#include "tools/convert/base/errors.h"
#include "tools/convert/base/zip.h"

namespace alexnet::convert {
namespace {

constexpr size_t kMaxMembers = 1000;
constexpr size_t kMaxInfoBytes = size_t{1} << 20;
constexpr std::string_view kSnapshot = ".caffemodel";

struct Member {
  std::string name;  // its path in the archive
  std::function<Bytes()> read;
};

std::string_view BaseName(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);
}

std::string Where(const std::string& name) { return "member \"" + name + "\""; }

bool LooksLikeTar(Bytes file) {
  return file.size() >= kTarBlock && TextOf(file.subspan(257, 5)) == "ustar";
}

// Refuses what is no plain file below the archive's own folder.
void CheckName(const std::string& name, std::set<std::string>* seen) {
  std::string_view rest = name;
  bool leaves = rest.starts_with('/') ||
                rest.find('\\') != std::string_view::npos ||
                rest.find('\0') != std::string_view::npos;
  while (!rest.empty() && !leaves) {
    const size_t end = std::min(rest.find('/'), rest.size());
    leaves = rest.substr(0, end) == "..";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (leaves) {
    throw Damaged(Where(name), "has a path that leads out of the archive");
  }
  if (!seen->insert(name).second) throw Damaged(Where(name), "is there twice");
}

std::vector<Member> MembersOfTar(Bytes archive) {
  std::vector<std::string> links;
  std::vector<Member> members;
  for (TarMember& member : Check(ReadTar(archive, &links))) {
    const Bytes bytes = member.bytes;
    members.push_back({std::move(member.name), [bytes] { return bytes; }});
  }
  if (links.empty()) return members;
  throw Unsupported(Where(links[0]),
                    "is a link or a device; archives of networks hold plain "
                    "files");
}

std::vector<Member> MembersOfZip(const std::shared_ptr<SourceFile>& file) {
  const auto archive = std::make_shared<ZipArchive>(file);
  std::vector<Member> members;
  for (const std::string& name : archive->names()) {
    if (name.ends_with('/')) continue;
    members.push_back({name, [archive, name] { return archive->Read(name); }});
  }
  return members;
}

std::vector<Member> MembersOf(const std::shared_ptr<SourceFile>& file) {
  const Bytes bytes = file->bytes();
  std::vector<Member> members;
  if (LooksLikeGzip(bytes)) {
    members = MembersOfTar(file->Keep(Check(Gunzip(bytes))));
  } else {
    members = LooksLikeZip(bytes) ? MembersOfZip(file) : MembersOfTar(bytes);
  }
  if (members.size() > kMaxMembers) {
    throw Unsupported("", fmt::format("has {} members, which no archive of a "
                                      "network has",
                                      members.size()));
  }
  std::set<std::string> seen;
  for (const Member& member : members) CheckName(member.name, &seen);
  return members;
}

bool IsTelling(std::string_view name) {
  const std::string_view base = BaseName(name);
  return base.ends_with(kSnapshot) || base.ends_with(".t7") ||
         base == "deploy.prototxt" || base == "train_val.prototxt";
}

// What info.json says; null values where it says nothing.
class Info {
 public:
  explicit Info(const Member* member) {
    if (member == nullptr) return;
    const std::string_view text = TextOf(member->read());
    json_ = text.size() <= kMaxInfoBytes
                ? nlohmann::json::parse(text, nullptr, false)
                : nlohmann::json();
    if (!json_.is_object()) {
      throw Damaged(Where(member->name), "is no JSON object");
    }
  }

  std::string Text(const char* key) const {
    const auto found = json_.find(key);
    if (found == json_.end() || !found->is_string()) return "";
    return found->get<std::string>();
  }
  // The side of "image dimensions", a square; 0 otherwise.
  int32_t Side() const {
    constexpr int64_t kMostPixels = 16384;
    const auto found = json_.find("image dimensions");
    if (found == json_.end() || !found->is_array() || found->size() < 2 ||
        !(*found)[0].is_number_integer() || (*found)[0] != (*found)[1]) {
      return 0;
    }
    const auto side = (*found)[0].get<int64_t>();
    return side > 0 && side <= kMostPixels ? static_cast<int32_t>(side) : 0;
  }

 private:
  nlohmann::json json_ = nlohmann::json::object();
};

// Takes members out of an archive by their names.
class Opener {
 public:
  explicit Opener(const std::shared_ptr<SourceFile>& file)
      : file_(file), members_(MembersOf(file)) {}

  ModelArchive Open() {
    const auto is_info = [](std::string_view base) {
      return base == "info.json";
    };
    const Info info(Find(is_info, "", "descriptions"));
    ModelArchive archive;
    archive.weights =
        Take([](std::string_view base) { return base.ends_with(kSnapshot); },
             info.Text("snapshot file"), "snapshots");
    if (archive.weights == nullptr) RefuseOther(info.Text("framework"));
    archive.network = TakeNamed("deploy.prototxt", info.Text("deploy file"));
    archive.training =
        TakeNamed("train_val.prototxt", info.Text("train_val file"));
    archive.mean = Take(
        [](std::string_view base) { return base.ends_with(".binaryproto"); },
        info.Text("mean file"), "mean images");
    archive.labels = TakeNamed("labels.txt", info.Text("labels file"));
    archive.resize_mode = info.Text("image resize mode");
    archive.image_size = info.Side();
    archive.contents = fmt::format("{}", fmt::join(taken_, ", "));
    return archive;
  }

 private:
  using Predicate = std::function<bool(std::string_view base)>;

  // Null where there is none. `named` chooses one of several `what`.
  const Member* Find(const Predicate& is, const std::string& named,
                     std::string_view what) const {
    std::vector<const Member*> found;
    for (const Member& member : members_) {
      const std::string_view base = BaseName(member.name);
      if (!named.empty() && base == BaseName(named)) return &member;
      if (is(base)) found.push_back(&member);
    }
    if (found.empty()) return nullptr;
    if (found.size() == 1) return found[0];
    throw Invalid(
        "", fmt::format("holds {} {}, \"{}\" and \"{}\" among them; "
                        "make an archive of one network",
                        found.size(), what, found[0]->name, found[1]->name));
  }

  std::shared_ptr<SourceFile> Take(const Predicate& is,
                                   const std::string& named,
                                   std::string_view what) {
    const Member* member = Find(is, named, what);
    if (member == nullptr) return nullptr;
    taken_.push_back(member->name);
    return SourceFile::In(file_, member->read(),
                          file_->path() + ":" + member->name);
  }
  std::shared_ptr<SourceFile> TakeNamed(const std::string& name,
                                        const std::string& named) {
    return Take([&name](std::string_view base) { return base == name; }, named,
                "files called " + name);
  }

  [[noreturn]] void RefuseOther(const std::string& framework) const {
    for (const Member& member : members_) {
      if (!member.name.ends_with(".t7")) continue;
      throw Unsupported(Where(member.name),
                        "is of Torch 7, which is not read; of what DIGITS "
                        "trains, Caffe's networks are");
    }
    throw Invalid("", fmt::format("holds no .caffemodel{}{}; of what DIGITS "
                                  "trains, Caffe's networks are read",
                                  framework.empty() ? "" : " but a network of ",
                                  framework));
  }

  const std::shared_ptr<SourceFile>& file_;
  const std::vector<Member> members_;
  std::vector<std::string> taken_;
};

}  // namespace

bool LooksLikeModelArchive(Bytes file) {
  try {
    if (LooksLikeZip(file)) {
      const ZipArchive archive(SourceFile::Of(file, ""));
      return std::any_of(archive.names().begin(), archive.names().end(),
                         IsTelling);
    }
    // Which is unpacked as a whole once it is opened.
    if (LooksLikeGzip(file)) return LooksLikeTar(GunzipStart(file, kTarBlock));
    if (!LooksLikeTar(file)) return false;
    for (const TarMember& member : Check(ReadTar(file))) {
      if (IsTelling(member.name)) return true;
    }
  } catch (const Error&) {
    // Damaged: whoever else claims it says so.
  }
  return false;
}

ModelArchive OpenModelArchive(const std::shared_ptr<SourceFile>& file) {
  return Opener(file).Open();
}

}  // namespace alexnet::convert
