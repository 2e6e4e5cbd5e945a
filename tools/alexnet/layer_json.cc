#include "tools/alexnet/layer_json.h"

namespace alexnet::cli {

std::string WhatItComputes(const Json& layer) {
  Json options = layer.At("options");
  for (const char* rule : {"weight", "bias"}) {
    if (options.Has(rule)) options.Set(rule, Json());
  }
  return layer.At("kind").Text() + options.Dump() + layer.At("output").Dump();
}

}  // namespace alexnet::cli
