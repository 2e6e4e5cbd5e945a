#include "core/parallel/split_layer.h"

#include <fmt/core.h>

#include <algorithm>
#include <variant>

namespace alexnet {
namespace {

// `rank`'s filters of `filters` in `groups`, where either number divides the
// other.
struct Filters {
  Range groups;   // that they belong to
  Range filters;  // whole groups, or a part of one
};

Filters FiltersOf(int64_t filters, int64_t groups, int rank, int ranks) {
  if (groups % ranks == 0) {
    return {PartOf(groups, rank, ranks), PartOf(filters, rank, ranks)};
  }
  const int sharing = ranks / static_cast<int>(groups);
  const int64_t group = rank / sharing;
  const int64_t first = group * (filters / groups);
  const Range part = PartOf(filters / groups, rank % sharing, sharing);
  return {{group, group + 1}, {first + part.begin, first + part.end}};
}

// The channels that a normalization needs for those of `part`.
Range NormalizedFrom(const Lrn& lrn, int64_t channels, const Range& part) {
  const int64_t run = channels / lrn.groups;
  const bool whole_groups = part.begin % run == 0 && part.end % run == 0;
  if (lrn.region == LrnRegion::kWithinChannel || whole_groups) return part;
  const int64_t group = part.begin / run;
  // A layer whose groups are not equal could not be said.
  if (part.end > (group + 1) * run) return {0, channels};
  return {std::max(group * run, part.begin - (lrn.size - 1) / 2),
          std::min((group + 1) * run, part.end + lrn.size / 2)};
}

class Splitter {
 public:
  Splitter(const LayerShapes& shapes, const std::vector<Range>& source)
      : shapes_(shapes), source_(source) {}

  Result<SplitLayer> operator()(const Convolution& convolution) const {
    return ByFilters(convolution.groups);
  }
  Result<SplitLayer> operator()(const FullyConnected&) const {
    return ByFilters(1);
  }
  Result<SplitLayer> operator()(const LocallyConnected&) const {
    return ByFilters(1);
  }
  Result<SplitLayer> operator()(const Lrn& lrn) const {
    SplitLayer split{{}, {}, source_};
    for (const Range& part : source_) {
      split.in.push_back(NormalizedFrom(lrn, shapes_.in[1], part));
    }
    split.out = split.in;
    return split;
  }
  Result<SplitLayer> operator()(const Pooling&) const { return InPlace(); }
  Result<SplitLayer> operator()(const Activation&) const { return InPlace(); }
  Result<SplitLayer> operator()(const Dropout&) const { return InPlace(); }
  Result<SplitLayer> operator()(const AdaptiveAveragePooling&) const {
    return InPlace();
  }
  Result<SplitLayer> operator()(const Softmax&) const {
    return InternalError("a softmax is not divided by channels");
  }

 private:
  Result<SplitLayer> InPlace() const {
    return SplitLayer{source_, source_, source_};
  }

  Result<SplitLayer> ByFilters(int64_t groups) const {
    const int ranks = static_cast<int>(source_.size());
    const int64_t filters = shapes_.out[1];
    if (groups % ranks != 0 && ranks % groups != 0) {
      return InvalidArgumentError(fmt::format(
          "its {} groups cannot be divided among {} ranks", groups, ranks));
    }
    if (filters < ranks) {
      return InvalidArgumentError(fmt::format(
          "its {} outputs are too few for {} ranks", filters, ranks));
    }
    SplitLayer split;
    const int64_t run = shapes_.in[1] / groups;
    for (int rank = 0; rank < ranks; ++rank) {
      const Filters part = FiltersOf(filters, groups, rank, ranks);
      split.in.push_back({part.groups.begin * run, part.groups.end * run});
      split.out.push_back(part.filters);
    }
    split.valid = split.out;
    return split;
  }

  const LayerShapes& shapes_;
  const std::vector<Range>& source_;
};

}  // namespace

Result<SplitLayer> SplitByChannels(const Layer& layer,
                                   const LayerShapes& shapes,
                                   const std::vector<Range>& source) {
  return std::visit(Splitter(shapes, source), layer.spec);
}

Layer LayerOfPart(const Layer& layer, const LayerShapes& shapes,
                  const Range& in, const Range& out) {
  Layer part = layer;
  const int64_t channels = shapes.in[1];
  if (in.count() == channels && out.count() == shapes.out[1]) return part;
  if (auto* convolution = std::get_if<Convolution>(&part.spec)) {
    convolution->out_channels = out.count();
    convolution->groups = in.count() / (channels / convolution->groups);
  } else if (auto* full = std::get_if<FullyConnected>(&part.spec)) {
    full->out_features = out.count();
  } else if (auto* local = std::get_if<LocallyConnected>(&part.spec)) {
    local->out_channels = out.count();
  } else if (auto* lrn = std::get_if<Lrn>(&part.spec)) {
    const int64_t run = channels / lrn->groups;
    const bool within = lrn->region == LrnRegion::kWithinChannel;
    lrn->groups = within ? 1 : std::max<int64_t>(1, in.count() / run);
  }
  return part;
}

}  // namespace alexnet
