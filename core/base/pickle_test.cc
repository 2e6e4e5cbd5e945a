#include "core/base/pickle.h"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alexnet {
namespace {

std::span<const std::byte> BytesOf(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// Texts in the result are those of `bytes`.
Pickle Read(std::string_view bytes, PickleOptions options = {}) {
  options.where = "test";
  return Pickle::Read(BytesOf(bytes), options).value();
}

// "" where it is read.
std::string Refusal(std::string_view bytes) {
  PickleOptions options;
  options.where = "test";
  const Status status = Pickle::Read(BytesOf(bytes), options).status();
  EXPECT_EQ(status.field(), status.ok() ? "" : "test");
  return status.message();
}

PickleRef FindKey(PickleRef dict, std::string_view key) {
  return Pickle::Find(dict, key).value();
}

// Bytes of a literal, which may be zero.
template <size_t kSize>
std::string Raw(const char (&bytes)[kSize]) {
  return {bytes, kSize - 1};
}

int64_t Integer(std::string_view bytes) {
  const Pickle pickle = Read(bytes);
  return pickle.root()->As<PickleInteger>()->value;
}

TEST(PickleTest, ReadsNumbersOfEveryProtocol) {
  EXPECT_EQ(Integer("I42\n."), 42);
  EXPECT_EQ(Integer("L-7L\n."), -7);
  EXPECT_EQ(Integer("K\xff."), 255);
  EXPECT_EQ(Integer(Raw("M\x01\x02.")), 513);
  EXPECT_EQ(Integer("J\xfe\xff\xff\xff."), -2);
  EXPECT_EQ(Integer("\x8a\x01\xff."), -1);
  EXPECT_EQ(Integer(Raw("\x8a\x02\xff\x00.")), 255);
  EXPECT_EQ(Integer(Raw("\x8a\x00.")), 0);
  EXPECT_EQ(*Read("F1.5\n.").root()->As<double>(), 1.5);
  EXPECT_EQ(*Read(Raw("G\x3f\xf8\0\0\0\0\0\0.")).root()->As<double>(), 1.5);
  EXPECT_TRUE(*Read("I01\n.").root()->As<bool>());
}

TEST(PickleTest, ReadsContainersAndMemos) {
  // {'a': [1, 2], 'b': ('a', 'a')} with 'a' memoized.
  const Pickle pickle = Read(
      "}(U\x01"
      "aq\x01](K\x01K\x02"
      "eU\x01"
      "bh\x01h\x01\x86u.");
  const PickleRef list = FindKey(pickle.root(), "a");
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->As<PickleList>()->items.size(), 2u);
  const auto* tuple = FindKey(pickle.root(), "b")->As<PickleList>();
  EXPECT_TRUE(tuple->is_tuple);
  EXPECT_EQ(tuple->items[0], tuple->items[1]);
  EXPECT_EQ(FindKey(pickle.root(), "c"), nullptr);
}

TEST(PickleTest, CyclesAreReadAndFreed) {
  const Pickle pickle = Read(
      "]q\x01h\x01"
      "a.");
  const auto* list = pickle.root()->As<PickleList>();
  EXPECT_EQ(list->items[0], pickle.root());
}

TEST(PickleTest, ExecutesNothingAndNamesWhatItRefuses) {
  const std::string system = "cposix\nsystem\n(S'echo pwned'\ntR.";
  EXPECT_NE(Refusal(system).find("posix.system"), std::string::npos);
  const std::string stacked = "\x8c\x02os\x8c\x06system\x93.";
  EXPECT_NE(Refusal(stacked).find("os.system"), std::string::npos);
  const std::string instance = "(S'x'\nios\nsystem\n.";
  EXPECT_NE(Refusal(instance).find("os.system"), std::string::npos);
}

TEST(PickleTest, KeepsCallsAsData) {
  PickleOptions options;
  options.globals = {"collections.OrderedDict"};
  const Pickle pickle = Read(
      "ccollections\nOrderedDict\n)R(U\x01kK\x05u}U\x01sK\x01sb.", options);
  const auto* object = pickle.root()->As<PickleObject>();
  ASSERT_NE(object, nullptr);
  EXPECT_EQ(GlobalName(object->callable), "collections.OrderedDict");
  EXPECT_EQ(FindKey(pickle.root(), "k")->As<PickleInteger>()->value, 5);
  EXPECT_NE(object->state, nullptr);
  options.globals = {};
  options.any_global = true;
  EXPECT_NE(Read("cos\nsystem\n(S'x'\ntR.", options).root(), nullptr);
}

TEST(PickleTest, ListsGlobalsThatAreNotKnownOnce) {
  PickleOptions options;
  options.globals = {"collections.OrderedDict"};
  options.any_global = true;
  const Pickle pickle = Read(
      "(ccollections\nOrderedDict\ncos\nsystem\ncargparse\nNamespace\n"
      "cos\nsystem\nl.",
      options);
  EXPECT_EQ(pickle.other_globals(),
            (std::vector<std::string>{"os.system", "argparse.Namespace"}));
}

TEST(PickleTest, RefusesWhatIsNoPickle) {
  for (const std::string& bad : {std::string(),
                                 std::string("."),
                                 std::string("K"),
                                 std::string("a."),
                                 std::string("e."),
                                 std::string("(."),
                                 std::string("h\x01."),
                                 std::string("U\xff"
                                             "ab."),
                                 std::string("K\x01K\x02s."),
                                 std::string("]K\x01K\x02s."),
                                 std::string("K\x01K\x02"
                                             "a."),
                                 std::string("S'x\n."),
                                 std::string("Ix\n."),
                                 std::string("I1"),
                                 std::string("\x82\x01."),
                                 std::string("\x97."),
                                 std::string("\xff."),
                                 std::string("}(K\x01u."),
                                 std::string("(o."),
                                 Raw("T\xff\xff\xff\xff."),
                                 Raw("\x8e\xff\xff\xff\xff\xff\xff\xff\xff."),
                                 Raw("\x80\x09N.")}) {
    EXPECT_NE(Refusal(bad), "") << bad;
  }
}

// What follows lies behind the end.
TEST(PickleTest, RefusesEveryBeginning) {
  // {'a': 1.5, 'b': 42}
  const std::string whole = Raw("\x80\x02}(U\x01") + "aG" +
                            Raw("\x3f\xf8\0\0\0\0\0\0") + "X" +
                            Raw("\x01\0\0\0") + "bI42\nu.";
  EXPECT_EQ(Refusal(whole), "");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(Refusal(std::string_view(whole).substr(0, size)), "") << size;
  }
}

