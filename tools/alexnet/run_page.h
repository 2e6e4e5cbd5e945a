// A run as a page: report.html.

#ifndef ALEXNET_TOOLS_ALEXNET_RUN_PAGE_H_
#define ALEXNET_TOOLS_ALEXNET_RUN_PAGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tools/alexnet/run_history.h"

namespace alexnet::cli {

// A held-out picture that was taken for another class.
struct MisreadPicture {
  std::string name;
  std::string thumbnail;  // a PNG file; empty where it could not be read
  bool coarse = false;    // of so few pixels that they are to be seen
  int32_t label = 0;
  int32_t predicted = 0;
  float probability = 0;  // of the predicted class
  float label_probability = 0;
};

// What the last evaluation found.
struct RunFindings {
  int64_t epoch = 0;  // from 1; 0: there was none
  std::vector<MisreadPicture> worst;
  std::vector<int64_t> confusion;  // (classes, classes), or empty
};

struct RunPageContent {
  const RunHistory& history;
  const RunFindings& findings;
  const std::vector<std::string>& classes;
  std::string folder;  // of the run
  std::string data;
  std::string state;  // whether it goes on, in a sentence
  bool failed = false;
};

// The whole document. Nothing that stands in it grows with the length of the
// run, nor much with the number of classes and layers.
std::string RunPage(const RunPageContent& content);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_RUN_PAGE_H_
