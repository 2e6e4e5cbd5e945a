// What the CUDA backend does in a step beside its layers, against the
// reference: loss, update, counting dead units. Built twice: for the emulation,
// and for a GPU.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/backend/cuda/precision_cases.h"
#include "core/backend/reference/reference_backend.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/backend/testing/layer_cases.h"

namespace alexnet {
namespace {

using testing::BackendOf;
using testing::kPrecisions;
using testing::PrecisionCase;
using testing::RandomValues;
using testing::RelativeNorm;

class CudaStepTest : public ::testing::TestWithParam<PrecisionCase> {
 protected:
  static Backend& Cuda() { return BackendOf(GetParam()); }

  template <typename T>
  static AlignedBuffer OnDevice(const std::vector<T>& values) {
    Device& device = Cuda().device();
    const int64_t bytes = static_cast<int64_t>(values.size() * sizeof(T));
    AlignedBuffer buffer = device.Allocate(bytes, false).value();
    EXPECT_TRUE(
        device.Upload(values.data(), bytes, buffer.data(), Queue::kCompute)
            .ok());
    EXPECT_TRUE(device.Finish().ok());
    return buffer;
  }
  template <typename T>
  static std::vector<T> FromDevice(const AlignedBuffer& buffer) {
    Device& device = Cuda().device();
    std::vector<T> values(static_cast<size_t>(buffer.size()) / sizeof(T));
    EXPECT_TRUE(
        device.Download(buffer.data(), buffer.size(), values.data()).ok());
    EXPECT_TRUE(device.Finish().ok());
    return values;
  }
};

INSTANTIATE_TEST_SUITE_P(All, CudaStepTest, ::testing::ValuesIn(kPrecisions),
                         testing::PrecisionCaseName);

// Narrow elements are added in float32 and rounded once.
TEST_P(CudaStepTest, AddsElementsOfAnyType) {
  constexpr int64_t kCount = 1000;
  const std::vector<float> to = RandomValues(kCount, 1);
  const std::vector<float> from = RandomValues(kCount, 2);
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    const auto narrow = [dtype](const std::vector<float>& values) {
      std::vector<std::byte> bytes(
          static_cast<size_t>(kCount * DTypeSize(dtype)));
      NarrowFromFloat(values.data(), kCount, dtype, bytes.data());
      return bytes;
    };
    const auto wide = [dtype](const std::vector<std::byte>& bytes) {
      std::vector<float> values(kCount);
      WidenToFloat(dtype, bytes.data(), kCount, values.data());
      return values;
    };
    std::vector<float> sums = wide(narrow(to));
    const std::vector<float> rounded = wide(narrow(from));
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += rounded[i];
    AlignedBuffer device_to = OnDevice(narrow(to));
    const AlignedBuffer device_from = OnDevice(narrow(from));
    const Status status = Cuda().Run([&] {
      return Cuda().Add(
          {ElementTypeOf(dtype), device_from.data(), device_to.data(), kCount});
    });
    ASSERT_TRUE(status.ok()) << status.ToString();
    EXPECT_EQ(FromDevice<std::byte>(device_to), narrow(sums))
        << DTypeName(dtype);
  }
}

// Classes beyond a block's threads, ties, large logits, smoothing.
TEST_P(CudaStepTest, LossEqualsTheReference) {
  constexpr int64_t kBatch = 300;
  constexpr int64_t kClasses = 700;
  std::vector<float> logits = RandomValues(kBatch * kClasses, 3, 20.0f);
  std::vector<int32_t> labels;
  for (int64_t n = 0; n < kBatch; ++n) {
    labels.push_back(static_cast<int32_t>(n * 37 % kClasses));
  }
  std::fill_n(logits.begin(), kClasses, 1000.0f);
  for (int64_t n = 0; n < kBatch; n += 3) {
    logits[static_cast<size_t>(n * kClasses + labels[n])] = 1000.0f;
  }
  std::vector<float> weights = RandomValues(kClasses, 5, 2.0f);
  for (float& weight : weights) weight = 0.1f + weight * weight;
  for (const float smoothing : {0.0f, 0.1f}) {
    std::vector<float> expected(logits.size());
    LossResult truth;
    LossArgs args;
    args.batch = kBatch;
    args.classes = kClasses;
    args.label_smoothing = smoothing;
    if (smoothing > 0.0f) args.class_weights = weights.data();
    args.divisor = 14;
    args.logits = logits.data();
    args.labels = labels.data();
    args.gradient = expected.data();
    args.result = &truth;
    ASSERT_TRUE(CreateReferenceBackend()->Loss(args).ok());

    ASSERT_TRUE(
        Cuda()
            .Run([&]() -> Status {
              const AlignedBuffer z = OnDevice(logits);
              const AlignedBuffer t = OnDevice(labels);
              const AlignedBuffer w = OnDevice(weights);
              if (args.class_weights != nullptr) {
                args.class_weights = reinterpret_cast<const float*>(w.data());
              }
              AlignedBuffer g =
                  OnDevice(std::vector<float>(logits.size(), NAN));
              AlignedBuffer result = OnDevice(std::vector<LossResult>(1));
              AlignedBuffer scratch = OnDevice(std::vector<char>(
                  static_cast<size_t>(Cuda().LossScratchBytes(kBatch)),
                  '\xff'));
              args.logits = reinterpret_cast<const float*>(z.data());
              args.labels = reinterpret_cast<const int32_t*>(t.data());
              args.gradient = reinterpret_cast<float*>(g.data());
              args.result = reinterpret_cast<LossResult*>(result.data());
              args.scratch = scratch.data();
              ALEXNET_RETURN_IF_ERROR(Cuda().Loss(args));
              const LossResult loss = FromDevice<LossResult>(result).front();
              EXPECT_NEAR(loss.loss_sum, truth.loss_sum, 1e-5 * truth.loss_sum);
              EXPECT_EQ(loss.correct, truth.correct);
              EXPECT_LT(RelativeNorm(FromDevice<float>(g), expected), 1e-5);
              return Status();
            })
            .ok());
  }
}

// One tensor of each kind of size, with and without clipping.
TEST_P(CudaStepTest, UpdatesEqualTheReference) {
  const bool narrow = GetParam().precision == Precision::kBf16;
  const DType dtype = narrow ? DType::kBF16 : DType::kF32;
  for (const bool clip : {false, true}) {
    StepState state;
    state.rule = {0.01f, 0.9f, 1e-2f, clip ? 10.0f : 0.0f};
    std::vector<SgdTensor> host;
    std::vector<SgdTensor> device;
    std::vector<std::vector<float>> weights, velocities, gradients;
    for (const int64_t count : {1, 7, 8, 1000, 16384, 40003}) {
      const uint32_t stream = static_cast<uint32_t>(count);
      weights.push_back(RandomValues(count, stream));
      velocities.push_back(RandomValues(count, stream + 1));
      gradients.push_back(RandomValues(count, stream + 2));
      if (narrow) {
        std::vector<uint16_t> bits(static_cast<size_t>(count));
        NarrowFromFloat(gradients.back().data(), count, dtype, bits.data());
        WidenToFloat(dtype, bits.data(), count, gradients.back().data());
      }
    }
    const Status status = Cuda().Run([&]() -> Status {
      std::vector<AlignedBuffer> buffers;
      const auto put = [&](const auto& values) {
        buffers.push_back(OnDevice(values));
        return buffers.back().data();
      };
      for (size_t i = 0; i < weights.size(); ++i) {
        SgdTensor tensor;
        tensor.elements = static_cast<int64_t>(weights[i].size());
        tensor.rate = static_cast<float>(i) * 0.5f;
        tensor.decay = i % 2 == 0 ? 1.0f : 0.0f;
        tensor.in_norm = i != 3;
        SgdTensor there = tensor;
        there.compute_dtype = dtype;
        there.weight = reinterpret_cast<float*>(put(weights[i]));
        there.velocity = reinterpret_cast<float*>(put(velocities[i]));
        std::vector<std::byte> bytes(weights[i].size() *
                                     static_cast<size_t>(DTypeSize(dtype)));
        NarrowFromFloat(gradients[i].data(), tensor.elements, dtype,
                        bytes.data());
        there.gradient = put(bytes);
        if (narrow) there.working = put(bytes);
        device.push_back(there);
        tensor.weight = weights[i].data();
        tensor.velocity = velocities[i].data();
        tensor.gradient = gradients[i].data();
        host.push_back(tensor);
      }
      StepOutcome expected;
      const auto truth = CreateReferenceBackend()->CreateUpdater(host).value();
      ALEXNET_RETURN_IF_ERROR(truth->FindNorm(&expected));
      ALEXNET_RETURN_IF_ERROR(truth->Update(&state, &expected));
      ALEXNET_ASSIGN_OR_RETURN(const auto updater,
                               Cuda().CreateUpdater(device));
      const AlignedBuffer there = OnDevice(std::vector<StepState>{state});
      AlignedBuffer outcome = OnDevice(std::vector<StepOutcome>(1));
      auto* found = reinterpret_cast<StepOutcome*>(outcome.data());
      ALEXNET_RETURN_IF_ERROR(updater->FindNorm(found));
      ALEXNET_RETURN_IF_ERROR(updater->Update(
          reinterpret_cast<const StepState*>(there.data()), found));
      EXPECT_NEAR(FromDevice<StepOutcome>(outcome).front().squared_norm,
                  expected.squared_norm, 1e-5 * expected.squared_norm);
      const size_t parts = narrow ? 4 : 3;
      for (size_t i = 0; i < weights.size(); ++i) {
        EXPECT_LT(
            RelativeNorm(FromDevice<float>(buffers[i * parts]), weights[i]),
            1e-6);
        EXPECT_LT(RelativeNorm(FromDevice<float>(buffers[i * parts + 1]),
                               velocities[i]),
                  1e-6);
        if (!narrow) continue;
        std::vector<uint16_t> rounded(weights[i].size());
        const std::vector<float> now = FromDevice<float>(buffers[i * parts]);
        NarrowFromFloat(now.data(), static_cast<int64_t>(now.size()), dtype,
                        rounded.data());
        EXPECT_EQ(FromDevice<uint16_t>(buffers[i * parts + 3]), rounded);
      }
      return Status();
    });
    ASSERT_TRUE(status.ok()) << status.ToString();
  }
}

class CudaDivergenceTest : public CudaStepTest {
 protected:
  // That a step of this loss, with this for one gradient, updates nothing.
  static void ExpectNoUpdate(double loss, float gradient, float rate) {
    const Status status = Cuda().Run([&]() -> Status {
      const std::vector<float> values = RandomValues(100, 1);
      AlignedBuffer weight = OnDevice(values);
      AlignedBuffer velocity = OnDevice(values);
      std::vector<float> gradients = values;
      gradients[99] = gradient;
      AlignedBuffer there = OnDevice(gradients);
      SgdTensor tensor;
      tensor.weight = reinterpret_cast<float*>(weight.data());
      tensor.velocity = reinterpret_cast<float*>(velocity.data());
      tensor.gradient = there.data();
      tensor.elements = 100;
      ALEXNET_ASSIGN_OR_RETURN(const auto updater,
                               Cuda().CreateUpdater({tensor}));
      StepState state;
      state.rule.rate = rate;
      const AlignedBuffer rule = OnDevice(std::vector<StepState>{state});
      StepOutcome bad;
      bad.loss.loss_sum = loss;
      AlignedBuffer outcome = OnDevice(std::vector<StepOutcome>{bad});
      auto* found = reinterpret_cast<StepOutcome*>(outcome.data());
      ALEXNET_RETURN_IF_ERROR(updater->FindNorm(found));
      ALEXNET_RETURN_IF_ERROR(updater->Update(
          reinterpret_cast<const StepState*>(rule.data()), found));
      EXPECT_EQ(FromDevice<float>(weight), values);
      EXPECT_EQ(FromDevice<float>(velocity), values);
      return Status();
    });
    EXPECT_TRUE(status.ok()) << status.ToString();
  }
};

INSTANTIATE_TEST_SUITE_P(All, CudaDivergenceTest,
                         ::testing::ValuesIn(kPrecisions),
                         testing::PrecisionCaseName);

TEST_P(CudaDivergenceTest, UpdatesNothing) {
  ExpectNoUpdate(NAN, 1.0f, 0.01f);
  ExpectNoUpdate(1.0, NAN, 0.01f);
  ExpectNoUpdate(1.0, -INFINITY, 0.01f);
  ExpectNoUpdate(1.0, 1e27f, 1e6f);
}

TEST_P(CudaStepTest, CountsDeadUnits) {
  Backend& cuda = Cuda();
  const DType dtype = GetParam().closeness.inputs;
  // 3 samples of 700 units. Unit u is dead if u is a multiple of 7, and alive
  // in sample u % 3 only otherwise.
  std::vector<float> blob(3 * 700, 0.0f);
  for (size_t u = 0; u < 700; ++u) {
    if (u % 7 != 0) blob[(u % 3) * 700 + u] = 0.5f;
  }
  const Status status = cuda.Run([&]() -> Status {
    std::vector<std::byte> bytes(blob.size() *
                                 static_cast<size_t>(DTypeSize(dtype)));
    NarrowFromFloat(blob.data(), static_cast<int64_t>(blob.size()), dtype,
                    bytes.data());
    const AlignedBuffer there = OnDevice(bytes);
    AlignedBuffer count = OnDevice(std::vector<int64_t>{-5});
    // The layout of an activation's output.
    Layer relu = {"relu", Activation{}};
    LayerShapes shapes;
    shapes.in = shapes.out = {1, 700};
    KernelRequest request;
    request.layer = &relu;
    request.shapes = &shapes;
    request.batch = 3;
    request.src = Format::Dense({3, 700});
    ALEXNET_ASSIGN_OR_RETURN(const auto kernel, cuda.CreateKernel(request));
    ALEXNET_RETURN_IF_ERROR(
        cuda.CountDeadUnits(kernel->dst_format(), there.data(),
                            reinterpret_cast<int64_t*>(count.data())));
    EXPECT_EQ(FromDevice<int64_t>(count).front(), 100);
    std::vector<float> marks(700, 0.0f);
    marks[7] = 1.0f;  // stays
    AlignedBuffer marked = OnDevice(marks);
    EXPECT_EQ(cuda.UnitPositions(kernel->dst_format()), 700);
    ALEXNET_RETURN_IF_ERROR(
        cuda.MarkAliveUnits(kernel->dst_format(), there.data(),
                            reinterpret_cast<float*>(marked.data())));
    for (size_t u = 0; u < 700; ++u) {
      marks[u] = u % 7 != 0 || u == 7 ? 1.0f : 0.0f;
    }
    EXPECT_EQ(FromDevice<float>(marked), marks);
    return Status();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

}  // namespace
}  // namespace alexnet
