// Net: a network of Caffe's, of any of its three generations, in the words of
// the last.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_NET_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_NET_H_

#include <string>
#include <vector>

#include "tools/convert/base/byte_reader.h"
#include "tools/convert/formats/caffe/caffe.pb.h"
#include "tools/convert/model/layers.h"

namespace alexnet::convert::caffe {

struct NetLayer {
  LayerParameter parameter;  // type as in "Convolution"
  std::vector<Bytes> blobs;  // encoded BlobProtos, in place
};

struct Net {
  std::string name;
  std::vector<int64_t> input;  // (N, C, H, W), or empty
  std::vector<NetLayer> layers;
};

// Whether the bytes start as an encoded NetParameter with layers does.
bool LooksLikeNet(Bytes file);

// An encoded NetParameter; throws Damaged. Blobs are not touched.
Net ParseNet(Bytes message);

// The same as text: a .prototxt. Fields that are not used are skipped. Throws
// Damaged with the line.
Net ParseNetText(std::string_view text);

// The text as an encoded NetParameter.
std::string EncodeNetText(std::string_view text);

// The chain of layers from the input to the last, of the network that is run
// (deployed or tested): what only feeds, trains or measures is left out. Throws
// Unsupported, naming the layer, for what the engine does not compute.
// Input extents that the net does not say are 0.
struct Chain {
  Layers layers;
  std::vector<size_t> blob_layers;  // the index in `net` of each
  // BatchNorm, Scale and Bias layers, in order: each is to be folded into one
  // of `layers`, whose weights it follows directly and which has a bias then.
  struct Folded {
    size_t net_layer = 0;  // in `net`
    size_t layer = 0;      // in `layers`
  };
  std::vector<Folded> folded;
  bool sigmoid = false;  // whether one follows `layers`
};
Chain ChainOf(const Net& net);

// Whether the layer is of the network that trains alone, or of the one that is
// tested alone.
bool OnlyTrains(const LayerParameter& layer);
bool OnlyTests(const LayerParameter& layer);

// The layers with the biases that folding makes.
Layers FoldedLayers(const Chain& chain);

}  // namespace alexnet::convert::caffe

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_NET_H_
