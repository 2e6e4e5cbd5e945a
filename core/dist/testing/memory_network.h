// A network in memory, for ranks that are threads of a test.

#ifndef ALEXNET_CORE_DIST_TESTING_MEMORY_NETWORK_H_
#define ALEXNET_CORE_DIST_TESTING_MEMORY_NETWORK_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <vector>

#include "core/base/status.h"
#include "core/dist/transport.h"

namespace alexnet {

// Takes messages as late as a transport may: what is sent is read when the
// sender next asks for any of its messages, so that who changes it too early
// sends something else.
class MemoryNetwork {
 public:
  explicit MemoryNetwork(int size) : size_(size) {}
  int size() const { return size_; }

  using Message = std::vector<std::byte>;
  // From, to, lane.
  using Way = std::tuple<int, int, Transport::Lane>;

  void Put(const Way& way, Message message);
  // False: there is none.
  bool Take(const Way& way, Message* message);
  // What has been put in all, from `from` to anybody.
  int64_t BytesFrom(int from, Transport::Lane lane);

 private:
  const int size_;
  std::mutex mutex_;
  std::map<Way, std::deque<Message>> under_way_;
  std::map<Way, int64_t> bytes_;
};

std::unique_ptr<Transport> CreateMemoryTransport(
    int rank, std::shared_ptr<MemoryNetwork> network);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_TESTING_MEMORY_NETWORK_H_
