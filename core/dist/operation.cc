#include "core/dist/operation.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/base/checked_math.h"

namespace alexnet {
namespace {

using Kind = Operation::Kind;

constexpr int64_t kNothing = -1;

bool IsCollective(Kind kind) { return kind <= Kind::kBarrier; }

bool Sums(Kind kind) {
  return kind == Kind::kAllReduce || kind == Kind::kReduceScatter;
}

Status CheckPeer(int peer, const char* name, int rank, int size) {
  if (peer < 0 || peer >= size) {
    return InvalidArgumentError(
               fmt::format("there is no rank {} among {}", peer, size))
        .WithField(name);
  }
  if (peer == rank) {
    return InvalidArgumentError(
               fmt::format("rank {} cannot exchange with itself", rank))
        .WithField(name);
  }
  return Status();
}

// The bytes of an operation's input and output, beginning and end.
struct Range {
  uintptr_t begin = 0;
  uintptr_t end = 0;

  static Range Of(const void* data, int64_t bytes) {
    const auto begin = reinterpret_cast<uintptr_t>(data);
    return {begin, begin + static_cast<uintptr_t>(bytes)};
  }
  bool Meets(const Range& other) const {
    return std::max(begin, other.begin) < std::min(end, other.end);
  }
};

Status CheckMemory(const Operation& operation, int rank, int size) {
  const bool gathers = operation.kind == Kind::kAllGather;
  const bool scatters = operation.kind == Kind::kReduceScatter;
  const auto bytes = [&](int64_t count, int64_t parts) {
    const auto bytes_of_one =
        CheckedMul<int64_t>(count, ElementSize(operation.type));
    return bytes_of_one ? CheckedMul(*bytes_of_one, parts) : std::nullopt;
  };
  const auto in_bytes = bytes(operation.in_count, scatters ? size : 1);
  const auto out_bytes = bytes(operation.out_count, gathers ? size : 1);
  if (!in_bytes || !out_bytes) {
    return InvalidArgumentError("more elements than memory can hold")
        .WithField("count");
  }
  if ((operation.in == nullptr && *in_bytes > 0) ||
      (operation.out == nullptr && *out_bytes > 0)) {
    return InvalidArgumentError("no memory was given");
  }
  const Range in = Range::Of(operation.in, *in_bytes);
  const Range out = Range::Of(operation.out, *out_bytes);
  if (operation.kind == Kind::kBroadcast || !in.Meets(out)) return Status();
  const uintptr_t part =
      static_cast<uintptr_t>(rank) *
      static_cast<uintptr_t>(gathers ? *in_bytes : *out_bytes);
  const bool in_place = operation.kind == Kind::kAllReduce
                            ? in.begin == out.begin
                        : gathers  ? in.begin == out.begin + part
                        : scatters ? out.begin == in.begin + part
                                   : false;
  return in_place ? Status()
                  : InvalidArgumentError(
                        "input and output overlap other than in place");
}

}  // namespace

Status CheckOperation(const Operation& operation, int rank, int size) {
  if (operation.in_count < 0 || operation.out_count < 0) {
    return InvalidArgumentError("must not be negative").WithField("count");
  }
  if (Sums(operation.kind) && operation.type == ElementType::kByte) {
    return InvalidArgumentError("bytes cannot be summed").WithField("type");
  }
  if (operation.kind == Kind::kBroadcast) {
    if (operation.from < 0 || operation.from >= size) {
      return InvalidArgumentError(fmt::format("there is no rank {} among {}",
                                              operation.from, size))
          .WithField("root");
    }
  }
  if (operation.kind == Kind::kSend || operation.kind == Kind::kSendReceive) {
    ALEXNET_RETURN_IF_ERROR(CheckPeer(operation.to, "to", rank, size));
  }
  if (operation.kind == Kind::kReceive ||
      operation.kind == Kind::kSendReceive) {
    ALEXNET_RETURN_IF_ERROR(CheckPeer(operation.from, "from", rank, size));
  }
  return operation.bare ? Status() : CheckMemory(operation, rank, size);
}

void FindPeers(const Operation& operation, int rank, int size,
               std::vector<int>* peers) {
  peers->clear();
  if (IsCollective(operation.kind)) {
    for (int peer = 0; peer < size; ++peer) {
      if (peer != rank) peers->push_back(peer);
    }
    return;
  }
  const int low = std::min(operation.to, operation.from);
  const int high = std::max(operation.to, operation.from);
  if (low != Operation::kNobody) peers->push_back(low);
  if (high != low) peers->push_back(high);
}

Signature SignatureOf(const Operation& operation, int peer) {
  Signature signature;
  signature.type = static_cast<int32_t>(operation.type);
  if (IsCollective(operation.kind)) {
    signature.collective = static_cast<int32_t>(operation.kind) + 1;
    signature.root = operation.from;
    signature.sent = operation.in_count;
    signature.received = operation.out_count;
    return signature;
  }
  signature.sent = operation.to == peer ? operation.in_count : kNothing;
  signature.received = operation.from == peer ? operation.out_count : kNothing;
  return signature;
}

std::string Describe(const Signature& signature, int peer) {
  const char* type = ElementTypeName(static_cast<ElementType>(signature.type));
  const auto of = [&](const char* what) {
    return fmt::format("{} of {} {}", what, signature.sent, type);
  };
  switch (static_cast<Kind>(signature.collective - 1)) {
    case Kind::kAllReduce:
      return of("an all-reduce");
    case Kind::kAllGather:
      return of("an all-gather");
    case Kind::kReduceScatter:
      return of("a reduce-scatter");
    case Kind::kBroadcast:
      return of("a broadcast") + fmt::format(" by rank {}", signature.root);
    case Kind::kBarrier:
      return "a barrier";
    default:
      break;
  }
  std::string text;
  if (signature.sent != kNothing) {
    text = of("a send") + fmt::format(" to rank {}", peer);
  }
  if (signature.received != kNothing) {
    if (!text.empty()) text += " and ";
    text += fmt::format("a receive of {} {} from rank {}", signature.received,
                        type, peer);
  }
  return text;
}

Status EndedError(int peer, int rank, const std::string& what) {
  return FailedPreconditionError(fmt::format(
      "rank {} has ended, and rank {} waits for it in {}", peer, rank, what));
}

Status LateError(int peer, int rank, const std::string& what,
                 std::chrono::milliseconds late) {
  return DeadlineExceededError(fmt::format(
      "rank {} did not come to {} within {} s, where rank {} waits for it; it "
      "hangs or does something else",
      peer, what, std::chrono::duration<double>(late).count(), rank));
}

Status MismatchError(int rank, const Signature& signature, int other_rank,
                     const Signature& other) {
  if (rank > other_rank) {
    return MismatchError(other_rank, other, rank, signature);
  }
  return FailedPreconditionError(fmt::format(
      "the ranks do not agree: rank {} calls {}, but rank {} {}; all must run "
      "the same program with the same options",
      rank, Describe(signature, other_rank), other_rank,
      Describe(other, rank)));
}

}  // namespace alexnet
