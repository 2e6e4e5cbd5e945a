// RankPart: what a plan runs of a network that several ranks compute together,
// and what it does with the others in each step. core/parallel makes them.

#ifndef ALEXNET_CORE_EXEC_RANK_PART_H_
#define ALEXNET_CORE_EXEC_RANK_PART_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "core/backend/backend.h"
#include "core/backend/element.h"
#include "core/base/status.h"
#include "core/network/network.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// Bytes. Gradients lie one after another, in the order in which a backward pass
// writes them, each at a multiple of this from the first; what is between two
// is zero.
inline constexpr int64_t kGradientAlignment = 256;

// What a layer, or the loss, computes on a rank.
struct LayerShare {
  int64_t samples = 0;
  BlobPart part;  // of the blob that it reads
};

// Layers, and the loss, that a step computes, forward and backward, of one part
// of its samples after another's.
struct LayerPasses {
  int first = 0;  // this layer and all after it
  int count = 1;  // of 1, there is nothing to it
  // Those layers are updated after each pass, by its share of the batch's
  // gradients: what learns from n of N samples does so as a batch of n at n / N
  // of the rate. Else their gradients are summed over passes.
  bool update_each = false;
};

// What of the units that a layer gives a rank has.
struct UnitShare {
  bool shared = false;  // all of them, of its own samples, as all ranks have
  bool counts = true;   // each unit on one rank
  bool known = true;    // false: it has a halo of others' units
};

// What brings a pass its samples, and their gradients back, in halves: between
// the two other work goes on. Both memories are the device's, of dense float32.
class PassExchange {
 public:
  virtual ~PassExchange() = default;
  // `given`: what the layer before gave; free for what is sent to kCompute
  // next.
  virtual Status Send(const float* given) = 0;
  virtual Status Receive(float* read) = 0;
  virtual Status SendGradient(const float* read_gradient) = 0;
  // Adds to what is there.
  virtual Status ReceiveGradient(float* given_gradient) = 0;
  virtual int64_t bytes() const = 0;  // of the device, that it has
};

// All ranks make the same calls in the same order, but for Abandon; not thread
// safe.
class RankPart {
 public:
  virtual ~RankPart() = default;

  // Of the rank's network, whose layers need not fit where an exchange is
  // between them.
  virtual const NetworkInfo& info() const = 0;
  // Of the samples that a step is given, dense (N, C, H, W).
  virtual Shape input_shape() const = 0;
  virtual LayerPasses passes() const { return {}; }
  // In `pass`, of a layer that is in passes. Layer logits_layer + 1 stands for
  // the loss.
  virtual LayerShare ShareOf(int layer, int pass) const = 0;

  // Whether ranks exchange blobs before layer `layer`, or the loss.
  virtual bool HasExchange(int layer) const = 0;
  // A kernel of `backend`, which must outlive it, from the dense blob that the
  // layer before gave to the one that `layer` reads. Backward gives the sum,
  // over ranks, of the gradients of what they read by what this rank gave.
  virtual Result<std::unique_ptr<Kernel>> CreateExchange(int layer, int pass,
                                                         Backend& backend) = 0;
  // Before the first of the layers in passes, of several; likewise.
  virtual Result<std::unique_ptr<PassExchange>> CreatePassExchange(
      int /*pass*/, Backend& /*backend*/) {
    return InternalError("ranks have no passes");
  }
  // Whether a step can be recorded as a program of the device; if so, whether
  // all ranks have recorded theirs, given whether this one has.
  virtual bool recordable() const = 0;
  virtual Result<bool> AllRecorded(bool recorded) = 0;

  // Once, before the first step: by parameter, the layouts that gradients have
  // here, which must stay. Refuses where ranks could not sum them.
  virtual Status Agree(const std::vector<const ParameterLayout*>& layouts) = 0;
  // Whether the parameter's gradient counts in the norm on this rank: each
  // element does on one.
  virtual bool CountsInNorm(int parameter) const = 0;

  virtual UnitShare UnitsOf(int layer) const = 0;
  // As many numbers of each rank, by rank.
  virtual Result<std::vector<int64_t>> GatherNumbers(
      const std::vector<int64_t>& own) = 0;

  // Before a step is launched.
  virtual Status BeginStep() = 0;
  // In a step, when the backward pass has written the gradient of `parameter`:
  // sums it over the ranks that have the parameter. It may be done later, while
  // the pass goes on; FinishGradients has what is sent to kCompute then wait
  // for all of them. Memory is the device's.
  virtual Status SumGradient(int parameter, void* gradient) = 0;
  virtual Status FinishGradients() = 0;
  // Then sums the outcome, at once, to the same bits on all ranks.
  virtual Status SumOutcome(StepOutcome* outcome) = 0;
  // In a step: sums `count` elements of the device's memory over ranks, before
  // what is sent to kCompute next.
  virtual Status Sum(void* data, int64_t count, ElementType type) = 0;
  // When the outcome has come to the host: fails where the ranks have failed,
  // and it may be anything.
  virtual Status CheckStep() = 0;

  // The step has failed on this rank: ends it on all of them, and returns when
  // none of them works on this one's memory.
  virtual void Abandon(const Status& why) = 0;
};

// Without a part, a layer computes the whole batch.
inline LayerShare ShareOf(const RankPart* part, int layer, int64_t batch,
                          int pass = 0) {
  return part != nullptr ? part->ShareOf(layer, pass) : LayerShare{batch, {}};
}
inline LayerPasses PassesOf(const RankPart* part) {
  return part != nullptr ? part->passes() : LayerPasses();
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_RANK_PART_H_
