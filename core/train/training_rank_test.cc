#include "core/train/training_rank.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <optional>

#include "core/backend/reference/reference_backend.h"
#include "core/dist/rank_group.h"
#include "core/exec/parameters.h"
#include "core/network/init.h"
#include "core/network/own_network.h"

namespace alexnet {
namespace {

// One fully connected layer.
TrainingJob TinyJob() {
  TrainingJob job;
  job.network = BlankNetwork("tiny", 3, 8, 8).value().network;
  FullyConnected full;
  full.out_features = 4;
  EXPECT_TRUE(AppendLayer({"fc", full}, &job.network).ok());
  EXPECT_TRUE(AppendLayer({"prob", Softmax{}}, &job.network).ok());
  job.recipe.batch = 8;
  const NetworkInfo info = InferNetwork(job.network).value();
  job.start = TensorsAsSource(InitialParameters(info, 1).value());
  return job;
}

// To gather them takes long where ranks have slices.
TEST(TrainingRankTest, WhatRank0SharesItNeedNotReadAgain) {
  const auto run = [](Communicator& comm) -> Status {
    TrainingJob job = TinyJob();
    job.backend = CreateReferenceBackend();
    ALEXNET_ASSIGN_OR_RETURN(const auto rank,
                             TrainingRank::Create(job, std::nullopt, &comm));
    const NetworkInfo info = InferNetwork(job.network).value();
    ALEXNET_ASSIGN_OR_RETURN(const auto snapshot, Snapshot::Create(info));
    size_t reads = 0;
    const auto read = [&](int parameter, float* dense) {
      ++reads;
      return rank->ReadParameter(parameter, dense);
    };
    const bool leads = comm.rank() == 0;
    if (leads) {
      ALEXNET_RETURN_IF_ERROR(snapshot->ReadParameters(/*step=*/7, read));
    }
    ALEXNET_RETURN_IF_ERROR(rank->Share(snapshot.get()));
    ALEXNET_RETURN_IF_ERROR(snapshot->ReadParameters(/*step=*/7, read));
    // What others have is rank 0's, of whatever step that is there.
    EXPECT_EQ(reads, info.parameters.size()) << "rank " << comm.rank();
    return Status();
  };
  const Status status = RunLocalRanks(2, {}, run);
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST(TrainingRankTest, KnowsOfTheFailureOfItsRanks) {
  const Status status = RunLocalRanks(2, {}, [](Communicator& comm) -> Status {
    TrainingJob job = TinyJob();
    job.backend = CreateReferenceBackend();
    ALEXNET_ASSIGN_OR_RETURN(const auto rank,
                             TrainingRank::Create(job, std::nullopt, &comm));
    // The other may have failed by then.
    if (comm.rank() != 0) return Status();
    EXPECT_TRUE(rank->Check().ok());
    comm.Abort(IoError("a cable is out"));
    EXPECT_EQ(rank->Check().code(), StatusCode::kIo);
    return rank->Check();
  });
  EXPECT_EQ(status.code(), StatusCode::kIo) << status.ToString();
}

TEST(TrainingRankTest, OthersGetTheParametersOfRank0) {
  const auto run = [](Communicator& comm) -> Status {
    TrainingJob job = TinyJob();
    job.backend = CreateReferenceBackend();
    ALEXNET_ASSIGN_OR_RETURN(const auto rank,
                             TrainingRank::Create(job, std::nullopt, &comm));
    ALEXNET_ASSIGN_OR_RETURN(
        const auto snapshot,
        Snapshot::Create(InferNetwork(job.network).value()));
    for (Tensor& tensor : *snapshot->writable_parameters()) {
      std::fill_n(tensor.f32(), tensor.elements(),
                  static_cast<float>(comm.rank() + 5));
    }
    ALEXNET_RETURN_IF_ERROR(rank->Share(snapshot.get()));
    for (const TensorView& tensor : snapshot->parameters()) {
      EXPECT_EQ(std::count(tensor.f32(), tensor.f32() + tensor.shape.elements(),
                           5.0f),
                tensor.shape.elements());
    }
    return Status();
  };
  const Status status = RunLocalRanks(2, {}, run);
  EXPECT_TRUE(status.ok()) << status.ToString();
}

}  // namespace
}  // namespace alexnet
