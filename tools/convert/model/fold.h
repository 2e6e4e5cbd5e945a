// Fold: normalization whose numbers are fixed, put into the weights before it.

#ifndef ALEXNET_TOOLS_CONVERT_MODEL_FOLD_H_
#define ALEXNET_TOOLS_CONVERT_MODEL_FOLD_H_

#include <string>
#include <vector>

#include "tools/convert/model/tensor.h"

namespace alexnet::convert {

// y = scale * x + shift, one of each for every channel.
struct ChannelMap {
  std::vector<double> scale;
  std::vector<double> shift;
};

// Batch normalization with running statistics:
// y = gamma * (x - mean) / sqrt(variance + epsilon) + beta
// (Ioffe and Szegedy 2015, algorithm 2). `gamma` and `beta` may be empty: 1, 0.
// Throws Damaged(`where`) where sizes differ or numbers are not finite.
ChannelMap BatchNormalization(const std::vector<float>& gamma,
                              const std::vector<float>& beta,
                              const std::vector<float>& mean,
                              const std::vector<float>& variance,
                              double epsilon, const std::string& where);

// Makes a convolution or fully connected layer compute the map of what it
// computed: weight[o] becomes scale[o] * weight[o], bias[o] becomes
// scale[o] * bias[o] + shift[o]. Scales are multiplied in double precision, of
// several maps too, and what becomes of an element of f32 or f16 is rounded to
// f32 once; so is a bias by each map. A bias without parts is none, and is
// made. Throws Invalid(`where`) where the layer has another number of outputs,
// and Damaged where a scale, or a bias as f32, is not finite.
void Fold(const ChannelMap& map, const std::string& where, Tensor* weight,
          Tensor* bias);

// Batch normalization among tensors alone: what has a running mean and variance
// ("bn1.running_mean") is folded into the weights that stand before it in the
// file, taken away, and named in the result. Throws Unsupported, naming it,
// where that is no layer of as many outputs, or where the numbers of their
// modules say that something stands between them.
std::vector<std::string> FoldBatchNormalization(std::vector<Tensor>* tensors);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_MODEL_FOLD_H_
