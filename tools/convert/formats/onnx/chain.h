// A graph of ONNX's as a chain of the engine's layers.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_CHAIN_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_CHAIN_H_

#include "tools/convert/formats/onnx/graph.h"
#include "tools/convert/model/foreign_model.h"

namespace alexnet::convert::onnx {

// Fills in layers, their tensors and notes. Throws Unsupported, naming the
// node, for what is no chain or not of the family.
void TakeChain(Graph graph, ForeignModel* model);

}  // namespace alexnet::convert::onnx

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_CHAIN_H_
