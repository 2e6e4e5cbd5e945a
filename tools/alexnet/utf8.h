// UTF-8, taken apart.

#ifndef ALEXNET_TOOLS_ALEXNET_UTF8_H_
#define ALEXNET_TOOLS_ALEXNET_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace alexnet::cli {

struct Utf8Character {
  size_t length = 1;  // in bytes; 1 of what is not valid
  uint32_t point = 0;
  bool valid = false;
};

// The first character of `text`, which is not empty. Surrogates, overlong forms
// and what is beyond U+10FFFF are not valid.
Utf8Character FirstCharacter(std::string_view text);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_UTF8_H_
