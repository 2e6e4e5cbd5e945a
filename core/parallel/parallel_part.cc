#include "core/parallel/parallel_part.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "core/base/checked_math.h"
#include "core/base/hash.h"
#include "core/parallel/blob_exchange.h"
#include "core/parallel/exchange_kernel.h"

namespace alexnet {
namespace {

// Enough for a sum to take all of a link, and so few that there is always one
// under way.
constexpr int64_t kBucketBytes = int64_t{4} << 20;

size_t Index(int i) { return static_cast<size_t>(i); }

bool IsSummed(const ParameterPlacement& placement) {
  return placement.by_samples && placement.rows.size() > 1;
}

// By parameter that ranks sum, a rank, so that each has about as many elements:
// the largest first, to the rank that has fewest.
std::vector<int> ShareOut(const ParallelPlan& plan,
                          const std::vector<ParameterInfo>& parameters,
                          int ranks) {
  std::vector<size_t> order;
  for (size_t p = 0; p < parameters.size(); ++p) {
    if (IsSummed(plan.parameters[p])) order.push_back(p);
  }
  const auto elements = [&](size_t p) {
    return parameters[p].shape.elements();
  };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return elements(a) > elements(b);
  });
  std::vector<int64_t> taken(Index(ranks));
  std::vector<int> shares(parameters.size());
  for (const size_t p : order) {
    const auto least = std::min_element(taken.begin(), taken.end());
    *least += elements(p);
    shares[p] = static_cast<int>(least - taken.begin());
  }
  return shares;
}

}  // namespace

Result<std::shared_ptr<ParallelPart>> ParallelPart::Create(
    const ParallelPlan& plan, const Network& network, const NetworkInfo& info,
    int64_t batch, Communicator& comm, Communicator* over_device) {
  if (comm.size() != plan.options.ranks) {
    return InvalidArgumentError(
        fmt::format("a plan for {} ranks, but there are {}", plan.options.ranks,
                    comm.size()));
  }
  if (plan.passes > 1 && plan.first_in_passes == 0) {
    return UnsupportedError(
        fmt::format("all layers of {} are divided by units, so that samples "
                    "cannot come in turn; use `hybrid`",
                    network.name));
  }
  ALEXNET_RETURN_IF_ERROR(plan.CheckBatch(batch).WithField("batch"));
  ALEXNET_ASSIGN_OR_RETURN(RankNetwork part,
                           MakeRankNetwork(plan, network, info, comm.rank()));
  Communicator& data = over_device != nullptr ? *over_device : comm;
  ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<Fence> summed, data.CreateFence());
  return std::shared_ptr<ParallelPart>(new ParallelPart(
      plan, info, std::move(part), batch, comm, data, std::move(summed)));
}

ParallelPart::ParallelPart(const ParallelPlan& plan, const NetworkInfo& whole,
                           RankNetwork part, int64_t batch, Communicator& comm,
                           Communicator& data, std::unique_ptr<Fence> summed)
    : plan_(plan),
      whole_(whole),
      part_(std::move(part)),
      batch_(batch),
      comm_(comm),
      data_(data),
      summed_(std::move(summed)),
      norm_ranks_(ShareOut(plan, whole.parameters, comm.size())) {}

const ExchangeNode* ParallelPart::Find(int layer) const {
  for (const ExchangeNode& node : plan_.exchanges) {
    if (node.layer == layer) return &node;
  }
  return nullptr;
}

const Shape& ParallelPart::WholeBlob(int layer) const {
  return layer == 0 ? whole_.layers.front().in
                    : whole_.layers[Index(layer - 1)].out;
}

BlobBox ParallelPart::BoxOf(const BlobPlacement& placement, int layer,
                            int pass) const {
  return plan_.BoxOf(placement, layer, comm_.rank(), pass, batch_);
}

Shape ParallelPart::ShapeOf(const BlobPlacement& placement, int layer,
                            int pass) const {
  const BlobBox box = BoxOf(placement, layer, pass);
  const Shape& whole = WholeBlob(layer);
  if (whole.rank() == 2) return {box.samples.count(), box.channels.count()};
  return {box.samples.count(), box.channels.count(), whole[2], whole[3]};
}

const BlobPlacement& ParallelPart::ReadBy(int layer) const {
  return layer > whole_.logits_layer ? plan_.loss
                                     : plan_.layers[Index(layer)].in;
}

Shape ParallelPart::input_shape() const {
  const ExchangeNode* node = Find(0);
  return ShapeOf(node != nullptr ? node->from : ReadBy(0), 0,
                 /*pass=*/0);
}

LayerPasses ParallelPart::passes() const {
  if (plan_.passes == 1) return {};
  return {plan_.first_in_passes, plan_.passes,
          plan_.options.kind == ParallelKind::kHybridSubBatches};
}

LayerShare ParallelPart::ShareOf(int layer, int pass) const {
  const BlobBox box = BoxOf(ReadBy(layer), layer, pass);
  const Shape& whole = WholeBlob(layer);
  const int64_t positions = whole.elements() / whole[1];
  return {
      box.samples.count(),
      {box.samples.begin, box.channels.begin * positions, whole.elements()}};
}

BlobExchange ParallelPart::ExchangeBefore(const ExchangeNode& node,
                                          int pass) const {
  const Shape& whole = WholeBlob(node.layer);
  return BlobExchange(plan_, node, comm_.rank(), pass, batch_,
                      whole.elements() / whole[1]);
}

