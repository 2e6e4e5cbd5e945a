#include "tools/alexnet/layer_json.h"

namespace alexnet::cli {

std::string WhatItComputes(const Json& layer) {
  Json options = layer.At("options");
  for (const char* rule : {"weight", "bias"}) {
    if (options.Has(rule)) options.Set(rule, Json());
  }
  return layer.At("kind").Text() + options.Dump() + layer.At("output").Dump();
}

int64_t Towers(const Json& document) {
  int64_t towers = 1;
  for (const Json& layer : document.At("layers").Elements()) {
    if (layer.At("kind").Text() != "convolution") continue;
    const int64_t groups = layer.At("options").At("groups").Integer();
    if (groups == 1 || groups == towers) continue;
    if (towers > 1) return 1;
    towers = groups;
  }
  // More are channels by themselves rather than towers.
  return towers <= 4 ? towers : 1;
}

}  // namespace alexnet::cli
