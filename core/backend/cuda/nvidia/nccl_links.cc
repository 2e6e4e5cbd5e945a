// LinkDevices on GPUs: NCCL.

#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "core/backend/cuda/math/device_links.h"
#include "core/backend/cuda/nvidia/nvidia_libraries.h"
#include "core/backend/cuda/runtime/errors.h"
#include "core/base/birthplace.h"
#include "core/base/caught.h"
#include "core/base/no_thread_error.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// How long Abort waits for a call that is being made.
constexpr auto kCallTime = std::chrono::seconds(2);
// How soon a rank that waits for others hears that one of them has gone.
constexpr auto kLookEvery = std::chrono::milliseconds(100);

Status FromNccl(const NcclFunctions& nccl, ncclResult_t result, ncclComm_t comm,
                const char* what) {
  if (result == ncclSuccess) return Status();
  const char* more = nccl.GetLastError(comm);
  const std::string told = fmt::format(
      "{} failed: {}{}{}; NCCL_DEBUG=WARN in the environment has NCCL say more",
      what, nccl.GetErrorString(result),
      more != nullptr && *more != '\0' ? ": " : "",
      more != nullptr ? more : "");
  switch (result) {
    case ncclUnhandledCudaError:
    case ncclSystemError:
    case ncclRemoteError:
      return IoError(told);
    default:
      return InternalError(told);
  }
}

Result<ncclDataType_t> TypeOf(ElementType type) {
  switch (type) {
    case ElementType::kF32:
      return ncclFloat32;
    case ElementType::kF64:
      return ncclFloat64;
    case ElementType::kF16:
      return ncclFloat16;
    case ElementType::kBF16:
      return ncclBfloat16;
    case ElementType::kI64:
      return ncclInt64;
    case ElementType::kByte:
      return ncclUint8;
  }
  return InternalError("an element type that NCCL has not");
}

class NcclCollectives : public Collectives {
 public:
  NcclCollectives(const NcclFunctions& nccl, ncclComm_t comm,
                  CudaDevice& device)
      : nccl_(nccl), comm_(comm), device_(device) {}
  ~NcclCollectives() override {
    if (!birthplace_.Here()) return;
    if (comm_ != nullptr) nccl_.CommDestroy(comm_);
  }

  std::string library() const override { return "NCCL " + nccl_.version; }

  Status AllReduce(const void* in, void* out, int64_t count,
                   ElementType type) override {
    return Call(type, [&](ncclDataType_t of, ncclComm_t comm) {
      return nccl_.AllReduce(in, out, Size(count), of, ncclSum, comm, stream());
    });
  }
  Status AllGather(const void* in, void* out, int64_t count,
                   ElementType type) override {
    return Call(type, [&](ncclDataType_t of, ncclComm_t comm) {
      return nccl_.AllGather(in, out, Size(count), of, comm, stream());
    });
  }
  Status ReduceScatter(const void* in, void* out, int64_t count,
                       ElementType type) override {
    return Call(type, [&](ncclDataType_t of, ncclComm_t comm) {
      return nccl_.ReduceScatter(in, out, Size(count), of, ncclSum, comm,
                                 stream());
    });
  }
  Status Broadcast(void* data, int64_t count, ElementType type,
                   int root) override {
    return Call(type, [&](ncclDataType_t of, ncclComm_t comm) {
      return nccl_.Broadcast(data, data, Size(count), of, root, comm, stream());
    });
  }
  Status SendReceive(const void* in, int64_t in_count, int to, void* out,
                     int64_t out_count, int from, ElementType type) override {
    return Call(type, [&](ncclDataType_t of, ncclComm_t comm) {
      ncclResult_t first = nccl_.GroupStart();
      const auto then = [&](ncclResult_t result) {
        if (first == ncclSuccess) first = result;
      };
      if (to != kNobody) {
        then(nccl_.Send(in, Size(in_count), of, to, comm, stream()));
      }
      if (from != kNobody) {
        then(nccl_.Recv(out, Size(out_count), of, from, comm, stream()));
      }
      then(nccl_.GroupEnd());
      return first;
    });
  }

  Status Progress() override {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    // Whoever makes a call hears of it.
    if (!lock.owns_lock() || comm_ == nullptr) return Status();
    ncclResult_t failed = ncclSuccess;
    ALEXNET_RETURN_IF_ERROR(FromNccl(nccl_,
                                     nccl_.CommGetAsyncError(comm_, &failed),
                                     comm_, "asking NCCL for errors"));
    if (failed == ncclInProgress) return Status();
    return FromNccl(nccl_, failed, comm_, "an operation of NCCL");
  }

  // NCCL lets it be called beside an operation that waits on the host for other
  // ranks, and only so does that one end.
  void Abort() override {
    const std::unique_lock lock(mutex_, kCallTime);
    if (const ncclComm_t comm = comm_.exchange(nullptr)) nccl_.CommAbort(comm);
  }

 private:
  static size_t Size(int64_t count) { return static_cast<size_t>(count); }
  cudaStream_t stream() const { return device_.exchange(); }

