#include "core/base/cgroup.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace alexnet {
namespace {

class CgroupTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    root_ = testing::TempDir() + "/cgroup_" + test->name();
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void Put(const std::string& path, const std::string& text) {
    const std::filesystem::path file = root_ + "/" + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  std::string root_;
};

TEST_F(CgroupTest, NoFilesIsNoLimit) {
  EXPECT_EQ(CgroupCpuLimit(root_, "0::/\n"), std::nullopt);
  EXPECT_EQ(CgroupCpuLimit(root_, ""), std::nullopt);
}

TEST_F(CgroupTest, V2TakesTheLeastOfGroupAndAncestors) {
  Put("a/cpu.max", "150000 100000\n");
  Put("a/b/cpu.max", "400000 100000\n");
  EXPECT_EQ(CgroupCpuLimit(root_, "0::/a/b\n"), 1.5);
  EXPECT_EQ(CgroupCpuLimit(root_, "0::/other\n"), std::nullopt);
}

TEST_F(CgroupTest, V2MaxIsNoLimit) {
  Put("a/cpu.max", "max 100000\n");
  EXPECT_EQ(CgroupCpuLimit(root_, "0::/a\n"), std::nullopt);
}

TEST_F(CgroupTest, V2GroupOutsideTheContainerFallsBackToTheMountsRoot) {
  Put("cpu.max", "50000 100000\n");
  EXPECT_EQ(CgroupCpuLimit(root_, "0::/docker/0123\n"), 0.5);
}

TEST_F(CgroupTest, V1ReadsQuotaAndPeriod) {
  Put("cpu,cpuacct/a/cpu.cfs_quota_us", "300000\n");
  Put("cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(CgroupCpuLimit(root_, "5:memory:/a\n4:cpu,cpuacct:/a\n"), 3.0);
  // Another controller's group says nothing about processors.
  EXPECT_EQ(CgroupCpuLimit(root_, "4:cpuset:/a\n"), std::nullopt);
}

TEST_F(CgroupTest, V1NegativeQuotaIsNoLimit) {
  Put("cpu/cpu.cfs_quota_us", "-1\n");
  Put("cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(CgroupCpuLimit(root_, "1:cpu:/\n"), std::nullopt);
}

TEST_F(CgroupTest, V2BesideV1) {
  Put("unified/s/cpu.max", "200000 100000\n");
  EXPECT_EQ(CgroupCpuLimit(root_, "1:cpuset:/\n0::/s\n"), 2.0);
}

TEST_F(CgroupTest, DamagedTextIsNoLimit) {
  Put("a/cpu.max", "much\n");
  Put("b/cpu.max", "100000 0\n");
  for (const char* text :
       {"0::/a", "0::/b", "0:", "::", "0::", "0::relative", "\n\n"}) {
    EXPECT_EQ(CgroupCpuLimit(root_, text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace alexnet
