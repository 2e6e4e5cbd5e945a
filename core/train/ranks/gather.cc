#include "core/train/ranks/gather.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <type_traits>
#include <utility>

#include "core/base/cancel.h"

namespace alexnet {
namespace {

// Each name and reason with a zero behind it.
std::string Pack(const std::vector<BrokenPicture>& pictures) {
  std::string packed;
  for (const BrokenPicture& picture : pictures) {
    for (const std::string& text : {picture.name, picture.reason}) {
      packed.append(text.c_str()).push_back('\0');
    }
  }
  return packed;
}

void Unpack(const std::string& packed, std::map<std::string, std::string>* to) {
  for (size_t i = 0; i < packed.size();) {
    std::string name = packed.data() + i;
    i += name.size() + 1;
    std::string reason = packed.data() + i;
    i += reason.size() + 1;
    to->emplace(std::move(name), std::move(reason));
  }
}

// Pictures of each class that were recognized, of which the percents were made.
std::vector<int64_t> RightOf(const Evaluation& share) {
  std::vector<int64_t> right;
  for (size_t c = 0; c < share.recall.size(); ++c) {
    right.push_back(std::llround(std::max(0.0, share.recall[c]) / 100.0 *
                                 static_cast<double>(share.class_counts[c])));
  }
  return right;
}

Status SumCounts(std::vector<int64_t>* counts, Communicator& comm) {
  if (counts->empty()) return Status();
  ALEXNET_RETURN_IF_ERROR(comm.AllReduce(counts->data(), counts->data(),
                                         static_cast<int64_t>(counts->size()),
                                         ElementType::kI64));
  return comm.Finish();
}

Status SumClasses(Evaluation* all, Communicator& comm) {
  std::vector<int64_t> right = RightOf(*all);
  for (std::vector<int64_t>* counts :
       {&right, &all->class_counts, &all->confusion}) {
    ALEXNET_RETURN_IF_ERROR(SumCounts(counts, comm));
  }
  for (size_t c = 0; c < right.size(); ++c) {
    const auto count = static_cast<double>(all->class_counts[c]);
    all->recall[c] =
        count > 0.0 ? 100.0 * static_cast<double>(right[c]) / count : -1.0;
  }
  return Status();
}

Status SendText(const std::string& text, Communicator& comm) {
  const auto size = static_cast<int64_t>(text.size());
  ALEXNET_RETURN_IF_ERROR(comm.Send(&size, 1, ElementType::kI64, /*to=*/0));
  if (size > 0) {
    ALEXNET_RETURN_IF_ERROR(
        comm.Send(text.data(), size, ElementType::kByte, /*to=*/0));
  }
  return comm.Finish();
}

Result<std::string> ReceiveText(int from, Communicator& comm) {
  int64_t size = 0;
  ALEXNET_RETURN_IF_ERROR(comm.Receive(&size, 1, ElementType::kI64, from));
  ALEXNET_RETURN_IF_ERROR(comm.Finish());
  std::string text(static_cast<size_t>(size), '\0');
  if (size > 0) {
    ALEXNET_RETURN_IF_ERROR(
        comm.Receive(text.data(), size, ElementType::kByte, from));
    ALEXNET_RETURN_IF_ERROR(comm.Finish());
  }
  return text;
}

// On rank 0 the worst of all.
Status GatherWorst(std::vector<WrongPicture>* worst, Communicator& comm) {
  // Ranks are of one build, so that a picture is its bytes.
  static_assert(std::is_trivially_copyable_v<WrongPicture>);
  if (comm.rank() != 0) {
    return SendText(std::string(reinterpret_cast<const char*>(worst->data()),
                                worst->size() * sizeof(WrongPicture)),
                    comm);
  }
  for (int from = 1; from < comm.size(); ++from) {
    ALEXNET_ASSIGN_OR_RETURN(const std::string bytes, ReceiveText(from, comm));
    std::vector<WrongPicture> more(bytes.size() / sizeof(WrongPicture));
    if (!more.empty()) std::memcpy(more.data(), bytes.data(), bytes.size());
    MergeWorst(more, worst);
  }
  return Status();
}

}  // namespace

Result<std::vector<BrokenPicture>> GatherBroken(
    const std::vector<BrokenPicture>& own, Communicator& comm) {
  if (comm.rank() != 0) {
    ALEXNET_RETURN_IF_ERROR(SendText(Pack(own), comm));
    return own;
  }
  std::map<std::string, std::string> all;
  Unpack(Pack(own), &all);
  for (int from = 1; from < comm.size(); ++from) {
    ALEXNET_ASSIGN_OR_RETURN(const std::string packed, ReceiveText(from, comm));
    Unpack(packed, &all);
  }
  std::vector<BrokenPicture> list;
  for (auto& [name, reason] : all) list.push_back({name, std::move(reason)});
  return list;
}

Result<Evaluation> SumEvaluations(const Result<Evaluation>& share,
                                  Communicator& comm) {
  if (!share.ok() && !IsInterruption(share.status())) {
    // The others are on their way to the sums; what the caller does next would
    // not fit.
    comm.Abort(share.status());
    return share.status();
  }
  enum Sums : size_t { kCount, kTop1, kTop5, kLoss, kStopped, kSums };
  std::array<double, kSums> sums = {};
  if (share.ok()) {
    const auto count = static_cast<double>(share->count);
    sums[kCount] = count;
    // Pictures, of which the percents were made.
    sums[kTop1] = std::round(share->top1_error / 100.0 * count);
    sums[kTop5] = std::round(share->top5_error / 100.0 * count);
    sums[kLoss] = share->loss * count;
  } else {
    sums[kStopped] = 1.0;
  }
  ALEXNET_RETURN_IF_ERROR(
      comm.AllReduce(sums.data(), sums.data(), kSums, ElementType::kF64));
  ALEXNET_RETURN_IF_ERROR(comm.Finish());
  if (!share.ok()) return share.status();
  if (sums[kStopped] != 0.0) return CancelledError("stopped");
  Evaluation all = *share;
  all.count = static_cast<int64_t>(sums[kCount]);
  if (all.count > 0) {
    all.top1_error = 100.0 * sums[kTop1] / sums[kCount];
    all.top5_error = 100.0 * sums[kTop5] / sums[kCount];
    all.loss = sums[kLoss] / sums[kCount];
  }
  ALEXNET_RETURN_IF_ERROR(SumClasses(&all, comm));
  ALEXNET_RETURN_IF_ERROR(GatherWorst(&all.worst, comm));
  ALEXNET_ASSIGN_OR_RETURN(all.broken, GatherBroken(share->broken, comm));
  return all;
}

}  // namespace alexnet
