// Whoever asks for narrower weights is told how far results are off.

#include "core/infer/check_model.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/backend/reference/reference_backend.h"
#include "core/exec/parameters.h"
#include "core/exec/self_check.h"
#include "core/infer/session.h"
#include "core/infer/test_models.h"

namespace alexnet {
namespace {

class NarrowWeightsTest : public ::testing::Test {
 protected:
  NarrowWeightsTest()
      : test_(testing::MakeTestModel({"owl", "cat", "dog", "ant"}, 5)),
        path_(::testing::TempDir() + "/narrow.alexnet") {}

  void Save() { ASSERT_TRUE(SaveModel(path_, test_.contents).ok()); }
  void AddSelfCheck() {
    auto check = ComputeSelfCheck(
        test_.contents.network, CreateReferenceBackend(),
        std::make_shared<PackedParameters>(ParametersOf(*LoadModel(path_))),
        {});
    ASSERT_TRUE(check.ok()) << check.status().ToString();
    test_.contents.self_check = *check;
    Save();
  }

  // What a session with such weights says.
  std::vector<std::string> Told(WeightType type) {
    std::vector<std::string> told;
    SessionOptions options;
    options.threads = 2;
    options.weight_dtype = type;
    options.warn = [&](const std::string& message) { told.push_back(message); };
    auto session = Session::Create(
        std::make_shared<SharedModel>(LoadModel(path_).value()), options);
    EXPECT_TRUE(session.ok()) << session.status().ToString();
    return told;
  }

  testing::TestModel test_;
  const std::string path_;
};

TEST_F(NarrowWeightsTest, AreToldOfWithTheirError) {
  Save();
  AddSelfCheck();
  EXPECT_TRUE(Told(WeightType::kF32).empty());
  std::vector<double> errors;
  for (const auto type :
       {WeightType::kF16, WeightType::kBF16, WeightType::kI8}) {
    const std::vector<std::string> told = Told(type);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_NE(told[0].find(path_), std::string::npos) << told[0];
    EXPECT_NE(told[0].find(std::string(" in ") + WeightTypeName(type) + ","),
              std::string::npos)
        << told[0];
    const size_t at = told[0].find("by up to ");
    ASSERT_NE(at, std::string::npos) << told[0];
    errors.push_back(std::stod(told[0].substr(at + 9)));
  }
  // float32 is within 1e-6 here, and mantissas of 11 and 8 bits and integers of
  // 8 are not.
  EXPECT_GT(errors[0], 1e-5);
  EXPECT_LT(errors[0], 2e-3);
  EXPECT_GT(errors[1], errors[0]);
  EXPECT_LT(errors[1], 2e-2);
  EXPECT_GT(errors[2], errors[0]);
  EXPECT_LT(errors[2], 5e-2);
}

TEST_F(NarrowWeightsTest, WithoutASelfCheckNothingIsKnown) {
  Save();
  EXPECT_TRUE(Told(WeightType::kI8).empty());
}

TEST_F(NarrowWeightsTest, TheReferenceHasNone) {
  Save();
  SessionOptions options;
  options.device = "reference";
  options.weight_dtype = WeightType::kF16;
  const auto session = Session::Create(
      std::make_shared<SharedModel>(LoadModel(path_).value()), options);
  ASSERT_FALSE(session.ok());
  EXPECT_EQ(session.status().field(), "weight_dtype");
}

}  // namespace
}  // namespace alexnet
