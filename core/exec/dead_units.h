// RankDeadUnits: which units of a network that several ranks compute give zero
// for every sample of a batch. Internal to core/exec.

#ifndef ALEXNET_CORE_EXEC_DEAD_UNITS_H_
#define ALEXNET_CORE_EXEC_DEAD_UNITS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/exec/rank_part.h"
#include "core/exec/training_chain.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// A unit that is alive for a sample of one rank, or of one pass, is alive:
// where ranks have the same units of different samples they add up marks, one
// for each unit; where each has units of its own they add up counts. Not thread
// safe; all but Read inside Backend::Run, by all ranks alike.
class RankDeadUnits {
 public:
  // `chains` are those of a step, bound. What is referred to must outlive this.
  Status Create(Backend& backend, RankPart& part,
                const std::vector<const TrainingChain*>& chains, int layers);
  int64_t bytes() const { return marks_.size(); }  // of the device

  // In a step, one after another: before it, with what each ReLU gives in each
  // chain, and at its end. `counts`: by layer, in the device's memory.
  Status Begin(int64_t* counts);
  Status Mark(int layer, const Format& format, const void* blob);
  Status Count(int64_t* counts);

  // Of counts that have come to the host, fractions by layer. Layers whose
  // units ranks lay out differently, or of which they have halos, stay as they
  // are: nobody looks at them.
  void Read(const int64_t* counts, std::vector<float>* fractions) const;

 private:
  struct Layer {
    bool relu = false;
    bool watched = false;
    UnitShare share;
    int64_t begin = 0;      // in marks_, elements
    int64_t positions = 0;  // of a sample, as it is stored
    int64_t units = 0;      // of these, that are no padding
    int64_t all = 0;        // units on all ranks
    int64_t key = 0;        // of how they are stored
  };

  Status Compare();
  float* marks(const Layer& layer) {
    return reinterpret_cast<float*>(marks_.data()) + layer.begin;
  }

  Backend* backend_ = nullptr;
  RankPart* part_ = nullptr;
  std::vector<Layer> layers_;
  AlignedBuffer marks_;  // on the device; shared ones first
  int64_t shared_ = 0;   // elements
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_DEAD_UNITS_H_
