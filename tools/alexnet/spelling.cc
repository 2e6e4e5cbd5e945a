#include "tools/alexnet/spelling.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace alexnet::cli {
namespace {

// Options whose flag is not made of their name.
constexpr std::pair<std::string_view, std::string_view> kFlags[] = {
    // BEGIN options: cli.flags recipe
    {"clip_gradient_norm", "--clip"},
    // END options
    // BEGIN options: cli.flags train_options
    {"validation_fraction", "--val-fraction"},
    // END options
    // BEGIN options: cli.flags session_options
    {"weight_dtype", "--weights"},
    // END options
    // BEGIN options: cli.flags pack_options
    {"shard_samples", "--shard-size"},
    // END options
};

std::string FlagOf(std::string_view option) {
  for (const auto& [name, flag] : kFlags) {
    if (name == option) return std::string(flag);
  }
  std::string flag = "--" + std::string(option);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

bool IsOption(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

std::string WithFlags(std::string_view text) {
  std::string spelled;
  while (true) {
    const size_t begin = text.find('`');
    const size_t end =
        begin == std::string_view::npos ? begin : text.find('`', begin + 1);
    if (end == std::string_view::npos) return spelled.append(text);
    const std::string_view quoted = text.substr(begin + 1, end - begin - 1);
    spelled.append(text.substr(0, begin));
    if (IsOption(quoted)) {
      spelled += FlagOf(quoted);
    } else {
      spelled.append(text.substr(begin, end + 1 - begin));
    }
    text.remove_prefix(end + 1);
  }
}

}  // namespace alexnet::cli
