#include "core/parallel/host_rank_part.h"

#include <fmt/core.h>

#include <cstddef>
#include <iterator>
#include <utility>

#include "core/base/hash.h"
#include "core/parallel/exchange_kernel.h"
#include "core/parallel/host_exchange.h"

namespace alexnet {
namespace {

size_t Index(int i) { return static_cast<size_t>(i); }

}  // namespace

Result<std::shared_ptr<HostRankPart>> HostRankPart::Create(
    const ParallelPlan& plan, const Network& network, const NetworkInfo& info,
    int64_t batch, Communicator& comm) {
  if (comm.size() != plan.options.ranks) {
    return InvalidArgumentError(
        fmt::format("a plan for {} ranks, but there are {}", plan.options.ranks,
                    comm.size()));
  }
  if (plan.passes > 1) {
    return UnsupportedError(
        "training runs `hybrid` on the samples of all ranks at once, not in "
        "turn");
  }
  if (plan.options.all_outputs && comm.size() > 1) {
    return InvalidArgumentError(
        "a plan that gives all outputs to all ranks is for predictions");
  }
  ALEXNET_RETURN_IF_ERROR(plan.CheckBatch(batch).WithField("batch"));
  ALEXNET_ASSIGN_OR_RETURN(RankNetwork part,
                           MakeRankNetwork(plan, network, info, comm.rank()));
  return std::shared_ptr<HostRankPart>(
      new HostRankPart(plan, info, std::move(part), batch, comm));
}

HostRankPart::HostRankPart(const ParallelPlan& plan, const NetworkInfo& whole,
                           RankNetwork part, int64_t batch, Communicator& comm)
    : plan_(plan),
      whole_(whole),
      part_(std::move(part)),
      batch_(batch),
      comm_(comm) {}

const ExchangeNode* HostRankPart::Find(int layer) const {
  for (const ExchangeNode& node : plan_.exchanges) {
    if (node.layer == layer) return &node;
  }
  return nullptr;
}

const Shape& HostRankPart::WholeBlob(int layer) const {
  return layer == 0 ? whole_.layers.front().in
                    : whole_.layers[Index(layer - 1)].out;
}

BlobBox HostRankPart::BoxOf(const BlobPlacement& placement, int layer) const {
  return plan_.BoxOf(placement, layer, comm_.rank(), /*pass=*/0, batch_);
}

Shape HostRankPart::ShapeOf(const BlobPlacement& placement, int layer) const {
  const BlobBox box = BoxOf(placement, layer);
  const Shape& whole = WholeBlob(layer);
  if (whole.rank() == 2) return {box.samples.count(), box.channels.count()};
  return {box.samples.count(), box.channels.count(), whole[2], whole[3]};
}

const BlobPlacement& HostRankPart::ReadBy(int layer) const {
  return layer > whole_.logits_layer ? plan_.loss
                                     : plan_.layers[Index(layer)].in;
}

Shape HostRankPart::input_shape() const {
  const ExchangeNode* node = Find(0);
  return ShapeOf(node != nullptr ? node->from : ReadBy(0), 0);
}

LayerShare HostRankPart::ShareOf(int layer) const {
  const BlobBox box = BoxOf(ReadBy(layer), layer);
  const Shape& whole = WholeBlob(layer);
  const int64_t positions = whole.elements() / whole[1];
  return {
      box.samples.count(),
      {box.samples.begin, box.channels.begin * positions, whole.elements()}};
}

Result<std::unique_ptr<Kernel>> HostRankPart::CreateExchange(int layer) {
  const ExchangeNode* node = Find(layer);
  if (node == nullptr) return InternalError("ranks exchange nothing here");
  const Shape& whole = WholeBlob(layer);
  const bool loss = layer > whole_.logits_layer;
  return MakeExchangeKernel(
      "exchange before " +
          (loss ? "the loss" : part_.network.layers[Index(layer)].name),
      ShapeOf(node->from, layer), ShapeOf(node->to, layer),
      HostExchange(plan_, *node, comm_.rank(), /*pass=*/0, batch_,
                   whole.elements() / whole[1]),
      comm_);
}

bool HostRankPart::Sums(int parameter) const {
  const ParameterPlacement& placement = plan_.parameters[Index(parameter)];
  return placement.by_samples && placement.rows.size() > 1;
}

// A kernel may choose its layout by the number of samples, or by what its
// processor can.
Status HostRankPart::Agree(const std::vector<const ParameterLayout*>& layouts) {
  layouts_ = layouts;
  std::vector<int64_t> own;
  for (const ParameterLayout* layout : layouts) {
    own.push_back(static_cast<int64_t>(Hash64(layout->key())));
  }
  const auto ranks = Index(comm_.size());
  std::vector<int64_t> all(own.size() * ranks);
  ALEXNET_RETURN_IF_ERROR(comm_.AllGather(own.data(), all.data(),
                                          static_cast<int64_t>(own.size()),
                                          ElementType::kI64));
  ALEXNET_RETURN_IF_ERROR(comm_.Finish());
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

bool HostRankPart::CountsInNorm(int parameter) const {
  return !Sums(parameter) || comm_.rank() == 0;
}

Status HostRankPart::SumGradient(int parameter, void* gradient) {
  if (!Sums(parameter)) return Status();
  return comm_.AllReduce(gradient, gradient,
                         layouts_[Index(parameter)]->elements(),
                         ElementType::kF32);
}

Status HostRankPart::SumOutcome(StepOutcome* outcome) {
  double numbers[] = {outcome->loss.loss_sum,
                      static_cast<double>(outcome->loss.correct),
                      outcome->squared_norm};
  constexpr int64_t kCount = std::size(numbers);
  ALEXNET_RETURN_IF_ERROR(
      comm_.AllReduce(numbers, numbers, kCount, ElementType::kF64));
  ALEXNET_RETURN_IF_ERROR(comm_.Finish());
  outcome->loss.loss_sum = numbers[0];
  outcome->loss.correct = static_cast<int64_t>(numbers[1]);
  outcome->squared_norm = numbers[2];
  return Status();
}

void HostRankPart::Abandon(const Status& why) {
  comm_.Abort(why);
  // The failure that was first, on whatever rank; this one's own is told by
  // whoever abandons.
  static_cast<void>(comm_.Finish());
}

}  // namespace alexnet
