// The claims of the paper that `alexnet study` tries: for each, two ways to
// train that differ in one thing.

#ifndef ALEXNET_TOOLS_ALEXNET_STUDY_CLAIMS_H_
#define ALEXNET_TOOLS_ALEXNET_STUDY_CLAIMS_H_

#include <alexnet/alexnet.hpp>
#include <span>
#include <string>

namespace alexnet::cli {

// What is compared; less is better.
enum class Measure {
  kHeldOutError,  // top-1, percent, after the last epoch
  kEpochsTo25,    // until the training error is 25 %, as in figure 1
};

// One side of a pair.
struct Arm {
  const char* name;  // also of its folders
  // What differs from the preset's network and recipe; may be null.
  void (*edit)(Network& network) = nullptr;
  void (*change)(Recipe& recipe) = nullptr;
  // Of the other arm's models, by the mean of ten crops.
  bool ten_crops = false;
};

struct Claim {
  const char* name;
  const char* sentence;  // with what the paper measured
  const char* preset;
  int32_t epochs;
  Measure measure;
  Arm with;     // what the paper says is better
  Arm without;  // than this
  // Of both arms, and where no arm says otherwise; may be null.
  void (*recipe)(Recipe& recipe) = nullptr;
  // What the claim is of and the network has not; null: it has all. Itself null
  // where the arms' edits throw an Error.
  const char* (*lacks)(const Network& network) = nullptr;
};

std::span<const Claim> Claims();
// Throws Failure, which lists those there are.
const Claim& FindClaim(const std::string& name);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_STUDY_CLAIMS_H_
