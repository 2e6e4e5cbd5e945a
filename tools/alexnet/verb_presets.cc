// alexnet presets: the networks there are, and one of them layer by layer.

#include <fmt/format.h>

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

void AddPresets(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "presets", "List the networks, or show one layer by layer");
  auto name = std::make_shared<std::string>();
  verb->add_option("NAME", *name, "Show this network's layers");
  verb->callback([&action, name] {
    action = [name](Setting&) {
      name->empty() ? List() : Print(Network::preset(*name).text());
    };
  });
}

}  // namespace alexnet::cli
