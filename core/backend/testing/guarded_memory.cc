#include "core/backend/testing/guarded_memory.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <utility>

namespace alexnet::testing {

GuardedMemory::GuardedMemory(int64_t bytes) {
  const auto size = static_cast<size_t>(bytes);
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t used = (size + page - 1) / page * page;
  mapped_ = used + page;
  void* start = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) {
    mapped_ = 0;
    ADD_FAILURE() << "no memory of " << bytes << " bytes";
    return;
  }
  start_ = static_cast<std::byte*>(start);
  EXPECT_EQ(mprotect(start_ + used, page, PROT_NONE), 0);
  data_ = start_ + used - size;
}

GuardedMemory::~GuardedMemory() {
  if (start_ != nullptr) munmap(start_, mapped_);
}

GuardedMemory::GuardedMemory(GuardedMemory&& other) noexcept
    : mapped_(std::exchange(other.mapped_, 0)),
      start_(std::exchange(other.start_, nullptr)),
      data_(std::exchange(other.data_, nullptr)) {}

GuardedMemory& GuardedMemory::operator=(GuardedMemory other) noexcept {
  std::swap(mapped_, other.mapped_);
  std::swap(start_, other.start_);
  std::swap(data_, other.data_);
  return *this;
}

}  // namespace alexnet::testing
