#include "core/dist/testing/conformance.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/dist/testing/elements.h"

namespace alexnet {
namespace {

using Bytes = std::vector<std::byte>;

constexpr std::array kSummed = {ElementType::kF32, ElementType::kF64,
                                ElementType::kF16, ElementType::kBF16,
                                ElementType::kI64};
constexpr std::array kTypes = {ElementType::kF32, ElementType::kF64,
                               ElementType::kF16, ElementType::kBF16,
                               ElementType::kI64, ElementType::kByte};
constexpr std::array<int64_t, 9> kCounts = {0,  1,   3,    63,  64,
                                            65, 129, 1000, 4097};
// A power of two, and some pieces and an odd rest.
constexpr int64_t kLarge = 1 << 20;
constexpr int64_t kLargeAndOdd = kLarge + 77;

void ExpectOk(const Status& status) {
  EXPECT_TRUE(status.ok()) << status.ToString();
}

Bytes Room(int64_t count, ElementType type) {
  return Bytes(static_cast<size_t>(count * ElementSize(type)), std::byte{0xA5});
}

// Compares elements [0, count) of `data` with the sum over ranks of elements
// from `begin`, in whole numbers.
void ExpectSums(const Bytes& data, int salt, int size, int64_t begin,
                int64_t count, ElementType type) {
  int64_t wrong = 0;
  std::string first;
  for (int64_t i = 0; i < count; ++i) {
    int64_t sum = 0;
    for (int rank = 0; rank < size; ++rank) {
      sum += ElementAt(salt, rank, begin + i, type);
    }
    const double want = static_cast<double>(sum);
    const double got = ReadElement(data.data(), i, type);
    if (std::abs(got - want) <= Tolerance(std::abs(want), type)) continue;
    if (wrong++ == 0) {
      first = std::to_string(i) + " is " + std::to_string(got) + ", not " +
              std::to_string(want);
    }
  }
  EXPECT_EQ(wrong, 0) << ElementTypeName(type) << " of " << count
                      << ", element " << first;
}

void ExpectElements(const Bytes& data, int64_t offset, int salt, int rank,
                    int64_t begin, int64_t count, ElementType type) {
  if (count == 0) return;
  const Bytes want = MakeElements(salt, rank, begin, count, type);
  EXPECT_EQ(std::memcmp(data.data() + offset * ElementSize(type), want.data(),
                        want.size()),
            0)
      << ElementTypeName(type) << " of " << count << " by rank " << rank;
}

void AllReduceOf(Communicator& comm, int64_t count, ElementType type,
                 bool in_place) {
  const int salt = static_cast<int>(count % 1000) + (in_place ? 1 : 0);
  Bytes in = MakeElements(salt, comm.rank(), 0, count, type);
  Bytes out = Room(count, type);
  void* const to = in_place ? in.data() : out.data();
  ExpectOk(comm.AllReduce(in.data(), to, count, type));
  ExpectOk(comm.Finish());
  ExpectSums(in_place ? in : out, salt, comm.size(), 0, count, type);
  if (!in_place) ExpectElements(in, 0, salt, comm.rank(), 0, count, type);
}

void AllReduces(Communicator& comm) {
  for (const ElementType type : kSummed) {
    for (const int64_t count : kCounts) {
      AllReduceOf(comm, count, type, false);
      AllReduceOf(comm, count, type, true);
    }
  }
  AllReduceOf(comm, kLarge, ElementType::kF32, true);
  AllReduceOf(comm, kLarge, ElementType::kBF16, false);
  bool in_place = false;
  for (const ElementType type : kSummed) {
    AllReduceOf(comm, kLargeAndOdd, type, in_place = !in_place);
  }
}

// Sums of numbers that have none in float32: the order shows.
void SumsGoByRankAndHaveTheSameBits(Communicator& comm) {
  constexpr int64_t kCount = 5000;
  const auto value = [](int rank, int64_t i) {
    return static_cast<float>(ElementAt(5, rank, i, ElementType::kF32)) / 7.0f *
           static_cast<float>(1 + rank * rank);
  };
  std::vector<float> data(kCount);
  for (int64_t i = 0; i < kCount; ++i) data[i] = value(comm.rank(), i);
  ExpectOk(comm.AllReduce(data.data(), data.data(), kCount, ElementType::kF32));
  ExpectOk(comm.Finish());
  int64_t wrong = 0;
  for (int64_t i = 0; i < kCount; ++i) {
    float sum = value(0, i);
    double exact = value(0, i);
    double magnitude = std::abs(exact);
    for (int rank = 1; rank < comm.size(); ++rank) {
      sum += value(rank, i);
      exact += value(rank, i);
      magnitude += std::abs(value(rank, i));
    }
    EXPECT_NEAR(sum, exact, 1e-6 * magnitude);
    if (std::memcmp(&sum, &data[i], sizeof(sum)) != 0) ++wrong;
  }
  EXPECT_EQ(wrong, 0);
}

// One ulp less than these in float16 and bfloat16 is lost in every step of a
// sum that is rounded at each.
void NarrowSumsAreRoundedOnce(Communicator& comm) {
  if (comm.size() < 3) return;
  for (const ElementType type : {ElementType::kF16, ElementType::kBF16}) {
    // 2048 and 256: one more is not to be told apart.
    const uint16_t large = type == ElementType::kF16 ? 0x6800 : 0x4380;
    const uint16_t one = type == ElementType::kF16 ? 0x3C00 : 0x3F80;
    uint16_t data = comm.rank() == 0 ? large : one;
    const double start = ReadElement(&large, 0, type);
    ExpectOk(comm.AllReduce(&data, &data, 1, type));
    ExpectOk(comm.Finish());
    const double want = start + comm.size() - 1;
    EXPECT_NEAR(ReadElement(&data, 0, type), want, Tolerance(want, type));
    EXPECT_GT(ReadElement(&data, 0, type), start);
  }
}

void ReduceScatters(Communicator& comm) {
  const int rank = comm.rank();
  const int size = comm.size();
  const auto check = [&](int64_t count, ElementType type, bool in_place) {
    Bytes in = MakeElements(9, rank, 0, count * size, type);
    Bytes out = Room(count, type);
    const auto bytes = static_cast<int64_t>(out.size());
    std::byte* const part = in.data() + rank * bytes;
    void* const to = in_place ? part : out.data();
    ExpectOk(comm.ReduceScatter(in.data(), to, count, type));
    ExpectOk(comm.Finish());
    if (in_place) out.assign(part, part + bytes);
    ExpectSums(out, 9, size, rank * count, count, type);
  };
  for (const ElementType type : kSummed) {
    for (const int64_t count : kCounts) {
      check(count, type, false);
      check(count, type, true);
    }
  }
  check(kLargeAndOdd / size, ElementType::kF32, true);
  check(kLarge / size, ElementType::kF16, false);
}

void AllGathers(Communicator& comm) {
  const int rank = comm.rank();
  const int size = comm.size();
  const auto check = [&](int64_t count, ElementType type, bool in_place) {
    const Bytes in = MakeElements(11, rank, 0, count, type);
    Bytes out = Room(count * size, type);
    const void* from = in.data();
    if (in_place && count > 0) {
      std::byte* const part =
          out.data() + static_cast<size_t>(rank) * in.size();
      std::memcpy(part, in.data(), in.size());
      from = part;
    }
    ExpectOk(comm.AllGather(from, out.data(), count, type));
    ExpectOk(comm.Finish());
    for (int each = 0; each < size; ++each) {
      ExpectElements(out, each * count, 11, each, 0, count, type);
    }
  };
  for (const ElementType type : kTypes) {
    for (const int64_t count : kCounts) {
      check(count, type, false);
      check(count, type, true);
    }
  }
  check(kLarge, ElementType::kF32, false);
  check(kLargeAndOdd, ElementType::kBF16, true);
}

void Broadcasts(Communicator& comm) {
  const auto check = [&](int64_t count, ElementType type, int root) {
    Bytes data = comm.rank() == root ? MakeElements(13, root, 0, count, type)
                                     : Room(count, type);
    ExpectOk(comm.Broadcast(data.data(), count, type, root));
    ExpectOk(comm.Finish());
    ExpectElements(data, 0, 13, root, 0, count, type);
  };
  for (int root = 0; root < comm.size(); ++root) {
    for (const ElementType type : kTypes) {
      for (const int64_t count : kCounts) check(count, type, root);
    }
  }
  check(kLarge, ElementType::kF32, 0);
  check(kLargeAndOdd, ElementType::kByte, comm.size() - 1);
}

// From each rank to each other, of another size each.
void SendsAndReceives(Communicator& comm) {
  const auto check = [&](int64_t count, ElementType type, int from, int to) {
    if (comm.rank() == from) {
      const Bytes data = MakeElements(17, from, 0, count, type);
      ExpectOk(comm.Send(data.data(), count, type, to));
      ExpectOk(comm.Finish());
    } else if (comm.rank() == to) {
      Bytes data = Room(count, type);
      ExpectOk(comm.Receive(data.data(), count, type, from));
      ExpectOk(comm.Finish());
      ExpectElements(data, 0, 17, from, 0, count, type);
    }
  };
  for (int from = 0; from < comm.size(); ++from) {
    for (int to = 0; to < comm.size(); ++to) {
      if (from == to) continue;
      for (const ElementType type : kTypes) {
        check(1000 * from + 37 * to, type, from, to);
      }
    }
  }
  if (comm.size() == 1) return;
  const int last = comm.size() - 1;
  check(kLarge, ElementType::kF32, 0, last);
  check(kLargeAndOdd, ElementType::kF16, last, 0);
}

// Around a ring, and, with two ranks, to and from the same.
void SendsAndReceivesAtOnce(Communicator& comm) {
  const int size = comm.size();
  if (size < 2) return;
  const int next = (comm.rank() + 1) % size;
  const int previous = (comm.rank() + size - 1) % size;
  const auto check = [&](int64_t count, ElementType type) {
    // Rank r sends count + r elements.
    const Bytes in =
        MakeElements(19, comm.rank(), 0, count + comm.rank(), type);
    Bytes out = Room(count + previous, type);
    ExpectOk(comm.SendReceive(in.data(), count + comm.rank(), next, out.data(),
                              count + previous, previous, type));
    ExpectOk(comm.Finish());
    ExpectElements(out, 0, 19, previous, 0, count + previous, type);
  };
  for (const ElementType type : kTypes) {
    for (const int64_t count : kCounts) check(count, type);
  }
  check(kLargeAndOdd, ElementType::kF32);
}

// Each operation reads what the one before it wrote.
void ManyInFlight(Communicator& comm) {
  constexpr int kMany = 200;
  constexpr int64_t kCount = 301;
  const int size = comm.size();
  std::vector<int64_t> ones(kCount, 1);
  std::vector<std::vector<int64_t>> sums(kMany, std::vector<int64_t>(kCount));
  const std::vector<float> own(kCount, static_cast<float>(comm.rank()));
  std::vector<float> of_all;
  for (int rank = 0; rank < size; ++rank) {
    of_all.insert(of_all.end(), kCount, static_cast<float>(rank));
  }
  std::vector<std::vector<float>> all(kMany, std::vector<float>(of_all.size()));
  std::vector<int64_t> token(1, comm.rank() == 0 ? 1 : 0);
  std::vector<std::unique_ptr<Fence>> fences;
  for (int i = 0; i < kMany; ++i) {
    ExpectOk(
        comm.AllReduce(ones.data(), sums[i].data(), kCount, ElementType::kI64));
    ExpectOk(comm.AllReduce(sums[i].data(), sums[i].data(), kCount,
                            ElementType::kI64));
    ExpectOk(
        comm.AllGather(own.data(), all[i].data(), kCount, ElementType::kF32));
    ExpectOk(comm.Broadcast(token.data(), 1, ElementType::kI64, i % size));
    ExpectOk(comm.Barrier());
    auto fence = comm.CreateFence();
    ASSERT_TRUE(fence.ok());
    fences.push_back(std::move(fence).value());
    ExpectOk(comm.Signal(*fences.back()));
  }
  for (int i = 0; i < kMany; ++i) {
    if (i % 2 == 0) ExpectOk(comm.Wait(*fences[i]));
    ExpectOk(comm.WaitOnHost(*fences[i]));
    EXPECT_EQ(sums[i], std::vector<int64_t>(kCount, size * size)) << i;
    EXPECT_EQ(all[i], of_all) << i;
  }
  ExpectOk(comm.Finish());
  EXPECT_EQ(token[0], 1);
}

void FencesCountAsReachedAtFirst(Communicator& comm) {
  auto fence = comm.CreateFence();
  ASSERT_TRUE(fence.ok());
  ExpectOk(comm.WaitOnHost(**fence));
  ExpectOk(comm.Wait(**fence));
  ExpectOk(comm.Finish());
}

void RefusesWhatCanNeverWork(Communicator& comm) {
  const int size = comm.size();
  const int self = comm.rank();
  float data[64] = {};
  const auto refused = [](const Status& status, const char* part) {
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_NE(status.ToString().find(part), std::string::npos)
        << status.ToString();
  };
  refused(comm.AllReduce(data, data, -1, ElementType::kF32), "count");
  refused(comm.AllReduce(data, data, 1, ElementType::kByte), "type");
  refused(comm.AllReduce(data, data + 1, 8, ElementType::kF32), "in place");
  refused(comm.AllReduce(nullptr, data, 1, ElementType::kF32), "memory");
  refused(comm.AllReduce(data, data + 32, int64_t{1} << 62, ElementType::kF32),
          "count");
  refused(comm.AllGather(data + 2 * self + 1, data, 2, ElementType::kF32),
          "in place");
  refused(comm.ReduceScatter(data, data + 2 * self + 1, 2, ElementType::kF32),
          "in place");
  refused(comm.Broadcast(data, 1, ElementType::kF32, size), "root");
  refused(comm.Send(data, 1, ElementType::kF32, self), "to");
  refused(comm.Receive(data, 1, ElementType::kF32, -1), "from");
  ExpectOk(comm.Barrier());
  ExpectOk(comm.Finish());
}

// The others may have failed before this rank comes to its operation; what
// Finish returns is looked at.
void MayFail(const Status&) {}

// Waits for the failure and returns it; later operations have the same.
Status FailureOf(Communicator& comm) {
  const Status failure = comm.Finish();
  EXPECT_FALSE(failure.ok());
  EXPECT_EQ(comm.Barrier().ToString(), failure.ToString());
  EXPECT_EQ(comm.Finish().ToString(), failure.ToString());
  return failure;
}

void ExpectFailure(Communicator& comm, StatusCode code,
                   const std::vector<std::string>& parts) {
  const Status failure = FailureOf(comm);
  EXPECT_EQ(failure.code(), code) << failure.ToString();
  for (const std::string& part : parts) {
    EXPECT_NE(failure.ToString().find(part), std::string::npos)
        << part << " is not in: " << failure.ToString();
  }
}

int LastOf(const Communicator& comm) { return comm.size() - 1; }
bool IsLast(const Communicator& comm) { return comm.rank() == LastOf(comm); }
std::string NameOfLast(const Communicator& comm) {
  return "rank " + std::to_string(LastOf(comm));
}

void FindsAnotherCount(Communicator& comm) {
  std::vector<float> data(70, 1.0f);
  const int64_t count = IsLast(comm) ? 65 : 64;
  MayFail(comm.AllReduce(data.data(), data.data(), count, ElementType::kF32));
  ExpectFailure(comm, StatusCode::kFailedPrecondition,
                {NameOfLast(comm) + " an all-reduce of 65 f32",
                 "an all-reduce of 64 f32"});
}

void FindsAnotherType(Communicator& comm) {
  std::vector<double> data(8, 1.0);
  const ElementType type = IsLast(comm) ? ElementType::kI64 : ElementType::kF64;
  MayFail(comm.AllGather(data.data(), data.data() + 1, 0, type));
  ExpectFailure(
      comm, StatusCode::kFailedPrecondition,
      {NameOfLast(comm) + " an all-gather of 0 i64", "an all-gather of 0 f64"});
}

// Behind operations that fit.
void FindsAnotherOperation(Communicator& comm) {
  std::vector<float> data(8, 1.0f);
  for (int i = 0; i < 3; ++i) {
    MayFail(comm.AllReduce(data.data(), data.data(), 8, ElementType::kF32));
  }
  if (IsLast(comm)) {
    MayFail(comm.Broadcast(data.data(), 8, ElementType::kF32, 0));
  } else {
    MayFail(comm.Barrier());
  }
  ExpectFailure(
      comm, StatusCode::kFailedPrecondition,
      {NameOfLast(comm) + " a broadcast of 8 f32 by rank 0", "a barrier"});
}

void FindsAnotherRoot(Communicator& comm) {
  float data = 0;
  MayFail(comm.Broadcast(&data, 1, ElementType::kF32, IsLast(comm) ? 1 : 0));
  ExpectFailure(
      comm, StatusCode::kFailedPrecondition,
      {NameOfLast(comm) + " a broadcast of 1 f32 by rank 1", "by rank 0"});
}

void FindsTwoThatSendToEachOther(Communicator& comm) {
  float data = 0;
  if (comm.rank() < 2) {
    MayFail(comm.Send(&data, 1, ElementType::kF32, 1 - comm.rank()));
  } else {
    MayFail(comm.Barrier());
  }
  const Status failure = FailureOf(comm);
  EXPECT_EQ(failure.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(failure.message().find("rank 0 calls a "), std::string::npos)
      << failure.message();
}

// The cause comes through, with the file that it names.
void AnAbortReachesAll(Communicator& comm) {
  float data = 1;
  if (IsLast(comm)) {
    comm.Abort(DataLossError("it is cut").WithFile("cat.jpg"));
  } else {
    for (int i = 0; i < 10; ++i) {
      MayFail(comm.AllReduce(&data, &data, 1, ElementType::kF32));
    }
  }
  ExpectFailure(comm, StatusCode::kDataLoss,
                {NameOfLast(comm) + " failed: cat.jpg: it is cut"});
}

void OneThatEndsIsNamed(Communicator& comm) {
  if (IsLast(comm)) return;
  MayFail(comm.Barrier());
  ExpectFailure(comm, StatusCode::kFailedPrecondition,
                {NameOfLast(comm) + " has ended", "a barrier"});
}

constexpr std::array<ConformanceCase, 11> kCases = {{
    {"AllReduces", AllReduces},
    {"SumsGoByRankAndHaveTheSameBits", SumsGoByRankAndHaveTheSameBits, true},
    {"NarrowSumsAreRoundedOnce", NarrowSumsAreRoundedOnce, true},
    {"ReduceScatters", ReduceScatters},
    {"AllGathers", AllGathers},
    {"Broadcasts", Broadcasts},
    {"SendsAndReceives", SendsAndReceives},
    {"SendsAndReceivesAtOnce", SendsAndReceivesAtOnce},
    {"ManyInFlight", ManyInFlight},
    {"FencesCountAsReachedAtFirst", FencesCountAsReachedAtFirst},
    {"RefusesWhatCanNeverWork", RefusesWhatCanNeverWork},
}};

constexpr std::array<ConformanceCase, 7> kFailures = {{
    {"FindsAnotherCount", FindsAnotherCount},
    {"FindsAnotherType", FindsAnotherType},
    {"FindsAnotherOperation", FindsAnotherOperation},
    {"FindsAnotherRoot", FindsAnotherRoot},
    {"FindsTwoThatSendToEachOther", FindsTwoThatSendToEachOther},
    {"AnAbortReachesAll", AnAbortReachesAll},
    {"OneThatEndsIsNamed", OneThatEndsIsNamed},
}};

}  // namespace

std::span<const ConformanceCase> ConformanceCases() { return kCases; }
std::span<const ConformanceCase> FailureCases() { return kFailures; }

}  // namespace alexnet
