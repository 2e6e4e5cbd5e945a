#include "core/data/epoch_order.h"

#include <numeric>
#include <utility>

#include "core/base/philox.h"

namespace alexnet {

std::vector<int64_t> EpochOrder(int64_t count, uint64_t seed, int64_t epoch) {
  std::vector<int64_t> order(count);
  std::iota(order.begin(), order.end(), int64_t{0});
  PhiloxStream stream(seed, RandomPurpose::kShuffle,
                      static_cast<uint32_t>(epoch));
  for (int64_t i = count - 1; i > 0; --i) {  // Fisher and Yates
    std::swap(order[i], order[stream.Below(static_cast<uint32_t>(i + 1))]);
  }
  return order;
}

}  // namespace alexnet
