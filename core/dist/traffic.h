// Traffic: what a rank's operations have moved.

#ifndef ALEXNET_CORE_DIST_TRAFFIC_H_
#define ALEXNET_CORE_DIST_TRAFFIC_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/dist/operation.h"

namespace alexnet {

// Of one rank, by kind of operation.
class Traffic {
 public:
  struct Count {
    int64_t operations = 0;
    // What the rank gives to an operation that other ranks get, or get a part
    // or the sum of: its input, once. Of a broadcast the root's alone, of a
    // Receive nothing. What an algorithm makes of it on the way, as passing on
    // parts of it, is not counted.
    int64_t bytes = 0;
  };

  void Add(const Operation& operation, int rank, int size);

  const Count& of(Operation::Kind kind) const {
    return counts_[static_cast<size_t>(kind)];
  }
  int64_t bytes() const;  // of all kinds

 private:
  std::array<Count, Operation::kKinds> counts_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_TRAFFIC_H_
