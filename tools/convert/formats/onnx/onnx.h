// ONNX models.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_ONNX_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_ONNX_H_

#include <memory>

#include "tools/convert/formats/format.h"

namespace alexnet::convert {

bool LooksLikeOnnx(Bytes file);

// Local response normalization is recognised where it is spelled out, as by
// PyTorch's exporter. Graphs that are a chain of the family's layers, of
// operator sets 3 to 23.
ForeignModel ReadOnnx(std::shared_ptr<SourceFile> file,
                      const ReadOptions& options);

// Operator set 13. Half-width weights are cast to float where they are used, so
// that every runtime computes in float. What ONNX has no operator for is
// spelled out: LRN of towers as Split, LRN and Concat, LRN within channels as a
// mean of squares.
void WriteOnnx(const ExportModel& model, const WriteOptions& options,
               OutputFile& file);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_ONNX_H_
