// What `alexnet diff` finds between two models, as a JSON document and in
// words.

#ifndef ALEXNET_TOOLS_ALEXNET_COMPARISON_H_
#define ALEXNET_TOOLS_ALEXNET_COMPARISON_H_

#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "tools/alexnet/json.h"

namespace alexnet::cli {

// docs/diff.schema.json says what a document holds; this is the version it
// names.
inline constexpr int32_t kComparisonVersion = 1;

// Layer by layer and parameter by parameter, by their places in the networks;
// names do not count, and of layers only what they compute. Models are close
// where layers are the same and pictures are prepared the same way, and neither
// a number of that nor a parameter is relatively further apart than
// `tolerance`. `done` is told of each tensor that is finished.
Json CompareModels(
    const Model& a, const Model& b, double tolerance, const Limits& limits,
    const std::function<void(int64_t done, int64_t total)>& done);

// For a person; what is equal is counted and not listed.
std::string ComparisonText(const Json& document);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_COMPARISON_H_
