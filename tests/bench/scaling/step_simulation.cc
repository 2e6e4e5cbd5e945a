#include "tests/bench/scaling/step_simulation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/parallel/step_traffic.h"

namespace alexnet {
namespace {

using Kind = StepExchange::Kind;

// What an update moves for each parameter: gradient, weight and momentum read,
// the last two written.
constexpr double kUpdateBytes = 5 * sizeof(float);

size_t Index(int i) { return static_cast<size_t>(i); }

class Timeline {
 public:
  Timeline(const NetworkInfo& info, const ParallelPlan& plan,
           const SimulatedStep& step, const Processor& processor,
           const Cluster& cluster)
      : info_(info),
        plan_(plan),
        step_(step),
        processor_(processor),
        cluster_(cluster),
        exchanges_(TrafficOfStep(plan, info, step.batch)) {}

  StepTimes Run() {
    const int end = info_.logits_layer + 1;
    const int first = plan_.passes > 1 ? plan_.first_in_passes : end + 1;
    for (int layer = 0; layer < first; ++layer) Forward(layer, 0);
    if (plan_.passes > 1) RunPasses(first, end);
    for (int layer = std::min(first - 1, end); layer >= 0; --layer) {
      Backward(layer, 0);
    }
    computed_ = std::max(computed_, exchanged_);
    Compute(UpdateSeconds(0, step_.update_each_pass ? first : end + 1));
    times_.total = computed_;
    return times_;
  }

 private:
  void RunPasses(int first, int end) {
    double ready = Begin(Kind::kForward, first, 0);
    for (int pass = 0; pass < plan_.passes; ++pass) {
      computed_ = std::max(computed_, ready);
      if (pass + 1 < plan_.passes) {
        ready = Begin(Kind::kForward, first, pass + 1);
      }
      Compute(LayerSeconds(first, pass, 1));
      for (int layer = first + 1; layer <= end; ++layer) Forward(layer, pass);
      for (int layer = end; layer > first; --layer) Backward(layer, pass);
      Compute(LayerSeconds(first, pass, 2));
      Begin(Kind::kBackward, first, pass);
      if (step_.update_each_pass) Compute(UpdateSeconds(first, end));
    }
    computed_ = std::max(computed_, exchanged_);
  }

  void Forward(int layer, int pass) {
    computed_ = std::max(computed_, Begin(Kind::kForward, layer, pass));
    Compute(LayerSeconds(layer, pass, 1));
  }

  void Backward(int layer, int pass) {
    // Nothing learns below the first layer.
    Compute(LayerSeconds(layer, pass, layer == 0 ? 1 : 2));
    Begin(Kind::kGradient, layer, pass);
    computed_ = std::max(computed_, Begin(Kind::kBackward, layer, pass));
  }

  void Compute(double seconds) {
    computed_ += seconds;
    times_.computing += seconds;
  }

  // Puts what is exchanged there into the queue, and says when it is there; now
  // where there is nothing.
  double Begin(Kind kind, int layer, int pass) {
    double done = computed_;
    for (const StepExchange& exchange : exchanges_) {
      if (exchange.kind != kind || exchange.layer != layer) continue;
      if (kind != Kind::kGradient && exchange.pass != pass) continue;
      const double seconds = Seconds(exchange);
      times_.exchanging += seconds;
      exchanged_ = std::max(exchanged_, computed_) + seconds;
      done = exchanged_;
    }
    return done;
  }

  double Seconds(const StepExchange& exchange) const {
    const int ranks = plan_.options.ranks;
    const int near = std::min(ranks, cluster_.ranks_a_machine);
    const int machines = (ranks + near - 1) / near;
    const double latency = Doublings(near) * cluster_.within.latency +
                           Doublings(machines) * cluster_.between.latency;
    const double bytes = BytesOf(exchange);
    if (exchange.kind == Kind::kGradient) {
      return 2 * latency + SumSeconds(bytes, ranks, near, machines);
    }
    // To and from all others alike.
    const double far = bytes * (ranks - near) / (ranks - 1);
    return latency + std::max(Over(cluster_.within, bytes - far),
                              Over(cluster_.between, far));
  }

