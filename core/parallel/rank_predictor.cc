#include "core/parallel/rank_predictor.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "core/parallel/transfers.h"

namespace alexnet {
namespace {

size_t Index(int i) { return static_cast<size_t>(i); }

// What is valid of a rank's dense part `box` of a blob, into the whole one of
// `channels` channels.
void PutPart(const float* part, const BlobBox& box, const Range& valid,
             int64_t positions, int64_t channels, float* whole) {
  const int64_t count = valid.count() * positions;
  for (int64_t n = box.samples.begin; n < box.samples.end; ++n) {
    const float* from = part + OffsetIn(box, n, valid.begin) * positions;
    std::copy_n(from, count, whole + (n * channels + valid.begin) * positions);
  }
}

}  // namespace

int64_t LeastPredictionBatch(ParallelKind kind, int ranks) {
  return kind == ParallelKind::kTowers ? 1 : ranks;
}

Result<ParallelPlan> MakePredictionPlan(const Network& network,
                                        const NetworkInfo& info,
                                        ParallelKind kind, int ranks) {
  if (RunsInTurn(kind)) {
    return InvalidArgumentError(
               fmt::format("`{}` is how to train; predictions want `hybrid`",
                           ParallelKindName(kind)))
        .WithField("parallel");
  }
  return MakeParallelPlan(network, info,
                          {kind, ranks,
                           /*all_outputs=*/kind == ParallelKind::kTowers});
}

RankPredictor::RankPredictor(const Network& network, const NetworkInfo& info,
                             const ParallelPlan& plan,
                             const InferenceOptions& options,
                             const PredictionRanks& ranks)
    : network_(network),
      info_(info),
      plan_(plan),
      batch_(options.batch),
      keep_(options.keep),
      team_(ranks.team),
      over_devices_(ranks.over_devices),
      backends_(ranks.backends),
      ranks_(ranks.backends.size()) {}

Result<std::unique_ptr<RankPredictor>> RankPredictor::Create(
    const Network& network, const NetworkInfo& info, const ParallelPlan& plan,
    const PredictionRanks& ranks, const PackedOfRank& packed,
    const InferenceOptions& options) {
  // Here, where no rank is to blame.
  ALEXNET_RETURN_IF_ERROR(plan.CheckBatch(options.batch).WithField("batch"));
  std::unique_ptr<RankPredictor> predictor(
      new RankPredictor(network, info, plan, options, ranks));
  ALEXNET_RETURN_IF_ERROR(ranks.team->Run([&](Communicator& comm) -> Status {
    Rank& rank = predictor->ranks_[Index(comm.rank())];
    ALEXNET_ASSIGN_OR_RETURN(
        rank.part,
        ParallelPart::Create(plan, network, info, options.batch, comm,
                             predictor->OverDevice(comm.rank())));
    InferenceOptions of_rank = options;
    of_rank.part = rank.part;
    auto compiled = InferencePlan::Compile(rank.part->network(),
                                           ranks.backends[Index(comm.rank())],
                                           packed(comm.rank()), of_rank);
    // Others may wait for it on their devices.
    if (!compiled.ok()) rank.part->Abandon(compiled.status());
    ALEXNET_ASSIGN_OR_RETURN(rank.plan, std::move(compiled));
    if (!plan.loss.by_samples && comm.rank() > 0) {
      // The output, and the logits.
      rank.unread.resize(static_cast<size_t>(2 * options.batch * info.classes));
    }
    return Status();
  }));
  return predictor;
}

Communicator* RankPredictor::OverDevice(int rank) const {
  return over_devices_.empty() ? nullptr : over_devices_[Index(rank)].get();
}

Status RankPredictor::OnRanks(const std::function<Status(int)>& work) {
  std::vector<int64_t> sent(ranks_.size());
  const Status status = team_->Run([&](Communicator& comm) {
    const Communicator* const over_device = OverDevice(comm.rank());
    const Communicator& data = over_device != nullptr ? *over_device : comm;
    const int64_t before = data.traffic().bytes();
    Status done = work(comm.rank());
    if (!done.ok()) {
      ranks_[Index(comm.rank())].part->Abandon(done);
      // What was sent may still use the caller's memory.
      Backend& backend = *backends_[Index(comm.rank())];
      static_cast<void>(backend.Run([&] { return backend.device().Finish(); }));
    }
    sent[Index(comm.rank())] = data.traffic().bytes() - before;
    return done;
  });
  for (const int64_t bytes : sent) exchanged_bytes_ += bytes;
  return status;
}

Status RankPredictor::Run(const float* images, float* output, float* logits) {
  if (images == nullptr || output == nullptr) {
    return InvalidArgumentError("images and output must not be null");
  }
  return OnRanks([&](int rank) { return RunOn(rank, images, output, logits); });
}

Status RankPredictor::RunOn(int index, const float* images, float* output,
                            float* logits) {
  Rank& rank = ranks_[Index(index)];
  const int64_t sample = info_.layers.front().in.elements();
  images += rank.part->ShareOf(0, /*pass=*/0).part.first_sample * sample;
  if (!plan_.loss.by_samples && index > 0) {
    // A device runs another program for logits, on all ranks or on none.
    float* const unread = rank.unread.data();
    return rank.plan->Run(
        images, unread,
        logits != nullptr ? unread + batch_ * info_.classes : nullptr);
  }
  const int64_t first =
      rank.part->ShareOf(info_.logits_layer + 1, /*pass=*/0).part.first_sample;
  return rank.plan->Run(
      images, output + first * info_.classes,
      logits != nullptr ? logits + first * info_.classes : nullptr);
}

Status RankPredictor::Recompute() {
  return FailedPreconditionError(
      "on the host there is no copy of the images to compute on again");
}

Status RankPredictor::Blob(const std::string& layer, float* dense) {
  if (std::find(keep_.begin(), keep_.end(), layer) == keep_.end()) {
    return FailedPreconditionError(
        fmt::format("the plan does not keep layer \"{}\"; name it in "
                    "InferenceOptions::keep",
                    layer));
  }
  ALEXNET_ASSIGN_OR_RETURN(const int index, FindLayer(network_, layer));
  const BlobPlacement& placement = plan_.layers[Index(index)].out;
  const Shape& shape = info_.layers[Index(index)].out;
  const int64_t positions = shape.elements() / shape[1];
  const auto box_of = [&](int rank) {
    return plan_.BoxOf(placement, index, rank, /*pass=*/0, batch_);
  };
  ALEXNET_RETURN_IF_ERROR(OnRanks([&](int rank) {
    const BlobBox box = box_of(rank);
    std::vector<float>& blob = ranks_[Index(rank)].blob;
    blob.resize(static_cast<size_t>(box.samples.count() * box.channels.count() *
                                    positions));
    return ranks_[Index(rank)].plan->Blob(layer, blob.data());
  }));
  for (int rank = 0; rank < plan_.options.ranks; ++rank) {
    PutPart(ranks_[Index(rank)].blob.data(), box_of(rank),
            placement.valid[Index(rank)], positions, shape[1], dense);
  }
  return Status();
}

int RankPredictor::threads() const {
  int threads = 0;
  for (const Rank& rank : ranks_) threads += rank.plan->threads();
  return threads;
}

int64_t RankPredictor::arena_bytes() const {
  int64_t bytes = 0;
  for (const Rank& rank : ranks_) bytes += rank.plan->arena_bytes();
  return bytes;
}

int64_t RankPredictor::parameter_bytes() const {
  int64_t bytes = 0;
  for (const Rank& rank : ranks_) bytes += rank.plan->parameter_bytes();
  return bytes;
}

int64_t RankPredictor::device_bytes() const {
  int64_t bytes = 0;
  for (const Rank& rank : ranks_) bytes += rank.plan->device_bytes();
  return bytes;
}

Capture RankPredictor::capture() const {
  Capture all = Capture::kNone;
  for (const Rank& rank : ranks_) all = Together(all, rank.plan->capture());
  return all;
}

std::string RankPredictor::Describe() const {
  std::string text;
  for (size_t rank = 0; rank < ranks_.size(); ++rank) {
    text += fmt::format("rank {}: {}", rank, ranks_[rank].plan->Describe());
  }
  return text;
}

}  // namespace alexnet
