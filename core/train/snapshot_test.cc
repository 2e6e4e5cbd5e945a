#include "core/train/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "core/base/status.h"

namespace alexnet {
namespace {

using ::testing::ElementsAre;

// Parameters of 3 and 2 elements, the second frozen.
NetworkInfo TwoParameters() {
  NetworkInfo info;
  info.parameters.resize(2);
  info.parameters[0].name = "weight";
  info.parameters[0].shape = {3};
  info.parameters[0].rule.rate = 1.0f;
  info.parameters[1].name = "frozen";
  info.parameters[1].shape = {2};
  info.parameters[1].rule.rate = 0.0f;
  return info;
}

// Fills every tensor with a value, and counts.
struct Reader {
  Status operator()(int parameter, float* dense) {
    ++calls;
    std::fill_n(dense, parameter == 0 ? 3 : 2, value);
    return Status();
  }
  float value = 0.0f;
  int calls = 0;
};

class SnapshotTest : public ::testing::Test {
 protected:
  Snapshot::ReadTensor From(Reader& reader) {
    return [&reader](int parameter, float* dense) {
      return reader(parameter, dense);
    };
  }
  const std::shared_ptr<Snapshot> snapshot_ =
      Snapshot::Create(TwoParameters()).value();
  Reader reader_;
};

TEST_F(SnapshotTest, IsReadOnceAfterAnUpdate) {
  reader_.value = 2.0f;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(snapshot_->ReadParameters(7, From(reader_)).ok());
    ASSERT_TRUE(snapshot_->ReadMomenta(7, From(reader_)).ok());
  }
  EXPECT_EQ(reader_.calls, 3);  // nothing of the frozen one's momentum
  EXPECT_THAT(snapshot_->SquaredNormsOfParameters(), ElementsAre(12.0, 8.0));
  EXPECT_THAT(snapshot_->SquaredNormsOfMomenta(), ElementsAre(12.0, 0.0));
  reader_.value = 1.0f;
  ASSERT_TRUE(snapshot_->ReadParameters(8, From(reader_)).ok());
  ASSERT_TRUE(snapshot_->ReadMomenta(8, From(reader_)).ok());
  EXPECT_THAT(snapshot_->SquaredNormsOfParameters(), ElementsAre(3.0, 2.0));
  EXPECT_THAT(snapshot_->SquaredNormsOfMomenta(), ElementsAre(3.0, 0.0));
}

TEST_F(SnapshotTest, WhatWasOverwrittenIsReadAgain) {
  reader_.value = 2.0f;
  ASSERT_TRUE(snapshot_->ReadMomenta(7, From(reader_)).ok());
  Reader gradients{5.0f};
  EXPECT_THAT(snapshot_->ReadSquaredNorms(From(gradients)).value(),
              ElementsAre(75.0, 0.0));
  ASSERT_TRUE(snapshot_->ReadMomenta(7, From(reader_)).ok());
  EXPECT_THAT(snapshot_->SquaredNormsOfMomenta(), ElementsAre(12.0, 0.0));

  ASSERT_TRUE(snapshot_->ReadParameters(7, From(reader_)).ok());
  snapshot_->writable_parameters()->front().f32()[0] = 9.0f;
  ASSERT_TRUE(snapshot_->ReadParameters(7, From(reader_)).ok());
  EXPECT_THAT(snapshot_->SquaredNormsOfParameters(), ElementsAre(12.0, 8.0));
}

TEST_F(SnapshotTest, WhatIsNotFiniteIsRefusedEachTime) {
  reader_.value = std::numeric_limits<float>::quiet_NaN();
  for (int i = 0; i < 2; ++i) {
    const Status status = snapshot_->ReadParameters(7, From(reader_));
    EXPECT_EQ(status.code(), StatusCode::kDiverged);
    EXPECT_EQ(status.field(), "weight");
    EXPECT_EQ(snapshot_->ReadMomenta(7, From(reader_)).code(),
              StatusCode::kDiverged);
  }
}

}  // namespace
}  // namespace alexnet
