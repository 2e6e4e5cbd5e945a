// The emulation's Collectives: an operation is carried out by the last rank
// whose stream comes to it. Sums are from the last rank to the first, so that
// whoever counts on the order of ranks is found.

#include <fmt/core.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include "core/backend/cuda/math/device_links.h"
#include "core/backend/cuda/primitives/half.h"
#include "core/backend/cuda/primitives/number.h"
#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

enum class Kind : int8_t { kAllReduce, kAllGather, kReduceScatter, kBroadcast };

struct Call {
  Kind kind = Kind::kAllReduce;
  const void* in = nullptr;
  void* out = nullptr;
  int64_t count = 0;
  ElementType type = ElementType::kF32;
  int root = 0;

  int64_t bytes() const { return count * ElementSize(type); }
  // Those that do not fit wait for ever, as on GPUs.
  bool Fits(const Call& other) const {
    return kind == other.kind && count == other.count && type == other.type &&
           root == other.root;
  }
};

const std::byte* At(const void* data, int64_t bytes) {
  return static_cast<const std::byte*>(data) + bytes;
}
std::byte* At(void* data, int64_t bytes) {
  return static_cast<std::byte*>(data) + bytes;
}

template <typename T>
T Widen(T value) {
  return value;
}
float Widen(Half value) { return ToFloat(value); }
float Widen(Bf16 value) { return ToFloat(value); }

template <typename T, typename Sum>
T Narrow(Sum sum) {
  if constexpr (std::is_same_v<T, Sum>) {
    return sum;
  } else {
    return FromFloat<T>(sum);
  }
}

template <typename T>
void SumBackwards(const std::vector<const void*>& in, int64_t count,
                  std::vector<std::byte>* sum) {
  sum->resize(static_cast<size_t>(count) * sizeof(T));
  T* out = reinterpret_cast<T*>(sum->data());
  for (int64_t i = 0; i < count; ++i) {
    auto total = Widen(static_cast<const T*>(in.back())[i]);
    for (size_t rank = in.size() - 1; rank-- > 0;) {
      total += Widen(static_cast<const T*>(in[rank])[i]);
    }
    out[i] = Narrow<T>(total);
  }
}

std::vector<std::byte> Sum(ElementType type, const std::vector<const void*>& in,
                           int64_t count) {
  std::vector<std::byte> sum;
  switch (type) {
    case ElementType::kF32:
      SumBackwards<float>(in, count, &sum);
      break;
    case ElementType::kF64:
      SumBackwards<double>(in, count, &sum);
      break;
    case ElementType::kI64:
      SumBackwards<uint64_t>(in, count, &sum);
      break;
    case ElementType::kF16:
      SumBackwards<Half>(in, count, &sum);
      break;
    case ElementType::kBF16:
      SumBackwards<Bf16>(in, count, &sum);
      break;
    case ElementType::kByte:
      break;
  }
  return sum;
}

// `bytes` may be none, and then pointers null.
void Copy(const void* from, int64_t bytes, void* to) {
  if (bytes > 0) std::memmove(to, from, static_cast<size_t>(bytes));
}

void Carry(const std::vector<Call>& calls) {
  const Call& first = calls.front();
  const int64_t bytes = first.bytes();
  std::vector<const void*> inputs;
  for (const Call& call : calls) inputs.push_back(call.in);
  switch (first.kind) {
    case Kind::kAllReduce: {
      const auto sum = Sum(first.type, inputs, first.count);
      for (const Call& call : calls) Copy(sum.data(), bytes, call.out);
      return;
    }
    case Kind::kReduceScatter: {
      const auto ranks = static_cast<int64_t>(calls.size());
      const auto sum = Sum(first.type, inputs, first.count * ranks);
      for (int64_t rank = 0; rank < ranks; ++rank) {
        Copy(At(sum.data(), rank * bytes), bytes,
             calls[static_cast<size_t>(rank)].out);
      }
      return;
    }
    case Kind::kAllGather:
      for (const Call& call : calls) {
        int64_t rank = 0;
        for (const void* in : inputs) {
          Copy(in, bytes, At(call.out, rank++ * bytes));
        }
      }
      return;
    case Kind::kBroadcast:
      for (const Call& call : calls) {
        Copy(inputs[static_cast<size_t>(first.root)], bytes, call.out);
      }
      return;
  }
}

// What ranks meet by. All of it within a turn of the machine.
class Team {
 public:
  virtual ~Team() = default;

  // Where operations of `rank` wait to be run.
  virtual void Use(int /*rank*/, cudaStream_t /*stream*/) {}
  virtual void Leave(int /*rank*/) {}
  // Outside a turn, before the last of a rank's operations is given up.
  virtual void Stop() {}
  void Abort() {
    aborted_ = true;
    emulation::Changed();
  }
  bool aborted() const { return aborted_; }

