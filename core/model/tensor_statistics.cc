#include "core/model/tensor_statistics.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <numeric>
#include <tuple>
#include <vector>

#include "core/base/hash.h"
#include "core/base/spread.h"
#include "core/network/layer.h"
#include "core/tensor/dtype.h"

namespace alexnet {
namespace {

// Elements that are widened at a time; they stay in the nearest cache.
constexpr int64_t kPieceElements = 4096;
// Elements that are worth handing to a thread.
constexpr int64_t kShareElements = 1 << 16;

// Numbers of which only the finite ones count, so that those of two runs of
// elements can be put together (Chan, Golub and LeVeque, 1979).
struct Moments {
  int64_t zeros = 0;
  int64_t nans = 0;
  int64_t infinities = 0;
  int64_t finite = 0;
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();
  double mean = 0.0;
  double squares = 0.0;  // sum of squared differences from the mean

  void Add(const Moments& other) {
    zeros += other.zeros;
    nans += other.nans;
    infinities += other.infinities;
    if (other.finite == 0) return;
    min = std::min(min, other.min);
    max = std::max(max, other.max);
    const double both = static_cast<double>(finite + other.finite);
    const double share = static_cast<double>(other.finite) / both;
    const double difference = other.mean - mean;
    squares += other.squares +
               difference * difference * static_cast<double>(finite) * share;
    mean += difference * share;
    finite += other.finite;
  }
};

Moments MeasurePiece(std::span<const float> values) {
  Moments piece;
  double sum = 0.0;
  for (const float value : values) {
    if (!std::isfinite(value)) {
      ++(std::isnan(value) ? piece.nans : piece.infinities);
      continue;
    }
    const double wide = value;
    sum += wide;
    piece.min = std::min(piece.min, wide);
    piece.max = std::max(piece.max, wide);
    piece.zeros += wide == 0.0;
    ++piece.finite;
  }
  if (piece.finite == 0) return piece;
  piece.mean = sum / static_cast<double>(piece.finite);
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    const double difference = value - piece.mean;
    piece.squares += difference * difference;
  }
  return piece;
}

Moments Measure(DType dtype, std::span<const std::byte> bytes) {
  Moments all;
  std::array<float, kPieceElements> wide;
  const int64_t size = DTypeSize(dtype);
  const int64_t elements = static_cast<int64_t>(bytes.size()) / size;
  for (int64_t first = 0; first < elements; first += kPieceElements) {
    const int64_t here = std::min(kPieceElements, elements - first);
    WidenToFloat(dtype, bytes.data() + first * size, here, wide.data());
    all.Add(MeasurePiece({wide.data(), static_cast<size_t>(here)}));
  }
  return all;
}

// Filters that are kept apart: those of each group see other inputs.
int64_t GroupsOf(const Model& model, int index) {
  const StoredTensor& tensor = model.tensors()[static_cast<size_t>(index)];
  const ParameterInfo& parameter =
      model.info().parameters[static_cast<size_t>(tensor.parameter)];
  const auto* convolution = As<Convolution>(
      model.network().layers[static_cast<size_t>(parameter.layer)]);
  return convolution != nullptr ? convolution->groups : 1;
}

// A tensor as rows of bytes, each of them a filter where it has filters.
struct Rows {
  std::span<const std::byte> bytes;
  int64_t count = 1;
  DType dtype = DType::kF32;

  size_t row_bytes() const { return bytes.size() / static_cast<size_t>(count); }
  std::span<const std::byte> at(int64_t row) const {
    return bytes.subspan(static_cast<size_t>(row) * row_bytes(), row_bytes());
  }
};

struct Filter {
  uint64_t hash = 0;
  bool dead = false;
};

// The first filter of those with the same bits, for each filter of a group.
void FindTwins(const Rows& rows, std::span<const Filter> filters, int64_t first,
               int64_t count, std::span<int64_t> same_as) {
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), first);
  const auto hash = [&](int64_t i) { return filters[size_t(i)].hash; };
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return std::tuple(hash(a), a) < std::tuple(hash(b), b);
  });
  for (size_t i = 0; i < order.size(); ++i) {
    const int64_t at = order[i];
    int64_t& same = same_as[static_cast<size_t>(at)];
    same = filters[static_cast<size_t>(at)].dead ? -1 : at;
    // Hashes of different filters may be equal, though not in practice.
    for (size_t j = i; same == at && j-- > 0 && hash(order[j]) == hash(at);) {
      const int64_t other = same_as[static_cast<size_t>(order[j])];
      if (other >= 0 && std::memcmp(rows.at(other).data(), rows.at(at).data(),
                                    rows.row_bytes()) == 0) {
        same = other;
      }
    }
  }
}

