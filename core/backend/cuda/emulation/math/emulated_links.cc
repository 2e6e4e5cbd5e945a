// The emulation's Collectives: an operation is carried out by the last rank
// whose stream comes to it.

#include <stdlib.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "core/backend/cuda/emulation/math/emulated_team.h"
#include "core/backend/cuda/math/device_links.h"
#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

using links::Call;
using links::Kind;
using links::Team;

class EmulatedCollectives : public Collectives {
 public:
  EmulatedCollectives(int rank, std::shared_ptr<Team> team, cudaStream_t stream)
      : rank_(rank), team_(std::move(team)), stream_(stream) {}
  ~EmulatedCollectives() override {
    team_->Stop();
    const emulation::Turn turn;
    team_->Leave(rank_);
  }

  std::string library() const override { return "emulated links"; }

  Status AllReduce(const void* in, void* out, int64_t count,
                   ElementType type) override {
    return Meet({Kind::kAllReduce, in, out, count, type});
  }
  Status AllGather(const void* in, void* out, int64_t count,
                   ElementType type) override {
    return Meet({Kind::kAllGather, in, out, count, type});
  }
  Status ReduceScatter(const void* in, void* out, int64_t count,
                       ElementType type) override {
    return Meet({Kind::kReduceScatter, in, out, count, type});
  }
  Status Broadcast(void* data, int64_t count, ElementType type,
                   int root) override {
    return Meet({Kind::kBroadcast, data, data, count, type, root});
  }
  Status SendReceive(const void* in, int64_t in_count, int to, void* out,
                     int64_t out_count, int from, ElementType type) override {
    const int64_t in_bytes = in_count * ElementSize(type);
    const int64_t out_bytes = out_count * ElementSize(type);
    return Put(
        team_->SendReceive(rank_, in, in_bytes, to, out, out_bytes, from));
  }

  Status Progress() override {
    const char* problem = emulation::machine().link_problem;
    return problem == nullptr ? Status() : IoError(problem);
  }
  void Abort() override {
    const emulation::Turn turn;
    team_->Abort();
  }

 private:
  Status Meet(const Call& call) { return Put(team_->Meet(rank_, call)); }
  // The team lives as long as its work.
  Status Put(emulation::Work work) {
    const emulation::Turn turn;
    if (team_->aborted()) return InternalError("the links are cut");
    ALEXNET_RETURN_IF_ERROR(
        FromCuda(emulation::Meet("ncclGroupEnd"), "a collective operation"));
    emulation::OnLaunch(stream_,
                        [team = team_, rank = rank_](cudaStream_t stream) {
                          team->Use(rank, stream);
                        });
    return FromCuda(
        emulation::SendPolled(stream_,
                              [team = team_, work = std::move(work)]() mutable {
                                return work();
                              }),
        "a collective operation");
  }

  const int rank_;
  const std::shared_ptr<Team> team_;
  const cudaStream_t stream_;
};

}  // namespace

Result<std::vector<std::unique_ptr<Collectives>>> LinkDevices(
    const std::vector<CudaDevice*>& ranks) {
  if (emulation::machine().no_links) {
    return UnsupportedError("the emulation has no links");
  }
  ALEXNET_RETURN_IF_ERROR(
      FromCuda(emulation::Meet("ncclCommInitAll"), "linking GPUs"));
  const auto team = links::MakeThreadTeam(static_cast<int>(ranks.size()));
  std::vector<std::unique_ptr<Collectives>> linked;
  for (CudaDevice* device : ranks) {
    linked.push_back(std::make_unique<EmulatedCollectives>(
        static_cast<int>(linked.size()), team, device->exchange()));
  }
  return linked;
}

Result<LinkOffer> OfferLink(CudaDevice& device, bool first) {
  if (emulation::machine().no_links) {
    return UnsupportedError("the emulation has no links");
  }
  cudaDeviceProp properties;
  ALEXNET_RETURN_IF_ERROR(
      FromCuda(cudaGetDeviceProperties(&properties, device.number()),
               "asking for a GPU's properties"));
  LinkOffer offer;
  const std::string library = "emulated links";
  library.copy(offer.library, sizeof(offer.library) - 1);
  std::snprintf(offer.device, sizeof(offer.device), "%02x",
                properties.uuid.bytes[0]);
  if (!first) return offer;
  std::string folder =
      std::filesystem::temp_directory_path().string() + "/links_XXXXXX";
  if (folder.size() >= sizeof(offer.id) || mkdtemp(folder.data()) == nullptr) {
    return IoError("no folder for the emulation's links");
  }
  std::memcpy(offer.id, folder.c_str(), folder.size() + 1);
  return offer;
}

Result<std::unique_ptr<Collectives>> JoinLink(
    CudaDevice& device, const LinkOffer& first, int rank, int size,
    const std::function<Status()>& check) {
  const std::string folder = reinterpret_cast<const char*>(first.id);
  const auto came = [&](int of) {
    return folder + "/came." + std::to_string(of);
  };
  if (const char* problem = emulation::machine().link_problem) {
    return IoError(problem);
  }
  std::ofstream(came(rank)) << rank;
  for (int other = 0; other < size; ++other) {
    while (!std::filesystem::exists(came(other))) {
      ALEXNET_RETURN_IF_ERROR(check());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  return std::unique_ptr<Collectives>(std::make_unique<EmulatedCollectives>(
      rank, links::MakeProcessTeam(folder, rank, size), device.exchange()));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
