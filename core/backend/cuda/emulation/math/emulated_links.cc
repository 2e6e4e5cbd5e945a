// The emulation's Collectives: an operation is carried out by the last rank
// whose stream comes to it. Sums are from the last rank to the first, so that
// whoever counts on the order of ranks is found.

#include <algorithm>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <set>
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

// What the ranks share. All of it within a turn of the machine.
class Team {
 public:
  explicit Team(int size)
      : size_(size),
        came_(static_cast<size_t>(size)),
        streams_(static_cast<size_t>(size)) {}

  // Where operations of `rank` wait to be run.
  void Use(int rank, cudaStream_t stream) {
    streams_[static_cast<size_t>(rank)].insert(stream);
  }
  void Leave(int rank) { streams_[static_cast<size_t>(rank)].clear(); }
  void Abort() {
    aborted_ = true;
    emulation::Changed();
  }
  bool aborted() const { return aborted_; }

  // What a stream does when it comes to an operation; true when it has ended.
  emulation::Work Meet(int rank, const Call& call) {
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
                              int to, void* out, int64_t out_bytes, int from) {
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
  bool aborted_ = false;
};

class EmulatedCollectives : public Collectives {
 public:
  EmulatedCollectives(int rank, std::shared_ptr<Team> team, cudaStream_t stream)
      : rank_(rank), team_(std::move(team)), stream_(stream) {}
  ~EmulatedCollectives() override {
    const emulation::Turn turn;
    team_->Leave(rank_);
  }

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
  const auto team = std::make_shared<Team>(static_cast<int>(ranks.size()));
  std::vector<std::unique_ptr<Collectives>> linked;
  for (CudaDevice* device : ranks) {
    linked.push_back(std::make_unique<EmulatedCollectives>(
        static_cast<int>(linked.size()), team, device->exchange()));
  }
  return linked;
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
