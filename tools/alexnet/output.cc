#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/printable.h"

namespace alexnet::cli {

void Print(const std::string& text) {
  errno = 0;
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  // An earlier text, as of --help, may have failed as well.
  if (written && std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  throw Failure(std::string("standard output could not be written") +
                (errno == 0 ? "" : std::string(": ") + std::strerror(errno)));
}

void PrintJson(const Json& document) { Print(document.Dump() + "\n"); }

void Complain(const std::string& text) {
  std::fprintf(stderr, "%s%s\n", isatty(STDERR_FILENO) == 1 ? "\r\x1b[K" : "",
               Printable(text, LineBreaks::kKept).c_str());
}

}  // namespace alexnet::cli
