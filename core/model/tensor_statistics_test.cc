#include "core/model/tensor_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/model/save.h"
#include "core/model/test_contents.h"
#include "core/network/builder.h"
#include "core/network/init.h"

namespace alexnet {
namespace {

using ::testing::ElementsAre;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// A network of two convolutions, the second in two groups, whose parameters the
// test sets.
class TensorStatisticsTest : public ::testing::Test {
 protected:
  TensorStatisticsTest() {
    const WeightAndBias rules = Gaussian(0.1f, 0.1f);
    contents_.network =
        ChainBuilder("two", 1, 6)
            .Convolve("conv1", 4, Window::Square(3, 1), 1, rules)
            .Convolve("conv2", 6, Window::Square(2, 1), 2, rules)
            .Full("fc3", 3, rules)
            .Classify();
    contents_.preprocessing.order = ChannelOrder::kGray;
    contents_.preprocessing.resize = 6;
    contents_.preprocessing.crop_height = 6;
    contents_.preprocessing.crop_width = 6;
    info_ = InferNetwork(contents_.network).value();
    tensors_ = InitialParameters(info_, 3).value();
    Fill(0, 1.0f);
    Fill(2, 0.25f);
    Fill(4, 1e-3f);
  }

  // Numbers that differ, about `scale` in size.
  void Fill(size_t index, float scale) {
    Tensor& tensor = tensors_[index];
    for (int64_t i = 0; i < tensor.elements(); ++i) {
      tensor.f32()[i] = scale * static_cast<float>(std::sin(1.0 + 1.7 * i));
    }
  }

  std::span<float> Filter(size_t index, int64_t filter) {
    Tensor& tensor = tensors_[index];
    const int64_t size = tensor.elements() / tensor.shape()[0];
    return {tensor.f32() + filter * size, static_cast<size_t>(size)};
  }

  // The model with its parameters stored as `dtype`.
  std::shared_ptr<const Model> Make(DType dtype = DType::kF32) {
    std::vector<Tensor> stored;
    contents_.parameters.clear();
    for (const Tensor& tensor : tensors_) {
      stored.push_back(Tensor::Create(tensor.shape(), dtype).value());
      NarrowFromFloat(tensor.f32(), tensor.elements(), dtype,
                      stored.back().data());
      contents_.parameters.push_back(stored.back().view());
    }
    const auto bytes = SerializeModel(contents_);
    EXPECT_TRUE(bytes.ok()) << bytes.status().ToString();
    return LoadModelFromBytes(*bytes).value();
  }

  static TensorStatistics Measure(const Model& model, int index,
                                  std::span<int64_t> same_as = {}) {
    const auto result = MeasureTensor(model, index, 2, {}, same_as);
    EXPECT_TRUE(result.ok()) << result.status().ToString();
    return result.ok() ? *result : TensorStatistics();
  }

