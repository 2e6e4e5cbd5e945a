#include "core/train/batch_traffic.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/backend/reference/reference_backend.h"
#include "core/exec/parameters.h"
#include "core/network/init.h"
#include "core/network/own_network.h"
#include "core/train/test_runs.h"

namespace alexnet {
namespace {

// Three batches in an epoch.
class BatchTrafficTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string data = testing::FreshFolder("batch_traffic");
    testing::WritePictures(data, 2, 1);  // 20 to train on, of ten classes
    Preset preset = BlankNetwork("tiny", 3, 24, 24).value();
    FullyConnected full;
    full.out_features = 10;
    ASSERT_TRUE(AppendLayer({"fc", full}, &preset.network).ok());
    ASSERT_TRUE(AppendLayer({"prob", Softmax{}}, &preset.network).ok());
    job_.backend = CreateReferenceBackend();
    job_.data = OpenTrainingData(data, 0.0, 1).value();
    job_.network = preset.network;
    job_.preprocessing = preset.preprocessing;
    job_.recipe.batch = 8;
    job_.recipe.augmentation.color_sigma = 0.0f;
    job_.options.loader_threads = 1;
    const NetworkInfo info = InferNetwork(job_.network).value();
    job_.start = TensorsAsSource(InitialParameters(info, 1).value());
    auto rank = TrainingRank::Create(job_, std::nullopt, nullptr);
    ASSERT_TRUE(rank.ok()) << rank.status().ToString();
    rank_ = *std::move(rank);
  }

  std::unique_ptr<BatchTraffic> Start(int64_t epoch, int64_t batch) {
    return BatchTraffic::Start(job_, *rank_, epoch, batch).value();
  }

  static BatchOrder Order(int64_t epoch, int64_t batch, int64_t step) {
    BatchOrder order;
    order.epoch = epoch;
    order.batch = batch;
    order.step = step;
    return order;
  }

  TrainingJob job_;
  std::unique_ptr<TrainingRank> rank_;
};

TEST_F(BatchTrafficTest, TheHostHasOneBatchUnderWay) {
  EXPECT_FALSE(BatchTraffic::PixelInputOf(*job_.backend, job_.preprocessing)
                   .has_value());
  const auto traffic = Start(0, 0);
  EXPECT_FALSE(traffic->full());
  Status status = traffic->Send(Order(0, 0, 0), {});
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_EQ(traffic->sent(), 1);
  EXPECT_TRUE(traffic->full());
  const auto result = traffic->Receive();
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_TRUE(std::isfinite(result->loss));
  EXPECT_GT(result->loss, 0.0);
  EXPECT_EQ(traffic->sent(), 0);
  ASSERT_TRUE(traffic->Send(Order(0, 1, 1), {}).ok());
  EXPECT_TRUE(traffic->Discard().ok());
  EXPECT_EQ(traffic->sent(), 0);
  EXPECT_FALSE(traffic->full());
}

TEST_F(BatchTrafficTest, BatchesComeFromWhereTheRunStands) {
  const auto traffic = Start(1, 2);
  ASSERT_TRUE(traffic->Send(Order(1, 2, 5), {}).ok());
  ASSERT_TRUE(traffic->Receive().ok());
  ASSERT_TRUE(traffic->Send(Order(2, 0, 6), {}).ok());
  ASSERT_TRUE(traffic->Receive().ok());
  EXPECT_TRUE(traffic->quarantine().empty());
}

TEST_F(BatchTrafficTest, AnotherBatchThanTheNextIsNotSent) {
  for (const auto& order : {Order(0, 1, 0), Order(1, 0, 0)}) {
    const auto traffic = Start(0, 0);
    EXPECT_EQ(traffic->Send(order, {}).code(), StatusCode::kInternal);
    EXPECT_EQ(traffic->sent(), 0);
  }
}

}  // namespace
}  // namespace alexnet
