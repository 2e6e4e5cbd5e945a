// Layouts of blobs that keep channels together: (N, C / block, H, W, block).
// Loops over channels are then vectors, whatever the width of a map.

#ifndef ALEXNET_CORE_BACKEND_CPU_CHANNEL_LAYOUT_H_
#define ALEXNET_CORE_BACKEND_CPU_CHANNEL_LAYOUT_H_

#include <cstdint>
#include <string>

#include "core/backend/format.h"

namespace alexnet::cpu {

// Immutable.
class ChannelLayout : public Layout {
 public:
  explicit ChannelLayout(int64_t block) : block_(block) {}
  bool Equals(const Layout& other) const override;
  std::string Name() const override;
  int64_t block() const { return block_; }

 private:
  const int64_t block_;
};

// Channels that a format keeps together; 1: dense.
int64_t ChannelBlock(const Format& format);
// Float32 in blocks of `block` channels, of which C is a multiple. A block of 1
// is dense; one of C keeps each pixel's channels together.
Format BlockedFormat(const Shape& shape, int64_t block);
// The layout of `format` for another shape.
Format InLayoutOf(const Format& format, const Shape& shape);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_CHANNEL_LAYOUT_H_
