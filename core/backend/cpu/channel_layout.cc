#include "core/backend/cpu/channel_layout.h"

#include <fmt/core.h>

#include <memory>

namespace alexnet::cpu {

bool ChannelLayout::Equals(const Layout& other) const {
  const auto* layout = dynamic_cast<const ChannelLayout*>(&other);
  return layout != nullptr && layout->block_ == block_;
}

std::string ChannelLayout::Name() const {
  return fmt::format("nChw{}c", block_);
}

int64_t ChannelBlock(const Format& format) {
  if (format.dense()) return 1;
  return static_cast<const ChannelLayout&>(*format.layout).block();
}

Format BlockedFormat(const Shape& shape, int64_t block) {
  Format format = Format::Dense(shape);
  if (block > 1) format.layout = std::make_shared<ChannelLayout>(block);
  return format;
}

Format InLayoutOf(const Format& format, const Shape& shape) {
  return BlockedFormat(shape, ChannelBlock(format));
}

}  // namespace alexnet::cpu
