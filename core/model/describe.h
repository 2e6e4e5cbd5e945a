// A model in words: as JSON, and how two differ.

#ifndef ALEXNET_CORE_MODEL_DESCRIBE_H_
#define ALEXNET_CORE_MODEL_DESCRIBE_H_

#include <string>

#include "core/base/status.h"
#include "core/model/model.h"

namespace alexnet {

// One JSON object, indented by two spaces: format, network with layers and
// parameters, preprocessing, labels, tensors, provenance, metadata, self-check
// and training state. Touches no tensor.
std::string DescribeModelJson(const Model& model);

// The "network" of that object alone: name, input, classes, layers with their
// options under the names of alexnet.fbs, parameters.
std::string DescribeNetworkJson(const Network& network,
                                const NetworkInfo& info);

// OK where the model's parameters fit `network` tensor by tensor, in name and
// shape. Otherwise kFailedPrecondition with the file, both networks' names and
// the first tensor that differs.
Status CheckFits(const Model& model, const Network& network);

// OK where the model's network equals `network` in every layer and option but
// its name and how its parameters start and learn: then it computes the same.
Status CheckSameNetwork(const Model& model, const Network& network);

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_DESCRIBE_H_
