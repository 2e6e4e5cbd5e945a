#include "core/dist/message_exchange.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/dist/sum.h"

namespace alexnet {
namespace {

using Kind = Operation::Kind;

// What is summed at a time: it stays in the second-level cache, and messages of
// this size cost no more by the byte than larger ones.
constexpr int64_t kPieceBytes = int64_t{1} << 19;
// What is sent at a time elsewhere: signs of life are given in between.
constexpr int64_t kMessageBytes = int64_t{1} << 24;
constexpr auto kAttention = std::chrono::milliseconds(1);

const std::byte* At(const void* data, int64_t bytes) {
  return static_cast<const std::byte*>(data) + bytes;
}
std::byte* At(void* data, int64_t bytes) {
  return static_cast<std::byte*>(data) + bytes;
}

// The part of `slice` that [begin, end) of it is, if it is as long.
Slice PieceOf(const Slice& slice, int64_t begin, int64_t end) {
  return {std::min(slice.begin + begin, slice.end),
          std::min(slice.begin + end, slice.end)};
}

}  // namespace

MessageExchange::MessageExchange(std::unique_ptr<Transport> transport,
                                 const CommLimits& limits)
    : transport_(std::move(transport)),
      post_(std::make_unique<Post>(*transport_, limits)) {}

Status MessageExchange::Start() {
  ALEXNET_RETURN_IF_ERROR(transport_->Start());
  return post_->Start();
}

std::optional<std::chrono::milliseconds> MessageExchange::attention() const {
  return kAttention;
}

Status MessageExchange::Attend() { return post_->Progress(); }

Status MessageExchange::Leave() {
  ALEXNET_RETURN_IF_ERROR(post_->Leave());
  return transport_->Finish();
}

Status MessageExchange::Announce(const Operation& operation) {
  FindPeers(operation, rank(), size(), &peers_);
  return post_->Announce(peers_, operation);
}

Status MessageExchange::Run(const Operation& operation) {
  FindPeers(operation, rank(), size(), &peers_);
  ALEXNET_RETURN_IF_ERROR(post_->Agree(peers_, operation));
  if (operation.bare) return Status();
  switch (operation.kind) {
    case Kind::kAllReduce:
      return AllReduce(operation);
    case Kind::kReduceScatter:
      return ReduceScatter(operation);
    case Kind::kAllGather:
      return AllGather(operation);
    case Kind::kBroadcast:
      return Broadcast(operation);
    case Kind::kBarrier:
      return Status();
    case Kind::kSend:
    case Kind::kReceive:
    case Kind::kSendReceive:
      return SendReceive(operation);
  }
  return Status();
}

Status MessageExchange::Send(int to, const void* data, int64_t bytes) {
  if (bytes == 0) return Status();
  Transport::Request request;
  const Status status =
      transport_->Send(to, Transport::Lane::kData, data, bytes, &request);
  if (!status.ok()) return post_->Fail(status);
  requests_.push_back(request);
  return Status();
}

Status MessageExchange::Receive(int from, void* data, int64_t bytes) {
  if (bytes == 0) return Status();
  Transport::Request request;
  const Status status =
      transport_->Receive(from, Transport::Lane::kData, data, bytes, &request);
  if (!status.ok()) return post_->Fail(status);
  requests_.push_back(request);
  return Status();
}

Status MessageExchange::Await() {
  const Status status = post_->Await(requests_);
  requests_.clear();
  return status;
}

Status MessageExchange::SumPiece(const Operation& operation, int64_t begin,
                                 int64_t end, void* out) {
  const int64_t size_of_one = ElementSize(operation.type);
  const Slice mine = PieceOf(slices_[rank()], begin, end);
  const int64_t bytes = mine.count() * size_of_one;
  received_.resize(
      static_cast<size_t>(kPieceBytes * static_cast<int64_t>(peers_.size())));
  inputs_.assign(1, At(operation.in, mine.begin * size_of_one));
  int64_t next = 0;
  for (const int peer : peers_) {
    std::byte* const piece = At(received_.data(), kPieceBytes * next++);
    ALEXNET_RETURN_IF_ERROR(Receive(peer, piece, bytes));
    // Sums go by rank, and this one's place is after the lower ones.
    if (peer < rank()) {
      inputs_.insert(inputs_.end() - 1, piece);
    } else {
      inputs_.push_back(piece);
    }
  }
  for (const int peer : peers_) {
    const Slice theirs = PieceOf(slices_[peer], begin, end);
    ALEXNET_RETURN_IF_ERROR(Send(peer,
                                 At(operation.in, theirs.begin * size_of_one),
                                 theirs.count() * size_of_one));
  }
  ALEXNET_RETURN_IF_ERROR(Await());
  SumInOrder(operation.type, inputs_, mine.count(), {&out, 1});
  return Status();
}

Status MessageExchange::AllReduce(const Operation& operation) {
  const int64_t size_of_one = ElementSize(operation.type);
  slices_.clear();
  for (int each = 0; each < size(); ++each) {
    slices_.push_back(SliceOf(operation.in_count, each, size()));
  }
  const int64_t piece = kPieceBytes / size_of_one;
  // The first slice is as long as any.
  for (int64_t begin = 0; begin < slices_[0].count(); begin += piece) {
    const int64_t end = begin + piece;
    const Slice mine = PieceOf(slices_[rank()], begin, end);
    std::byte* const sum = At(operation.out, mine.begin * size_of_one);
    ALEXNET_RETURN_IF_ERROR(SumPiece(operation, begin, end, sum));
    for (const int peer : peers_) {
      const Slice theirs = PieceOf(slices_[peer], begin, end);
      ALEXNET_RETURN_IF_ERROR(
          Receive(peer, At(operation.out, theirs.begin * size_of_one),
                  theirs.count() * size_of_one));
      ALEXNET_RETURN_IF_ERROR(Send(peer, sum, mine.count() * size_of_one));
    }
    ALEXNET_RETURN_IF_ERROR(Await());
  }
  return Status();
}

Status MessageExchange::ReduceScatter(const Operation& operation) {
  const int64_t size_of_one = ElementSize(operation.type);
  const int64_t count = operation.out_count;
  slices_.clear();
  for (int each = 0; each < size(); ++each) {
    slices_.push_back({each * count, (each + 1) * count});
  }
  const int64_t piece = kPieceBytes / size_of_one;
  for (int64_t begin = 0; begin < count; begin += piece) {
    ALEXNET_RETURN_IF_ERROR(SumPiece(operation, begin, begin + piece,
                                     At(operation.out, begin * size_of_one)));
  }
  return Status();
}

Status MessageExchange::AllGather(const Operation& operation) {
  const int64_t bytes = operation.in_count * ElementSize(operation.type);
  std::byte* const own = At(operation.out, rank() * bytes);
  if (bytes > 0 && own != operation.in) {
    std::memcpy(own, operation.in, static_cast<size_t>(bytes));
  }
  for (int64_t begin = 0; begin < bytes; begin += kMessageBytes) {
    const int64_t piece = std::min(kMessageBytes, bytes - begin);
    for (const int peer : peers_) {
      ALEXNET_RETURN_IF_ERROR(
          Receive(peer, At(operation.out, peer * bytes + begin), piece));
      ALEXNET_RETURN_IF_ERROR(Send(peer, own + begin, piece));
    }
    ALEXNET_RETURN_IF_ERROR(Await());
  }
  return Status();
}

Status MessageExchange::Broadcast(const Operation& operation) {
  const int64_t bytes = operation.out_count * ElementSize(operation.type);
  for (int64_t begin = 0; begin < bytes; begin += kMessageBytes) {
    const int64_t piece = std::min(kMessageBytes, bytes - begin);
    if (operation.from != rank()) {
      ALEXNET_RETURN_IF_ERROR(
          Receive(operation.from, At(operation.out, begin), piece));
    } else {
      for (const int peer : peers_) {
        ALEXNET_RETURN_IF_ERROR(Send(peer, At(operation.in, begin), piece));
      }
    }
    ALEXNET_RETURN_IF_ERROR(Await());
  }
  return Status();
}

Status MessageExchange::SendReceive(const Operation& operation) {
  const int64_t size_of_one = ElementSize(operation.type);
  const int64_t out_bytes = operation.out_count * size_of_one;
  const int64_t in_bytes = operation.in_count * size_of_one;
  for (int64_t begin = 0; begin < std::max(in_bytes, out_bytes);
       begin += kMessageBytes) {
    const auto piece = [begin](int64_t bytes) {
      return std::clamp<int64_t>(bytes - begin, 0, kMessageBytes);
    };
    if (piece(out_bytes) > 0) {
      ALEXNET_RETURN_IF_ERROR(
          Receive(operation.from, At(operation.out, begin), piece(out_bytes)));
    }
    if (piece(in_bytes) > 0) {
      ALEXNET_RETURN_IF_ERROR(
          Send(operation.to, At(operation.in, begin), piece(in_bytes)));
    }
    ALEXNET_RETURN_IF_ERROR(Await());
  }
  return Status();
}

}  // namespace alexnet
