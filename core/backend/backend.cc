#include "core/backend/backend.h"

#include "core/backend/dead_units.h"
#include "core/base/parallel.h"

namespace alexnet {

Status Backend::RenderPixels(const PixelArgs&, const Format&, void*) {
  return UnsupportedError("the " + name() +
                          " backend takes pictures as floats, not pixels");
}

Status Backend::MoveRows(const RowMove& move) {
  MoveRowsOnHost(move);
  return Status();
}

Status Backend::Add(const Addition& addition) {
  if (addition.type != ElementType::kF32) {
    return InternalError(name() + " adds float32 only");
  }
  const auto* const from = static_cast<const float*>(addition.from);
  auto* const to = static_cast<float*>(addition.to);
  constexpr int64_t kGrain = 16384;
  ParallelFor(addition.count, kGrain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) to[i] += from[i];
  });
  return Status();
}

Status Backend::SumRanks(const RankSum&) {
  return UnsupportedError("the " + name() + " backend has no queue for ranks");
}

Result<std::vector<std::unique_ptr<Collectives>>> Backend::LinkDevices(
    const std::vector<std::shared_ptr<Backend>>&) {
  return UnsupportedError("nothing links the devices of the " + name() +
                          " backend");
}

Result<LinkOffer> Backend::OfferLink(bool) {
  return UnsupportedError("nothing links the devices of the " + name() +
                          " backend");
}

Result<std::unique_ptr<Collectives>> Backend::JoinLink(
    const LinkOffer&, int, int, const std::function<Status()>&) {
  return OfferLink(false).status();
}

Status Backend::CountDeadUnits(const Format& format, const void* blob,
                               int64_t* count) const {
  const int64_t samples = format.shape[0];
  const int64_t run = Backend::UnitPositions(format);
  const int64_t padding = run - format.shape.elements() / samples;
  *count =
      CountZeroUnits(static_cast<const float*>(blob), samples, run) - padding;
  return Status();
}

int64_t Backend::UnitPositions(const Format& format) const {
  return format.bytes / static_cast<int64_t>(sizeof(float)) / format.shape[0];
}

Status Backend::MarkAliveUnits(const Format& format, const void* blob,
                               float* marks) const {
  MarkNonzeroUnits(static_cast<const float*>(blob), format.shape[0],
                   Backend::UnitPositions(format), marks);
  return Status();
}

}  // namespace alexnet
