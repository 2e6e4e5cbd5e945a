// Names and sentences in the forms that languages want.

#ifndef ALEXNET_TOOLS_BUILD_OPTIONS_TEXT_H_
#define ALEXNET_TOOLS_BUILD_OPTIONS_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

namespace alexnet::options {

std::string CamelCase(std::string_view name);   // warmupEpochs
std::string PascalCase(std::string_view name);  // WarmupEpochs
std::string UpperCase(std::string_view name);   // WARMUP_EPOCHS
std::string KebabCase(std::string_view name);   // warmup-epochs

std::string Replaced(std::string text, std::string_view from,
                     std::string_view to);
std::vector<std::string> Split(std::string_view text, char separator);

// A number as C++ writes it for a person: "100'000'000" gives "100,000,000" and
// "0.1f" gives "0.1".
std::string NumberText(std::string_view number);

// `text` in lines of at most `width` characters, each behind `prefix`.
std::string Wrapped(std::string_view text, std::string_view prefix,
                    size_t width);

// Lines of `text`, those that are not empty behind `indent`.
std::string Indented(const std::string& text, const std::string& indent);

}  // namespace alexnet::options

#endif  // ALEXNET_TOOLS_BUILD_OPTIONS_TEXT_H_
