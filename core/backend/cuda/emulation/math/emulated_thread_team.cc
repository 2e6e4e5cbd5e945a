#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "core/backend/cuda/emulation/math/emulated_team.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME::links {
namespace {

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

}  // namespace

std::shared_ptr<Team> MakeThreadTeam(int size) {
  return std::make_shared<ThreadTeam>(size);
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME::links
