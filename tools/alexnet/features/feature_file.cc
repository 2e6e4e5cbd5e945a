#include "tools/alexnet/features/feature_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "tools/alexnet/features/crc.h"
#include "tools/alexnet/features/npy.h"

namespace alexnet::cli {
namespace {

constexpr const char* kFeatures = "features.npy";
// Room for any number of rows; a multiple of 64.
constexpr size_t kNpyFront = 192;

template <typename T>
std::string_view BytesOf(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()),
          values.size() * sizeof(T)};
}

// As RFC 4180 has it.
std::string Quoted(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

// Bytes before the first row.
uint64_t FrontBytes(FeatureFormat format) {
  switch (format) {
    case FeatureFormat::kNpz:
      return LocalHeader({kFeatures}).size() + kNpyFront;
    case FeatureFormat::kNpy:
      return kNpyFront;
    case FeatureFormat::kCsv:
      return 0;
  }
  return 0;
}

// Pictures that have rows.
std::vector<std::string_view> Kept(const std::vector<std::string>& paths,
                                   const std::vector<int64_t>& left_out) {
  std::vector<std::string_view> kept;
  auto next = left_out.begin();
  for (size_t i = 0; i < paths.size(); ++i) {
    if (next != left_out.end() && *next == static_cast<int64_t>(i)) {
      ++next;
    } else {
      kept.push_back(paths[i]);
    }
  }
  return kept;
}

}  // namespace

std::optional<FeatureFormat> FeatureFormatOf(std::string_view path) {
  if (path.ends_with(".npz")) return FeatureFormat::kNpz;
  if (path.ends_with(".npy")) return FeatureFormat::kNpy;
  if (path.ends_with(".csv")) return FeatureFormat::kCsv;
  return std::nullopt;
}

std::string ListBeside(const std::string& path) { return path + ".files.csv"; }

FeatureFile::FeatureFile(const std::string& path, FeatureFormat format,
                         const FeatureAbout& about,
                         const std::vector<std::string>& paths, bool anew)
    : path_(path),
      format_(format),
      about_(about),
      paths_(paths),
      part_(path, about.identity, FrontBytes(format), anew) {
  if (format != FeatureFormat::kCsv || part_.state().bytes > 0) return;
  std::string head = "path";
  for (int64_t i = 0; i < about.row_floats; ++i) head += fmt::format(",f{}", i);
  part_.Append(head + "\n", 0, 0, {});
}

std::string FeatureFile::Csv(const std::vector<int64_t>& pictures,
                             const std::vector<float>& rows) const {
  std::string text;
  const float* value = rows.data();
  for (const int64_t picture : pictures) {
    text += Quoted(paths_[static_cast<size_t>(picture)]);
    for (int64_t i = 0; i < about_.row_floats; ++i) {
      fmt::format_to(std::back_inserter(text), ",{}", *value++);
    }
    text += '\n';
  }
  return text;
}

void FeatureFile::Append(const std::vector<int64_t>& pictures,
                         const std::vector<float>& rows) {
  std::vector<int64_t> left_out;
  int64_t next = part_.state().pictures;
  for (const int64_t picture : pictures) {
    for (; next < picture; ++next) left_out.push_back(next);
    next = picture + 1;
  }
  const auto count = static_cast<int64_t>(pictures.size());
  if (format_ == FeatureFormat::kCsv) {
    part_.Append(Csv(pictures, rows), count, next, left_out);
  } else {
    part_.Append(BytesOf(rows), count, next, left_out);
  }
}

std::string FeatureFile::FeaturesFront(int64_t rows) const {
  std::vector<int64_t> shape = {rows};
  shape.insert(shape.end(), about_.shape.begin(), about_.shape.end());
  return NpyHeader("<f4", shape, kNpyFront);
}

void FeatureFile::AppendTexts(const std::string& name,
                              const std::vector<int64_t>& shape,
                              const std::vector<std::string_view>& texts) {
  size_t longest = 1;
  for (const std::string_view text : texts) {
    longest = std::max(longest, CodePoints(text).size());
  }
  ZipEntry entry{name, part_.end()};
  part_.AppendLast(LocalHeader(entry));
  const auto append = [&](std::string_view bytes) {
    part_.AppendLast(bytes);
    entry.size += bytes.size();
    entry.crc = Crc32(entry.crc, bytes);
  };
  append(NpyHeader(fmt::format("<U{}", longest), shape));
  for (const std::string_view text : texts) {
    std::vector<uint32_t> points = CodePoints(text);
    points.resize(longest, 0);
    append(BytesOf(points));
  }
  part_.WriteAt(entry.header, LocalHeader(entry));
  entries_.push_back(entry);
}

void FeatureFile::FinishNpz() {
  const PartState& state = part_.state();
  const std::string front = FeaturesFront(state.rows);
  const uint64_t content = state.bytes - FrontBytes(format_);
  ZipEntry entry{kFeatures, 0};
  entry.size = front.size() + content;
  entry.crc = Crc32Of(Crc32(0, front), state.crc, content);
  entries_ = {entry};
  const std::vector<std::string_view> kept = Kept(paths_, state.left_out);
  AppendTexts("files.npy", {static_cast<int64_t>(kept.size())}, kept);
  AppendTexts("about.npy", {}, {about_.about});
  part_.AppendLast(Directory(entries_, part_.end()));
  part_.WriteAt(0, LocalHeader(entry) + front);
}

void FeatureFile::Finish() {
  std::vector<int64_t> rest;
  for (int64_t i = part_.state().pictures;
       i < static_cast<int64_t>(paths_.size()); ++i) {
    rest.push_back(i);
  }
  if (!rest.empty()) {
    part_.Append({}, 0, static_cast<int64_t>(paths_.size()), rest);
  }
  if (format_ == FeatureFormat::kNpz) FinishNpz();
  if (format_ == FeatureFormat::kNpy) {
    const std::string list = ListBeside(path_);
    PartFile beside(list, "list", 0, true);
    beside.AppendLast("path\n");
    for (const std::string_view file : Kept(paths_, part_.state().left_out)) {
      beside.AppendLast(Quoted(file) + "\n");
    }
    beside.Finish();
    part_.WriteAt(0, FeaturesFront(part_.state().rows));
  }
  part_.Finish();
}

}  // namespace alexnet::cli
