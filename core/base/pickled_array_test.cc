#include "core/base/pickled_array.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace alexnet {
namespace {

using std::string_literals::operator""s;  // NOLINT: clang-tidy sees no use

// pickle.dumps(np.arange(12, dtype=np.uint8).reshape(2, 6) + 120, protocol) of
// Python 3.11 and NumPy 2.4.
const std::string kProtocol2 =
    "\200\002cnumpy._core.multiarray\n_reconstruct\nq\000cnumpy\nndarray\nq"
    "\001K\000\205q\002c_codecs\nencode\nq\003X\001\000\000\000bq\004X\006\000"
    "\000\000latin1q\005\206q\006Rq\007\207q\010Rq\011(K\001K\002K\006\206q\nc"
    "numpy\ndtype\nq\013X\002\000\000\000u1q\014\211\210\207q\015Rq\016(K\003X"
    "\001\000\000\000|q\017NNNJ\377\377\377\377J\377\377\377\377K\000tq\020b"
    "\211h\003X\020\000\000\000xyz{|}~\177\302\200\302\201\302\202\302\203q"
    "\021h\005\206q\022Rq\023tq\024b."s;
const std::string kProtocol4 =
    "\200\004\225\227\000\000\000\000\000\000\000\214\026numpy._core.multiarra"
    "y\224\214\014_reconstruct\224\223\224\214\005numpy\224\214\007ndarray\224"
    "\223\224K\000\205\224C\001b\224\207\224R\224(K\001K\002K\006\206\224h\003"
    "\214\005dtype\224\223\224\214\002u1\224\211\210\207\224R\224(K\003\214"
    "\001|\224NNNJ\377\377\377\377J\377\377\377\377K\000t\224b\211C\014xyz{|}~"
    "\177\200\201\202\203\224t\224b."s;
const std::string kProtocol5 =
    "\200\005\225\202\000\000\000\000\000\000\000\214\023numpy._core.numeric"
    "\224\214\013_frombuffer\224\223\224(\226\014\000\000\000\000\000\000\000x"
    "yz{|}~\177\200\201\202\203\224\214\005numpy\224\214\005dtype\224\223\224"
    "\214\002u1\224\211\210\207\224R\224(K\003\214\001|\224NNNJ\377\377\377"
    "\377J\377\377\377\377K\000t\224bK\002K\006\206\224\214\001C\224t\224R\224"
    "."s;

// The pickle with `from` in place of `to`.
std::string With(std::string pickle, const std::string& from,
                 const std::string& to) {
  const size_t at = pickle.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return pickle.replace(at, from.size(), to);
}

Result<std::optional<PickledArray>> Read(const std::string& bytes) {
  // Outlives what the array borrows.
  static std::vector<Pickle>* const pickles = new std::vector<Pickle>();
  static std::vector<std::string>* const kept = new std::vector<std::string>();
  kept->reserve(100);
  kept->push_back(bytes);
  PickleOptions options;
  options.globals = PickledArrayGlobals();
  const std::string& text = kept->back();
  ALEXNET_ASSIGN_OR_RETURN(
      Pickle pickle,
      Pickle::Read(std::as_bytes(std::span(text.data(), text.size())),
                   options));
  pickles->push_back(std::move(pickle));
  return PickledArrayOf(pickles->back().root());
}

TEST(PickledArrayTest, EveryProtocolSaysTheSame) {
  for (const std::string& bytes : {kProtocol2, kProtocol4, kProtocol5}) {
    const PickledArray array = Read(bytes).value().value();
    EXPECT_EQ(array.type, "|u1");
    EXPECT_EQ(array.shape, (std::vector<int64_t>{2, 6}));
    EXPECT_FALSE(array.fortran_order);
    ASSERT_EQ(array.bytes().size(), 12u);
    for (size_t i = 0; i < 12; ++i) {
      EXPECT_EQ(std::to_integer<size_t>(array.bytes()[i]), 120 + i);
    }
  }
}

TEST(PickledArrayTest, ColumnsBeforeRowsAreSaid) {
  EXPECT_TRUE(
      Read(With(kProtocol4, "b\211C", "b\210C")).value()->fortran_order);
  EXPECT_TRUE(
      Read(With(kProtocol5, "\001C\224", "\001F\224")).value()->fortran_order);
}

TEST(PickledArrayTest, NothingElseIsAnArray) {
  EXPECT_FALSE(Read("K\x05.").value());
  EXPECT_FALSE(Read("cnumpy\ndtype\n)R.").value());
}

TEST(PickledArrayTest, WhatIsDamagedIsRefused) {
  for (const std::string& bad : {
           // A shape of a text, of no number, and a type of none.
           With(kProtocol2, "K\001K\002K\006\206", "K\001K\002U\001x\206"),
           With(kProtocol4, "K\002K\006\206", "K\002N\206"),
           With(kProtocol4, "K\002K\006\206", "\214\001x"),
           With(kProtocol4, "\214\002u1", "K\002"),
           With(kProtocol4, "\214\005dtype", "\214\007ndarray"),
           // No numbers, and text beyond Latin-1.
           With(kProtocol4, "C\014xyz{|}~\177\200\201\202\203", "N"),
           With(kProtocol2, "\302\200", "\304\200"),
           // Another order, a state that is short.
           With(kProtocol5, "\001C\224t", "\001A\224t"),
           With(kProtocol4, "(K\001K\002K\006\206", "(K\002K\006\206"),
       }) {
    EXPECT_EQ(Read(bad).status().code(), StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace alexnet
