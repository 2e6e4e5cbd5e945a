#include "core/backend/backend.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/dead_units.h"
#include "core/backend/format.h"
#include "core/backend/update.h"

namespace alexnet {
namespace {

class NamedLayout : public Layout {
 public:
  explicit NamedLayout(std::string name) : name_(std::move(name)) {}
  bool Equals(const Layout& other) const override {
    return other.Name() == name_;
  }
  std::string Name() const override { return name_; }

 private:
  std::string name_;
};

TEST(DivergesTest, WhereAnUpdateCouldNotBeFinite) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const UpdateRule rule = {.rate = 1e6f, .clip_gradient_norm = 0.0f};
  const UpdateRule clipped = {.rate = 1e6f, .clip_gradient_norm = 5.0f};
  const auto diverges = [](double loss, double norm, const UpdateRule& by) {
    return Diverges({.loss = {loss, 0}, .squared_norm = norm * norm}, by);
  };
  EXPECT_FALSE(diverges(1.0, 2.0, rule));
  EXPECT_FALSE(diverges(0.0, 0.0, rule));
  EXPECT_FALSE(diverges(1.0, 0.9e24, rule));
  EXPECT_TRUE(diverges(1.0, 1.1e24, rule));
  EXPECT_FALSE(diverges(1.0, 1.1e24, clipped));
  for (const double bad : {kNan, kInfinity, -kInfinity}) {
    EXPECT_TRUE(diverges(bad, 2.0, clipped));
    EXPECT_TRUE(diverges(1.0, bad, clipped));
  }
}

TEST(FormatTest, ComparesShapeBytesAndLayout) {
  const Format dense = Format::Dense({2, 3, 4, 5});
  EXPECT_EQ(dense.bytes, 480);
  EXPECT_TRUE(dense.dense());
  EXPECT_TRUE(dense == Format::Dense({2, 3, 4, 5}));
  EXPECT_FALSE(dense == Format::Dense({2, 3, 5, 4}));

  Format blocked = dense;
  blocked.layout = std::make_shared<NamedLayout>("a");
  EXPECT_FALSE(blocked.dense());
  EXPECT_FALSE(blocked == dense);
  EXPECT_FALSE(dense == blocked);
  Format same = dense;
  same.layout = std::make_shared<NamedLayout>("a");
  EXPECT_TRUE(blocked == same);
  same.bytes += 4;
  EXPECT_FALSE(blocked == same);
  Format other = dense;
  other.layout = std::make_shared<NamedLayout>("b");
  EXPECT_FALSE(blocked == other);
}

TEST(CountZeroUnitsTest, CountsPositionsZeroInEveryRun) {
  // 3 samples of 20 units. Unit u is dead if u is a multiple of 7, and alive
  // in sample u % 3 only otherwise.
  std::vector<float> blob(60, 0.0f);
  for (int u = 0; u < 20; ++u) {
    if (u % 7 != 0) blob[(u % 3) * 20 + u] = 0.5f;
  }
  EXPECT_EQ(CountZeroUnits(blob.data(), 3, 20), 3);
  EXPECT_EQ(CountZeroUnits(blob.data(), 0, 20), 20);
  // What is marked stays so.
  std::vector<float> marks(20, 0.0f);
  marks[7] = 1.0f;
  std::vector<float> expected(20, 0.0f);
  for (size_t u = 0; u < 20; ++u) {
    const bool alive = blob[u] != 0.0f || blob[20 + u] != 0.0f ||
                       blob[40 + u] != 0.0f || u == 7;
    expected[u] = alive ? 1.0f : 0.0f;
  }
  MarkNonzeroUnits(blob.data(), 3, 20, marks.data());
  EXPECT_EQ(marks, expected);
}

}  // namespace
}  // namespace alexnet
