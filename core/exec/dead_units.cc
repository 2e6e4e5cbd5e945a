#include "core/exec/dead_units.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "core/base/hash.h"

namespace alexnet {
namespace {

int64_t UnitsOf(const Format& format) {
  return format.shape.elements() / format.shape[0];
}

}  // namespace

Status RankDeadUnits::Create(Backend& backend, RankPart& part,
                             const std::vector<const TrainingChain*>& chains,
                             int layers) {
  backend_ = &backend;
  part_ = &part;
  layers_.resize(static_cast<size_t>(layers));
  for (const TrainingChain* chain : chains) {
    chain->VisitRelus([&](int number, const Format& format) {
      Layer& layer = layers_[static_cast<size_t>(number)];
      const int64_t positions = backend.UnitPositions(format);
      const std::string name =
          format.dense() ? "dense" : format.layout->SampleName();
      const auto key =
          static_cast<int64_t>(Hash64(name + " " + std::to_string(positions)));
      // Passes may differ, too.
      const bool fits = !layer.relu || (layer.watched && layer.key == key);
      layer.relu = true;
      layer.share = part.UnitsOf(number);
      layer.watched = layer.share.known && fits;
      layer.key = key;
      layer.positions = positions;
      layer.units = UnitsOf(format);
    });
  }
  ALEXNET_RETURN_IF_ERROR(Compare());
  int64_t end = 0;
  for (const bool shared : {true, false}) {
    for (Layer& layer : layers_) {
      if (!layer.watched || layer.share.shared != shared) continue;
      layer.begin = end;
      end += layer.positions;
    }
    if (shared) shared_ = end;
  }
  if (end == 0) return Status();
  ALEXNET_ASSIGN_OR_RETURN(
      marks_, backend.device().Allocate(end * int64_t{sizeof(float)},
                                        /*zero=*/true));
  return Status();
}

Status RankDeadUnits::Compare() {
  // By layer: 0 or the key, and the units that count here.
  std::vector<int64_t> own;
  for (const Layer& layer : layers_) {
    own.push_back(layer.watched ? layer.key | 1 : 0);
    own.push_back(layer.share.counts ? layer.units : 0);
  }
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<int64_t> all,
                           part_->GatherNumbers(own));
  for (size_t i = 0; i < layers_.size(); ++i) {
    Layer& layer = layers_[i];
    for (size_t at = 2 * i; at < all.size(); at += own.size()) {
      layer.all += all[at + 1];
      const bool fits =
          layer.share.shared ? all[at] == own[2 * i] : all[at] != 0;
      layer.watched = layer.watched && fits;
    }
  }
  return Status();
}

Status RankDeadUnits::Begin(int64_t* counts) {
  Device& device = backend_->device();
  ALEXNET_RETURN_IF_ERROR(device.Clear(
      counts, static_cast<int64_t>(layers_.size() * sizeof(int64_t))));
  return marks_.size() > 0 ? device.Clear(marks_.data(), marks_.size())
                           : Status();
}

Status RankDeadUnits::Mark(int layer, const Format& format, const void* blob) {
  const Layer& of = layers_[static_cast<size_t>(layer)];
  return of.watched ? backend_->MarkAliveUnits(format, blob, marks(of))
                    : Status();
}

Status RankDeadUnits::Count(int64_t* counts) {
  if (shared_ > 0) {
    ALEXNET_RETURN_IF_ERROR(
        part_->Sum(marks_.data(), shared_, ElementType::kF32));
  }
  for (size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    if (!layer.watched || !layer.share.counts) continue;
    // Padding is never alive, and not counted.
    const Format format = {Shape({1, layer.units}),
                           layer.positions * int64_t{sizeof(float)}, nullptr};
    ALEXNET_RETURN_IF_ERROR(
        backend_->CountDeadUnits(format, marks(layer), counts + i));
  }
  return part_->Sum(counts, static_cast<int64_t>(layers_.size()),
                    ElementType::kI64);
}

void RankDeadUnits::Read(const int64_t* counts,
                         std::vector<float>* fractions) const {
  for (size_t i = 0; i < layers_.size(); ++i) {
    if (!layers_[i].watched) continue;
    (*fractions)[i] =
        static_cast<float>(counts[i]) / static_cast<float>(layers_[i].all);
  }
}

}  // namespace alexnet
