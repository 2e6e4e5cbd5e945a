// alexnet presets: the networks there are, and one of them layer by layer.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "core/network/describe.h"
#include "core/network/presets.h"
#include "tools/alexnet/cli.h"

namespace alexnet::cli {
namespace {

Status List() {
  std::string text;
  for (const PresetListing& preset : Presets()) {
    text += fmt::format("{:18} {}\n", preset.name, preset.summary);
  }
  return Print(text);
}

Status Describe(const std::string& name) {
  ALEXNET_ASSIGN_OR_RETURN(const Preset preset, MakePreset(name));
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info,
                           InferNetwork(preset.network));
  return Print(DescribeNetwork(preset.network, info));
}

}  // namespace

void AddPresets(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "presets", "List the networks, or show one layer by layer");
  auto name = std::make_shared<std::string>();
  verb->add_option("NAME", *name, "Show this network's layers");
  verb->callback([&action, name] {
    action = [name](Context&) {
      return name->empty() ? List() : Describe(*name);
    };
  });
}

}  // namespace alexnet::cli
