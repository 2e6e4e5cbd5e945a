#include "core/backend/cuda/math/tuning_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/json.h"

namespace alexnet {
namespace {

constexpr int kVersion = 1;
constexpr uint64_t kMostBytes = uint64_t{4} << 20;

std::string PathOf(const std::string& folder, const std::string& machine) {
  return fmt::format("{}/tuning-{:016x}.json", folder, Hash64(machine));
}

Status Damaged(const std::string& why) { return DataLossError(why); }

}  // namespace

TuningFile::TuningFile(const std::string& folder, std::string machine)
    : path_(PathOf(folder, machine)), machine_(std::move(machine)) {
  Result<Choices> choices = Read();
  if (choices.ok()) {
    choices_ = *std::move(choices);
  } else {
    Note("what tuning found before is ignored", choices.status());
  }
}

Result<TuningFile::Choices> TuningFile::Read() const {
  const auto bytes = ReadFile(path_, kMostBytes);
  if (bytes.status().code() == StatusCode::kNotFound) return Choices();
  ALEXNET_RETURN_IF_ERROR(bytes.status());
  std::string why;
  const auto json = Json::Parse(
      {reinterpret_cast<const char*>(bytes->data()), bytes->size()}, &why);
  if (!json) return Damaged("it is no JSON document: " + why);
  const Json* const version = json->Find("version");
  const Json* const machine = json->Find("machine");
  const Json* const choices = json->Find("choices");
  if (version == nullptr || !version->is_integer() || machine == nullptr ||
      !machine->is_string() || choices == nullptr || !choices->is_object()) {
    return Damaged("it is not what tuning writes");
  }
  if (version->Get<double>() != kVersion) {
    return Damaged("it is of another version of this program");
  }
  if (machine->Get<std::string>() != machine_) {
    return Damaged(fmt::format("it is of \"{}\", and this is \"{}\"",
                               machine->Get<std::string>(), machine_));
  }
  Choices found;
  for (const auto& [problem, tag] : choices->members()) {
    if (!tag.is_string()) return Damaged("it is not what tuning writes");
    found[problem] = tag.Get<std::string>();
  }
  return found;
}

std::string TuningFile::Find(const std::string& problem) const {
  const auto found = choices_.find(problem);
  return found == choices_.end() ? "" : found->second;
}

void TuningFile::Keep(const std::string& problem, const std::string& tag) {
  if (Result<Choices> others = Read(); others.ok()) choices_.merge(*others);
  choices_[problem] = tag;
  const Status written = Write();
  if (!written.ok()) Note("what tuning found is not kept", written);
}

Status TuningFile::Write() const {
  Json::Members choices;
  for (const auto& [problem, tag] : choices_)
    choices.emplace_back(problem, tag);
  const Json json = Json::Object({{"version", kVersion},
                                  {"machine", machine_},
                                  {"choices", Json::Object(choices)}});
  ALEXNET_RETURN_IF_ERROR(MakeFolders(path_.substr(0, path_.rfind('/'))));
  ALEXNET_ASSIGN_OR_RETURN(const auto file, AtomicFile::Create(path_));
  ALEXNET_RETURN_IF_ERROR(file->Write(json.Text(1) + "\n"));
  return file->Commit();
}

void TuningFile::Note(const std::string& what, const Status& status) {
  std::string note = fmt::format("{}: {}: {}", path_, what, status.message());
  if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) {
    notes_.push_back(std::move(note));
  }
}

std::string MachineCacheFolder() {
  const auto absolute = [](const char* name) -> std::string_view {
    const char* const value = std::getenv(name);
    return value != nullptr && value[0] == '/' ? value : "";
  };
  if (const auto cache = absolute("XDG_CACHE_HOME"); !cache.empty()) {
    return std::string(cache) + "/alexnet";
  }
  const auto home = absolute("HOME");
  return home.empty() ? "" : std::string(home) + "/.cache/alexnet";
}

}  // namespace alexnet
