#include <fmt/core.h>

#include <utility>

#include "tools/convert/base/wire.h"
#include "tools/convert/formats/caffe/caffe.h"
#include "tools/convert/formats/caffe/encode.h"
#include "tools/convert/formats/caffe/mean.h"
#include "tools/convert/formats/caffe/net.h"
#include "tools/convert/formats/caffe/write_net.h"

namespace alexnet::convert {
namespace {

constexpr uint32_t kNetName = 1;
constexpr uint32_t kNetLayers = 100;
constexpr uint32_t kLayerBlobs = 7;
constexpr uint64_t kLargestMessage = (uint64_t{1} << 31) - 1;

// An encoded BlobProto in two pieces: what stands before the numbers, and how
// many bytes of them there are.
struct Blob {
  const Tensor* tensor;
  std::string header;
  uint64_t data_bytes;
  uint64_t bytes() const { return header.size() + data_bytes; }
};

Blob BlobOf(const Tensor& tensor) {
  Blob blob;
  blob.tensor = &tensor;
  blob.data_bytes = static_cast<uint64_t>(tensor.elements()) * sizeof(float);
  blob.header = caffe::BlobHeaderOf(tensor.shape) +
                caffe::BlobDataHeader(blob.data_bytes);
  return blob;
}

uint64_t FieldBytes(uint32_t number, uint64_t payload) {
  return FieldHeader(number, payload).size() + payload;
}

void WriteLayer(const caffe::NetLayer& layer, const std::vector<Blob>& blobs,
                OutputFile& file) {
  const std::string parameter = layer.parameter.SerializeAsString();
  uint64_t bytes = parameter.size();
  for (const Blob& blob : blobs) bytes += FieldBytes(kLayerBlobs, blob.bytes());
  file.Write(FieldHeader(kNetLayers, bytes));
  file.Write(parameter);
  for (const Blob& blob : blobs) {
    file.Write(FieldHeader(kLayerBlobs, blob.bytes()));
    file.Write(blob.header);
    Stream(*blob.tensor, ElementType::kF32,
           [&](int64_t, Bytes chunk) { file.Write(chunk); });
  }
}

}  // namespace

void WriteCaffe(const ExportModel& model, const WriteOptions&,
                OutputFile& file) {
  const caffe::Net net = caffe::NetOf(model);
  file.Write(FieldHeader(kNetName, net.name.size()));
  file.Write(net.name);
  for (const caffe::NetLayer& layer : net.layers) {
    std::vector<Blob> blobs;
    for (size_t i = 0; i < model.layers.layers.size(); ++i) {
      if (model.layers.layers[i].name != layer.parameter.name()) continue;
      for (const Tensor* tensor : {&model.weights[i], &model.biases[i]}) {
        if (!tensor->parts.empty()) blobs.push_back(BlobOf(*tensor));
      }
    }
    WriteLayer(layer, blobs, file);
  }
  if (file.size() > kLargestMessage) {
    throw Unsupported("", "takes more than 2 GiB, which Caffe cannot read");
  }
}

std::vector<SideFile> CaffeSideFiles(const ExportModel& model,
                                     const WriteOptions& options) {
  std::vector<SideFile> files;
  if (!options.network_file.empty()) {
    files.push_back(
        {options.network_file, caffe::NetText(caffe::NetOf(model))});
  }
  if (options.mean_file.empty()) return files;
  std::string mean = WriteCaffeMean(model.preprocessing);
  if (mean.empty()) {
    throw Invalid("mean_file",
                  "the model subtracts no mean image, so there is none "
                  "to write");
  }
  files.push_back({options.mean_file, std::move(mean)});
  return files;
}

}  // namespace alexnet::convert
