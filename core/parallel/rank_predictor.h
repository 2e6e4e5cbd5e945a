// RankPredictor: a network run forward by several ranks, threads of this
// process, each with its part of the parameters.

#ifndef ALEXNET_CORE_PARALLEL_RANK_PREDICTOR_H_
#define ALEXNET_CORE_PARALLEL_RANK_PREDICTOR_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/dist/rank_team.h"
#include "core/exec/inference_plan.h"
#include "core/exec/parameters.h"
#include "core/exec/predictor.h"
#include "core/network/network.h"
#include "core/parallel/parallel_part.h"
#include "core/parallel/parallel_plan.h"

namespace alexnet {

// The plan by which `ranks` ranks predict together. With kTowers all of them
// compute each sample, to its outputs; else a rank gives those of its own.
Result<ParallelPlan> MakePredictionPlan(const Network& network,
                                        const NetworkInfo& info,
                                        ParallelKind kind, int ranks);

// The fewest samples of a batch by such a plan.
int64_t LeastPredictionBatch(ParallelKind kind, int ranks);

// Ranks on which predictors compute, one at a time.
struct PredictionRanks {
  std::vector<std::shared_ptr<Backend>> backends;  // by rank
  std::shared_ptr<RankTeam> team;                  // as many
  // By rank, over the memory of their devices; null on the host.
  std::vector<std::shared_ptr<Communicator>> over_devices;
};

class RankPredictor : public Predictor {
 public:
  // The parameters of `rank`: its slices, as SourceOfRank has them.
  using PackedOfRank =
      std::function<std::shared_ptr<PackedParameters>(int rank)>;

  // `plan` is MakePredictionPlan's, of `network`. Refuses a batch that leaves a
  // rank without samples. A rank that fails, here or in a call, fails the team.
  static Result<std::unique_ptr<RankPredictor>> Create(
      const Network& network, const NetworkInfo& info, const ParallelPlan& plan,
      const PredictionRanks& ranks, const PackedOfRank& packed,
      const InferenceOptions& options);

  using Predictor::Run;
  Status Run(const float* images, float* output, float* logits) override;
  Status Recompute() override;
  Status Blob(const std::string& layer, float* dense) override;

  const NetworkInfo& info() const override { return info_; }
  int64_t batch() const override { return batch_; }
  int threads() const override;
  Device& device() override { return Device::Host(); }
  int64_t arena_bytes() const override;
  // Counted for each rank, whether it shares them with another or not.
  int64_t parameter_bytes() const override;
  int64_t device_bytes() const override;
  int64_t exchanged_bytes() const override { return exchanged_bytes_; }
  Capture capture() const override;
  std::string Describe() const override;

 private:
  struct Rank {
    std::shared_ptr<ParallelPart> part;
    std::unique_ptr<InferencePlan> plan;
    std::vector<float> unread;  // outputs that rank 0 gives
    std::vector<float> blob;    // its part of one, on the way out
  };

  RankPredictor(const Network& network, const NetworkInfo& info,
                const ParallelPlan& plan, const InferenceOptions& options,
                const PredictionRanks& ranks);

  // Null on the host.
  Communicator* OverDevice(int rank) const;
  // Calls work(rank) on all ranks at once, and counts what they send.
  Status OnRanks(const std::function<Status(int)>& work);
  Status RunOn(int rank, const float* images, float* output, float* logits);

  const Network network_;
  const NetworkInfo info_;
  const ParallelPlan plan_;
  const int64_t batch_;
  const std::vector<std::string> keep_;
  const std::shared_ptr<RankTeam> team_;
  const std::vector<std::shared_ptr<Communicator>> over_devices_;
  const std::vector<std::shared_ptr<Backend>> backends_;  // by rank
  int64_t exchanged_bytes_ = 0;
  std::vector<Rank> ranks_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_RANK_PREDICTOR_H_
