/* Context: where messages for a person go. */

#ifndef ALEXNET_C_CONTEXT_H_
#define ALEXNET_C_CONTEXT_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  ALEXNET_LOG_DEFAULT = 0, /* ALEXNET_LOG_INFO */
  ALEXNET_LOG_DEBUG = 1,
  ALEXNET_LOG_INFO = 2,
  ALEXNET_LOG_WARNING = 3,
  ALEXNET_LOG_ERROR = 4
};

/* `message` is one line without its end, valid during the call. Calls of one
 * context never overlap but come from any thread. Must not throw. */
typedef void (*alexnet_log_callback)(void* user, int32_t level,
                                     const char* message);

typedef struct alexnet_context alexnet_context;
typedef struct alexnet_context_options {
  size_t struct_size;
  alexnet_log_callback log; /* NULL: messages are dropped */
  void* log_user;
  int32_t log_level; /* the least that is passed on */
} alexnet_context_options;
ALEXNET_API void alexnet_context_options_init(alexnet_context_options* options,
                                              size_t size);
ALEXNET_API alexnet_status
alexnet_context_create(const alexnet_context_options* options,
                       alexnet_context** context, alexnet_error** error);
/* Passes a line on as the library's own are. Nothing for a NULL context. */
ALEXNET_API void alexnet_context_log(alexnet_context* context, int32_t level,
                                     const char* message);
ALEXNET_API void alexnet_context_free(alexnet_context* context);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_CONTEXT_H_ */
