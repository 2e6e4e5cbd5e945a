// Checkpoints of a few tensors, as PyTorch writes them and as it does not.

#ifndef ALEXNET_TESTS_CONVERT_CHECKPOINT_BYTES_H_
#define ALEXNET_TESTS_CONVERT_CHECKPOINT_BYTES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tools/convert/base/pickle.h"

namespace alexnet::convert_test {

class Checkpoint {
 public:
  Checkpoint() : pickle_(bytes_) { pickle_.Proto(); }
  Checkpoint(const Checkpoint&) = delete;
  Checkpoint& operator=(const Checkpoint&) = delete;

  // The pickle, for what is beside tensors.
  convert::PickleWriter& pickle() { return pickle_; }

  // {"key": ..., ...}: each key is followed by its value.
  void BeginDict();
  void Key(const std::string& key) { pickle_.Text(key); }
  void EndDict() { pickle_.SetItems(); }

  // A value: a dense tensor of f32, 1/64, 2/64, ... in a storage of its own, as
  // many as `extents` need. `type`: of the storage, of elements of four bytes.
  void AddTensor(const std::vector<int64_t>& extents,
                 const std::string& type = "FloatStorage");
  // A tensor over the one element of storage `key`.
  void AddRepeated(const std::vector<int64_t>& extents, const std::string& key);
  // The entries of a dict: conv1 of (4, 3, 3, 3) and fc2 of (5, 256), each with
  // a bias.
  void AddNetwork();

  // The file; nothing can be added then.
  std::string Zip();
  std::string Bare();

 private:
  void AddView(const std::vector<int64_t>& extents,
               const std::vector<int64_t>& strides, const std::string& key,
               const std::string& type);

  std::string bytes_;
  convert::PickleWriter pickle_;
  std::vector<std::pair<std::string, std::string>> storages_;  // key, bytes
};

// What AddNetwork's tensors are of.
extern const char kCheckpointNetwork[];  // a .prototxt

}  // namespace alexnet::convert_test

#endif  // ALEXNET_TESTS_CONVERT_CHECKPOINT_BYTES_H_
