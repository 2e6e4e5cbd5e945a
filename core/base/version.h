// The engine's version, as model files record it.

#ifndef ALEXNET_CORE_BASE_VERSION_H_
#define ALEXNET_CORE_BASE_VERSION_H_

#include <string_view>

namespace alexnet {

// That of MODULE.bazel; //tests/parity:version_test compares them.
inline constexpr std::string_view kEngineVersion = "0.1.0";

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_VERSION_H_
