// Any bytes as JSON text: parsed, and what it says written, parsed again and
// written alike.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using alexnet::Json;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string why;
  const std::optional<Json> json = Json::Parse(text, &why);
  if (!json.has_value()) {
    if (why.empty()) std::abort();
    return 0;
  }
  for (const int indent : {-1, 2}) {
    const std::string written = json->Text(indent);
    const std::optional<Json> again = Json::Parse(written, &why);
    if (again.has_value() && again->Text(indent) == written) continue;
    std::fprintf(stderr, "%s\n%s\n", written.c_str(), why.c_str());
    std::abort();
  }
  return 0;
}
