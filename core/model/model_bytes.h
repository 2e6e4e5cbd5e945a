// ModelBytes: a file's bytes and what is known of its tensors.

#ifndef ALEXNET_CORE_MODEL_MODEL_BYTES_H_
#define ALEXNET_CORE_MODEL_MODEL_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/base/status.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// Thread safe.
class ModelBytes {
 public:
  explicit ModelBytes(std::shared_ptr<const MappedFile> file)
      : file_(std::move(file)), name_(file_->path()), bytes_(file_->bytes()) {}
  // A copy of `size` bytes.
  ModelBytes(AlignedBuffer buffer, size_t size, std::string name)
      : buffer_(std::move(buffer)),
        name_(std::move(name)),
        bytes_(buffer_.data(), size) {}

  const std::string& name() const { return name_; }
  std::span<const std::byte> bytes() const { return bytes_; }
  uint64_t description_hash() const { return description_hash_; }
  void set_description_hash(uint64_t hash) { description_hash_ = hash; }
  void SetTensorCount(size_t count) { checks_ = std::vector<Check>(count); }

  // The outcome of `check` for tensor `index`, which is made once.
  template <typename Fn>
  Status CheckOnce(size_t index, const Fn& check) {
    Check& state = checks_[index];
    const std::lock_guard<std::mutex> lock(state.mutex);
    if (!state.outcome) state.outcome = check();
    return *state.outcome;
  }

  void Release(std::span<const std::byte> range) const {
    if (file_ != nullptr) file_->Release(range);
  }

 private:
  struct Check {
    std::mutex mutex;
    std::optional<Status> outcome;
  };

  const std::shared_ptr<const MappedFile> file_;  // null for a copy
  const AlignedBuffer buffer_;
  const std::string name_;
  const std::span<const std::byte> bytes_;
  uint64_t description_hash_ = 0;
  std::vector<Check> checks_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_MODEL_BYTES_H_
