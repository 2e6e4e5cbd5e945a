#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "core/backend/cuda/emulation/math/emulated_team.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME::links {
namespace {

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

}  // namespace

std::shared_ptr<Team> MakeProcessTeam(std::string folder, int rank, int size) {
  return std::make_shared<ProcessTeam>(std::move(folder), rank, size);
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME::links
