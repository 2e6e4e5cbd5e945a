// GuardedMemory: memory of the host in which whoever reads or writes past the
// end is killed at once.

#ifndef ALEXNET_CORE_BACKEND_TESTING_GUARDED_MEMORY_H_
#define ALEXNET_CORE_BACKEND_TESTING_GUARDED_MEMORY_H_

#include <cstddef>
#include <cstdint>

namespace alexnet::testing {

// Its last byte is the last of a page, before one that must not be touched; so
// its start is aligned as its size is.
class GuardedMemory {
 public:
  GuardedMemory() = default;
  explicit GuardedMemory(int64_t bytes);
  ~GuardedMemory();
  GuardedMemory(GuardedMemory&& other) noexcept;
  GuardedMemory& operator=(GuardedMemory other) noexcept;

  // Null without memory.
  std::byte* data() const { return data_; }

 private:
  size_t mapped_ = 0;  // bytes
  std::byte* start_ = nullptr;
  std::byte* data_ = nullptr;
};

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_BACKEND_TESTING_GUARDED_MEMORY_H_
