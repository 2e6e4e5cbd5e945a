#include "tests/end_to_end/browser.h"

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/end_to_end/command.h"

namespace alexnet::testing {
namespace {

// Says what the page looks like to the page around it.
constexpr const char* kMeasure = R"html(<script>
addEventListener("load", () => {
  const root = document.documentElement;
  const broken = [...document.images].filter((image) => !image.naturalWidth);
  parent.postMessage([root.scrollWidth - root.clientWidth, broken.length,
                      document.images.length].join(" "), "*");
});
</script>)html";

// A frame can be as narrow as a phone, unlike a window.
constexpr const char* kFrame = R"html(<!doctype html>
<pre id="measured"></pre>
<script>
onmessage = (event) => {{
  document.getElementById("measured").textContent = event.data;
}};
</script>
<iframe src="measured.html" width="{}" height="800"></iframe>
)html";

void Write(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

std::string Run(const std::string& command) {
  std::string output;
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  char part[4096];
  for (size_t count; (count = std::fread(part, 1, sizeof(part), pipe)) > 0;) {
    output.append(part, count);
  }
  pclose(pipe);
  return output;
}

// What it prints of the file's content, and to its log.
std::string Chromium(const std::string& file, const std::string& folder,
                     const std::string& options) {
  return Run(fmt::format(
      "HOME='{0}' timeout 250 chromium --headless --no-sandbox --disable-gpu "
      "--disable-dev-shm-usage --user-data-dir='{0}/profile' "
      "--virtual-time-budget=10000 --dump-dom 'file://{1}' {2}",
      folder, file, options));
}

// The page may run no script; its copy may.
std::string Measured(std::string page) {
  const size_t policy = page.find("<meta http-equiv=");
  if (policy != std::string::npos) {
    page.erase(policy, page.find('>', policy) + 1 - policy);
  }
  return page.insert(page.rfind("</body>"), kMeasure);
}

}  // namespace

bool HasBrowser() {
  return std::system("command -v chromium > /dev/null 2>&1") == 0;
}

Shown ShowPage(const std::string& path, int width, const std::string& folder) {
  Write(folder + "/measured.html", Measured(ReadText(path)));
  Write(folder + "/frame.html", fmt::format(fmt::runtime(kFrame), width));
  Shown shown;
  const std::string dom =
      Chromium(folder + "/frame.html", folder, "2>/dev/null");
  const std::string mark = "<pre id=\"measured\">";
  const size_t at = dom.find(mark);
  if (at != std::string::npos) {
    std::istringstream(dom.substr(at + mark.size())) >> shown.overflow >>
        shown.broken_pictures >> shown.pictures;
  }
  const std::string log =
      Chromium(path, folder, "--enable-logging=stderr 2>&1 >/dev/null");
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    // Pages of the browser's own write there as well.
    if (line.find("CONSOLE") != std::string::npos &&
        line.find("source: file://") != std::string::npos) {
      shown.console += line + "\n";
    }
  }
  return shown;
}

}  // namespace alexnet::testing
