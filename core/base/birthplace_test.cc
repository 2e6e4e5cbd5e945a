#include "core/base/birthplace.h"

#include <gtest/gtest.h>

#include "core/base/limited_child.h"

namespace alexnet {
namespace {

struct Counted {
  explicit Counted(int* counter) : destroyed(counter) {}
  ~Counted() { ++*destroyed; }
  int* const destroyed;
};

TEST(BirthplaceTest, IsNotHereInAChildNorInAChildsChild) {
  const Birthplace made;
  EXPECT_TRUE(made.Here());
  EXPECT_TRUE(made.Check().ok());
  EXPECT_EQ(EndOfChild([&made] {
              if (made.Here()) return 1;
              if (made.Check().code() != StatusCode::kFailedPrecondition) {
                return 2;
              }
              const Birthplace of_child;
              if (!of_child.Here()) return 3;
              return EndOfChild([&] {
                       return made.Here() || of_child.Here() ? 1 : 0;
                     }) == "exit 0"
                         ? 0
                         : 4;
            }),
            "exit 0");
  EXPECT_TRUE(made.Here());
}

TEST(BirthplaceTest, OnlyHereIsDestroyedWhereItWasMade) {
  int destroyed = 0;
  { const OnlyHere<Counted> here(&destroyed); }
  EXPECT_EQ(destroyed, 1);
  EXPECT_EQ(EndOfChild([&destroyed] {
              { const OnlyHere<Counted> here(&destroyed); }
              return destroyed;
            }),
            "exit 2");
  auto* before = new OnlyHere<Counted>(&destroyed);
  EXPECT_EQ(EndOfChild([&] {
              delete before;
              return destroyed;
            }),
            "exit 1");
  delete before;
  EXPECT_EQ(destroyed, 2);
}

}  // namespace
}  // namespace alexnet
