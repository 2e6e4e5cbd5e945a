#include <fmt/core.h>

#include <utility>

#include "tools/convert/formats/darknet/config.h"
#include "tools/convert/formats/darknet/darknet.h"

namespace alexnet::convert {
namespace {

constexpr uint64_t kMaxTextBytes = uint64_t{1} << 20;

// The network of the published alexnet.weights: the paper's widths, one tower,
// no LRN.
constexpr std::string_view kPublished = R"([net]
height=227
width=227
channels=3
[convolutional]
filters=96
size=11
stride=4
pad=0
activation=relu
[maxpool]
size=3
stride=2
padding=0
[convolutional]
filters=256
size=5
stride=1
pad=1
activation=relu
[maxpool]
size=3
stride=2
padding=0
[convolutional]
filters=384
size=3
stride=1
pad=1
activation=relu
[convolutional]
filters=384
size=3
stride=1
pad=1
activation=relu
[convolutional]
filters=256
size=3
stride=1
pad=1
activation=relu
[maxpool]
size=3
stride=2
padding=0
[connected]
output=4096
activation=relu
[dropout]
probability=.5
[connected]
output=4096
activation=relu
[dropout]
probability=.5
[connected]
output=1000
activation=linear
[softmax]
)";

struct Header {
  int32_t major = 0;
  int32_t minor = 0;
  size_t bytes = 0;
  // Fully connected weights are (inputs, outputs) in files of some versions.
  bool transposed = false;
};

Header HeaderOf(ByteReader& reader) {
  Header header;
  header.major = reader.Read<int32_t>();
  header.minor = reader.Read<int32_t>();
  reader.Skip(4);  // revision
  // How many pictures were seen is longer since version 0.2.
  const bool wide = int64_t{header.major} * 10 + header.minor >= 2 &&
                    header.major < 1000 && header.minor < 1000;
  reader.Skip(wide ? 8 : 4);
  header.transposed = header.major > 1000 || header.minor > 1000;
  header.bytes = reader.position();
  return header;
}

Layers NetworkFor(const ReadOptions& options) {
  if (options.network == nullptr) return darknet::ParseConfig(kPublished);
  return InFile(options.network->path(), [&] {
    return darknet::ParseConfig(TextIn(*options.network, kMaxTextBytes));
  });
}

// Numbers by layer: biases, then weights.
class NumbersOf {
 public:
  NumbersOf(const std::shared_ptr<SourceFile>& file, Bytes numbers)
      : file_(file), reader_(numbers, "weights") {}

  Tensor Take(std::string name, Extents shape) {
    const int64_t elements = CheckedElements(shape, "tensor \"" + name + "\"");
    const Bytes bytes =
        reader_.Take(static_cast<uint64_t>(elements) * sizeof(float));
    return DenseTensor(std::move(name), ElementType::kF32, std::move(shape),
                       bytes, file_);
  }
  size_t left() const { return reader_.left() / sizeof(float); }

 private:
  const std::shared_ptr<SourceFile>& file_;
  ByteReader reader_;
};

}  // namespace

bool LooksLikeDarknet(Bytes file) {
  constexpr size_t kLeast = 20;
  if (file.size() < kLeast || file.size() % 4 != 0) return false;
  ByteReader reader(file);
  const auto major = reader.Read<int32_t>();
  const auto minor = reader.Read<int32_t>();
  const auto revision = reader.Read<int32_t>();
  return major == 0 && minor >= 1 && minor <= 5 && revision >= 0 &&
         revision <= 10;
}

ForeignModel ReadDarknet(std::shared_ptr<SourceFile> file,
                         const ReadOptions& options) {
  ByteReader reader(file->bytes(), "header");
  const Header header = HeaderOf(reader);
  ForeignModel model;
  // Blobs' shapes come from the network, which checks itself.
  model.layers = WithShapes(NetworkFor(options));
  NumbersOf numbers(file, reader.Take(reader.left()));
  for (const Layer& layer : model.layers->layers) {
    LayerTensors names;
    const auto* convolution = As<Convolution>(layer);
    const auto* full = As<FullyConnected>(layer);
    if (convolution != nullptr || full != nullptr) {
      names = {layer.name + ".weight", layer.name + ".bias"};
    }
    if (convolution != nullptr) {
      const Window& w = convolution->window;
      model.tensors.push_back(
          numbers.Take(names.bias, {convolution->out_channels}));
      model.tensors.push_back(numbers.Take(
          names.weight,
          {convolution->out_channels, layer.input[0] / convolution->groups,
           w.kernel_h, w.kernel_w}));
    } else if (full != nullptr) {
      int64_t inputs = 1;
      for (const int64_t extent : layer.input) inputs *= extent;
      model.tensors.push_back(numbers.Take(names.bias, {full->out_features}));
      model.tensors.push_back(
          header.transposed
              ? Permuted(
                    numbers.Take(names.weight, {inputs, full->out_features}),
                    {1, 0})
              : numbers.Take(names.weight, {full->out_features, inputs}));
    }
    model.layer_tensors.push_back(names);
  }
  if (numbers.left() > 0) {
    throw Invalid("", fmt::format("has {} numbers more than the network; give "
                                  "the .cfg that it was trained with",
                                  numbers.left()));
  }
  if (options.network == nullptr) {
    model.notes.push_back(
        "the file names no layers; it has as many numbers as the published "
        "alexnet.weights, so it is taken for such");
  }
  model.metadata = {
      {"darknet.version", fmt::format("{}.{}", header.major, header.minor)}};
  model.network_name = "darknet_alexnet";
  model.file = std::move(file);
  return model;
}

}  // namespace alexnet::convert