  ModelContents contents_;
  NetworkInfo info_;
  std::vector<Tensor> tensors_;
};

// Two plain passes in float64 over what is stored.
void ExpectMoments(const TensorView& view, const TensorStatistics& actual) {
  std::vector<float> values(static_cast<size_t>(view.shape.elements()));
  WidenToFloat(view.dtype, view.data, view.shape.elements(), values.data());
  double sum = 0, least = values[0], most = values[0];
  int64_t zeros = 0;
  for (const double value : values) {
    sum += value;
    least = std::min(least, value);
    most = std::max(most, value);
    zeros += value == 0;
  }
  const double mean = sum / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double stddev = std::sqrt(squares / static_cast<double>(values.size()));
  EXPECT_EQ(actual.elements, static_cast<int64_t>(values.size()));
  EXPECT_EQ(actual.zeros, zeros);
  EXPECT_EQ(actual.min, least);
  EXPECT_EQ(actual.max, most);
  EXPECT_NEAR(actual.mean, mean, 1e-12 * (std::abs(mean) + stddev));
  EXPECT_NEAR(actual.stddev, stddev, 1e-12 * (std::abs(mean) + stddev));
}

TEST_F(TensorStatisticsTest, AgreesWithPlainLoopsInEveryType) {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    const auto model = Make(dtype);
    for (int i = 0; i < 6; ++i) {
      SCOPED_TRACE(model->tensors()[static_cast<size_t>(i)].name);
      const TensorStatistics actual = Measure(*model, i);
      ExpectMoments(model->View(i).value(), actual);
      EXPECT_EQ(actual.nans + actual.infinities, 0);
    }
  }
}

// What NumPy 2.4 says of the same twelve numbers in float64: min(), max(),
// mean() and std().
TEST_F(TensorStatisticsTest, AgreesWithNumPy) {
  const std::vector<float> numbers = {-3,     0.5, 0, 7.25, 1, 1,
                                      -0.125, 64,  2, -9,   4, 0.75};
  Fill(4, 0);
  std::span<float> row = Filter(4, 0);
  ASSERT_GE(row.size(), numbers.size());
  std::copy(numbers.begin(), numbers.end(), row.begin());
  // The rest is not finite, and so does not count.
  for (int64_t i = 12; i < tensors_[4].elements(); ++i) {
    tensors_[4].f32()[i] = i % 2 == 0 ? kNan : -kInfinity;
  }
  const TensorStatistics actual = Measure(*Make(), 4);
  EXPECT_EQ(actual.min, -9);
  EXPECT_EQ(actual.max, 64);
  EXPECT_EQ(actual.zeros, 1);
  EXPECT_DOUBLE_EQ(actual.mean, 5.697916666666667);
  EXPECT_DOUBLE_EQ(actual.stddev, 17.962450586609528);
  EXPECT_EQ(actual.nans + actual.infinities, tensors_[4].elements() - 12);
  EXPECT_EQ(actual.nans, (tensors_[4].elements() - 12) / 2);
}

TEST_F(TensorStatisticsTest, AMeanFarFromZeroKeepsItsDeviation) {
  for (int64_t i = 0; i < tensors_[4].elements(); ++i) {
    tensors_[4].f32()[i] = 1e7f + static_cast<float>(i % 2);
  }
  const TensorStatistics actual = Measure(*Make(), 4);
  EXPECT_NEAR(actual.mean, 1e7 + 0.5, 1e-6);
  EXPECT_NEAR(actual.stddev, 0.5, 1e-9);
}

TEST_F(TensorStatisticsTest, NothingFiniteGivesNoNumbers) {
  tensors_[1].f32()[0] = kNan;
  tensors_[1].f32()[1] = kInfinity;
  tensors_[1].f32()[2] = -kInfinity;
  tensors_[1].f32()[3] = kNan;
  const TensorStatistics actual = Measure(*Make(), 1);
  EXPECT_EQ(actual.nans, 2);
  EXPECT_EQ(actual.infinities, 2);
  EXPECT_TRUE(std::isnan(actual.min) && std::isnan(actual.max));
  EXPECT_TRUE(std::isnan(actual.mean) && std::isnan(actual.stddev));
}

TEST_F(TensorStatisticsTest, DeadAndDuplicateFiltersAreFound) {
  const auto copy = [this](int64_t from, int64_t to) {
    std::copy_n(Filter(2, from).begin(), Filter(2, from).size(),
                Filter(2, to).begin());
  };
  copy(0, 2);
  // The same numbers in the other group see other channels.
  copy(0, 3);
  for (const int64_t dead : {1, 5}) {
    std::fill_n(Filter(2, dead).begin(), Filter(2, dead).size(), 0.0f);
  }
  Filter(2, 5)[0] = -0.0f;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    std::vector<int64_t> same_as(6, 17);
    const TensorStatistics actual = Measure(*Make(dtype), 2, same_as);
    EXPECT_EQ(actual.filters, 6);
    EXPECT_EQ(actual.dead_filters, 2);
    EXPECT_EQ(actual.duplicate_filters, 1);
    EXPECT_THAT(same_as, ElementsAre(0, -1, 0, 3, 4, -1));
  }
}

TEST_F(TensorStatisticsTest, OnlyWeightsHaveFilters) {
  const auto model = Make();
  EXPECT_EQ(FilterCount(*model, 0), 4);
  EXPECT_EQ(FilterCount(*model, 1), 0);
  EXPECT_EQ(FilterCount(*model, 4), 3);
  EXPECT_EQ(Measure(*model, 1).filters, 0);
  const testing::TestContents test;
  const auto checkpoint =
      LoadModelFromBytes(*SerializeModel(test.contents)).value();
  for (size_t i = 0; i < checkpoint->tensors().size(); ++i) {
    const StoredTensor& tensor = checkpoint->tensors()[i];
    const bool weight = tensor.role == TensorRole::kParameter &&
                        tensor.name.ends_with(".weight");
    EXPECT_EQ(FilterCount(*checkpoint, static_cast<int>(i)) > 0, weight)
        << tensor.name;
    ExpectMoments(checkpoint->View(static_cast<int>(i)).value(),
                  Measure(*checkpoint, static_cast<int>(i)));
  }
}

TEST_F(TensorStatisticsTest, ThreadsDoNotChangeTheSums) {
  contents_.network = ChainBuilder("wide", 1, 6)
                          .Full("fc1", 9000, Gaussian(0.1f, 0.1f))
                          .Full("fc2", 64, Gaussian(0.1f, 0.1f))
                          .Classify();
  info_ = InferNetwork(contents_.network).value();
  tensors_ = InitialParameters(info_, 3).value();
  Fill(2, 0.01f);
  const auto model = Make();
  const auto one = MeasureTensor(*model, 2, 1, {});
  const auto many = MeasureTensor(*model, 2, 5, {});
  ASSERT_TRUE(one.ok() && many.ok());
  EXPECT_EQ(one->mean, many->mean);
  EXPECT_EQ(one->stddev, many->stddev);
  ExpectMoments(model->View(2).value(), *many);
}

TEST_F(TensorStatisticsTest, ItStopsWhenItIsTold) {
  CancelToken token;
  token.Cancel();
  Interrupt interrupt;
  interrupt.token = &token;
  const auto result = MeasureTensor(*Make(), 0, 1, interrupt);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.status().code(), StatusCode::kCancelled);
}

}  // namespace
}  // namespace alexnet
