// BlobExchange: one rank's share of an exchange, between dense float32 blobs in
// the memory of its device.

#ifndef ALEXNET_CORE_PARALLEL_BLOB_EXCHANGE_H_
#define ALEXNET_CORE_PARALLEL_BLOB_EXCHANGE_H_

#include <cstdint>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/parallel/blob_placement.h"
#include "core/parallel/parallel_plan.h"
#include "core/parallel/transfers.h"

namespace alexnet {

// Where a rank's blobs lie, and how it meets the others.
struct ExchangeMeans {
  Backend& backend;
  Communicator& comm;  // over the memory of the backend's device
  Fence& arrived;      // of `comm`, and of one exchange at a time
};

// All ranks of the plan make the same calls, with a communicator of as many
// ranks, inside Backend::Run.
class BlobExchange {
 public:
  // `positions`: of a channel; 1 of units.
  BlobExchange(const ParallelPlan& plan, const ExchangeNode& node, int rank,
               int pass, int64_t batch, int64_t positions);

  // What is sent and received lies there between the halves of an exchange.
  int64_t scratch_elements() const;

  // `given`: what the layer before gave; what is sent to kCompute next may
  // overwrite it.
  Status Send(const ExchangeMeans& means, const float* given,
              float* scratch) const;
  // Overwrites `read`, which what is sent to kCompute afterwards finds there.
  Status Receive(const ExchangeMeans& means, float* read, float* scratch) const;
  // The same the other way: adds what the ranks' gradients of what they read
  // are by what this one gave, in order of ranks, to `given_gradient`.
  Status SendGradient(const ExchangeMeans& means, const float* read_gradient,
                      float* scratch) const;
  Status ReceiveGradient(const ExchangeMeans& means, float* given_gradient,
                         float* scratch) const;

 private:
  // What goes to, or comes from, one other rank, in the order of the boxes.
  struct Parcel {
    std::vector<BlobBox> boxes;
    int64_t elements = 0;
  };

  // The parcels' boxes of `part`, which holds `holds`, into a run of memory.
  Status Pack(Backend& backend, const std::vector<Parcel>& parcels,
              const BlobBox& holds, const float* part, float* packed) const;
  // The reverse; `add`: to what is there.
  Status Unpack(Backend& backend, const std::vector<Parcel>& parcels,
                const BlobBox& holds, const float* packed, float* part,
                bool add) const;
  // Lets parcels meet: `out` and `in` by rank, one after another in memory.
  // They have when means.arrived is reached.
  Status Swap(const ExchangeMeans& means, const std::vector<Parcel>& out,
              const float* out_data, const std::vector<Parcel>& in,
              float* in_data) const;

  const int rank_;
  const int64_t positions_;
  const BlobBox given_;
  const BlobBox read_;
  std::vector<Parcel> sent_;      // forward, by receiver; to itself, too
  std::vector<Parcel> received_;  // forward, by sender
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_BLOB_EXCHANGE_H_
