// Darknet's .weights: numbers without names, in the order of the layers.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_DARKNET_DARKNET_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_DARKNET_DARKNET_H_

#include <memory>

#include "tools/convert/formats/format.h"

namespace alexnet::convert {

// By the version in front, and a size that is a header and whole numbers.
bool LooksLikeDarknet(Bytes file);

// ReadOptions::network is the .cfg that the weights were trained with;
// without one they are taken for those of the published alexnet.weights if
// there are as many.
ForeignModel ReadDarknet(std::shared_ptr<SourceFile> file,
                         const ReadOptions& options);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_DARKNET_DARKNET_H_
