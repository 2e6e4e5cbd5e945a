#include "core/parallel/blob_exchange.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <string_view>
#include <vector>

#include "core/backend/reference/reference_backend.h"
#include "core/dist/rank_group.h"
#include "core/network/network.h"
#include "core/network/presets.h"

namespace alexnet {
namespace {

constexpr int64_t kBatch = 5;
constexpr int64_t kPositions = 3;

// A whole number that no other element of the blob has.
float NumberOf(int64_t sample, int64_t channel, int64_t position) {
  return static_cast<float>((sample * 4096 + channel) * kPositions + position);
}

using Blob = std::vector<float>;

Blob BlobOf(const BlobBox& box, float value) {
  return Blob(static_cast<size_t>(box.samples.count() * box.channels.count() *
                                  kPositions),
              value);
}

// Calls fn(element, sample, channel, position) for each element of `box` in
// the blob of `holds`.
template <typename Fn>
void ForEachElement(Blob& blob, const BlobBox& holds, const BlobBox& box,
                    const Fn& fn) {
  for (int64_t n = box.samples.begin; n < box.samples.end; ++n) {
    for (int64_t c = box.channels.begin; c < box.channels.end; ++c) {
      for (int64_t p = 0; p < kPositions; ++p) {
        fn(blob[static_cast<size_t>(OffsetIn(holds, n, c) * kPositions + p)], n,
           c, p);
      }
    }
  }
}

// One exchange of one rank. Forward each rank must read the values that belong
// there. Backward is its transpose: over all ranks (gradients, what was read)
// is (what comes back, what was given), the terms of which are added to `read`
// and `came_back`. All sums are of whole numbers, so exact.
struct Products {
  double read = 0.0;
  double came_back = 0.0;
};

Status Exchange(const ParallelPlan& plan, const ExchangeNode& node, int pass,
                Communicator& comm, Products* products) {
  const int rank = comm.rank();
  BlobPlacement right = node.from;
  right.holds = right.valid;
  const BlobBox given_box =
      plan.BoxOf(node.from, node.layer - 1, rank, pass, kBatch);
  const BlobBox valid_box =
      plan.BoxOf(right, node.layer - 1, rank, pass, kBatch);
  const BlobBox read_box = plan.BoxOf(node.to, node.layer, rank, pass, kBatch);

  const auto backend = CreateReferenceBackend();
  ALEXNET_ASSIGN_OR_RETURN(const auto arrived, comm.CreateFence());
  const ExchangeMeans means = {*backend, comm, *arrived};
  const BlobExchange exchange(plan, node, rank, pass, kBatch, kPositions);
  Blob scratch(static_cast<size_t>(exchange.scratch_elements()));
  // What is not valid must not be read.
  Blob given = BlobOf(given_box, std::numeric_limits<float>::quiet_NaN());
  ForEachElement(given, given_box, valid_box,
                 [](float& element, int64_t n, int64_t c, int64_t p) {
                   element = NumberOf(n, c, p);
                 });
  Blob read = BlobOf(read_box, -1.0f);
  ALEXNET_RETURN_IF_ERROR(exchange.Send(means, given.data(), scratch.data()));
  ALEXNET_RETURN_IF_ERROR(exchange.Receive(means, read.data(), scratch.data()));
  int wrong = 0;
  ForEachElement(read, read_box, read_box,
                 [&](float element, int64_t n, int64_t c, int64_t p) {
                   wrong += element == NumberOf(n, c, p) ? 0 : 1;
                 });
  EXPECT_EQ(wrong, 0);

  Blob gradient = BlobOf(read_box, 0.0f);
  for (size_t i = 0; i < gradient.size(); ++i) {
    gradient[i] =
        static_cast<float>((7 * i + 3 * static_cast<size_t>(rank)) % 11);
    products->read += static_cast<double>(gradient[i]) * read[i];
  }
  Blob back = BlobOf(given_box, 0.0f);
  ALEXNET_RETURN_IF_ERROR(
      exchange.SendGradient(means, gradient.data(), scratch.data()));
  ALEXNET_RETURN_IF_ERROR(
      exchange.ReceiveGradient(means, back.data(), scratch.data()));
  for (size_t i = 0; i < back.size(); ++i) {
    if (std::isnan(given[i])) {
      EXPECT_EQ(back[i], 0.0f);
    } else {
      products->came_back += static_cast<double>(back[i]) * given[i];
    }
  }
  return Status();
}

class BlobExchangeTest : public ::testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(Presets, BlobExchangeTest,
                         ::testing::Values("alexnet", "caffenet", "owt",
                                           "lenet5", "alexnet_small"));

TEST_P(BlobExchangeTest, BringsValuesAndTheirGradientsBack) {
  const Network network = MakePreset(GetParam()).value().network;
  const NetworkInfo info = InferNetwork(network).value();
  for (const ParallelOptions& options :
       std::vector<ParallelOptions>{{ParallelKind::kTowers, 2},
                                    {ParallelKind::kTowers, 4},
                                    {ParallelKind::kHybrid, 4},
                                    {ParallelKind::kHybridInTurn, 3},
                                    {ParallelKind::kHybridInTurn, 2, true}}) {
    const ParallelPlan plan = MakeParallelPlan(network, info, options).value();
    for (const ExchangeNode& node : plan.exchanges) {
      for (int pass = 0; pass < plan.passes; ++pass) {
        std::vector<Products> products(static_cast<size_t>(options.ranks));
        const Status status =
            RunLocalRanks(options.ranks, {}, [&](Communicator& comm) {
              return Exchange(plan, node, pass, comm,
                              &products[static_cast<size_t>(comm.rank())]);
            });
        ASSERT_TRUE(status.ok()) << status.ToString();
        Products sum;
        for (const Products& each : products) {
          sum.read += each.read;
          sum.came_back += each.came_back;
        }
        EXPECT_EQ(sum.read, sum.came_back);
        EXPECT_GT(sum.read, 0.0);
      }
    }
  }
}

}  // namespace
}  // namespace alexnet
