// A page as a browser shows it, for tests.

#ifndef ALEXNET_TESTS_END_TO_END_BROWSER_H_
#define ALEXNET_TESTS_END_TO_END_BROWSER_H_

#include <string>

namespace alexnet::testing {

// Whether there is a Chromium on this machine.
bool HasBrowser();

struct Shown {
  int overflow = -1;         // pixels that the page is wider than its window
  int broken_pictures = -1;  // of all pictures
  int pictures = -1;
  std::string console;  // what was written to the browser's console
};

// Opens the file in a window of `width` pixels. Files are written to `folder`.
Shown ShowPage(const std::string& path, int width, const std::string& folder);

}  // namespace alexnet::testing

#endif  // ALEXNET_TESTS_END_TO_END_BROWSER_H_
