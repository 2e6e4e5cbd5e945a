#include "core/exec/parameters.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace alexnet {
namespace {

// Stores the elements in reverse order.
class ReversedLayout : public ParameterLayout {
 public:
  explicit ReversedLayout(int64_t elements, std::string key = "reversed")
      : elements_(elements), key_(std::move(key)) {}
  int64_t bytes() const override { return elements_ * 4; }
  int64_t elements() const override { return elements_; }
  std::string key() const override { return key_; }
  bool dense() const override { return false; }
  Status Pack(const TensorView& tensor, void* packed) const override {
    float* target = static_cast<float*>(packed);
    for (int64_t i = 0; i < elements_; ++i) {
      target[elements_ - 1 - i] = tensor.f32()[i];
    }
    return Status();
  }
  Status Unpack(const void*, float*) const override { return Status(); }

 private:
  const int64_t elements_;
  const std::string key_;
};

class DenseLayout : public ReversedLayout {
 public:
  explicit DenseLayout(int64_t elements) : ReversedLayout(elements, "dense") {}
  bool dense() const override { return true; }
  Status Pack(const TensorView& tensor, void* packed) const override {
    WidenToFloat(tensor.dtype, tensor.data, elements(),
                 static_cast<float*>(packed));
    return Status();
  }
};

class CountingSource : public ParameterSource {
 public:
  explicit CountingSource(Tensor tensor) : tensor_(std::move(tensor)) {}
  Result<TensorView> Get(int parameter) override {
    ++gets;
    if (parameter != 0) return NotFoundError("only one");
    return tensor_.view();
  }
  void Release(int) override { ++releases; }

  std::atomic<int> gets = 0;
  std::atomic<int> releases = 0;

 private:
  const Tensor tensor_;
};

std::shared_ptr<CountingSource> Source(DType dtype = DType::kF32) {
  const std::vector<float> values = {1, 2, 3};
  Tensor tensor = Tensor::Create({3}, dtype).value();
  NarrowFromFloat(values.data(), 3, dtype, tensor.data());
  return std::make_shared<CountingSource>(std::move(tensor));
}

std::vector<float> Three(const void* data) {
  std::vector<float> values(3);
  std::memcpy(values.data(), data, 12);
  return values;
}

TEST(PackedParametersTest, PacksEachLayoutOnceAndReleasesTheSource) {
  const auto source = Source();
  PackedParameters parameters(source);
  const ReversedLayout layout(3);
  const auto first = parameters.Get(0, layout, Device::Host());
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(Three(*first), (std::vector<float>{3, 2, 1}));
  const auto second = parameters.Get(0, ReversedLayout(3), Device::Host());
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(source->gets, 1);
  EXPECT_EQ(source->releases, 1);

  const auto other =
      parameters.Get(0, ReversedLayout(3, "another"), Device::Host());
  ASSERT_TRUE(other.ok());
  EXPECT_NE(*first, *other);
  EXPECT_EQ(source->gets, 2);
}

TEST(PackedParametersTest, BorrowsWhatIsDenseAndKeepsItsPages) {
  const auto source = Source();
  PackedParameters parameters(source);
  const auto data = parameters.Get(0, DenseLayout(3), Device::Host());
  ASSERT_TRUE(data.ok());
  EXPECT_EQ(*data, source->Get(0)->data);
  EXPECT_EQ(source->releases, 0);
}

TEST(PackedParametersTest, WidensWhatIsDenseButNarrow) {
  const auto source = Source(DType::kF16);
  PackedParameters parameters(source);
  const auto data = parameters.Get(0, DenseLayout(3), Device::Host());
  ASSERT_TRUE(data.ok());
  EXPECT_EQ(Three(*data), (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(source->releases, 1);
}

TEST(PackedParametersTest, PassesTheSourcesErrorOn) {
  PackedParameters parameters(Source());
  EXPECT_EQ(parameters.Get(1, DenseLayout(3), Device::Host()).status().code(),
            StatusCode::kNotFound);
}

TEST(PackedParametersTest, ManyThreadsGetTheSameCopy) {
  const auto source = Source();
  PackedParameters parameters(source);
  std::vector<const void*> seen(8);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < seen.size(); ++i) {
    threads.emplace_back([&, i] {
      seen[i] = *parameters.Get(0, ReversedLayout(3), Device::Host());
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const void* data : seen) EXPECT_EQ(data, seen[0]);
  EXPECT_EQ(source->gets, 1);
}

TEST(TensorsAsSourceTest, GivesItsTensorsAndRefusesOthers) {
  std::vector<Tensor> tensors;
  tensors.push_back(Tensor::Create({2, 2}).value());
  const auto source = TensorsAsSource(std::move(tensors));
  ASSERT_TRUE(source->Get(0).ok());
  EXPECT_EQ(source->Get(0)->shape, (Shape{2, 2}));
  EXPECT_FALSE(source->Get(1).ok());
  EXPECT_FALSE(source->Get(-1).ok());
}

}  // namespace
}  // namespace alexnet
