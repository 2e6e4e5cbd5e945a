// ParallelPart: one rank's part of a ParallelPlan, as core/exec runs it, whose
// ranks meet over Communicators.

#ifndef ALEXNET_CORE_PARALLEL_PARALLEL_PART_H_
#define ALEXNET_CORE_PARALLEL_PARALLEL_PART_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/exec/rank_part.h"
#include "core/network/network.h"
#include "core/parallel/blob_exchange.h"
#include "core/parallel/parallel_plan.h"
#include "core/parallel/rank_network.h"

namespace alexnet {

class ParallelPart : public RankPart {
 public:
  // The part of comm.rank() in `plan`, which is of `network` and `info`; of
  // `batch` samples, on all ranks together. `comm`, over the host's memory, has
  // as many ranks, and must outlive the part; so does `over_device`, over the
  // memory of the device that computes, where that is not the host: null there.
  // Refuses a batch that leaves a rank without samples.
  static Result<std::shared_ptr<ParallelPart>> Create(
      const ParallelPlan& plan, const Network& network, const NetworkInfo& info,
      int64_t batch, Communicator& comm, Communicator* over_device = nullptr);

  const ParallelPlan& plan() const { return plan_; }
  int rank() const { return comm_.rank(); }
  int64_t batch() const { return batch_; }
  const Network& network() const { return part_.network; }
  bool on_host() const { return &data_ == &comm_; }

  const NetworkInfo& info() const override { return part_.info; }
  Shape input_shape() const override;
  LayerPasses passes() const override;
  LayerShare ShareOf(int layer, int pass) const override;
  bool HasExchange(int layer) const override { return Find(layer) != nullptr; }
  Result<std::unique_ptr<Kernel>> CreateExchange(int layer, int pass,
                                                 Backend& backend) override;
  Result<std::unique_ptr<PassExchange>> CreatePassExchange(
      int pass, Backend& backend) override;
  bool recordable() const override { return data_.recordable(); }
  Result<bool> AllRecorded(bool recorded) override;
  Status Agree(const std::vector<const ParameterLayout*>& layouts) override;
  bool CountsInNorm(int parameter) const override;
  UnitShare UnitsOf(int layer) const override;
  Result<std::vector<int64_t>> GatherNumbers(
      const std::vector<int64_t>& own) override;
  Status BeginStep() override { return data_.BeginProgram(); }
  Status SumGradient(int parameter, void* gradient) override;
  Status FinishGradients() override;
  Status SumOutcome(StepOutcome* outcome) override {
    return Sum(outcome, kOutcomeNumbers, ElementType::kF64);
  }
  Status Sum(void* data, int64_t count, ElementType type) override;
  Status CheckStep() override { return data_.Check(); }
  void Abandon(const Status& why) override;

 private:
  ParallelPart(const ParallelPlan& plan, const NetworkInfo& whole,
               RankNetwork part, int64_t batch, Communicator& comm,
               Communicator& data, std::unique_ptr<Fence> summed);

  // Null: none.
  const ExchangeNode* Find(int layer) const;
  // Of the whole network's blob before `layer`, for one sample.
  const Shape& WholeBlob(int layer) const;
  // This rank's part of that blob, placed so.
  BlobBox BoxOf(const BlobPlacement& placement, int layer, int pass) const;
  Shape ShapeOf(const BlobPlacement& placement, int layer, int pass) const;
  BlobExchange ExchangeBefore(const ExchangeNode& node, int pass) const;
  const BlobPlacement& ReadBy(int layer) const;
  bool Sums(int parameter) const;
  Status SumBucket();
  // What is sent to kCompute from now on comes after all sums.
  Status AwaitSums();

  const ParallelPlan plan_;
  const NetworkInfo whole_;
  const RankNetwork part_;
  const int64_t batch_;
  Communicator& comm_;  // over the host's memory
  Communicator& data_;  // over the device's
  const std::unique_ptr<Fence> summed_;
  const std::vector<int> norm_ranks_;            // by parameter that ranks sum
  std::vector<const ParameterLayout*> layouts_;  // by parameter

  // Gradients that are written, and whose sum is not asked for yet: a sum of
  // many elements takes less time than as many sums. The same on all ranks.
  struct Bucket {
    std::byte* begin = nullptr;
    int64_t bytes = 0;
    ElementType type = ElementType::kF32;
  };
  Bucket bucket_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_PARALLEL_PART_H_
