// Lists of labels in the forms in which people have them.

#ifndef ALEXNET_TOOLS_CONVERT_LIBRARY_LABEL_FORMS_H_
#define ALEXNET_TOOLS_CONVERT_LIBRARY_LABEL_FORMS_H_

#include <string>
#include <string_view>
#include <vector>

namespace alexnet::convert {

struct LabelList {
  std::vector<std::string> labels;  // by the number of the class
  bool lines = true;                // one on each
};

// The labels of a text: one on each line, in order; lines with numbers, "0
// tench" or "/a/airfield 0", where these are 0 to n - 1, each once, and the
// names are all different; a list or a dict of Python's or JSON: ["tench",
// ...], {0: 'tench', ...}, {"0": ["n01440764", "tench"], ...}, {"tench": 0,
// ...}. An empty line at the end is none. Throws Invalid for what begins as a
// dict and is none, and for numbers that are missing.
LabelList LabelsIn(std::string_view text);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_LIBRARY_LABEL_FORMS_H_
