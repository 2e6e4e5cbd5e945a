#include "core/parallel/host_exchange.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace alexnet {
namespace {

// Calls fn(offset of a run in the dense part `holds`, its elements) for each
// sample of `box`.
template <typename Fn>
void ForEachRun(const BlobBox& holds, const BlobBox& box, int64_t positions,
                const Fn& fn) {
  for (int64_t n = box.samples.begin; n < box.samples.end; ++n) {
    fn(OffsetIn(holds, n, box.channels.begin) * positions,
       box.channels.count() * positions);
  }
}

template <typename Parcels>
int64_t ElementsOf(const Parcels& parcels) {
  int64_t elements = 0;
  for (const auto& parcel : parcels) elements += parcel.elements;
  return elements;
}

// The parcels' boxes of `part` into a run of memory.
template <typename Parcels>
void Pack(const Parcels& parcels, const float* part, const BlobBox& holds,
          int64_t positions, float* packed) {
  for (const auto& parcel : parcels) {
    for (const BlobBox& box : parcel.boxes) {
      ForEachRun(holds, box, positions, [&](int64_t offset, int64_t count) {
        packed = std::copy_n(part + offset, count, packed);
      });
    }
  }
}

// The reverse; store(from, count, to) puts a run into the part.
template <typename Parcels, typename Store>
void Unpack(const Parcels& parcels, const float* packed, const BlobBox& holds,
            int64_t positions, float* part, const Store& store) {
  for (const auto& parcel : parcels) {
    for (const BlobBox& box : parcel.boxes) {
      ForEachRun(holds, box, positions, [&](int64_t offset, int64_t count) {
        store(packed, count, part + offset);
        packed += count;
      });
    }
  }
}

}  // namespace

HostExchange::HostExchange(const ParallelPlan& plan, const ExchangeNode& node,
                           int rank, int pass, int64_t batch, int64_t positions)
    : rank_(rank),
      positions_(positions),
      given_(plan.BoxOf(node.from, node.layer - 1, rank, pass, batch)),
      read_(plan.BoxOf(node.to, node.layer, rank, pass, batch)),
      sent_(static_cast<size_t>(plan.options.ranks)),
      received_(static_cast<size_t>(plan.options.ranks)) {
  const auto add = [positions](const BlobBox& box, Parcel* parcel) {
    parcel->boxes.push_back(box);
    parcel->elements += box.samples.count() * box.channels.count() * positions;
  };
  for (const Transfer& transfer : TransfersOf(plan, node, pass, batch)) {
    if (transfer.from == rank) {
      add(transfer.box, &sent_[static_cast<size_t>(transfer.to)]);
    }
    if (transfer.to == rank) {
      add(transfer.box, &received_[static_cast<size_t>(transfer.from)]);
    }
  }
}

int64_t HostExchange::scratch_elements() const {
  return ElementsOf(sent_) + ElementsOf(received_);
}

Status HostExchange::Forward(Communicator& comm, const float* given,
                             float* read, float* scratch) const {
  float* in = scratch + ElementsOf(sent_);
  Pack(sent_, given, given_, positions_, scratch);
  ALEXNET_RETURN_IF_ERROR(Swap(comm, sent_, scratch, received_, in));
  Unpack(received_, in, read_, positions_, read,
         [](const float* from, int64_t count, float* to) {
           std::copy_n(from, count, to);
         });
  return Status();
}

Status HostExchange::Backward(Communicator& comm, const float* read_gradient,
                              float* given_gradient, float* scratch) const {
  float* in = scratch + ElementsOf(received_);
  Pack(received_, read_gradient, read_, positions_, scratch);
  ALEXNET_RETURN_IF_ERROR(Swap(comm, received_, scratch, sent_, in));
  Unpack(sent_, in, given_, positions_, given_gradient,
         [](const float* from, int64_t count, float* to) {
           for (int64_t i = 0; i < count; ++i) to[i] += from[i];
         });
  return Status();
}

Status HostExchange::Swap(Communicator& comm, const std::vector<Parcel>& out,
                          const float* out_data, const std::vector<Parcel>& in,
                          float* in_data) const {
  const int ranks = static_cast<int>(out.size());
  const auto before = [](const std::vector<Parcel>& parcels, int rank) {
    return std::accumulate(
        parcels.begin(), parcels.begin() + rank, int64_t{0},
        [](int64_t sum, const Parcel& each) { return sum + each.elements; });
  };
  std::copy_n(out_data + before(out, rank_),
              out[static_cast<size_t>(rank_)].elements,
              in_data + before(in, rank_));
  // In step s each rank's parcel goes s ranks on, so that nobody waits for
  // itself.
  for (int step = 1; step < ranks; ++step) {
    const int to = (rank_ + step) % ranks;
    const int from = (rank_ + ranks - step) % ranks;
    const int64_t sends = out[static_cast<size_t>(to)].elements;
    const int64_t receives = in[static_cast<size_t>(from)].elements;
    const float* source = out_data + before(out, to);
    float* target = in_data + before(in, from);
    Status status;
    if (sends > 0 && receives > 0) {
      status = comm.SendReceive(source, sends, to, target, receives, from,
                                ElementType::kF32);
    } else if (sends > 0) {
      status = comm.Send(source, sends, ElementType::kF32, to);
    } else if (receives > 0) {
      status = comm.Receive(target, receives, ElementType::kF32, from);
    }
    ALEXNET_RETURN_IF_ERROR(status);
  }
  return comm.Finish();
}

}  // namespace alexnet
