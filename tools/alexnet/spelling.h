// How the engine's messages name options, and how the command line does.

#ifndef ALEXNET_TOOLS_ALEXNET_SPELLING_H_
#define ALEXNET_TOOLS_ALEXNET_SPELLING_H_

#include <string>
#include <string_view>

namespace alexnet::cli {

// `text` with every option that it names in backquotes, as alexnet.h spells it,
// by its flag: "give more (`max_pixels`)" becomes "give more (--max-pixels)";
// and a function that a verb calls by the verb.
std::string WithFlags(std::string_view text);

// What went wrong: the file, which stays as it is, the option by its flag, and
// the message with flags.
std::string ErrorText(std::string_view file, std::string_view field,
                      std::string_view message);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_SPELLING_H_
