#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/json.h"
#include "tools/convert/formats/safetensors/safetensors.h"
#include "tools/convert/model/preprocessing_json.h"
#include "tools/convert/model/state_dict_names.h"

namespace alexnet::convert {
namespace {

constexpr uint64_t kMaxHeader = 100'000'000;
constexpr std::string_view kMetadata = "__metadata__";

// One tensor as the header has it.
struct Entry {
  std::string name;
  std::string dtype;
  Extents shape;
  uint64_t begin = 0;
  uint64_t end = 0;
};

std::string Where(const std::string& name) { return "tensor \"" + name + "\""; }

Json ParseHeader(std::string_view text) {
  std::string why;
  std::optional<Json> header = Json::Parse(text, &why);
  if (header && header->is_object()) return *std::move(header);
  if (!why.empty() && why != "is no JSON") throw Damaged("header", why);
  throw Damaged("header", "is no JSON object: the file was cut, or changed");
}

uint64_t Unsigned(const Json& value, const std::string& where) {
  try {
    return value.Get<uint64_t>();
  } catch (const JsonError&) {
    throw Damaged(where,
                  "has a size or offset that is no whole number above 0");
  }
}

Entry EntryOf(const std::string& name, const Json& json) {
  const std::string where = Where(name);
  const auto field = [&](const char* key) -> const Json& {
    const Json* const found = json.Find(key);
    if (found == nullptr) {
      throw Damaged(where, fmt::format("has no \"{}\"", key));
    }
    return *found;
  };
  Entry entry;
  entry.name = name;
  const Json& dtype = field("dtype");
  const Json& shape = field("shape");
  const Json& offsets = field("data_offsets");
  if (!dtype.is_string() || !shape.is_array() || !offsets.is_array() ||
      offsets.elements().size() != 2) {
    throw Damaged(where, "has fields of the wrong kind");
  }
  entry.dtype = dtype.Get<std::string>();
  for (const Json& extent : shape.elements()) {
    entry.shape.push_back(static_cast<int64_t>(
        std::min<uint64_t>(Unsigned(extent, where), INT64_MAX)));
  }
  entry.begin = Unsigned(offsets.at(0), where);
  entry.end = Unsigned(offsets.at(1), where);
  if (entry.begin > entry.end) {
    throw Damaged(where, "ends before it begins");
  }
  return entry;
}

// Tensors follow each other without overlap or hole, up to the end.
void CheckCoverage(std::vector<Entry> entries, uint64_t data_bytes) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  uint64_t at = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != at) {
      throw Damaged(Where(entry.name),
                    fmt::format("begins at byte {} of the data; the one before "
                                "ends at {}",
                                entry.begin, at));
    }
    at = entry.end;
  }
  if (at != data_bytes) {
    throw Damaged("", fmt::format("has {} bytes of data; its header describes "
                                  "{}: the file was cut, or changed",
                                  data_bytes, at));
  }
}

std::optional<ElementType> TypeOf(const std::string& dtype) {
  if (dtype == "F32") return ElementType::kF32;
  if (dtype == "F16") return ElementType::kF16;
  if (dtype == "BF16") return ElementType::kBF16;
  if (dtype == "F64") return ElementType::kF64;
  return std::nullopt;
}

void TakeMetadata(const Json& metadata, ForeignModel* model) {
  if (!metadata.is_object()) throw Damaged("header", "has odd metadata");
  for (const auto& [key, value] : metadata.members()) {
    if (!value.is_string()) throw Damaged("header", "has odd metadata");
    if (key == "network") model->network_name = value.Get<std::string>();
    if (key == kPreprocessingKey) {
      model->preprocessing = value.Get<std::string>();
      continue;
    }
    model->metadata.emplace_back("safetensors." + key,
                                 value.Get<std::string>());
  }
}

}  // namespace

bool LooksLikeSafetensors(Bytes file) {
  if (file.size() < 10) return false;
  const auto header = ByteReader(file).Read<uint64_t>();
  return header >= 2 && header <= kMaxHeader && file[8] == std::byte{'{'} &&
         (file[9] == std::byte{'"'} || file[9] == std::byte{'}'} ||
          file[9] == std::byte{' '} || file[9] == std::byte{'\n'});
}

ForeignModel ReadSafetensors(std::shared_ptr<SourceFile> file,
                             const ReadOptions&) {
  ByteReader reader(file->bytes(), "header");
  const auto header_bytes = reader.Read<uint64_t>();
  if (header_bytes > kMaxHeader) {
    throw Damaged("header", fmt::format("of {} bytes; at most {} are allowed",
                                        header_bytes, kMaxHeader));
  }
  const Json header = ParseHeader(reader.TakeText(header_bytes));
  const Bytes data = reader.Take(reader.left());
  ForeignModel model;
  std::vector<Entry> entries;
  for (const auto& [name, value] : header.members()) {
    if (name == kMetadata) {
      TakeMetadata(value, &model);
    } else {
      entries.push_back(EntryOf(name, value));
    }
  }
  CheckCoverage(entries, data.size());
  for (const Entry& entry : entries) {
    if (IsCounter(entry.name)) continue;
    const std::optional<ElementType> type = TypeOf(entry.dtype);
    if (!type) {
      throw Unsupported(Where(entry.name),
                        fmt::format("is of type {}; weights are F32, F16, BF16 "
                                    "or F64 here",
                                    entry.dtype));
    }
    model.tensors.push_back(
        DenseTensor(WithoutWrappers(entry.name), *type, entry.shape,
                    data.subspan(entry.begin, entry.end - entry.begin), file));
  }
  model.file = std::move(file);
  return model;
}

}  // namespace alexnet::convert