  template <typename Function>
  Status Call(ElementType type, const Function& function) {
    ALEXNET_ASSIGN_OR_RETURN(const ncclDataType_t of, TypeOf(type));
    const std::lock_guard lock(mutex_);
    if (comm_ == nullptr) return CancelledError("NCCL was aborted");
    return FromNccl(nccl_, function(of, comm_), comm_, "an operation of NCCL");
  }

  const Birthplace birthplace_;
  const NcclFunctions& nccl_;
  std::timed_mutex mutex_;
  std::atomic<ncclComm_t> comm_;  // null: aborted
  CudaDevice& device_;
};

// A call that ends when all ranks have made it, and that nothing else ends.
struct Joining {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  bool given_up = false;
  Status status;
  ncclComm_t comm = nullptr;
};

// On a thread of its own.
void Join(const NcclFunctions& nccl, int device, const ncclUniqueId& id,
          int rank, int size, Joining& joining) {
  ncclComm_t comm = nullptr;
  const Status status = Caught([&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(FromCuda(cudaSetDevice(device), "choosing a GPU"));
    return FromNccl(nccl, nccl.CommInitRank(&comm, size, id, rank), nullptr,
                    "linking GPUs");
  });
  const std::lock_guard lock(joining.mutex);
  joining.done = true;
  joining.status = status;
  joining.comm = comm;
  if (joining.given_up && comm != nullptr) nccl.CommAbort(comm);
  joining.changed.notify_all();
}

void CopyText(const std::string& text, char (&to)[64]) {
  text.copy(to, sizeof(to) - 1);
}

}  // namespace

Result<LinkOffer> OfferLink(CudaDevice& device, bool first) {
  ALEXNET_ASSIGN_OR_RETURN(const NcclFunctions* nccl, LoadNccl());
  LinkOffer offer;
  CopyText("NCCL " + nccl->version, offer.library);
  cudaDeviceProp properties;
  ALEXNET_RETURN_IF_ERROR(
      FromCuda(cudaGetDeviceProperties(&properties, device.number()),
               "asking for a GPU's properties"));
  std::string uuid;
  for (const char byte : properties.uuid.bytes) {
    uuid += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  CopyText(uuid, offer.device);
  if (!first) return offer;
  ncclUniqueId id;
  ALEXNET_RETURN_IF_ERROR(
      FromNccl(*nccl, nccl->GetUniqueId(&id), nullptr, "starting NCCL"));
  static_assert(sizeof(id) == sizeof(offer.id));
  std::memcpy(offer.id, &id, sizeof(id));
  return offer;
}

Result<std::unique_ptr<Collectives>> JoinLink(
    CudaDevice& device, const LinkOffer& first, int rank, int size,
    const std::function<Status()>& check) {
  ALEXNET_ASSIGN_OR_RETURN(const NcclFunctions* nccl, LoadNccl());
  ncclUniqueId id;
  std::memcpy(&id, first.id, sizeof(id));
  const auto joining = std::make_shared<Joining>();
  std::thread thread;
  try {
    thread = std::thread([=, number = device.number()] {
      Join(*nccl, number, id, rank, size, *joining);
    });
  } catch (const std::system_error&) {
    return NoThreadError();
  }
  std::unique_lock lock(joining->mutex);
  while (!joining->changed.wait_for(lock, kLookEvery,
                                    [&] { return joining->done; })) {
    const Status others = check();
    if (others.ok()) continue;
    // It may wait for them for ever.
    joining->given_up = true;
    thread.detach();
    return others;
  }
  lock.unlock();
  thread.join();
  ALEXNET_RETURN_IF_ERROR(joining->status);
  return std::unique_ptr<Collectives>(
      std::make_unique<NcclCollectives>(*nccl, joining->comm, device));
}

Result<std::vector<std::unique_ptr<Collectives>>> LinkDevices(
    const std::vector<CudaDevice*>& ranks) {
  ALEXNET_ASSIGN_OR_RETURN(const NcclFunctions* nccl, LoadNccl());
  ncclUniqueId id;
  ALEXNET_RETURN_IF_ERROR(
      FromNccl(*nccl, nccl->GetUniqueId(&id), nullptr, "starting NCCL"));
  const int size = static_cast<int>(ranks.size());
  std::vector<ncclComm_t> comms(ranks.size(), nullptr);
  // One thread's ranks join as a group.
  ncclResult_t first = nccl->GroupStart();
  Status current;
  for (int rank = 0; rank < size && first == ncclSuccess && current.ok();
       ++rank) {
    const auto index = static_cast<size_t>(rank);
    current = ranks[index]->MakeCurrent();
    if (current.ok()) {
      first = nccl->CommInitRank(&comms[index], size, id, rank);
    }
  }
  const ncclResult_t joined = nccl->GroupEnd();
  if (first == ncclSuccess) first = joined;
  std::vector<std::unique_ptr<Collectives>> linked;
  for (size_t rank = 0; rank < ranks.size(); ++rank) {
    if (comms[rank] == nullptr) continue;
    linked.push_back(
        std::make_unique<NcclCollectives>(*nccl, comms[rank], *ranks[rank]));
  }
  Status status = current;
  if (status.ok()) status = FromNccl(*nccl, first, nullptr, "linking GPUs");
  if (!status.ok()) {
    for (const auto& link : linked) link->Abort();
    return status;
  }
  return linked;
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