TEST(PickleTest, RefusesKeysThatOccurTwice) {
  const Pickle pickle = Read(
      "}(U\x01"
      "aK\x01U\x01"
      "aK\x02u.");
  EXPECT_EQ(Pickle::Find(pickle.root(), "a").status().code(),
            StatusCode::kDataLoss);
}

TEST(PickleTest, BoundsWhatItMakes) {
  EXPECT_NE(Refusal(std::string(5'000'000, 'N')).find("more values"),
            std::string::npos);
}

// What takes the square of their number would take hours.
TEST(PickleTest, ReadsManyMemosAndKeys) {
  constexpr int kMany = 300'000;
  const auto number = [](int value) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) {
      bytes += static_cast<char>(value >> (8 * i) & 0xFF);
    }
    return bytes;
  };
  std::string bytes = "\x80\x02}";
  for (int i = 0; i < kMany; ++i) {
    const std::string key = std::to_string(i);
    // A key, put into the memo, with the one before it as its value.
    bytes += "X" + number(static_cast<int>(key.size())) + key;
    bytes += "r" + number(i) + "j" + number(i > 0 ? i - 1 : 0) + "s";
  }
  const Pickle pickle = Read(bytes + ".");
  EXPECT_EQ(PickleTextOf(FindKey(pickle.root(), "299999"))->text, "299998");
}

TEST(PickleTest, ReadsOneAndSaysWhereItEnds) {
  EXPECT_EQ(Read("K\x05.K\x06.").bytes_read(), 3u);
}

// What Python 3 writes by protocol 2 for {b'data': 1}.
TEST(PickleTest, KeysThatAreBytesAreFoundAsText) {
  PickleOptions options;
  options.globals = {"_codecs.encode"};
  const std::string bytes =
      Raw("\x80\x02}c_codecs\nencode\nX\x04\0\0\0dataX\x06\0\0\0latin1"
          "\x86RK\x01s.");
  const Pickle pickle = Read(bytes, options);
  const PickleRef found = FindKey(pickle.root(), "data");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->As<PickleInteger>()->value, 1);
}

}  // namespace
}  // namespace alexnet
