// What is behind the ABI's opaque handles: a tag that tells one kind of handle
// from another and from a freed one, a count of those who use it, and guards
// for the calls that enter it.

#ifndef ALEXNET_CAPI_HANDLE_H_
#define ALEXNET_CAPI_HANDLE_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "core/base/status.h"

// Of functions that ask memory which a caller took for a handle for its tag: a
// sanitizer is not to look for the type of what may be no object.
#define ALEXNET_MAY_BE_NO_OBJECT __attribute__((no_sanitize("vptr")))

namespace alexnet::capi {

// The base of every handle. The tag lies behind the first sixteen bytes, which
// the allocator writes over when a handle is freed.
class Counted {
 public:
  explicit Counted(uint32_t tag) : tag_(tag) {}
  virtual ~Counted() = default;
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  ALEXNET_MAY_BE_NO_OBJECT uint32_t tag() const { return tag_; }
  void Retain() { users_.fetch_add(1, std::memory_order_relaxed); }
  // The last user deletes.
  void Release() {
    if (users_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    tag_ = kFreed;
    delete this;
  }

 private:
  static constexpr uint32_t kFreed = 0xdeadf1ee;

  std::atomic<int64_t> users_{1};
  volatile uint32_t tag_;
};

// A use of a handle: keeps it alive.
template <typename T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* handle) : handle_(handle) {
    if (handle_ != nullptr) Mutable()->Retain();
  }
  Ref(Ref&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Ref& operator=(Ref&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Ref() {
    if (handle_ != nullptr) Mutable()->Release();
  }

  T* get() const { return handle_; }
  T* operator->() const { return handle_; }
  T& operator*() const { return *handle_; }
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  Counted* Mutable() const {
    return const_cast<Counted*>(static_cast<const Counted*>(handle_));
  }
  T* handle_ = nullptr;
};

// Whether `handle` is a live handle of type T, as far as its tag can tell.
template <typename T>
ALEXNET_MAY_BE_NO_OBJECT Status CheckHandle(const T* handle) {
  if (handle == nullptr) {
    return InvalidArgumentError("must not be NULL").WithField(T::kName);
  }
  if (handle->tag() != T::kTag) {
    return InvalidArgumentError(
               std::string("is no handle of this kind, or was freed already"))
        .WithField(T::kName);
  }
  return Status();
}

template <typename T>
Result<Ref<T>> Enter(T* handle) {
  ALEXNET_RETURN_IF_ERROR(CheckHandle(handle));
  return Ref<T>(handle);
}

// NULL gives an empty Ref.
template <typename T>
Result<Ref<T>> EnterOptional(T* handle) {
  if (handle == nullptr) return Ref<T>();
  return Enter(handle);
}

// What a _free function does.
template <typename T>
void FreeHandle(T* handle) {
  if (handle != nullptr && handle->tag() == T::kTag) handle->Release();
}

// Lets one call at a time into a handle that is for one thread at a time.
class Gate {
 public:
  bool TryEnter() { return !busy_.test_and_set(std::memory_order_acquire); }
  void Leave() { busy_.clear(std::memory_order_release); }

 private:
  std::atomic_flag busy_;
};

// A use of such a handle.
template <typename T>
class Exclusive {
 public:
  explicit Exclusive(Ref<T> ref) : ref_(std::move(ref)) {}
  Exclusive(Exclusive&&) noexcept = default;
  Exclusive& operator=(Exclusive&&) noexcept = default;
  ~Exclusive() {
    if (ref_) ref_->gate.Leave();
  }
  T* operator->() const { return ref_.get(); }
  T& operator*() const { return *ref_; }

 private:
  Ref<T> ref_;
};

template <typename T>
Result<Exclusive<T>> EnterAlone(T* handle) {
  ALEXNET_ASSIGN_OR_RETURN(Ref<T> ref, Enter(handle));
  // Before the gate, which a call of the parent may have left shut.
  if constexpr (requires { ref->birthplace; }) {
    ALEXNET_RETURN_IF_ERROR(ref->birthplace.Check().WithField(T::kName));
  }
  if (!ref->gate.TryEnter()) {
    return FailedPreconditionError(
               "is in use by another call; one thread at a time may use it")
        .WithField(T::kName);
  }
  return Exclusive<T>(std::move(ref));
}

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_HANDLE_H_
