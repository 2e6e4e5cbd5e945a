// A network in words, and comparing two.

#ifndef ALEXNET_CORE_NETWORK_DESCRIBE_H_
#define ALEXNET_CORE_NETWORK_DESCRIBE_H_

#include <string>

#include "core/base/status.h"
#include "core/network/network.h"

namespace alexnet {

// A table: layer, kind with its settings, output, parameters,
// multiply-accumulates; and their totals.
std::string DescribeNetwork(const Network& network, const NetworkInfo& info);

// OK when both networks have the same parameter tensors; else the error names
// the first that differs.
Status CheckSameParameters(const NetworkInfo& a, const NetworkInfo& b);

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_DESCRIBE_H_
