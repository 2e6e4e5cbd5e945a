// Room in a limited address space (ulimit -v, ulimit -d), for those who cannot
// bear that there is none: oneDNN writes through NULL where the code that it
// makes cannot be mapped, and OpenMP's runtime ends the program where there is
// no stack for a thread or no memory for a team.

#ifndef ALEXNET_CORE_BASE_ROOM_H_
#define ALEXNET_CORE_BASE_ROOM_H_

#include <cstddef>

#include "core/base/status.h"

namespace alexnet {

// Memory that may be written to and that nobody else gets while this lives; it
// is never touched.
class HeldRoom {
 public:
  explicit HeldRoom(size_t bytes);
  ~HeldRoom();
  HeldRoom(const HeldRoom&) = delete;
  HeldRoom& operator=(const HeldRoom&) = delete;

  bool held() const { return start_ != nullptr; }

 private:
  const size_t bytes_;
  void* start_;
};

// The size of the stacks of OpenMP's threads.
size_t OpenMpStackBytes();

// What one work on oneDNN may map, in bytes, beside what it is given: generated
// code, what each of `threads` reserves for its allocations, and stacks for a
// whole new team of them, whose first member is there already.
size_t ComputeRoom(int threads);

// Whether the process has a limit on address space or data, or the system one
// on what it promises to all (vm.overcommit_memory).
bool RoomIsLimited();

// Whether it has none or there is ComputeRoom. Other threads may take that the
// moment after. Allocates nothing; a few microseconds of system calls.
bool HasComputeRoom(int threads);
// kOutOfMemory where there is none.
Status CheckComputeRoom(int threads);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_ROOM_H_