  // Through the busiest rank's link.
  double BytesOf(const StepExchange& exchange) const {
    RankTraffic most;
    for (const RankTraffic& rank : exchange.ranks) {
      most.sent = std::max(most.sent, rank.sent);
      most.received = std::max(most.received, rank.received);
    }
    const int element = exchange.kind == Kind::kGradient
                            ? step_.gradient_bytes
                            : static_cast<int>(sizeof(float));
    return static_cast<double>(cluster_.relays
                                   ? std::min(most.sent, most.received)
                                   : std::max(most.sent, most.received)) *
           element;
  }

  static double Doublings(int count) { return std::ceil(std::log2(count)); }

  // In each machine, then those sums between machines, each rank its slice.
  double SumSeconds(double bytes, int ranks, int near, int machines) const {
    const double gradient = bytes * ranks / (2.0 * (ranks - 1));
    return 2 * (Over(cluster_.within, gradient * (near - 1) / near) +
                Over(cluster_.between,
                     gradient / near * (machines - 1) / machines));
  }

  static double Over(const Link& link, double bytes) {
    return bytes > 0 ? bytes / link.bandwidth : 0.0;
  }

  // Of so many products of the size of the forward one.
  double LayerSeconds(int layer, int pass, int products) const {
    if (layer > info_.logits_layer) return 0.0;
    const LayerPlacement& placement = plan_.layers[Index(layer)];
    const LayerShapes& shapes = info_.layers[Index(layer)];
    double most = AloneOn(layer)
                      ? static_cast<double>(
                            plan_.Samples(layer, pass, step_.batch).count())
                      : 0.0;
    for (int rank = 0; rank < plan_.options.ranks; ++rank) {
      const BlobBox box =
          plan_.BoxOf(placement.out, layer, rank, pass, step_.batch);
      most = std::max(most, static_cast<double>(box.samples.count()) *
                                static_cast<double>(box.channels.count()) /
                                static_cast<double>(shapes.out[1]));
    }
    return 2.0 * products * most * static_cast<double>(shapes.macs) /
           processor_.flops;
  }

  bool AloneOn(int layer) const {
    return step_.logits_on_one_rank && layer == info_.logits_layer;
  }

  // Of the parameters of layers from `begin` to `end`.
  double UpdateSeconds(int begin, int end) const {
    std::vector<double> parameters(Index(plan_.options.ranks));
    for (size_t p = 0; p < info_.parameters.size(); ++p) {
      const ParameterInfo& parameter = info_.parameters[p];
      if (parameter.layer < begin || parameter.layer >= end) continue;
      const double row = static_cast<double>(parameter.shape.elements()) /
                         static_cast<double>(parameter.shape[0]);
      for (size_t rank = 0; rank < parameters.size(); ++rank) {
        parameters[rank] +=
            row * static_cast<double>(plan_.parameters[p].rows[rank].count());
      }
    }
    return *std::max_element(parameters.begin(), parameters.end()) *
           kUpdateBytes / processor_.memory;
  }

  const NetworkInfo& info_;
  const ParallelPlan& plan_;
  const SimulatedStep& step_;
  const Processor& processor_;
  const Cluster& cluster_;
  const std::vector<StepExchange> exchanges_;
  StepTimes times_;
  double computed_ = 0.0;   // when the layers so far are done
  double exchanged_ = 0.0;  // when the queue of exchanges is empty
};

}  // namespace

StepTimes SimulateStep(const NetworkInfo& info, const ParallelPlan& plan,
                       const SimulatedStep& step, const Processor& processor,
                       const Cluster& cluster) {
  return Timeline(info, plan, step, processor, cluster).Run();
}

Processor ProcessorOf(const NetworkInfo& info, int64_t batch, double seconds,
                      double memory) {
  const double products = 3.0 * static_cast<double>(info.macs) -
                          static_cast<double>(info.layers.front().macs);
  const double update =
      static_cast<double>(info.parameter_count) * kUpdateBytes / memory;
  return {2.0 * products * static_cast<double>(batch) / (seconds - update),
          memory};
}

}  // namespace alexnet
