// MessageExchange: operations by messages, over any transport.

#ifndef ALEXNET_CORE_DIST_MESSAGE_EXCHANGE_H_
#define ALEXNET_CORE_DIST_MESSAGE_EXCHANGE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/status.h"
#include "core/dist/exchange.h"
#include "core/dist/limits.h"
#include "core/dist/post.h"
#include "core/dist/slices.h"
#include "core/dist/transport.h"

namespace alexnet {

// Each rank adds its slice of all ranks' elements, in their order, and sends
// the sum to all: so 2 (size - 1) / size of the elements leave each rank, the
// least there can be.
class MessageExchange : public Exchange {
 public:
  MessageExchange(std::unique_ptr<Transport> transport,
                  const CommLimits& limits);

  Status Start() override;
  int rank() const override { return transport_->rank(); }
  int size() const override { return transport_->size(); }

  Status Announce(const Operation& operation) override;
  Status Run(const Operation& operation) override;
  std::optional<std::chrono::milliseconds> attention() const override;
  Status Attend() override;
  Status Abort(const Status& why) override { return post_->Abort(why); }
  Status Leave() override;

 private:
  Status AllReduce(const Operation& operation);
  Status ReduceScatter(const Operation& operation);
  Status AllGather(const Operation& operation);
  Status Broadcast(const Operation& operation);
  Status SendReceive(const Operation& operation);

  // Sums, to `out`, elements [begin, end) of this rank's slice of all inputs,
  // and gives the others theirs.
  Status SumPiece(const Operation& operation, int64_t begin, int64_t end,
                  void* out);
  Status Send(int to, const void* data, int64_t bytes);
  Status Receive(int from, void* data, int64_t bytes);
  // Waits for what Send and Receive began.
  Status Await();

  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Post> post_;
  std::vector<Transport::Request> requests_;
  // Of the operation that runs.
  std::vector<int> peers_;
  std::vector<Slice> slices_;
  std::vector<const void*> inputs_;
  std::vector<std::byte> received_;  // pieces of the other ranks
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_MESSAGE_EXCHANGE_H_
