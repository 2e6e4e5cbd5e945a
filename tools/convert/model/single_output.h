// Networks of one output, which tell yes from no by a sigmoid.

#ifndef ALEXNET_TOOLS_CONVERT_MODEL_SINGLE_OUTPUT_H_
#define ALEXNET_TOOLS_CONVERT_MODEL_SINGLE_OUTPUT_H_

#include "tools/convert/model/recognise.h"

namespace alexnet::convert {

bool HasSingleOutput(const Layers& layers);

// Makes two classes, no and yes, of a single output: the softmax of 0 and z is
// 1
// - sigmoid(z) and sigmoid(z), so the new class has weights of 0. A softmax
// stands at the end then. Throws Unsupported where the output comes from a
// layer without weights.
void MakeTwoClasses(Recognised* found);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_MODEL_SINGLE_OUTPUT_H_
