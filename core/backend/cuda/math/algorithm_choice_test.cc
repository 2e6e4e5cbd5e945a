// Which algorithm is taken, of some that work and some that do not.

#include "core/backend/cuda/math/algorithm_choice.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cuda/runtime/cuda_device.h"

namespace alexnet::cuda {
namespace {

using emulation::machine;

struct Fake {
  std::string tag;
  float milliseconds = 1.0f;
  bool made = true;
  bool runs = true;
};

class AlgorithmChoiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "algorithm_choice";
    std::filesystem::remove_all(folder_);
    device_ = CudaDevice::Open(0).value();
  }
  void TearDown() override {
    device_.reset();
    machine() = emulation::Machine();
  }

  // The tag of what is chosen, or the error.
  std::string Choose(const std::vector<Fake>& fakes, bool tune = false,
                     TuningFile* file = nullptr) {
    class FakeOperation : public Operation {
     public:
      FakeOperation(const Fake& fake, int* runs) : fake_(fake), runs_(runs) {}
      int64_t workspace_bytes() const override { return 0; }
      std::string Name() const override { return fake_.tag; }
      Status Run(const KernelStream& stream, const Operands&) override {
        if (!fake_.runs) return InternalError(fake_.tag + " does not run");
        emulation::Send(stream.stream, [this] {
          ++*runs_;
          machine().clock += fake_.milliseconds;
        });
        return Status();
      }

     private:
      const Fake fake_;
      int* const runs_;
    };
    made_.clear();
    runs_.clear();
    std::vector<Algorithm> algorithms;
    for (const Fake& fake : fakes) {
      algorithms.push_back(
          {fake.tag, [this, fake]() -> Result<std::unique_ptr<Operation>> {
             made_.push_back(fake.tag);
             if (!fake.made) {
               return UnsupportedError(fake.tag + " cannot be made");
             }
             return std::unique_ptr<Operation>(
                 std::make_unique<FakeOperation>(fake, &runs_[fake.tag]));
           }});
    }
    const AlgorithmChoice choice(device_->compute(), tune, file);
    const auto chosen = choice.Choose("problem", algorithms, {});
    return chosen.ok() ? (*chosen)->Name() : chosen.status().message();
  }

  std::string folder_;
  std::unique_ptr<CudaDevice> device_;
  std::vector<std::string> made_;
  std::map<std::string, int> runs_;
};

using Tags = std::vector<std::string>;

TEST_F(AlgorithmChoiceTest, TheFirstThatRunsIsTakenAndTheRestAreNotMade) {
  EXPECT_EQ(Choose({{"a", 9.0f}, {"b", 1.0f}}), "a");
  EXPECT_EQ(made_, Tags({"a"}));
  EXPECT_EQ(runs_["a"], 1);
  EXPECT_EQ(
      Choose({{"a", 1.0f, false}, {"b", 1.0f, true, false}, {"c"}, {"d"}}),
      "c");
  EXPECT_EQ(made_, Tags({"a", "b", "c"}));
}

TEST_F(AlgorithmChoiceTest, WhereNoneWorksTheFavouriteSaysWhy) {
  const std::string none =
      Choose({{"a", 1.0f, true, false}, {"b", 1.0f, false}});
  EXPECT_NE(none.find("none of the library's 2 algorithms"), std::string::npos)
      << none;
  EXPECT_NE(none.find("a does not run"), std::string::npos) << none;
  EXPECT_NE(Choose({}).find("no algorithm"), std::string::npos);
}

TEST_F(AlgorithmChoiceTest, ALostDeviceEndsTheSearch) {
  machine().fault = cudaErrorLaunchFailure;
  const std::string lost = Choose({{"a"}, {"b"}});
  EXPECT_NE(lost.find("device is lost"), std::string::npos) << lost;
  EXPECT_EQ(made_, Tags({"a"}));
}

TEST_F(AlgorithmChoiceTest, WithoutMemoryToTryItTheFirstIsTaken) {
  machine().memory = emulation::BytesInUse();
  EXPECT_EQ(Choose({{"a", 1.0f, true, false}, {"b"}}), "a");
}

TEST_F(AlgorithmChoiceTest, TuningTimesAllThatCanBeMade) {
  EXPECT_EQ(Choose({{"a", 3.0f}, {"b", 2.0f, false}, {"c", 1.0f}, {"d", 2.0f}},
                   /*tune=*/true),
            "c");
  EXPECT_EQ(made_, Tags({"a", "b", "c", "d"}));
}

TEST_F(AlgorithmChoiceTest, TuningIsPaidOnce) {
  TuningFile file(folder_, "GPU");
  const std::vector<Fake> fakes = {{"a", 3.0f}, {"b", 1.0f}, {"c", 2.0f}};
  EXPECT_EQ(Choose(fakes, /*tune=*/true, &file), "b");
  // As in another process, where another would be the fastest now.
  TuningFile again(folder_, "GPU");
  EXPECT_EQ(Choose({{"a", 0.1f}, {"b", 1.0f}, {"c", 2.0f}}, true, &again), "b");
  EXPECT_EQ(made_, Tags({"b"}));
  EXPECT_EQ(runs_["b"], 1);
}

TEST_F(AlgorithmChoiceTest, WhatWasKeptIsTimedAnewWhereItIsGoneOrDoesNotRun) {
  TuningFile file(folder_, "GPU");
  EXPECT_EQ(Choose({{"a", 3.0f}, {"b", 1.0f}}, true, &file), "b");
  EXPECT_EQ(Choose({{"a", 3.0f}, {"c", 2.0f}}, true, &file), "c");
  EXPECT_EQ(file.Find("problem"), "c");
  EXPECT_EQ(Choose({{"a", 3.0f}, {"c", 2.0f, true, false}}, true, &file), "a");
  EXPECT_EQ(file.Find("problem"), "a");
}

TEST_F(AlgorithmChoiceTest, WhatCouldNotBeTimedIsNotKept) {
  TuningFile file(folder_, "GPU");
  machine().memory = emulation::BytesInUse();
  EXPECT_EQ(Choose({{"a", 3.0f}, {"b", 1.0f}}, true, &file), "a");
  EXPECT_EQ(file.Find("problem"), "");
}

}  // namespace
}  // namespace alexnet::cuda
