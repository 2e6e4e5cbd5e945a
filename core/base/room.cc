#include "core/base/room.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace alexnet {
namespace {

constexpr size_t kMiB = size_t{1} << 20;
// All the code for training an AlexNet takes 20 MiB, one layer's a few.
constexpr size_t kCode = 32 * kMiB;
// glibc gives a thread that allocates an arena of this size where it is there,
// at its first allocation or at any later one.
constexpr size_t kArena = 64 * kMiB;

bool IsLimited(__rlimit_resource_t resource) {
  rlimit limit{};
  return getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

size_t UsualStackBytes() {
  pthread_attr_t attributes;
  if (pthread_getattr_default_np(&attributes) != 0) return 0;
  size_t bytes = 0;
  pthread_attr_getstacksize(&attributes, &bytes);
  pthread_attr_destroy(&attributes);
  return bytes;
}

// Of the environment, as OpenMP's runtime reads it; 0: nothing is said there.
size_t AskedStackBytes() {
  for (const char* name : {"OMP_STACKSIZE", "GOMP_STACKSIZE"}) {
    const char* text = std::getenv(name);
    if (text == nullptr) continue;
    char* unit = nullptr;
    const size_t size = std::strtoul(text, &unit, 10);
    while (*unit == ' ') ++unit;
    switch (*unit) {
      case 'B':
      case 'b':
        return size;
      case 'M':
      case 'm':
        return size << 20;
      case 'G':
      case 'g':
        return size << 30;
      default:
        return size << 10;
    }
  }
  return 0;
}

// Whether the system refuses what it might not have (vm.overcommit_memory 2),
// where other systems promise and end a process later.
bool IsCommitLimited() {
  static const bool limited = [] {
    const int fd = open("/proc/sys/vm/overcommit_memory", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    char mode = '0';
    const bool found = TEMP_FAILURE_RETRY(read(fd, &mode, 1)) == 1;
    close(fd);
    return found && mode == '2';
  }();
  return limited;
}

}  // namespace

HeldRoom::HeldRoom(size_t bytes)
    : bytes_(bytes),
      start_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
  if (start_ == MAP_FAILED) start_ = nullptr;
}

HeldRoom::~HeldRoom() {
  if (start_ != nullptr) munmap(start_, bytes_);
}

size_t OpenMpStackBytes() {
  const size_t asked = AskedStackBytes();
  return asked > 0 ? asked : UsualStackBytes();
}

size_t ComputeRoom(int threads) {
  const auto others = static_cast<size_t>(std::max(threads, 1) - 1);
  const size_t room = kCode + kArena;
  return others == 0 ? room : room + others * (kArena + OpenMpStackBytes());
}

bool RoomIsLimited() {
  return IsLimited(RLIMIT_AS) || IsLimited(RLIMIT_DATA) || IsCommitLimited();
}

bool HasComputeRoom(int threads) {
  return !RoomIsLimited() || HeldRoom(ComputeRoom(threads)).held();
}

Status CheckComputeRoom(int threads) {
  if (HasComputeRoom(threads)) return Status();
  const bool one = threads <= 1;
  return OutOfMemoryError(fmt::format(
      "computing on {} takes {} MiB of address space, which are not there; "
      "free "
      "memory{} or raise the limit (ulimit -v, ulimit -d)",
      one ? "1 thread" : fmt::format("{} threads", threads),
      ComputeRoom(threads) / kMiB, one ? "" : ", use fewer threads,"));
}

}  // namespace alexnet
