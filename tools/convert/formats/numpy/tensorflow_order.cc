#include "tools/convert/formats/numpy/tensorflow_order.h"

namespace alexnet::convert::numpy {

bool IsTensorFlows(const std::vector<Tensor>& tensors) {
  bool convolutions = false;
  for (const Tensor& tensor : tensors) {
    if (tensor.shape.size() != 4) continue;
    convolutions = true;
    const Extents& s = tensor.shape;
    if (s[0] != s[1] || s[2] == s[3] || s[0] >= s[3]) return false;
  }
  return convolutions;
}

bool IsPyTorchs(const std::vector<Tensor>& tensors) {
  bool convolutions = false;
  for (const Tensor& tensor : tensors) {
    if (tensor.shape.size() != 4) continue;
    convolutions = true;
    const Extents& s = tensor.shape;
    if (s[2] != s[3] || s[0] == s[1]) return false;
  }
  return convolutions;
}

Tensor FromTensorFlow(const Tensor& weight) {
  if (weight.shape.size() == 4) return Permuted(weight, {3, 2, 0, 1});
  if (weight.shape.size() == 2) return Permuted(weight, {1, 0});
  return weight;
}

Tensor ToTensorFlow(const Tensor& weight, const Layer& layer) {
  if (weight.shape.size() == 4) return Permuted(weight, {2, 3, 1, 0});
  if (weight.shape.size() != 2) return weight;
  if (layer.input.size() != 3) return Permuted(weight, {1, 0});
  // (out, c, h, w) to (h, w, c, out): in C order, (in, out).
  return Permuted(Split(weight, 1, layer.input), {2, 3, 1, 0});
}

}  // namespace alexnet::convert::numpy