Result<std::unique_ptr<Kernel>> ParallelPart::CreateExchange(int layer,
                                                             int pass,
                                                             Backend& backend) {
  const ExchangeNode* node = Find(layer);
  if (node == nullptr) return InternalError("ranks exchange nothing here");
  const bool loss = layer > whole_.logits_layer;
  return MakeExchangeKernel(
      "exchange before " +
          (loss ? "the loss" : part_.network.layers[Index(layer)].name),
      ShapeOf(node->from, layer, pass), ShapeOf(node->to, layer, pass),
      ExchangeBefore(*node, pass), backend, data_);
}

Result<std::unique_ptr<PassExchange>> ParallelPart::CreatePassExchange(
    int pass, Backend& backend) {
  const ExchangeNode* node = Find(plan_.first_in_passes);
  if (node == nullptr) return InternalError("ranks exchange nothing here");
  return MakePassExchange(ExchangeBefore(*node, pass), backend, data_);
}

bool ParallelPart::Sums(int parameter) const {
  return IsSummed(plan_.parameters[Index(parameter)]);
}

// A kernel may choose its layout by the number of samples, or by what its
// processor can.
Status ParallelPart::Agree(const std::vector<const ParameterLayout*>& layouts) {
  layouts_ = layouts;
  std::vector<int64_t> own;
  for (const ParameterLayout* layout : layouts) {
    own.push_back(static_cast<int64_t>(Hash64(layout->key())));
  }
  const auto ranks = Index(comm_.size());
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<int64_t> all, GatherNumbers(own));
  for (size_t p = 0; p < own.size(); ++p) {
    if (!Sums(static_cast<int>(p))) continue;
    for (size_t rank = 1; rank < ranks; ++rank) {
      if (all[rank * own.size() + p] == all[p]) continue;
      return InvalidArgumentError(
                 fmt::format("ranks 0 and {} lay out \"{}\" differently; use a "
                             "batch that {} divides, on processors of one kind",
                             rank, part_.info.parameters[p].name, ranks))
          .WithField("batch");
    }
  }
  return Status();
}

bool ParallelPart::CountsInNorm(int parameter) const {
  return !Sums(parameter) || norm_ranks_[Index(parameter)] == comm_.rank();
}

Result<bool> ParallelPart::AllRecorded(bool recorded) {
  int64_t missing = recorded ? 0 : 1;
  ALEXNET_RETURN_IF_ERROR(
      comm_.AllReduce(&missing, &missing, 1, ElementType::kI64));
  ALEXNET_RETURN_IF_ERROR(comm_.Finish());
  return missing == 0;
}

Status ParallelPart::SumGradient(int parameter, void* gradient) {
  if (!Sums(parameter)) return Status();
  const ParameterLayout& layout = *layouts_[Index(parameter)];
  const ElementType type = ElementTypeOf(layout.compute_dtype());
  auto* const begin = static_cast<std::byte*>(gradient);
  const int64_t end = RoundUp(bucket_.bytes, kGradientAlignment);
  if (bucket_.type != type || begin != bucket_.begin + end) {
    ALEXNET_RETURN_IF_ERROR(SumBucket());
    bucket_ = {begin, 0, type};
  }
  bucket_.bytes = begin - bucket_.begin + layout.elements() * ElementSize(type);
  return bucket_.bytes >= kBucketBytes ? SumBucket() : Status();
}

Status ParallelPart::SumBucket() {
  const Bucket bucket = std::exchange(bucket_, {});
  if (bucket.bytes == 0) return Status();
  return data_.AllReduce(bucket.begin, bucket.begin,
                         bucket.bytes / ElementSize(bucket.type), bucket.type);
}

Status ParallelPart::FinishGradients() {
  ALEXNET_RETURN_IF_ERROR(SumBucket());
  return AwaitSums();
}

Status ParallelPart::AwaitSums() {
  ALEXNET_RETURN_IF_ERROR(data_.Signal(*summed_));
  return data_.Wait(*summed_);
}

Status ParallelPart::Sum(void* data, int64_t count, ElementType type) {
  ALEXNET_RETURN_IF_ERROR(data_.AllReduce(data, data, count, type));
  return AwaitSums();
}

UnitShare ParallelPart::UnitsOf(int layer) const {
  const BlobPlacement& out = plan_.layers[Index(layer)].out;
  const bool first = comm_.rank() == 0;
  if (out.by_samples) return {.shared = true, .counts = first};
  if (out.valid != out.holds) return {.known = false};
  int64_t held = 0;
  for (const Range& channels : out.holds) held += channels.count();
  const int64_t all = whole_.layers[Index(layer)].out[1];
  if (held == all) return {};
  // All ranks have all units of all samples, or something between.
  return {.counts = first, .known = held == all * comm_.size()};
}

Result<std::vector<int64_t>> ParallelPart::GatherNumbers(
    const std::vector<int64_t>& own) {
  std::vector<int64_t> all(own.size() * Index(comm_.size()));
  ALEXNET_RETURN_IF_ERROR(comm_.AllGather(own.data(), all.data(),
                                          static_cast<int64_t>(own.size()),
                                          ElementType::kI64));
  ALEXNET_RETURN_IF_ERROR(comm_.Finish());
  return all;
}

// First on the host, where the cause is told to others.
void ParallelPart::Abandon(const Status& why) {
  comm_.Abort(why);
  if (!on_host()) data_.Abort(why);
  // The failure that was first, on whatever rank; this one's own is told by
  // whoever abandons.
  static_cast<void>(comm_.Finish());
  if (!on_host()) static_cast<void>(data_.Finish());
}

}  // namespace alexnet
