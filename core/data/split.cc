#include "core/data/split.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/base/hash.h"
#include "core/base/philox.h"

namespace alexnet {
namespace {

// A sample's place in the queue for being held out: a draw of its own, keyed by
// its name and not its index, which adding a picture would shift.
uint64_t Rank(const std::string& name, uint64_t seed) {
  const uint64_t hash = Hash64(name);
  const PhiloxBlock block = Philox4x32(
      PhiloxKey::FromSeed(seed),
      {static_cast<uint32_t>(hash), static_cast<uint32_t>(hash >> 32), 0,
       static_cast<uint32_t>(RandomPurpose::kSplit)});
  return static_cast<uint64_t>(block.v[0]) << 32 | block.v[1];
}

size_t HeldOut(size_t samples, double fraction) {
  if (fraction == 0.0 || samples < 2) return 0;
  const size_t rounded =
      static_cast<size_t>(std::lround(fraction * static_cast<double>(samples)));
  return std::clamp<size_t>(rounded, 1, samples - 1);
}

}  // namespace

Result<DataSplit> SplitDataset(const Dataset& dataset, double fraction,
                               uint64_t seed) {
  if (!(fraction >= 0.0 && fraction < 1.0)) {
    return InvalidArgumentError(
               fmt::format("is {}; it must be at least 0 and below 1",
                           fraction))
        .WithField("validation_fraction");
  }
  using Ranked = std::pair<uint64_t, int64_t>;
  std::vector<std::vector<Ranked>> by_class(dataset.classes().size());
  for (int64_t i = 0; i < dataset.size(); ++i) {
    by_class[dataset.label(i)].emplace_back(Rank(dataset.name(i), seed), i);
  }
  DataSplit split;
  for (std::vector<Ranked>& samples : by_class) {
    std::sort(samples.begin(), samples.end());
    const size_t held_out = HeldOut(samples.size(), fraction);
    for (size_t i = 0; i < samples.size(); ++i) {
      (i < held_out ? split.validation : split.train)
          .push_back(samples[i].second);
    }
  }
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

std::vector<int64_t> AllIndices(const Dataset& dataset) {
  std::vector<int64_t> indices(dataset.size());
  std::iota(indices.begin(), indices.end(), int64_t{0});
  return indices;
}

}  // namespace alexnet