  // What a stream does when it comes to an operation; true when it has ended.
  virtual emulation::Work Meet(int rank, const Call& call) = 0;
  virtual emulation::Work SendReceive(int rank, const void* in,
                                      int64_t in_bytes, int to, void* out,
                                      int64_t out_bytes, int from) = 0;

 protected:
  bool aborted_ = false;
};

// Of ranks of one process.
class ThreadTeam : public Team {
 public:
  explicit ThreadTeam(int size)
      : size_(size),
        came_(static_cast<size_t>(size)),
        streams_(static_cast<size_t>(size)) {}

  void Use(int rank, cudaStream_t stream) override {
    streams_[static_cast<size_t>(rank)].insert(stream);
  }
  void Leave(int rank) override { streams_[static_cast<size_t>(rank)].clear(); }

  emulation::Work Meet(int rank, const Call& call) override {
    return [=, this, number = int64_t{-1}]() mutable {
      if (aborted_) return true;  // memory of others may be gone
      if (number < 0) {
        number = came_[static_cast<size_t>(rank)]++;
        Come(rank, call, &meetings_[number]);
      }
      Meeting& meeting = meetings_[number];
      if (!Await(rank, [&] { return meeting.done; })) return false;
      if (++meeting.left == size_) meetings_.erase(number);
      return true;
    };
  }

  emulation::Work SendReceive(int rank, const void* in, int64_t in_bytes,
                              int to, void* out, int64_t out_bytes,
                              int from) override {
    return [=, this, left = std::shared_ptr<int>()]() mutable {
      if (aborted_) return true;
      if (left == nullptr) {
        left = std::make_shared<int>(0);
        if (to >= 0) {
          Post(&sends_[{rank, to}], {in, nullptr, in_bytes, left});
          Deliver(rank, to);
        }
        if (from >= 0) {
          Post(&receives_[{from, rank}], {nullptr, out, out_bytes, left});
          Deliver(from, rank);
        }
      }
      return Await(rank, [&] { return *left == 0; });
    };
  }

 private:
  struct Meeting {
    std::vector<Call> calls;
    int came = 0;
    int left = 0;
    bool done = false;
  };
  struct Parcel {
    const void* in;
    void* out;
    int64_t bytes;
    // Of the operation that it is part of, how many have not arrived.
    std::shared_ptr<int> left;
  };
  using Parcels = std::map<std::pair<int, int>, std::deque<Parcel>>;

  void Come(int rank, const Call& call, Meeting* meeting) {
    std::vector<Call>& calls = meeting->calls;
    calls.resize(static_cast<size_t>(size_));
    calls[static_cast<size_t>(rank)] = call;
    if (++meeting->came == size_ &&
        std::all_of(calls.begin(), calls.end(),
                    [&](const Call& other) { return other.Fits(call); })) {
      Carry(calls);
      meeting->done = true;
      emulation::Changed();
    }
  }

  static void Post(std::deque<Parcel>* parcels, Parcel parcel) {
    ++*parcel.left;
    parcels->push_back(std::move(parcel));
  }
  void Deliver(int from, int to) {
    std::deque<Parcel>& sends = sends_[{from, to}];
    std::deque<Parcel>& receives = receives_[{from, to}];
    while (!sends.empty() && !receives.empty() &&
           sends.front().bytes == receives.front().bytes) {
      Copy(sends.front().in, sends.front().bytes, receives.front().out);
      --*sends.front().left;
      --*receives.front().left;
      sends.pop_front();
      receives.pop_front();
      emulation::Changed();
    }
  }

  // Lets the others come, as their GPUs would by themselves; false where it has
  // to be asked again.
  bool Await(int rank, const std::function<bool()>& done) {
    while (!done() && !aborted_) {
      if (!RunPeer(rank)) return false;
    }
    return true;
  }
  bool RunPeer(int rank) {
    const int64_t before = emulation::Changes();
    for (int peer = 0; peer < size_; ++peer) {
      if (peer == rank) continue;
      for (const cudaStream_t stream : streams_[static_cast<size_t>(peer)]) {
        emulation::RunNext(stream);
        if (emulation::Changes() != before) return true;
      }
    }
    return false;
  }

  const int size_;
  std::vector<int64_t> came_;  // by rank, to how many meetings
  std::map<int64_t, Meeting> meetings_;
  Parcels sends_;                                // by sender and receiver
  Parcels receives_;                             // likewise
  std::vector<std::set<cudaStream_t>> streams_;  // by rank
};

