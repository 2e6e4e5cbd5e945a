// alexnet presets: the networks there are, and one of them layer by layer.

#include <fmt/core.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/network_edits.h"
#include "tools/alexnet/text_table.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string name;
  NetworkEdits edits;
  bool json = false;
};

void List() {
  std::string text;
  for (const Preset& preset : presets()) {
    text += fmt::format("{:18} {}\n", preset.name, preset.summary);
  }
  Print(text);
}

std::string Share(int64_t part, int64_t whole) {
  return whole == 0 ? ""
                    : fmt::format("{:.1f}", 100.0 * static_cast<double>(part) /
                                                static_cast<double>(whole));
}

// Where the parameters are, and where the arithmetic is (section 2 of
// arXiv:1404.5997).
std::string Costs(const Network& network) {
  struct Kind {
    const char* name;
    int32_t type;
    int64_t parameters = 0;
    int64_t macs = 0;
  };
  std::vector<Kind> kinds = {
      {"convolutions", ALEXNET_LAYER_CONVOLUTION},
      {"fully connected layers", ALEXNET_LAYER_FULLY_CONNECTED},
      {"locally connected layers", ALEXNET_LAYER_LOCALLY_CONNECTED}};
  int64_t parameters = 0;
  int64_t macs = 0;
  for (const LayerInfo& layer : network.layers()) {
    parameters += layer.parameters;
    macs += layer.macs;
    for (Kind& kind : kinds) {
      if (kind.type != layer.type) continue;
      kind.parameters += layer.parameters;
      kind.macs += layer.macs;
    }
  }
  TextTable table(1);
  table.AddRow({"", "parameters", "%", "MACs/M", "%"});
  for (const Kind& kind : kinds) {
    // Few networks have these.
    if (kind.type == ALEXNET_LAYER_LOCALLY_CONNECTED && kind.parameters == 0) {
      continue;
    }
    table.AddRow({kind.name, Grouped(kind.parameters),
                  Share(kind.parameters, parameters),
                  fmt::format("{:.1f}", static_cast<double>(kind.macs) / 1e6),
                  Share(kind.macs, macs)});
  }
  return table.Text();
}

void Show(const Asked& asked) {
  Network network = Network::preset(asked.name);
  asked.edits.Make(network);
  asked.json ? Print(network.json() + "\n")
             : Print(network.text() + "\n" + Costs(network));
}

void Run(const Asked& asked) {
  if (!asked.name.empty()) return Show(asked);
  if (asked.edits.any() || asked.json) {
    throw UsageError("name a preset to change or to show as JSON");
  }
  List();
}

}  // namespace

Action DeclarePresets(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments.Positional("NAME", asked->name, "Show this network's layers");
  AddNetworkEdits(arguments, asked->edits);
  arguments.Flag("--json", asked->json,
                 "Print every option of every layer, as one JSON document");
  return [asked](Setting&) { Run(*asked); };
}

}  // namespace alexnet::cli
