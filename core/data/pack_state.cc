#include "core/data/pack_state.h"

#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/file.h"

namespace alexnet {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kMaxBytes = 64ull << 20;

std::string PathIn(const std::string& folder) { return folder + "/pack.state"; }

PackState Parse(const Json& json) {  // throws Json::exception
  PackState state;
  state.job = json.at("job").get<uint64_t>();
  for (const Json& shard : json.at("shards")) {
    state.shards.push_back(
        {shard.at("file").get<std::string>(), shard.at("count").get<int64_t>(),
         shard.at("bytes").get<uint64_t>(), shard.at("hash").get<uint64_t>()});
  }
  for (const Json& broken : json.at("broken")) {
    state.broken.push_back({broken.at("name").get<std::string>(),
                            broken.at("reason").get<std::string>()});
  }
  return state;
}

}  // namespace

Status WritePackState(const PackState& state, const std::string& folder) {
  Json json = {
      {"job", state.job}, {"shards", Json::array()}, {"broken", Json::array()}};
  for (const ShardInfo& shard : state.shards) {
    json["shards"].push_back({{"file", shard.file},
                              {"count", shard.count},
                              {"bytes", shard.bytes},
                              {"hash", shard.hash}});
  }
  for (const BrokenPicture& broken : state.broken) {
    json["broken"].push_back(
        {{"name", broken.name}, {"reason", broken.reason}});
  }
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<AtomicFile> file,
                           AtomicFile::Create(PathIn(folder)));
  ALEXNET_RETURN_IF_ERROR(file->Write(
      json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"));
  return file->Commit();
}

Result<std::optional<PackState>> ReadPackState(const std::string& folder) {
  Result<std::vector<std::byte>> bytes = ReadFile(PathIn(folder), kMaxBytes);
  if (!bytes.ok()) {
    if (bytes.status().code() != StatusCode::kNotFound) return bytes.status();
    return std::optional<PackState>();
  }
  const char* text = reinterpret_cast<const char*>(bytes->data());
  const Json json = Json::parse(text, text + bytes->size(), nullptr, false);
  try {
    return std::optional<PackState>(Parse(json));
  } catch (const Json::exception&) {
    return DataLossError(
               "the state of an earlier packing is damaged; remove the folder "
               "and pack again")
        .WithFile(PathIn(folder));
  }
}

}  // namespace alexnet
