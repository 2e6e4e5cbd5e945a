// Transport: messages between ranks that share no memory.

#ifndef ALEXNET_CORE_DIST_TRANSPORT_H_
#define ALEXNET_CORE_DIST_TRANSPORT_H_

#include <cstdint>

#include "core/base/status.h"

namespace alexnet {

// All calls on one thread, and only inside them is memory read or written that
// they were given. Messages of a lane from one rank to another arrive in order;
// what is received has the size that was sent.
class Transport {
 public:
  // Control messages may pass data.
  enum class Lane : int { kControl = 0, kData = 1 };
  // A message under way. Zero: none.
  struct Request {
    uint64_t handle = 0;
    int peer = 0;  // whom it goes to or comes from
  };

  virtual ~Transport() = default;

  // The first call. Afterwards rank and size are known.
  virtual Status Start() = 0;
  virtual int rank() const = 0;
  virtual int size() const = 0;

  // The memory must stay until Test says that the message is done.
  virtual Status Send(int to, Lane lane, const void* data, int64_t bytes,
                      Request* request) = 0;
  virtual Status Receive(int from, Lane lane, void* data, int64_t bytes,
                         Request* request) = 0;
  // Whether it is done; if so, `request` becomes none.
  virtual Result<bool> Test(Request* request) = 0;

  // The last call, on all ranks, if none has failed.
  virtual Status Finish() = 0;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_TRANSPORT_H_
