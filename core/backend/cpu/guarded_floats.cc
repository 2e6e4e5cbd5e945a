#include "core/backend/cpu/guarded_floats.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

namespace alexnet::cpu {

GuardedFloats::GuardedFloats(int64_t size) : size_(static_cast<size_t>(size)) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t pages = (size_ * sizeof(float) + page - 1) / page;
  bytes_ = (pages + 1) * page;
  start_ = static_cast<std::byte*>(mmap(nullptr, bytes_, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  EXPECT_EQ(mprotect(start_ + pages * page, page, PROT_NONE), 0);
  data_ = reinterpret_cast<float*>(start_ + pages * page) - size_;
  std::fill_n(data_, size_, std::numeric_limits<float>::quiet_NaN());
}

GuardedFloats::~GuardedFloats() { munmap(start_, bytes_); }

void GuardedFloats::Randomize(PhiloxStream& random) {
  for (size_t i = 0; i < size_; ++i) {
    data_[i] = 2.0f * random.Uniform() - 1.0f;
  }
}

}  // namespace alexnet::cpu
