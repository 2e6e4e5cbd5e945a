// alexnet presets: the networks there are, and one of them layer by layer.

#include <fmt/core.h>

#include <memory>
#include <string>

#include "tools/alexnet/cli.h"

namespace alexnet::cli {
namespace {

void List() {
  std::string text;
  for (const Preset& preset : presets()) {
    text += fmt::format("{:18} {}\n", preset.name, preset.summary);
  }
  Print(text);
}

}  // namespace

Action DeclarePresets(Arguments& arguments) {
  auto name = std::make_shared<std::string>();
  arguments.Positional("NAME", *name, "Show this network's layers");
  return [name](Setting&) {
    name->empty() ? List() : Print(Network::preset(*name).text());
  };
}

}  // namespace alexnet::cli
