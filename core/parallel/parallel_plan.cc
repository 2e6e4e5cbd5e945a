#include "core/parallel/parallel_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "core/base/enum_name.h"
#include "core/parallel/split_layer.h"

namespace alexnet {
namespace {

constexpr int kMaxRanks = 1024;

// Places the blobs of one network layer by layer.
class Planner {
 public:
  Planner(const Network& network, const NetworkInfo& info,
          const ParallelOptions& options)
      : network_(network), info_(info), ranks_(options.ranks) {
    plan_.options = options;
  }

  Result<ParallelPlan> Make() {
    const int loss = info_.logits_layer + 1;
    const int divided = FirstDivided();
    // The input: whole pictures, of all samples or of the rank's own.
    source_ = AllChannels(network_.channels, ranks_, divided > 0);
    for (int i = 0; i < loss; ++i) {
      const Status status = i < divided ? KeepWhole(i) : Divide(i);
      if (!status.ok()) {
        return status.WithContext(network_.layers[Index(i)].name);
      }
    }
    plan_.loss = AllChannels(info_.layers[Index(info_.logits_layer)].out[1],
                             ranks_, !plan_.options.all_outputs);
    ExchangeBefore(loss, plan_.loss);
    while (plan_.layers.size() < network_.layers.size()) {
      plan_.layers.push_back({plan_.loss, plan_.loss});
    }
    PlaceParameters();
    const bool in_turn = RunsInTurn(plan_.options.kind);
    plan_.passes = in_turn ? ranks_ : 1;
    plan_.first_in_passes = in_turn ? divided : 0;
    return std::move(plan_);
  }

  // The first layer that is divided by channels; beyond the last one where none
  // is.
  int FirstDivided() const {
    const int layers = static_cast<int>(network_.layers.size());
    if (plan_.options.kind == ParallelKind::kTowers) return 0;
    if (plan_.options.kind == ParallelKind::kData) return layers;
    for (int i = 0; i < layers; ++i) {
      // A convolution over all positions is a fully connected layer, too.
      const Shape& out = info_.layers[Index(i)].out;
      if (HasParameters(network_.layers[Index(i)]) &&
          out[1] == out.elements()) {
        return i;
      }
    }
    return layers;
  }

 private:
  static size_t Index(int i) { return static_cast<size_t>(i); }

  Status KeepWhole(int i) {
    const LayerShapes& shapes = info_.layers[Index(i)];
    Place(i, AllChannels(shapes.in[1], ranks_, /*by_samples=*/true),
          AllChannels(shapes.out[1], ranks_, /*by_samples=*/true));
    return Status();
  }

  Status Divide(int i) {
    ALEXNET_ASSIGN_OR_RETURN(
        SplitLayer split,
        SplitByChannels(network_.layers[Index(i)], info_.layers[Index(i)],
                        source_.valid));
    Place(i, {false, split.in, split.in},
          {false, std::move(split.out), std::move(split.valid)});
    return Status();
  }

  void Place(int i, BlobPlacement in, BlobPlacement out) {
    ExchangeBefore(i, in);
    source_ = out;
    plan_.layers.push_back({std::move(in), std::move(out)});
  }

  void ExchangeBefore(int i, const BlobPlacement& wanted) {
    if (source_ == wanted) return;
    plan_.exchanges.push_back({i, source_, wanted});
  }

  void PlaceParameters() {
    for (const ParameterInfo& parameter : info_.parameters) {
      const BlobPlacement& out = plan_.layers[Index(parameter.layer)].out;
      // A channel has a row, or one for each of its positions.
      const int64_t rows =
          parameter.shape[0] / info_.layers[Index(parameter.layer)].out[1];
      ParameterPlacement placement{out.holds, out.by_samples};
      for (Range& part : placement.rows) {
        part = {part.begin * rows, part.end * rows};
      }
      plan_.parameters.push_back(std::move(placement));
    }
  }

  const Network& network_;
  const NetworkInfo& info_;
  const int ranks_;
  BlobPlacement source_;  // of the next layer
  ParallelPlan plan_;
};

// Of those numbers that people have, which work.
std::string RanksThatWork(const Network& network, const NetworkInfo& info,
                          ParallelOptions options) {
  std::vector<int> work;
  for (int ranks = 1; ranks <= 8; ++ranks) {
    options.ranks = ranks;
    if (Planner(network, info, options).Make().ok()) work.push_back(ranks);
  }
  return work.empty()
             ? "of 1 to 8 ranks, no number works"
             : fmt::format("of 1 to 8 ranks, {} work", fmt::join(work, ", "));
}

}  // namespace

Range ParallelPlan::Samples(int layer, int pass, int64_t batch) const {
  if (layer < first_in_passes) return {0, batch};
  return PartOf(batch, pass, passes);
}

BlobBox ParallelPlan::BoxOf(const BlobPlacement& placement, int layer, int rank,
                            int pass, int64_t batch) const {
  Range samples = Samples(layer, pass, batch);
  if (placement.by_samples) {
    samples = Intersect(samples, PartOf(batch, rank, placement.ranks()));
  }
  return {samples, placement.holds[static_cast<size_t>(rank)]};
}

Status ParallelPlan::CheckBatch(int64_t batch) const {
  const bool shared = passes > 1 || loss.by_samples ||
                      std::any_of(layers.begin(), layers.end(),
                                  [](const LayerPlacement& layer) {
                                    return layer.out.by_samples;
                                  });
  const int64_t least = shared ? options.ranks : 1;
  if (batch >= least) return Status();
  return InvalidArgumentError(
      fmt::format("a batch of {} cannot be shared by {} ranks; at least {} "
                  "samples are needed",
                  batch, options.ranks, least));
}

Result<ParallelPlan> MakeParallelPlan(const Network& network,
                                      const NetworkInfo& info,
                                      const ParallelOptions& options) {
  ALEXNET_RETURN_IF_ERROR(CheckRange("ranks", options.ranks, 1, kMaxRanks));
  Planner planner(network, info, options);
  if (IsHybrid(options.kind) &&
      planner.FirstDivided() == static_cast<int>(network.layers.size())) {
    return InvalidArgumentError(fmt::format(
        "{} has no fully connected layer that `hybrid` could divide; `data` "
        "needs none",
        network.name));
  }
  Result<ParallelPlan> plan = planner.Make();
  if (plan.ok()) return plan;
  return plan.status().WithContext(
      fmt::format("`{}` cannot divide {} among {} ranks ({})",
                  NameOf(kParallelKindNames, options.kind), network.name,
                  options.ranks, RanksThatWork(network, info, options)));
}

}  // namespace alexnet
