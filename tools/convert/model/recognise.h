// Recognise: which network a foreign file's tensors belong to.

#ifndef ALEXNET_TOOLS_CONVERT_MODEL_RECOGNISE_H_
#define ALEXNET_TOOLS_CONVERT_MODEL_RECOGNISE_H_

#include <alexnet/alexnet.hpp>
#include <string>
#include <vector>

#include "tools/convert/model/foreign_model.h"

namespace alexnet::convert {

// A parameter of the engine's and where its elements are.
struct Parameter {
  std::string name;  // "conv1.weight"
  std::string from;  // the name in the file
  Tensor tensor;     // in the engine's order
};

struct Recognised {
  Network network;
  Layers layers;       // of `network`
  std::string preset;  // "" where the file's network is none of the presets
  std::string why;     // one sentence for the user
  std::vector<Parameter> parameters;  // every one of the network's
};

// `preset`: the one to take, or "" to choose: by the file's layers where it has
// them, otherwise by names and shapes of its tensors, and where those fit
// several, the file's own word or the commonest; `why` says so. Throws Invalid,
// naming the first layer that differs, where nothing fits.
Recognised Recognise(const ForeignModel& foreign, const std::string& preset);

// Gives a file of tensors alone the layers that a description beside it has;
// throws Invalid where there are not as many with weights.
void TakeLayers(Layers layers, ForeignModel* foreign);

// The parameters of a network that is known, from a file that holds it: in the
// order of its layers. Throws Invalid, naming the layer, where they do not fit.
std::vector<Parameter> ParametersFor(const ForeignModel& foreign,
                                     const Layers& layers);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_MODEL_RECOGNISE_H_
