// Networks that plans are tried on.

#ifndef ALEXNET_CORE_PARALLEL_TESTING_TEST_NETWORKS_H_
#define ALEXNET_CORE_PARALLEL_TESTING_TEST_NETWORKS_H_

#include "core/network/network.h"

namespace alexnet::testing {

// The preset for 24 by 24 pixels: towers, normalization and dropout.
Network AlexnetSmall();

// What alexnet_small has not: normalization within towers and within maps, of
// windows that reach further after than before, numbers of filters and units
// that ranks do not divide, a dropout before the first fully connected layer,
// averages, tanh, no biases, and no softmax.
Network TowersOfEverything();

// Locally connected layers, one of them of as many channels as four ranks do
// not divide.
Network LocalNetwork();

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_PARALLEL_TESTING_TEST_NETWORKS_H_
