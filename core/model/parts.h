// The smaller parts of a model file: provenance, metadata, self-check.

#ifndef ALEXNET_CORE_MODEL_PARTS_H_
#define ALEXNET_CORE_MODEL_PARTS_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/tensor/dtype.h"

namespace alexnet {

// Where a model came from. Never followed: a source is words for a person.
struct Provenance {
  std::string source;  // e.g. "trained from scratch", a publication
  uint64_t parent_hash =
      0;                // Model::file_hash of what it was made from; 0: none
  int64_t created = 0;  // seconds since 1970-01-01 UTC; 0: not recorded
  std::string tool;     // e.g. "alexnet train 0.1.0"
  bool operator==(const Provenance&) const = default;
};

// Free metadata. Keys are unique in a file, dotted by custom.
struct KeyValue {
  std::string key;
  std::string value;
  bool operator==(const KeyValue&) const = default;
};

// What the float32 reference computes for a generated input, so that any build,
// device or binding can prove that it computes this model right.
//
// Element i of the preprocessed input (1, C, H, W) is
//   (2 u - 1) * input_scale,  u = PhiloxUniform(word i % 4 of
//   Philox4x32(PhiloxKey::FromSeed(key),
//              {i / 4, 0, 0, RandomPurpose::kSelfCheck})).
struct SelfCheck {
  uint64_t key = 0;
  float input_scale = 1.0f;
  std::vector<float> logits;        // NetworkInfo::classes of them
  std::vector<double> layer_norms;  // L2 norm of each layer's output
  // Largest accepted |logit - reference|, relative to the reference logits'
  // largest magnitude, by the DType of the computation; norms likewise,
  // relative to themselves.
  std::array<float, 3> tolerance{1e-4f, 2e-2f, 1e-1f};
  bool operator==(const SelfCheck&) const = default;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_PARTS_H_
