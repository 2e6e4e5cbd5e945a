#include "tools/convert/base/pickle.h"

#include <gtest/gtest.h>

#include <string>

namespace alexnet::convert {
namespace {

TEST(PickleTest, ReadsWhatItWrites) {
  std::string bytes;
  PickleWriter writer(bytes);
  writer.Proto();
  writer.EmptyDict();
  writer.Mark();
  writer.Text("\xc3\xa4");
  writer.Integer(int64_t{1} << 40);
  writer.ByteString("b");
  writer.Mark();
  writer.Bool(true);
  writer.None();
  writer.Integer(-3);
  writer.Tuple();
  writer.SetItems();
  writer.Stop();
  bytes += "rest";
  ByteReader reader(BytesOf(bytes));
  const Pickle pickle = ReadPickle(reader, {});
  EXPECT_EQ(reader.TakeText(4), "rest");
  EXPECT_EQ(FindKey(pickle.root(), "\xc3\xa4")->As<PickleInteger>()->value,
            int64_t{1} << 40);
  const auto* tuple = FindKey(pickle.root(), "b")->As<PickleList>();
  ASSERT_EQ(tuple->items.size(), 3u);
  EXPECT_TRUE(*tuple->items[0]->As<bool>());
  EXPECT_NE(tuple->items[1]->As<PickleNone>(), nullptr);
  EXPECT_EQ(tuple->items[2]->As<PickleInteger>()->value, -3);
}

}  // namespace
}  // namespace alexnet::convert
