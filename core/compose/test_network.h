// A network whose models cost a test next to nothing.

#ifndef ALEXNET_CORE_COMPOSE_TEST_NETWORK_H_
#define ALEXNET_CORE_COMPOSE_TEST_NETWORK_H_

#include "core/network/presets.h"

namespace alexnet::testing {

// A fully connected layer, fc, of 3 x 2 x 2 inputs and two classes, and a
// softmax.
Preset TinyNetwork();

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_COMPOSE_TEST_NETWORK_H_
