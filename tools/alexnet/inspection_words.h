// The words that an inspection is told in, whether as text or as a page.

#ifndef ALEXNET_TOOLS_ALEXNET_INSPECTION_WORDS_H_
#define ALEXNET_TOOLS_ALEXNET_INSPECTION_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/alexnet/json.h"

namespace alexnet::cli {

// Texts may hold any characters; whoever shows them makes them harmless.

// What a model is, one entry for each thing that is known of it.
struct Fact {
  const char* what;
  std::string text;
  // Of the same, one by one: places of damage.
  std::vector<std::string> details;
};
std::vector<Fact> Facts(const Json& document);

// At most `columns` of them, with "~" where it goes on. Printable.
std::string Shortened(const std::string& text, size_t columns);
// "3x227x227".
std::string Extents(const Json& extents);
// "60,965,224".
std::string Grouped(int64_t number);
// "1 thread", "2 threads".
std::string Counted(int64_t number, const char* thing);

// The kind of a layer and its hyperparameters, shorter than the library's
// words. The number of filters and units is the output's.
std::string KindAndSettings(const Json& layer);

// With "momentum" where it is one.
std::string TensorName(const Json& tensor);
// What there is to worry about in a tensor with statistics, filters by their
// numbers: "2 NaN, filter 1 is dead, filter 2 equals 0"; "" for nothing.
std::string Findings(const Json& tensor);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_INSPECTION_WORDS_H_
