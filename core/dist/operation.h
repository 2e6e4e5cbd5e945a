// Operation: one entry of a communicator's queue, and how it is told whether
// two ranks' operations belong together.

#ifndef ALEXNET_CORE_DIST_OPERATION_H_
#define ALEXNET_CORE_DIST_OPERATION_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/backend/element.h"
#include "core/base/status.h"

namespace alexnet {

// The functions of Communicator say what each is.
struct Operation {
  enum class Kind : int8_t {
    kAllReduce,
    kAllGather,
    kReduceScatter,
    kBroadcast,
    kBarrier,
    kSend,
    kReceive,
    kSendReceive,
  };
  static constexpr size_t kKinds = 8;
  static constexpr int kNobody = -1;

  Kind kind = Kind::kBarrier;
  ElementType type = ElementType::kByte;
  const void* in = nullptr;
  void* out = nullptr;
  // Elements; of collective operations both are the `count` of the call.
  int64_t in_count = 0;
  int64_t out_count = 0;
  int to = kNobody;
  int from = kNobody;  // also the root of a broadcast
  // Ranks only see that they do the same: elements go another way, and there is
  // no memory.
  bool bare = false;
};

// kInvalidArgument for what no set of ranks could do.
Status CheckOperation(const Operation& operation, int rank, int size);

// The ranks that `rank` has to do with in it, ascending, itself left out.
void FindPeers(const Operation& operation, int rank, int size,
               std::vector<int>* peers);

// What two ranks must agree on. Plain data, which travels as it is.
struct Signature {
  int32_t collective = 0;  // its Kind + 1; 0: between two ranks
  int32_t type = 0;
  int32_t root = Operation::kNobody;
  int32_t unused = 0;
  // Elements to and from the other rank, -1: none are to go that way; of a
  // collective operation both are its count.
  int64_t sent = 0;
  int64_t received = 0;

  bool Fits(const Signature& other) const {
    return collective == other.collective && type == other.type &&
           root == other.root && sent == other.received &&
           received == other.sent;
  }
};

// That of `operation` towards `peer`.
Signature SignatureOf(const Operation& operation, int peer);

// "rank 0 calls an all-reduce of 5 f32, but rank 1 a barrier": the same text on
// both ranks.
Status MismatchError(int rank, const Signature& signature, int other_rank,
                     const Signature& other);

// Of a peer that does not come to `what`, in which `rank` waits for it.
Status EndedError(int peer, int rank, const std::string& what);
Status LateError(int peer, int rank, const std::string& what,
                 std::chrono::milliseconds late);

// "an all-reduce of 5 f32"; `peer` is the rank that `signature` is towards.
std::string Describe(const Signature& signature, int peer);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_OPERATION_H_
