// Choose: which of a file's tensors are the network.

#ifndef ALEXNET_TOOLS_CONVERT_MODEL_CHOOSE_H_
#define ALEXNET_TOOLS_CONVERT_MODEL_CHOOSE_H_

#include <optional>
#include <string>
#include <vector>

#include "tools/convert/model/foreign_model.h"
#include "tools/convert/model/recognise.h"

namespace alexnet::convert {

// What a caller says of a network in a file; "" and nothing for what it leaves
// open.
struct NetworkChoice {
  std::string preset;
  std::string key;  // of a dictionary, or of the modules in one: "student"
  std::optional<Layers> description;  // for a file without layers of its own
};

// Recognises the network of a file that holds tensors alone, or also layers.
// Of several dictionaries, and where none fits as a whole of the modules in
// them, the one that fits is taken; its tensors become those of `foreign`, and
// notes say what was taken and what was left out. Throws Invalid where several
// fit, naming them, where there is no such key, or as Recognise does.
Recognised ChooseNetwork(const NetworkChoice& choice, ForeignModel* foreign);

// Whether a tensor of that name belongs to a loss or a metric, which training
// programs keep beside the network: "criterion.weight", "val_acc.confmat".
bool IsBesideNetwork(std::string_view name);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_MODEL_CHOOSE_H_
