// ModelBytes: where a model's bytes are and what is known of its tensors.

#ifndef ALEXNET_CORE_MODEL_MODEL_BYTES_H_
#define ALEXNET_CORE_MODEL_MODEL_BYTES_H_

#include <algorithm>
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
  // A model that was made in memory and is no file yet: `tensors` lie wherever
  // `owner` keeps them, in the order of the description. They have been hashed
  // just now, so nothing is left to check.
  ModelBytes(std::vector<std::span<const std::byte>> tensors,
             std::shared_ptr<const void> owner, uint64_t file_bytes,
             std::string name)
      : owner_(std::move(owner)),
        tensors_(std::move(tensors)),
        name_(std::move(name)),
        file_bytes_(file_bytes) {}

  const std::string& name() const { return name_; }
  // The whole file; empty for a model that is none yet.
  std::span<const std::byte> bytes() const { return bytes_; }
  // Of the file, or of the one that it would be.
  uint64_t file_bytes() const {
    return in_parts() ? file_bytes_ : bytes_.size();
  }
  bool in_parts() const { return owner_ != nullptr; }
  // Of tensor `index`, which a file holds at `offset`; fewer than `size` where
  // a damaged file ends before.
  std::span<const std::byte> TensorBytes(size_t index, uint64_t offset,
                                         uint64_t size) const {
    return in_parts() ? tensors_[index] : Range(offset, size);
  }
  // What the file has of those bytes.
  std::span<const std::byte> Range(uint64_t offset, uint64_t size) const {
    const uint64_t start = std::min<uint64_t>(offset, bytes_.size());
    return bytes_.subspan(start,
                          std::min<uint64_t>(size, bytes_.size() - start));
  }
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

  // One of these three holds the bytes.
  const std::shared_ptr<const MappedFile> file_;
  const AlignedBuffer buffer_;
  const std::shared_ptr<const void> owner_;
  const std::vector<std::span<const std::byte>> tensors_;  // owner_'s
  const std::string name_;
  const std::span<const std::byte> bytes_;  // file_'s or buffer_'s
  const uint64_t file_bytes_ = 0;           // with owner_
  uint64_t description_hash_ = 0;
  std::vector<Check> checks_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_MODEL_BYTES_H_
