#include "core/parallel/blob_exchange.h"

#include <cstddef>
#include <numeric>

namespace alexnet {
namespace {

// The rows of `box` within the dense part `holds`, in elements.
struct BoxRows {
  int64_t count;
  int64_t columns;
  int64_t first;
  int64_t stride;
};

BoxRows RowsOfBox(const BlobBox& holds, const BlobBox& box, int64_t positions) {
  return {box.samples.count(), box.channels.count() * positions,
          OffsetIn(holds, box.samples.begin, box.channels.begin) * positions,
          holds.channels.count() * positions};
}

template <typename Parcels>
int64_t ElementsOf(const Parcels& parcels) {
  int64_t elements = 0;
  for (const auto& parcel : parcels) elements += parcel.elements;
  return elements;
}

}  // namespace

BlobExchange::BlobExchange(const ParallelPlan& plan, const ExchangeNode& node,
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

int64_t BlobExchange::scratch_elements() const {
  return ElementsOf(sent_) + ElementsOf(received_);
}

Status BlobExchange::Send(const ExchangeMeans& means, const float* given,
                          float* scratch) const {
  ALEXNET_RETURN_IF_ERROR(Pack(means.backend, sent_, given_, given, scratch));
  return Swap(means, sent_, scratch, received_, scratch + ElementsOf(sent_));
}

Status BlobExchange::Receive(const ExchangeMeans& means, float* read,
                             float* scratch) const {
  ALEXNET_RETURN_IF_ERROR(means.comm.Wait(means.arrived));
  return Unpack(means.backend, received_, read_, scratch + ElementsOf(sent_),
                read, /*add=*/false);
}

Status BlobExchange::SendGradient(const ExchangeMeans& means,
                                  const float* read_gradient,
                                  float* scratch) const {
  ALEXNET_RETURN_IF_ERROR(
      Pack(means.backend, received_, read_, read_gradient, scratch));
  return Swap(means, received_, scratch, sent_,
              scratch + ElementsOf(received_));
}

Status BlobExchange::ReceiveGradient(const ExchangeMeans& means,
                                     float* given_gradient,
                                     float* scratch) const {
  ALEXNET_RETURN_IF_ERROR(means.comm.Wait(means.arrived));
  return Unpack(means.backend, sent_, given_, scratch + ElementsOf(received_),
                given_gradient, /*add=*/true);
}

Status BlobExchange::Pack(Backend& backend, const std::vector<Parcel>& parcels,
                          const BlobBox& holds, const float* part,
                          float* packed) const {
  for (const Parcel& parcel : parcels) {
    for (const BlobBox& box : parcel.boxes) {
      const BoxRows rows = RowsOfBox(holds, box, positions_);
      ALEXNET_RETURN_IF_ERROR(backend.MoveRows({.rows = rows.count,
                                                .columns = rows.columns,
                                                .from = part + rows.first,
                                                .from_stride = rows.stride,
                                                .to = packed,
                                                .to_stride = rows.columns}));
      packed += rows.count * rows.columns;
    }
  }
  return Status();
}

Status BlobExchange::Unpack(Backend& backend,
                            const std::vector<Parcel>& parcels,
                            const BlobBox& holds, const float* packed,
                            float* part, bool add) const {
  for (const Parcel& parcel : parcels) {
    for (const BlobBox& box : parcel.boxes) {
      const BoxRows rows = RowsOfBox(holds, box, positions_);
      ALEXNET_RETURN_IF_ERROR(backend.MoveRows({.rows = rows.count,
                                                .columns = rows.columns,
                                                .from = packed,
                                                .from_stride = rows.columns,
                                                .to = part + rows.first,
                                                .to_stride = rows.stride,
                                                .add = add}));
      packed += rows.count * rows.columns;
    }
  }
  return Status();
}

Status BlobExchange::Swap(const ExchangeMeans& means,
                          const std::vector<Parcel>& out, const float* out_data,
                          const std::vector<Parcel>& in, float* in_data) const {
  Communicator& comm = means.comm;
  const int ranks = static_cast<int>(out.size());
  const auto before = [](const std::vector<Parcel>& parcels, int rank) {
    return std::accumulate(
        parcels.begin(), parcels.begin() + rank, int64_t{0},
        [](int64_t sum, const Parcel& each) { return sum + each.elements; });
  };
  if (const int64_t own = out[static_cast<size_t>(rank_)].elements; own > 0) {
    ALEXNET_RETURN_IF_ERROR(means.backend.device().Copy(
        out_data + before(out, rank_), own * int64_t{sizeof(float)},
        in_data + before(in, rank_), Queue::kCompute));
  }
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
  return comm.Signal(means.arrived);
}

}  // namespace alexnet
