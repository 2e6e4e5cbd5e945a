#include "core/parallel/step_traffic.h"

#include <cstddef>

#include "core/dist/slices.h"
#include "core/parallel/transfers.h"

namespace alexnet {
namespace {

using Kind = StepExchange::Kind;

size_t Index(int i) { return static_cast<size_t>(i); }

class Step {
 public:
  Step(const ParallelPlan& plan, const NetworkInfo& info, int64_t batch)
      : plan_(plan), info_(info), batch_(batch) {}

  std::vector<StepExchange> Make() {
    const int end = info_.logits_layer + 1;
    for (int pass = 0; pass < plan_.passes; ++pass) {
      const int begin = pass == 0 ? 0 : plan_.first_in_passes;
      for (int layer = begin; layer <= end; ++layer) {
        Exchange(Kind::kForward, layer, pass);
      }
      for (int layer = end; InPasses(layer); --layer) {
        Exchange(Kind::kBackward, layer, pass);
        if (pass == plan_.passes - 1) Sum(layer);
      }
    }
    for (int layer = plan_.passes > 1 ? plan_.first_in_passes - 1 : end;
         layer >= 0; --layer) {
      Sum(layer);
      Exchange(Kind::kBackward, layer, 0);
    }
    return std::move(step_);
  }

 private:
  // A plan that has one pass runs backward when all is forward.
  bool InPasses(int layer) const {
    return plan_.passes > 1 && layer >= plan_.first_in_passes;
  }

  int64_t Positions(int layer) const {
    const Shape& blob = layer == 0 ? info_.layers.front().in
                                   : info_.layers[Index(layer - 1)].out;
    return blob.elements() / blob[1];
  }

  void Exchange(Kind kind, int layer, int pass) {
    for (const ExchangeNode& node : plan_.exchanges) {
      if (node.layer != layer) continue;
      // Nothing learns below the input.
      if (kind == Kind::kBackward && layer == 0) continue;
      StepExchange exchange = Empty(kind, layer, pass);
      for (const Transfer& transfer : TransfersOf(plan_, node, pass, batch_)) {
        if (transfer.from == transfer.to) continue;
        const BlobBox& box = transfer.box;
        const int64_t elements =
            box.samples.count() * box.channels.count() * Positions(layer);
        const bool forward = kind == Kind::kForward;
        const int from = forward ? transfer.from : transfer.to;
        const int to = forward ? transfer.to : transfer.from;
        exchange.ranks[Index(from)].sent += elements;
        exchange.ranks[Index(to)].received += elements;
      }
      step_.push_back(std::move(exchange));
    }
  }

  void Sum(int layer) {
    const int size = plan_.options.ranks;
    for (size_t p = info_.parameters.size(); p-- > 0;) {
      const ParameterPlacement& placement = plan_.parameters[p];
      if (info_.parameters[p].layer != layer) continue;
      if (!placement.by_samples || size == 1) continue;
      const int64_t count = info_.parameters[p].shape.elements();
      StepExchange sum = Empty(Kind::kGradient, layer, plan_.passes - 1);
      for (int rank = 0; rank < size; ++rank) {
        const int64_t own = SliceOf(count, rank, size).count();
        const int64_t moved = count - own + (size - 1) * own;
        sum.ranks[Index(rank)] = {moved, moved};
      }
      step_.push_back(std::move(sum));
    }
  }

  StepExchange Empty(Kind kind, int layer, int pass) const {
    return {kind, layer, pass,
            std::vector<RankTraffic>(Index(plan_.options.ranks))};
  }

  const ParallelPlan& plan_;
  const NetworkInfo& info_;
  const int64_t batch_;
  std::vector<StepExchange> step_;
};

}  // namespace

std::vector<StepExchange> TrafficOfStep(const ParallelPlan& plan,
                                        const NetworkInfo& info,
                                        int64_t batch) {
  return Step(plan, info, batch).Make();
}

std::vector<RankTraffic> SumOverStep(const std::vector<StepExchange>& step) {
  std::vector<RankTraffic> sums;
  for (const StepExchange& exchange : step) {
    sums.resize(exchange.ranks.size());
    for (size_t rank = 0; rank < sums.size(); ++rank) {
      sums[rank].sent += exchange.ranks[rank].sent;
      sums[rank].received += exchange.ranks[rank].received;
    }
  }
  return sums;
}

}  // namespace alexnet
