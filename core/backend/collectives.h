// Collectives: operations between the devices of several ranks by a library
// that knows how these are linked.

#ifndef ALEXNET_CORE_BACKEND_COLLECTIVES_H_
#define ALEXNET_CORE_BACKEND_COLLECTIVES_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/backend/element.h"
#include "core/base/status.h"

namespace alexnet {

// Of one rank, whose backend must outlive it. An operation goes into the
// device's kExchange, where it waits for the other ranks', and may be recorded;
// all ranks put the same ones there in the same order. Memory is the device's,
// in place as Communicator has it. Sums are in the library's own order, which
// the number of ranks, their links and the count decide: the same bits on all
// ranks, and each time on the same machine. Sums of float16 and bfloat16 may be
// rounded at each step.
//
// Thread safety: Progress and Abort from any thread; else one at a time, inside
// Backend::Run.
class Collectives {
 public:
  static constexpr int kNobody = -1;

  virtual ~Collectives() = default;

  // The library and its version: "NCCL 2.21.5".
  virtual std::string library() const = 0;

  virtual Status AllReduce(const void* in, void* out, int64_t count,
                           ElementType type) = 0;
  virtual Status AllGather(const void* in, void* out, int64_t count,
                           ElementType type) = 0;
  virtual Status ReduceScatter(const void* in, void* out, int64_t count,
                               ElementType type) = 0;
  virtual Status Broadcast(void* data, int64_t count, ElementType type,
                           int root) = 0;
  // To one rank and from one, at once; to or from kNobody: nothing.
  virtual Status SendReceive(const void* in, int64_t in_count, int to,
                             void* out, int64_t out_count, int from,
                             ElementType type) = 0;

  // What has gone wrong with operations that were put into the queue.
  virtual Status Progress() = 0;
  // Ends them; buffers then hold anything, and all calls fail.
  virtual void Abort() = 0;
};

// What ranks that are processes show each other before their devices are
// linked. Plain data, between processes of one build.
struct LinkOffer {
  char library[64] = {};   // and its version
  char device[64] = {};    // which no other one has, on any machine
  std::byte id[128] = {};  // of rank 0: by which the others find it
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_COLLECTIVES_H_
