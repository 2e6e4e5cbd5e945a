#include "core/parallel/testing/plan_run.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "core/exec/parameters.h"
#include "core/parallel/blob_placement.h"
#include "core/parallel/parameter_slices.h"
#include "core/parallel/rank_network.h"
#include "core/parallel/transfers.h"
#include "core/tensor/tensor.h"

namespace alexnet::testing {
namespace {

struct Part {
  Values& values;
  BlobBox holds;
};

// Adds `box` of one dense part of a blob to another, `positions` a channel.
void AddBox(const Values& from, const BlobBox& from_holds, const BlobBox& box,
            int64_t positions, const Part& to) {
  const int64_t run = box.channels.count() * positions;
  for (int64_t n = box.samples.begin; n < box.samples.end; ++n) {
    const int64_t source =
        OffsetIn(from_holds, n, box.channels.begin) * positions;
    const int64_t target =
        OffsetIn(to.holds, n, box.channels.begin) * positions;
    for (int64_t i = 0; i < run; ++i) {
      to.values[static_cast<size_t>(target + i)] +=
          from[static_cast<size_t>(source + i)];
    }
  }
}

Values Zeros(const BlobBox& box, int64_t positions) {
  return Values(static_cast<size_t>(box.samples.count() * box.channels.count() *
                                    positions));
}

void AddTo(const Floats& values, Floats* sum) {
  sum->resize(values.size());
  for (size_t i = 0; i < values.size(); ++i) (*sum)[i] += values[i];
}

struct Rank {
  RankNetwork part;
  std::vector<LayerBlobs> blobs;  // by layer, then what the loss reads
  std::vector<LayerParameters> parameters;  // by layer
  std::vector<Floats> gradients;            // by parameter, summed over passes
};

class PlanRun {
 public:
  PlanRun(const StepCase& step, const ParallelPlan& plan)
      : step_(step), plan_(plan), loss_(step.info.logits_layer + 1) {
    const auto whole = TensorsAsSource(TensorsOf(step));
    for (int rank = 0; rank < plan.options.ranks; ++rank) {
      AddRank(*SourceOfRank(whole, plan, rank), rank);
    }
    outcome_.logits.resize(static_cast<size_t>(step.batch * step.info.classes));
  }

  StepValues Run() {
    const int divided = plan_.passes == 1 ? loss_ : plan_.first_in_passes;
    Forward(0, divided, /*pass=*/0);
    for (int pass = 0; pass < plan_.passes; ++pass) {
      Forward(divided, loss_, pass);
      Loss(pass);
      if (!plan_.options.all_outputs) Backward(divided, loss_, pass);
    }
    if (plan_.options.all_outputs) return std::move(outcome_);
    Backward(0, divided, /*pass=*/0);
    GatherGradients();
    return std::move(outcome_);
  }

 private:
  static size_t Index(int i) { return static_cast<size_t>(i); }

  void AddRank(ParameterSource& source, int rank) {
    ranks_.push_back(
        {MakeRankNetwork(plan_, step_.network, step_.info, rank).value(),
         std::vector<LayerBlobs>(Index(loss_) + 1),
         std::vector<LayerParameters>(Index(loss_)),
         std::vector<Floats>(step_.parameters.size())});
    for (size_t p = 0; p < step_.parameters.size(); ++p) {
      const ParameterInfo& info = step_.info.parameters[p];
      const TensorView slice = source.Get(static_cast<int>(p)).value();
      LayerParameters& of = ranks_.back().parameters[Index(info.layer)];
      (info.is_bias ? of.bias : of.weight)
          .assign(slice.f32(), slice.f32() + slice.shape.elements());
    }
  }

  // Of the blob before `layer`.
  int64_t Positions(int layer) const {
    const Shape& shape = layer == 0 ? step_.info.layers[0].in
                                    : step_.info.layers[Index(layer - 1)].out;
    return shape.elements() / shape[1];
  }

  const BlobPlacement& Reads(int layer) const {
    return layer == loss_ ? plan_.loss : plan_.layers[Index(layer)].in;
  }
  BlobBox ReadBox(int layer, int rank, int pass) const {
    return plan_.BoxOf(Reads(layer), layer, rank, pass, step_.batch);
  }
  // Of what the layer before `layer` gave.
  BlobBox GivenBox(int layer, int rank, int pass) const {
    return plan_.BoxOf(plan_.layers[Index(layer - 1)].out, layer - 1, rank,
                       pass, step_.batch);
  }

  // The transfers before `layer`: those of its exchange, or each rank's own
  // blob.
  std::vector<Transfer> TransfersBefore(int layer, int pass) const {
    for (const ExchangeNode& node : plan_.exchanges) {
      if (node.layer == layer) {
        return TransfersOf(plan_, node, pass, step_.batch);
      }
    }
    std::vector<Transfer> own;
    for (int rank = 0; rank < plan_.options.ranks; ++rank) {
      own.push_back({rank, rank, ReadBox(layer, rank, pass)});
    }
    return own;
  }

  // The values of a whole batch that `rank` has before `layer`.
  Values Cut(const Values& whole, int layer, int rank, int pass) const {
    const BlobBox box = ReadBox(layer, rank, pass);
    const int64_t positions = Positions(layer);
    const int64_t sample =
        static_cast<int64_t>(whole.size()) / step_.batch / positions;
    Values cut = Zeros(box, positions);
    AddBox(whole, {{0, step_.batch}, {0, sample}}, box, positions, {cut, box});
    return cut;
  }

