// Birthplace: which process made an object. A child of fork has a copy of its
// parent's memory, but none of its threads, nothing that would open the locks
// that these held, and no use of its GPUs.

#ifndef ALEXNET_CORE_BASE_BIRTHPLACE_H_
#define ALEXNET_CORE_BASE_BIRTHPLACE_H_

#include <cstdint>
#include <utility>

#include "core/base/status.h"

namespace alexnet {

// Thread safe; takes no lock.
class Birthplace {
 public:
  // Whether it was made in this process, and not before a fork.
  bool Here() const { return generation_ == Generation(); }
  // kFailedPrecondition where it was not.
  Status Check() const;

 private:
  static uint64_t Generation();  // forks between the first process and this

  uint64_t generation_ = Generation();
};

// A T that is destroyed only where it was made. Elsewhere what it holds is
// lost, as threads and what they wait for have to be: to end them would wait
// for ever.
template <typename T>
class OnlyHere {
 public:
  template <typename... Arguments>
  explicit OnlyHere(Arguments&&... arguments)
      : value_(std::forward<Arguments>(arguments)...) {}
  ~OnlyHere() {
    if (birthplace_.Here()) value_.~T();
  }
  OnlyHere(const OnlyHere&) = delete;
  OnlyHere& operator=(const OnlyHere&) = delete;

  T& operator*() { return value_; }
  const T& operator*() const { return value_; }
  T* operator->() { return &value_; }
  const T* operator->() const { return &value_; }

 private:
  const Birthplace birthplace_;
  union {
    T value_;
  };
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_BIRTHPLACE_H_
