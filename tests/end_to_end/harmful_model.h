// A model whose names mean harm to a terminal or a page.

#ifndef ALEXNET_TESTS_END_TO_END_HARMFUL_MODEL_H_
#define ALEXNET_TESTS_END_TO_END_HARMFUL_MODEL_H_

#include <alexnet/alexnet.hpp>
#include <string>

namespace alexnet::testing {

inline Model HarmfulModel() {
  Network network("<script>alert(1)</script>\u202E", 1, 4, 4);
  FullyConnectedOptions full;
  full.out_features = 2;
  network.add_fully_connected("\"><img src=x>" + std::string(100, 'x'), full)
      .add_softmax("prob");
  return Model::initial(network);
}

}  // namespace alexnet::testing

#endif  // ALEXNET_TESTS_END_TO_END_HARMFUL_MODEL_H_
