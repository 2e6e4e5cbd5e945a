// NumPy's .npy: what stands before an array's elements, and arrays of texts.

#ifndef ALEXNET_TOOLS_ALEXNET_FEATURES_NPY_H_
#define ALEXNET_TOOLS_ALEXNET_FEATURES_NPY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace alexnet::cli {

// Version 1.0, in C order, of a length that is a multiple of 64 and at least
// `least`. `descr`: "<f4", "<U12".
std::string NpyHeader(std::string_view descr, const std::vector<int64_t>& shape,
                      size_t least = 0);

// The code points of a text, as Python's os.fsdecode gives them: a byte that is
// not UTF-8 is U+DC00 and the byte.
std::vector<uint32_t> CodePoints(std::string_view text);
// Back to the bytes.
std::string TextOf(const uint32_t* points, size_t count);

// What the front of an array says.
struct NpyFront {
  std::string descr;
  std::vector<int64_t> shape;
  size_t bytes = 0;  // where the elements begin
};
// Of version 1.0 to 3.0. Throws std::runtime_error, in words that follow a
// file's name, where it is something else, in Fortran's order, or cut.
NpyFront ReadNpyFront(std::string_view file);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_FEATURES_NPY_H_