// Measures runs of whole rows on several threads.
class Measurement {
 public:
  Measurement(const Rows& rows, bool has_filters)
      : rows_(rows),
        rows_per_share_(
            std::max<int64_t>(1, kShareElements * DTypeSize(rows.dtype) /
                                     static_cast<int64_t>(rows.row_bytes()))),
        shares_(static_cast<size_t>((rows.count + rows_per_share_ - 1) /
                                    rows_per_share_)),
        filters_(has_filters ? static_cast<size_t>(rows.count) : 0) {}

  Status Run(int threads, const Interrupt& interrupt) {
    std::atomic<bool> stopped = false;
    Spread(shares_.size(), 2, threads, [&](size_t share) {
      if (stopped.load(std::memory_order_relaxed)) return;
      if (!interrupt.Check().ok()) stopped = true;
      MeasureShare(share);
    });
    return stopped ? interrupt.Check() : Status();
  }

  Moments moments() const {
    Moments all;
    for (const Moments& share : shares_) all.Add(share);
    return all;
  }
  std::span<const Filter> filters() const { return filters_; }

 private:
  void MeasureShare(size_t share) {
    const int64_t first = static_cast<int64_t>(share) * rows_per_share_;
    const int64_t end = std::min(rows_.count, first + rows_per_share_);
    for (int64_t row = first; row < end; ++row) {
      const std::span<const std::byte> bytes = rows_.at(row);
      const Moments moments = Measure(rows_.dtype, bytes);
      shares_[share].Add(moments);
      if (filters_.empty()) continue;
      filters_[static_cast<size_t>(row)] = {
          Hash64(bytes), moments.zeros * DTypeSize(rows_.dtype) ==
                             static_cast<int64_t>(bytes.size())};
    }
  }

  const Rows rows_;
  const int64_t rows_per_share_;
  std::vector<Moments> shares_;
  std::vector<Filter> filters_;
};

}  // namespace

int64_t FilterCount(const Model& model, int index) {
  const StoredTensor& tensor = model.tensors()[static_cast<size_t>(index)];
  const bool weight =
      tensor.role == TensorRole::kParameter && tensor.shape.rank() > 1;
  return weight ? tensor.shape[0] : 0;
}

Result<TensorStatistics> MeasureTensor(const Model& model, int index,
                                       int threads, const Interrupt& interrupt,
                                       std::span<int64_t> same_as) {
  ALEXNET_ASSIGN_OR_RETURN(const TensorView view, model.View(index, threads));
  TensorStatistics result;
  result.elements = view.shape.elements();
  result.filters = FilterCount(model, index);

  Rows rows;
  rows.bytes = {static_cast<const std::byte*>(view.data),
                static_cast<size_t>(view.bytes())};
  rows.dtype = view.dtype;
  // Others are cut along the first axis, too, which makes shares of them.
  rows.count = view.shape.rank() > 1 ? view.shape[0] : 1;
  Measurement measurement(rows, result.filters > 0);
  ALEXNET_RETURN_IF_ERROR(measurement.Run(threads, interrupt));

  const Moments moments = measurement.moments();
  result.zeros = moments.zeros;
  result.nans = moments.nans;
  result.infinities = moments.infinities;
  const bool any = moments.finite > 0;
  const double none = std::numeric_limits<double>::quiet_NaN();
  result.min = any ? moments.min : none;
  result.max = any ? moments.max : none;
  result.mean = any ? moments.mean : none;
  result.stddev =
      any ? std::sqrt(moments.squares / static_cast<double>(moments.finite))
          : none;
  if (result.filters == 0) return result;

  std::vector<int64_t> twins(static_cast<size_t>(result.filters));
  const int64_t group = result.filters / GroupsOf(model, index);
  for (int64_t first = 0; first < result.filters; first += group) {
    FindTwins(rows, measurement.filters(), first, group, twins);
  }
  for (size_t i = 0; i < twins.size(); ++i) {
    result.dead_filters += twins[i] < 0;
    result.duplicate_filters +=
        twins[i] >= 0 && twins[i] != static_cast<int64_t>(i);
  }
  if (!same_as.empty()) std::copy(twins.begin(), twins.end(), same_as.begin());
  return result;
}

}  // namespace alexnet
