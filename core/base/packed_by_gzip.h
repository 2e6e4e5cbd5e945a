// Files of gzip, for tests.

#ifndef ALEXNET_CORE_BASE_PACKED_BY_GZIP_H_
#define ALEXNET_CORE_BASE_PACKED_BY_GZIP_H_

#include <string>

namespace alexnet::testing {

// A .gz of one member that holds `content`, by zlib.
std::string PackedByGzip(const std::string& content);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_BASE_PACKED_BY_GZIP_H_
