#include "core/infer/verify.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/backend/reference/reference_backend.h"
#include "core/exec/self_check.h"
#include "core/infer/test_models.h"

namespace alexnet {
namespace {

TEST(VerifyTest, JsonHasTheReport) {
  VerifyReport report;
  report.path = "\xFF.alexnet";
  report.network = "tiny";
  report.file_bytes = 9000;
  report.tensors = 2;
  report.tensor_bytes = 112;
  report.hashes = VerifyOutcome::kFailed;
  report.damage = {"fc.bias: chunk 0"};
  report.device = "cpu";
  report.seconds = 0.5;
  auto expected = nlohmann::json::parse(R"({
      "path": "\uFFFD.alexnet", "ok": false, "network": "tiny",
      "file_bytes": 9000, "tensors": 2, "tensor_bytes": 112,
      "hashes": "failed", "damage": ["fc.bias: chunk 0"],
      "self_check": "absent", "device": "cpu", "seconds": 0.5})");
  EXPECT_EQ(nlohmann::json::parse(VerifyJson(report)), expected);
  report.hashes = VerifyOutcome::kPassed;
  report.self_check = VerifyOutcome::kPassed;
  report.self_check_error = 0.25;
  report.self_check_tolerance = 0.75;
  expected.update({{"ok", true},
                   {"hashes", "passed"},
                   {"self_check", "passed"},
                   {"self_check_error", 0.25},
                   {"self_check_tolerance", 0.75},
                   {"self_check_message", ""}});
  EXPECT_EQ(nlohmann::json::parse(VerifyJson(report)), expected);
}

TEST(VerifyTest, TellsWholeDamagedAndWrong) {
  testing::TestModel test =
      testing::MakeTestModel({"owl", "cat", "dog", "ant", "bee", "fox"}, 5);
  const std::string path = ::testing::TempDir() + "/verify.alexnet";
  // No self-check at all.
  ASSERT_TRUE(SaveModel(path, test.contents).ok());
  auto report = VerifyModelFile(path, {});
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_TRUE(report->ok());
  EXPECT_EQ(report->self_check, VerifyOutcome::kAbsent);

  auto check = ComputeSelfCheck(
      test.contents.network, CreateReferenceBackend(),
      std::make_shared<PackedParameters>(ParametersOf(*LoadModel(path))), {});
  ASSERT_TRUE(check.ok()) << check.status().ToString();
  test.contents.self_check = *check;
  ASSERT_TRUE(SaveModel(path, test.contents).ok());
  report = VerifyModelFile(path, {});
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_TRUE(report->ok()) << report->self_check_message;
  EXPECT_EQ(report->self_check, VerifyOutcome::kPassed);
  EXPECT_LE(report->self_check_error, report->self_check_tolerance);
  EXPECT_EQ(report->tensors, 12);

  // Other logits than this network's.
  test.contents.self_check->logits[3] += 0.5f;
  ASSERT_TRUE(SaveModel(path, test.contents).ok());
  report = VerifyModelFile(path, {});
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(report->ok());
  EXPECT_EQ(report->hashes, VerifyOutcome::kPassed);
  EXPECT_EQ(report->self_check, VerifyOutcome::kFailed);
  EXPECT_FALSE(report->self_check_message.empty());

  // One flipped bit in the middle of a tensor.
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto model = LoadModel(path);
    ASSERT_TRUE(model.ok());
    const uint64_t at = (*model)->tensors()[2].offset + 100;
    file.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(file.get() ^ 4);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(byte);
  }
  report = VerifyModelFile(path, {});
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_FALSE(report->ok());
  EXPECT_EQ(report->hashes, VerifyOutcome::kFailed);
  ASSERT_EQ(report->damage.size(), 1u);
  EXPECT_NE(report->damage[0].find("conv2.weight"), std::string::npos)
      << report->damage[0];
}

}  // namespace
}  // namespace alexnet
