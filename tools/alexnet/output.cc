#include <unistd.h>

#include <cstdio>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/printable.h"

namespace alexnet::cli {

void Print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
      std::fflush(stdout) != 0) {
    throw Failure("standard output could not be written");
  }
}

void PrintJson(const Json& document) { Print(document.Dump() + "\n"); }

void Complain(const std::string& text) {
  std::fprintf(stderr, "%s%s\n", isatty(STDERR_FILENO) == 1 ? "\r\x1b[K" : "",
               Printable(text, LineBreaks::kKept).c_str());
}

}  // namespace alexnet::cli
