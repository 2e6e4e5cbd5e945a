#include "tools/convert/library/lpips_weights.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>

#include "tools/convert/base/errors.h"
#include "tools/convert/base/source_file.h"
#include "tools/convert/formats/format.h"
#include "tools/convert/library/import.h"
#include "tools/convert/model/foreign_model.h"
#include "tools/convert/model/tensor.h"

namespace alexnet::convert {
namespace {

// Tensors can claim more elements than there are in the file.
constexpr int64_t kMaxChannels = 65536;

std::string NameOf(size_t layer) {
  return fmt::format("lin{}.model.1.weight", layer);
}

bool IsOfLinearLayer(const std::string& name) {
  return name.starts_with("lin") && name.ends_with(".model.1.weight");
}

// Of a file, wherever in it they are.
std::vector<Tensor> TensorsOf(ForeignModel model) {
  std::vector<Tensor> tensors = std::move(model.tensors);
  for (TensorDictionary& dictionary : model.dictionaries) {
    for (const TensorDictionary::Failure& failure : dictionary.failures) {
      if (IsOfLinearLayer(failure.name)) throw failure.error;
    }
    std::move(dictionary.tensors.begin(), dictionary.tensors.end(),
              std::back_inserter(tensors));
  }
  return tensors;
}

const Tensor* Find(const std::vector<Tensor>& tensors,
                   const std::string& name) {
  const auto found = std::find_if(
      tensors.begin(), tensors.end(),
      [&name](const Tensor& tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

// Appends the layer's weights.
void Take(const Tensor& tensor, std::vector<float>* weights) {
  const std::string where = "tensor \"" + tensor.name + "\"";
  const Extents& shape = tensor.shape;
  if (shape.size() != 4 || shape[0] != 1 || shape[2] != 1 || shape[3] != 1) {
    throw Unsupported(where, "is of shape " + ExtentsText(shape) +
                                 ", and a linear layer of LPIPS of (1, C, 1, "
                                 "1)");
  }
  if (shape[1] > kMaxChannels) {
    throw Unsupported(where, fmt::format("is of {} channels, more than a layer "
                                         "that LPIPS compares has",
                                         shape[1]));
  }
  const std::vector<float> values = ValuesOf(tensor);
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]) || values[i] < 0) {
      throw Unsupported(
          where, fmt::format("has {} for channel {}; weights of LPIPS are "
                             "numbers from 0 on",
                             values[i], i));
    }
  }
  weights->insert(weights->end(), values.begin(), values.end());
}

std::vector<float> WeightsOf(const std::vector<Tensor>& tensors) {
  std::vector<float> weights;
  size_t taken = 0;
  for (; const Tensor* tensor = Find(tensors, NameOf(taken)); ++taken) {
    Take(*tensor, &weights);
  }
  if (taken == 0) {
    throw Invalid("tensor \"" + NameOf(0) + "\"",
                  "is not there: these are no linear layers of LPIPS, which "
                  "its program keeps in lpips/weights/v0.1/alex.pth");
  }
  for (const Tensor& tensor : tensors) {
    if (IsOfLinearLayer(tensor.name) && tensor.name > NameOf(taken - 1)) {
      throw Damaged("tensor \"" + NameOf(taken) + "\"",
                    "is missing, while there is \"" + tensor.name + "\"");
    }
  }
  return weights;
}

}  // namespace

std::vector<float> ReadLpipsWeights(const std::string& path) {
  return InFile(path, [&] {
    const std::shared_ptr<SourceFile> file = SourceFile::Open(path);
    const std::string name = DetectFormat(path);
    for (const Format& format : Formats()) {
      if (format.name == name)
        return WeightsOf(TensorsOf(format.read(file, {})));
    }
    throw Invalid("",
                  "is a model of this engine, and no file of LPIPS's "
                  "linear layers");
  });
}

}  // namespace alexnet::convert
