// Communicator: how the ranks of a run exchange what they computed.
//
// A run has `size` ranks, threads or processes, each with a Communicator of its
// own. Operations are put into the communicator's queue and carried out there
// in order, asynchronously to the host, which waits only where ranks' devices
// can meet no other way (local_device_group.h: until all have put theirs;
// staged_communicator.h: until it is done); every rank puts the same ones into
// its queue in the same order.
//
// - Memory is that of the device that the communicator was made for. It is
//   aligned to its elements, and stays as it is, and unread where it is
//   written, until a fence after the operation is reached.
// - An operation begins after all that was sent to the device's kCompute before
//   it was put into the queue; Wait holds kCompute back until it is done.
// - Input and output are the same memory, where an operation says how, or
// apart.
// - A sum is ((x0 + x1) + x2) + ... by rank, whatever the count and the
//   implementation, narrow types being rounded once: the same bits on all ranks
//   and each time. Where a library adds (linked_device_group.h), its order and
//   rounding are its own: the same bits on all ranks, and each time only with
//   the same devices, links and library.
// - Any number of operations may be in the queue.
//
// Failures: the first of a rank ends the communicators of all of them. Pending
// and later operations do nothing, and what WaitOnHost, Finish and the next
// operations return is that failure, which names the rank: one that called
// Abort, that went away, that was silent or late for longer than CommLimits
// allow, or that called another operation than the others, with another count,
// type or root. Buffers then hold anything. It reaches the others at once, and
// a rank that died or stopped is found within CommLimits::silent.
//
// Thread safety: Abort and Check from any thread; else one thread at a time. Of
// a child of fork all calls fail, and destroying it there does nothing.

#ifndef ALEXNET_CORE_DIST_COMMUNICATOR_H_
#define ALEXNET_CORE_DIST_COMMUNICATOR_H_

#include <cstdint>
#include <memory>
#include <string>

#include "core/backend/device.h"
#include "core/backend/element.h"
#include "core/base/status.h"
#include "core/dist/operation.h"
#include "core/dist/traffic.h"

namespace alexnet {

class Communicator {
 public:
  // Over the host's memory, of a rank whose operations are not all done aborts
  // them; over a device's, waits for them, whose memory its owner frees next,
  // not longer than CommLimits allow. May wait for the other ranks to be
  // destroyed as well, for as long as they are alive and not later than that.
  virtual ~Communicator() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  // Whether operations, signals and waits may be put into a program that the
  // device records.
  virtual bool recordable() const { return true; }
  // The library that adds in an order of its own, and its version; empty: sums
  // are in the order of ranks.
  virtual std::string adder() const { return ""; }

  // What each returns is about the call: that it can never work
  // (kInvalidArgument), or that the communicator has failed already.

  // out[i] = the sum of in[i] over ranks. In place: in == out.
  Status AllReduce(const void* in, void* out, int64_t count, ElementType type);
  // `count` elements of each rank, by rank: out has size * count. In place: in
  // is its rank's part of out.
  Status AllGather(const void* in, void* out, int64_t count, ElementType type);
  // The rank's part, of `count` elements, of the sum of size * count. In place:
  // out is its rank's part of in.
  Status ReduceScatter(const void* in, void* out, int64_t count,
                       ElementType type);
  // `data` of rank `root` to all.
  Status Broadcast(void* data, int64_t count, ElementType type, int root);
  // To another rank, which calls Receive. Two ranks that send to each other, or
  // several in a ring, do so with SendReceive: a Send before a Receive on each
  // of them waits for itself.
  Status Send(const void* data, int64_t count, ElementType type, int to);
  Status Receive(void* data, int64_t count, ElementType type, int from);
  // Both at once; `to` and `from` may be the same rank.
  Status SendReceive(const void* in, int64_t in_count, int to, void* out,
                     int64_t out_count, int from, ElementType type);
  // Is done when all ranks have put it into their queues.
  Status Barrier();

  // What another communicator of the same ranks is asked to do: is done when
  // they have found that it is the same on all that have to do with it. Over
  // the host's memory alone.
  Status Compare(const Operation& operation);

  // Of the operations that were put into the queue.
  const Traffic& traffic() const { return traffic_; }

  // Fences of this communicator, which must not outlive it. Before its first
  // Signal one counts as reached.
  virtual Result<std::unique_ptr<Fence>> CreateFence() = 0;
  // Is reached when all that was put into the queue before is done.
  virtual Status Signal(Fence& fence) = 0;
  // What is sent to the device's kCompute from now on begins after the fence.
  // Where kCompute is immediate, as on the host, it waits, and fails as
  // WaitOnHost does.
  virtual Status Wait(Fence& fence) = 0;
  virtual Status WaitOnHost(Fence& fence) = 0;
  // Waits for all that was put into the queue.
  virtual Status Finish() = 0;
  // The failure, as far as it is known here; OK: none. Waits for nothing.
  virtual Status Check() = 0;
  // Before the launch of a program that operations are recorded in, on all
  // ranks: one that does not come to its own is late, or has gone, as one that
  // does not come to an operation. Waits for nothing.
  virtual Status BeginProgram() { return Status(); }

  // Ends the communicators of all ranks with a failure of this one. The first
  // failure counts.
  virtual void Abort(const Status& why) = 0;

 protected:
  // Puts an operation into the queue that passed CheckOperation.
  virtual Status Enqueue(const Operation& operation) = 0;

 private:
  Status CheckAndEnqueue(const Operation& operation);

  Traffic traffic_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_COMMUNICATOR_H_