// A rank among those of other processes: what each gives lies in files of a
// folder that they share.
class ProcessTeam : public Team {
 public:
  ProcessTeam(std::string folder, int rank, int size)
      : folder_(std::move(folder)), rank_(rank), size_(size) {
    progress_ = std::thread([this] { Progress(); });
  }
  ~ProcessTeam() override {
    Write(fmt::format("left.{}", rank_), nullptr, 0);
    for (int rank = 0; rank < size_; ++rank) {
      if (!Has(fmt::format("left.{}", rank))) return;
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void Use(int, cudaStream_t stream) override { streams_.insert(stream); }
  void Leave(int) override { streams_.clear(); }
  void Stop() override {
    stopping_ = true;
    progress_.join();
  }

  emulation::Work Meet(int, const Call& call) override {
    return [=, this, number = int64_t{-1}]() mutable {
      if (aborted_) return true;
      if (number < 0) {
        number = came_++;
        Write(NameOf(number, rank_), call.in, InBytes(call));
        // Whoever has come to the one before is done with this.
        std::error_code ignored;
        std::filesystem::remove(folder_ + "/" + NameOf(number - 2, rank_),
                                ignored);
      }
      std::vector<std::vector<std::byte>> inputs;
      for (int rank = 0; rank < size_; ++rank) {
        if (!Has(NameOf(number, rank))) return false;
        inputs.push_back(Read(NameOf(number, rank)));
        // Those that do not fit wait for ever, as on GPUs.
        if (static_cast<int64_t>(inputs.back().size()) != InBytes(call)) {
          return false;
        }
      }
      CarryOwn(call, inputs);
      return true;
    };
  }

  emulation::Work SendReceive(int, const void* in, int64_t in_bytes, int to,
                              void* out, int64_t out_bytes, int from) override {
    return [=, this, number = int64_t{-1}]() mutable {
      if (aborted_) return true;
      if (number < 0) {
        number = from >= 0 ? received_[from]++ : 0;
        if (to >= 0) {
          Write(fmt::format("to.{}.{}.{}", rank_, to, sent_[to]++), in,
                in_bytes);
        }
      }
      if (from < 0) return true;
      const std::string parcel =
          fmt::format("to.{}.{}.{}", from, rank_, number);
      if (!Has(parcel)) return false;
      const std::vector<std::byte> bytes = Read(parcel);
      Copy(bytes.data(), out_bytes, out);
      std::error_code ignored;
      std::filesystem::remove(folder_ + "/" + parcel, ignored);
      return true;
    };
  }

 private:
  // A GPU goes on by itself while its rank waits for something else, and sees
  // when those of other processes have come.
  void Progress() {
    while (!stopping_) {
      {
        const emulation::Turn turn;
        for (const cudaStream_t stream : streams_) emulation::RunNext(stream);
      }
      emulation::Changed();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  int64_t InBytes(const Call& call) const {
    return call.bytes() * (call.kind == Kind::kReduceScatter ? size_ : 1);
  }
  // What comes out for others goes nowhere.
  void CarryOwn(const Call& own,
                const std::vector<std::vector<std::byte>>& inputs) {
    std::vector<std::vector<std::byte>> outputs;
    std::vector<Call> calls(static_cast<size_t>(size_), own);
    const int64_t parts = own.kind == Kind::kAllGather ? size_ : 1;
    for (int rank = 0; rank < size_; ++rank) {
      Call& call = calls[static_cast<size_t>(rank)];
      call.in = inputs[static_cast<size_t>(rank)].data();
      if (rank == rank_) continue;
      outputs.emplace_back(static_cast<size_t>(own.bytes() * parts));
      call.out = outputs.back().data();
    }
    Carry(calls);
  }

  static std::string NameOf(int64_t number, int rank) {
    return fmt::format("{}.{}", number, rank);
  }
  bool Has(const std::string& name) const {
    std::error_code ignored;
    return std::filesystem::exists(folder_ + "/" + name, ignored);
  }
  // At once, for who looks.
  void Write(const std::string& name, const void* data, int64_t bytes) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path + ".part", std::ios::binary)
        .write(static_cast<const char*>(data), bytes);
    std::error_code ignored;
    std::filesystem::rename(path + ".part", path, ignored);
  }
  std::vector<std::byte> Read(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::vector<std::byte> bytes(text.size());
    std::memcpy(bytes.data(), text.data(), text.size());
    return bytes;
  }

  const std::string folder_;
  const int rank_;
  const int size_;
  int64_t came_ = 0;
  std::map<int, int64_t> sent_;      // by receiver
  std::map<int, int64_t> received_;  // by sender
  std::set<cudaStream_t> streams_;
  std::atomic<bool> stopping_{false};
  std::thread progress_;
};

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
  const auto team =
      std::make_shared<ThreadTeam>(static_cast<int>(ranks.size()));
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
      rank, std::make_shared<ProcessTeam>(folder, rank, size),
      device.exchange()));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
