#include "core/train/ranks/rank_command.h"

#include <gtest/gtest.h>

#include "core/dist/rank_group.h"

namespace alexnet {
namespace {

TEST(RankCommandTest, AllHearWhatRank0Tells) {
  BatchOrder order;
  order.epoch = 3;
  order.batch = 5;
  order.step = 1LL << 40;
  order.rule = {0.25f, 0.5f, 0.125f, 2.0f};
  order.count_dead_units = true;
  const Status status = RunLocalRanks(3, {}, [&](Communicator& comm) -> Status {
    if (comm.rank() == 0) {
      ALEXNET_RETURN_IF_ERROR(Tell(comm, order));
      ALEXNET_RETURN_IF_ERROR(
          Tell(comm, SendRows{7, ParameterPart::kVelocity}));
      EndRun end;
      end.code = StatusCode::kDiverged;
      end.steps = 21;
      end.last.loss = 0.75;
      return Tell(comm, end);
    }
    ALEXNET_ASSIGN_OR_RETURN(RankCommand heard, Hear(comm));
    const auto& batch = std::get<BatchOrder>(heard);
    EXPECT_EQ(batch.epoch, 3);
    EXPECT_EQ(batch.batch, 5);
    EXPECT_EQ(batch.step, 1LL << 40);
    EXPECT_EQ(batch.rule.rate, 0.25f);
    EXPECT_EQ(batch.rule.momentum, 0.5f);
    EXPECT_EQ(batch.rule.weight_decay, 0.125f);
    EXPECT_EQ(batch.rule.clip_gradient_norm, 2.0f);
    EXPECT_TRUE(batch.count_dead_units);
    ALEXNET_ASSIGN_OR_RETURN(heard, Hear(comm));
    EXPECT_EQ(std::get<SendRows>(heard).parameter, 7);
    EXPECT_EQ(std::get<SendRows>(heard).part, ParameterPart::kVelocity);
    ALEXNET_ASSIGN_OR_RETURN(heard, Hear(comm));
    const auto& end = std::get<EndRun>(heard);
    EXPECT_EQ(end.code, StatusCode::kDiverged);
    EXPECT_EQ(end.steps, 21);
    EXPECT_EQ(end.last.loss, 0.75);
    return Status();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST(RankCommandTest, AnEndSaysWhyAsFarAsThereIsRoom) {
  EXPECT_TRUE(EndRun().status().ok());
  const Status full =
      EndRun::Of(IoError("the disk is full").WithFile("last.alexnet")).status();
  EXPECT_EQ(full.code(), StatusCode::kIo);
  EXPECT_EQ(full.message(), "last.alexnet: the disk is full");
  std::string text(998, 'a');
  EXPECT_EQ(EndRun::Of(IoError(text + "b")).status().message(), text + "b");
  EXPECT_EQ(EndRun::Of(IoError(text + "\u00e4")).status().message(), text);
}

TEST(RankCommandTest, WhoeverListensHearsOfAFailure) {
  const Status status = RunLocalRanks(2, {}, [](Communicator& comm) -> Status {
    if (comm.rank() == 0) return IoError("the disk is full");
    return Hear(comm).status();
  });
  EXPECT_EQ(status.code(), StatusCode::kIo);
  EXPECT_NE(status.message().find("the disk is full"), std::string::npos);
}

}  // namespace
}  // namespace alexnet
