#include "core/data/pack_state.h"

#include <cstddef>
#include <memory>
#include <utility>

#include "core/base/file.h"
#include "core/base/json.h"

namespace alexnet {
namespace {

constexpr uint64_t kMaxBytes = 64ull << 20;

std::string PathIn(const std::string& folder) { return folder + "/pack.state"; }

PackState Parse(const Json& json) {  // throws JsonError
  PackState state;
  state.job = json.at("job").Get<uint64_t>();
  for (const Json& shard : json.at("shards").elements()) {
    state.shards.push_back(
        {shard.at("file").Get<std::string>(), shard.at("count").Get<int64_t>(),
         shard.at("bytes").Get<uint64_t>(), shard.at("hash").Get<uint64_t>()});
  }
  for (const Json& broken : json.at("broken").elements()) {
    state.broken.push_back({broken.at("name").Get<std::string>(),
                            broken.at("reason").Get<std::string>()});
  }
  return state;
}

}  // namespace

Status WritePackState(const PackState& state, const std::string& folder) {
  Json json = {
      {"job", state.job}, {"shards", Json::Array()}, {"broken", Json::Array()}};
  for (const ShardInfo& shard : state.shards) {
    json["shards"].Append({{"file", shard.file},
                           {"count", shard.count},
                           {"bytes", shard.bytes},
                           {"hash", shard.hash}});
  }
  for (const BrokenPicture& broken : state.broken) {
    json["broken"].Append({{"name", broken.name}, {"reason", broken.reason}});
  }
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<AtomicFile> file,
                           AtomicFile::Create(PathIn(folder)));
  ALEXNET_RETURN_IF_ERROR(file->Write(json.Text(1) + "\n"));
  return file->Commit();
}

Result<std::optional<PackState>> ReadPackState(const std::string& folder) {
  Result<std::vector<std::byte>> bytes = ReadFile(PathIn(folder), kMaxBytes);
  if (!bytes.ok()) {
    if (bytes.status().code() != StatusCode::kNotFound) return bytes.status();
    return std::optional<PackState>();
  }
  const std::optional<Json> json = Json::Parse(
      {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  try {
    return std::optional<PackState>(Parse(json ? *json : Json()));
  } catch (const JsonError&) {
    return DataLossError(
               "the state of an earlier packing is damaged; remove the folder "
               "and pack again")
        .WithFile(PathIn(folder));
  }
}

}  // namespace alexnet
