// Which of the device's memory a piece of work touches, found by taking the
// memory away: the first access to each page faults, and gives it back.

#include <sys/mman.h>
#include <ucontext.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"

namespace emulation {
namespace {

constexpr uintptr_t kPage = 4096;

enum : char { kRead = 1, kWritten = 2 };

struct Region {
  uintptr_t end = 0;
  std::vector<char> touched;  // by page
};
// By address.
std::map<uintptr_t, Region>& Regions() {
  static std::map<uintptr_t, Region> regions;
  return regions;
}

void Protect(uintptr_t address, size_t bytes, int protection) {
  if (mprotect(reinterpret_cast<void*>(address), bytes, protection) != 0) {
    std::perror("mprotect");
    std::abort();
  }
}

void GiveBack(int, siginfo_t* info, void* context) {
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  auto region = Regions().upper_bound(address);
  if (region == Regions().begin() || address >= (--region)->second.end) {
    std::signal(SIGSEGV, SIG_DFL);  // happens again
    return;
  }
  if (!MayTouchMemory()) {
    std::fprintf(
        stderr,
        "a thread of a grid that may begin early touches memory before "
        "it waits\n");
    std::abort();
  }
  // Bit 1 of the page fault's error code: it was a write.
  const bool write =
      (static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_ERR] & 2) != 0;
  const uintptr_t page = address / kPage * kPage;
  region->second.touched[(page - region->first) / kPage] |=
      write ? kWritten : kRead;
  Protect(page, kPage, write ? PROT_READ | PROT_WRITE : PROT_READ);
}

size_t Rounded(size_t bytes) { return (bytes + kPage - 1) / kPage * kPage; }

}  // namespace

std::map<std::string, Traffic>& TrafficByWork() {
  static std::map<std::string, Traffic> traffic;
  return traffic;
}

void* AllocateWatched(size_t bytes) {
  void* data = mmap(nullptr, Rounded(bytes), PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) std::abort();
  const auto address = reinterpret_cast<uintptr_t>(data);
  Regions()[address] = {address + Rounded(bytes),
                        std::vector<char>(Rounded(bytes) / kPage)};
  return data;
}

bool FreeWatched(void* data) {
  const auto region = Regions().find(reinterpret_cast<uintptr_t>(data));
  if (region == Regions().end()) return false;
  munmap(data, region->second.end - region->first);
  Regions().erase(region);
  return true;
}

Watched::Watched(const char* what, bool early) : what_(what), early_(early) {
  if (!machine().watched) return;
  struct sigaction action = {};
  action.sa_sigaction = GiveBack;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSEGV, &action, nullptr);
  for (auto& [address, region] : Regions()) {
    Protect(address, region.end - address, PROT_NONE);
  }
}

Watched::~Watched() {
  if (!machine().watched) return;
  Traffic& traffic = TrafficByWork()[what_];
  ++traffic.launches;
  traffic.early += early_ ? 1 : 0;
  for (auto& [address, region] : Regions()) {
    Protect(address, region.end - address, PROT_READ | PROT_WRITE);
    for (char& touched : region.touched) {
      if ((touched & kRead) != 0) traffic.read += kPage;
      if ((touched & kWritten) != 0) traffic.written += kPage;
      touched = 0;
    }
  }
}

}  // namespace emulation