  void Bring(int layer, int pass) {
    const int64_t positions = Positions(layer);
    for (int rank = 0; rank < plan_.options.ranks; ++rank) {
      Values& in = ranks_[Index(rank)].blobs[Index(layer)].in;
      in = layer == 0 ? Cut(step_.input, 0, rank, pass)
                      : Zeros(ReadBox(layer, rank, pass), positions);
    }
    if (layer == 0) return;
    for (const Transfer& transfer : TransfersBefore(layer, pass)) {
      AddBox(ranks_[Index(transfer.from)].blobs[Index(layer - 1)].out,
             GivenBox(layer, transfer.from, pass), transfer.box, positions,
             {ranks_[Index(transfer.to)].blobs[Index(layer)].in,
              ReadBox(layer, transfer.to, pass)});
    }
  }

  void SendBack(int layer, int pass) {
    for (const Transfer& transfer : TransfersBefore(layer, pass)) {
      AddBox(ranks_[Index(transfer.to)].blobs[Index(layer)].in_gradient,
             ReadBox(layer, transfer.to, pass), transfer.box, Positions(layer),
             {ranks_[Index(transfer.from)].blobs[Index(layer - 1)].out_gradient,
              GivenBox(layer, transfer.from, pass)});
    }
  }

  LayerCase CaseOf(int layer, int rank, int pass) const {
    const RankNetwork& part = ranks_[Index(rank)].part;
    const Values mask = DropoutMask(step_, layer);
    return {part.network.layers[Index(layer)], part.info.layers[Index(layer)],
            ReadBox(layer, rank, pass).samples.count(),
            mask.empty() ? mask : Cut(mask, layer, rank, pass)};
  }

  void Forward(int first, int end, int pass) {
    for (int layer = first; layer < end; ++layer) {
      Bring(layer, pass);
      for (int rank = 0; rank < plan_.options.ranks; ++rank) {
        Rank& on = ranks_[Index(rank)];
        LayerBlobs& blobs = on.blobs[Index(layer)];
        ForwardLayer(CaseOf(layer, rank, pass), on.parameters[Index(layer)],
                     &blobs);
        // Later layers' gradients are added here, pass after pass.
        blobs.out_gradient.assign(blobs.out.size(), 0.0);
      }
    }
  }

  void Loss(int pass) {
    Bring(loss_, pass);
    const int64_t classes = step_.info.classes;
    for (int rank = 0; rank < plan_.options.ranks; ++rank) {
      LayerBlobs& blobs = ranks_[Index(rank)].blobs[Index(loss_)];
      blobs.in_gradient.assign(blobs.in.size(), 0.0);
      const BlobBox box = ReadBox(loss_, rank, pass);
      if (plan_.options.all_outputs && rank > 0) continue;
      for (int64_t n = box.samples.begin; n < box.samples.end; ++n) {
        const int64_t at = OffsetIn(box, n, 0);
        outcome_.loss += SampleLoss(blobs.in.data() + at, classes,
                                    step_.labels[static_cast<size_t>(n)],
                                    step_.batch, blobs.in_gradient.data() + at);
        std::copy_n(blobs.in.data() + at, classes,
                    outcome_.logits.data() + n * classes);
      }
    }
    SendBack(loss_, pass);
  }

  void Backward(int first, int end, int pass) {
    for (int layer = end - 1; layer >= first; --layer) {
      for (int rank = 0; rank < plan_.options.ranks; ++rank) {
        Rank& on = ranks_[Index(rank)];
        BackwardLayer(CaseOf(layer, rank, pass), &on.parameters[Index(layer)],
                      &on.blobs[Index(layer)]);
        KeepGradients(layer, &on);
      }
      if (layer > 0) SendBack(layer, pass);
    }
  }

  void KeepGradients(int layer, Rank* on) const {
    for (size_t p = 0; p < on->gradients.size(); ++p) {
      const ParameterInfo& info = step_.info.parameters[p];
      if (info.layer != layer) continue;
      const LayerParameters& of = on->parameters[Index(layer)];
      AddTo(info.is_bias ? of.bias_gradient : of.weight_gradient,
            &on->gradients[p]);
    }
  }

  void GatherGradients() {
    for (size_t p = 0; p < step_.parameters.size(); ++p) {
      const ParameterPlacement& placement = plan_.parameters[p];
      Floats whole(step_.parameters[p].size());
      const size_t row =
          whole.size() / static_cast<size_t>(step_.info.parameters[p].shape[0]);
      for (int rank = 0; rank < SlicesOfWhole(placement); ++rank) {
        Floats sum;
        const bool of_all = placement.by_samples;
        for (int other = of_all ? 0 : rank;
             other < (of_all ? plan_.options.ranks : rank + 1); ++other) {
          AddTo(ranks_[Index(other)].gradients[p], &sum);
        }
        const auto begin =
            static_cast<size_t>(placement.rows[Index(rank)].begin) * row;
        std::copy(sum.begin(), sum.end(),
                  whole.begin() + static_cast<std::ptrdiff_t>(begin));
      }
      outcome_.gradients.push_back(std::move(whole));
    }
  }

  const StepCase& step_;
  const ParallelPlan& plan_;
  const int loss_;  // the number that stands for it
  std::vector<Rank> ranks_;
  StepValues outcome_;
};

}  // namespace

StepValues RunPlan(const StepCase& step, const ParallelPlan& plan) {
  return PlanRun(step, plan).Run();
}

}  // namespace alexnet::testing
