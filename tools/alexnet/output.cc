#include <cstdio>

#include "tools/alexnet/cli.h"

namespace alexnet::cli {

Status Print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
      std::fflush(stdout) != 0) {
    return IoError("standard output could not be written");
  }
  return Status();
}

Status PrintJson(const nlohmann::ordered_json& document) {
  using Handler = nlohmann::ordered_json::error_handler_t;
  return Print(document.dump(2, ' ', false, Handler::replace) + "\n");
}

}  // namespace alexnet::cli
