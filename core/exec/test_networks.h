// Small networks, values and a layer-by-layer oracle for the tests of plans.

#ifndef ALEXNET_CORE_EXEC_TEST_NETWORKS_H_
#define ALEXNET_CORE_EXEC_TEST_NETWORKS_H_

#include <cstdint>
#include <vector>

#include "core/network/network.h"
#include "core/tensor/tensor.h"

namespace alexnet::testing {

// Every kind of layer: 3 x 12 x 12 in, 5 classes out, ending in a softmax.
Network EveryLayerNetwork();

// Convolution, ReLU, pooling, two fully connected layers; no dropout, no LRN.
Network PlainNetwork();
// The paper's layers in small: a first convolution of stride 4, towers, LRN.
Network TowersNetwork();
// Groups that differ from layer to layer, of one channel among them, with
// layers between them that join and keep them: 24 x 12 x 12 in, 5 classes out.
Network ChangingGroupsNetwork();

// Locally connected layers among groups, and before what sums the gradients of
// a channel: 5 classes out.
Network LocalNetwork();

// Uniform values that keep activations near 1; the same for equal networks.
std::vector<Tensor> TestParameters(const Network& network);

// (batch, C, H, W) in [-1, 1).
std::vector<float> TestImages(const Network& network, int64_t batch);

// 0, 1, 2, ... modulo `classes`.
std::vector<int32_t> TestLabels(int64_t batch, int64_t classes);

// Each layer's dense output in inference, one kernel of the reference backend
// at a time.
std::vector<std::vector<float>> LayerByLayer(
    const Network& network, const std::vector<Tensor>& parameters,
    const std::vector<float>& images, int64_t batch);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_EXEC_TEST_NETWORKS_H_
