/* Version. */

#ifndef ALEXNET_C_VERSION_H_
#define ALEXNET_C_VERSION_H_

#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of the headers. */
#define ALEXNET_VERSION_MAJOR 0
#define ALEXNET_VERSION_MINOR 1
#define ALEXNET_VERSION_PATCH 0

/* Of the library, e.g. "0.1.0". */
ALEXNET_API const char* alexnet_version_string(void);
/* Of the library: major * 1000000 + minor * 1000 + patch. */
ALEXNET_API int32_t alexnet_version(void);

/* Refuses, with ALEXNET_UNSUPPORTED, a library that cannot stand in for version
 * `major`.`minor`: another major, an older minor, and while major is 0 any
 * other minor. The error names both versions and the path of the library. For
 * callers that load it by dlopen. */
ALEXNET_API alexnet_status alexnet_require_version(int32_t major, int32_t minor,
                                                   alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_VERSION_H_ */
