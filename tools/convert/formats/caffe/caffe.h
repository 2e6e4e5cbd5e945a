// Caffe's models: .caffemodel with an optional deploy .prototxt.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_CAFFE_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_CAFFE_H_

#include <memory>
#include <string>
#include <vector>

#include "tools/convert/formats/format.h"

namespace alexnet::convert {

bool LooksLikeCaffe(Bytes file);

// Reads layers of all three generations (V0, V1, today's) and blobs of both
// shapes. ReadOptions::network, a .prototxt of any generation, says what
// is computed in place of the .caffemodel itself; blobs are matched by the
// layers' names.
ForeignModel ReadCaffe(std::shared_ptr<SourceFile> file,
                       const ReadOptions& options);

// The layers that a .prototxt describes, of 0 channels where it does not say
// how many; throws Error, which names it.
Layers ReadPrototxt(const SourceFile& file);

// Writes today's layers and blobs, f32. Throws Unsupported, naming the layer,
// for what Caffe does not compute.
void WriteCaffe(const ExportModel& model, const WriteOptions& options,
                OutputFile& file);

// The deploy .prototxt and mean.binaryproto that `options` ask for.
std::vector<SideFile> CaffeSideFiles(const ExportModel& model,
                                     const WriteOptions& options);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_CAFFE_H_
