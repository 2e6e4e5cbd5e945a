// Running a plan allocates nothing of ours.

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/reference/reference_backend.h"
#include "core/exec/allocation_counter.h"
#include "core/exec/inference_plan.h"
#include "core/exec/test_networks.h"
#include "core/exec/training_plan.h"

namespace alexnet {
namespace {

using testing::AllocationCounts;
using testing::EveryLayerNetwork;
using testing::PlainNetwork;
using testing::ReadAllocationCounts;
using testing::ResetAllocationCounts;
using testing::TestImages;
using testing::TestLabels;
using testing::TestParameters;

// What one Run and one Step allocate, once all was used before.
AllocationCounts Measure(const Network& network,
                         const std::shared_ptr<Backend>& backend,
                         int64_t batch) {
  const auto source = TensorsAsSource(TestParameters(network));
  InferenceOptions options;
  options.batch = batch;
  const auto inference =
      InferencePlan::Compile(
          network, backend, std::make_shared<PackedParameters>(source), options)
          .value();
  const auto training =
      TrainingPlan::Compile(network, backend, *source, {.batch = batch})
          .value();
  const int64_t classes = inference->info().classes;
  const std::vector<float> images = TestImages(network, batch);
  const std::vector<int32_t> labels = TestLabels(batch, classes);
  std::vector<float> output(static_cast<size_t>(batch * classes));
  std::vector<float> logits(output.size());
  const StepInput input = {images.data(), labels.data(), {}};
  const UpdateRule rule = {.clip_gradient_norm = 0.1f};
  const auto once = [&] {
    EXPECT_TRUE(
        inference->Run(images.data(), output.data(), logits.data()).ok());
    EXPECT_TRUE(training->Step(input, rule).ok());
  };
  for (int i = 0; i < TrainingPlan::kQueuedSteps; ++i) once();
  ResetAllocationCounts();
  once();
  return ReadAllocationCounts();
}

TEST(AllocationTest, PlansOnTheReferenceBackendAllocateNothing) {
  // Its convolution's and LRN's backward keep their sums in vectors, which
  // are the loops' and not the plan's.
  Network network = PlainNetwork();
  network.layers.erase(network.layers.begin());
  EXPECT_EQ(Measure(network, CreateReferenceBackend(), 2).allocations, 0);
}

TEST(AllocationTest, PlansOnTheCpuAllocateNothing) {
  for (const int threads : {1, 2}) {
    const std::shared_ptr<Backend> backend =
        CreateCpuBackend({.threads = threads}).value();
    EXPECT_EQ(Measure(EveryLayerNetwork(), backend, 16).allocations, 0);
  }
}

}  // namespace
}  // namespace alexnet
