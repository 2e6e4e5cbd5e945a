#include "core/dist/testing/memory_network.h"

#include <cstring>
#include <list>
#include <utility>

namespace alexnet {
namespace {

class MemoryTransport : public Transport {
 public:
  MemoryTransport(int rank, std::shared_ptr<MemoryNetwork> network)
      : rank_(rank), network_(std::move(network)) {}

  Status Start() override { return Status(); }
  int rank() const override { return rank_; }
  int size() const override { return network_->size(); }

  Status Send(int to, Lane lane, const void* data, int64_t bytes,
              Request* request) override {
    request->handle = ++last_;
    sends_.push_back({{rank_, to, lane}, request->handle, data, bytes});
    return Status();
  }

  Status Receive(int from, Lane lane, void* data, int64_t bytes,
                 Request* request) override {
    request->handle = ++last_;
    receives_.push_back({{from, rank_, lane}, request->handle, data, bytes});
    return Status();
  }

  Result<bool> Test(Request* request) override {
    for (const Sent& sent : sends_) {
      MemoryNetwork::Message message(static_cast<size_t>(sent.bytes));
      std::memcpy(message.data(), sent.data, message.size());
      network_->Put(sent.way, std::move(message));
    }
    sends_.clear();
    for (auto each = receives_.begin(); each != receives_.end();) {
      MemoryNetwork::Message message;
      if (!network_->Take(each->way, &message)) {
        ++each;
        continue;
      }
      if (static_cast<int64_t>(message.size()) != each->bytes) {
        return InternalError("a message of another size was expected");
      }
      std::memcpy(each->data, message.data(), message.size());
      each = receives_.erase(each);
    }
    for (const Received& waiting : receives_) {
      if (waiting.handle == request->handle) return false;
    }
    request->handle = 0;
    return true;
  }

  Status Finish() override { return Status(); }

 private:
  struct Sent {
    MemoryNetwork::Way way;
    uint64_t handle;
    const void* data;
    int64_t bytes;
  };
  struct Received {
    MemoryNetwork::Way way;
    uint64_t handle;
    void* data;
    int64_t bytes;
  };

  const int rank_;
  const std::shared_ptr<MemoryNetwork> network_;
  uint64_t last_ = 0;
  std::vector<Sent> sends_;
  std::list<Received> receives_;
};

}  // namespace

void MemoryNetwork::Put(const Way& way, Message message) {
  const std::lock_guard<std::mutex> lock(mutex_);
  bytes_[way] += static_cast<int64_t>(message.size());
  under_way_[way].push_back(std::move(message));
}

bool MemoryNetwork::Take(const Way& way, Message* message) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::deque<Message>& waiting = under_way_[way];
  if (waiting.empty()) return false;
  *message = std::move(waiting.front());
  waiting.pop_front();
  return true;
}

int64_t MemoryNetwork::BytesFrom(int from, Transport::Lane lane) {
  const std::lock_guard<std::mutex> lock(mutex_);
  int64_t sum = 0;
  for (const auto& [way, bytes] : bytes_) {
    if (std::get<0>(way) == from && std::get<2>(way) == lane) sum += bytes;
  }
  return sum;
}

std::unique_ptr<Transport> CreateMemoryTransport(
    int rank, std::shared_ptr<MemoryNetwork> network) {
  return std::make_unique<MemoryTransport>(rank, std::move(network));
}

}  // namespace alexnet
