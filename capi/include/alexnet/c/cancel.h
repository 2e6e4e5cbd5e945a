/* Cancelling and deadlines. */

#ifndef ALEXNET_C_CANCEL_H_
#define ALEXNET_C_CANCEL_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct alexnet_cancel_token alexnet_cancel_token;

ALEXNET_API alexnet_status alexnet_cancel_token_create(
    alexnet_cancel_token** token, alexnet_error** error);
/* Makes the calls that watch the token return ALEXNET_CANCELLED soon. From any
 * thread, callback or signal handler. A token stays cancelled. */
ALEXNET_API void alexnet_cancel_token_cancel(alexnet_cancel_token* token);
ALEXNET_API int32_t
alexnet_cancel_token_cancelled(const alexnet_cancel_token* token);
ALEXNET_API void alexnet_cancel_token_free(alexnet_cancel_token* token);

/* What long calls watch, between their steps: a batch, a file, a pass over the
 * network. NULL in place of it: neither. */
typedef struct alexnet_limits {
  size_t struct_size;
  alexnet_cancel_token* cancel; /* may be NULL; kept during the call */
  double timeout_seconds;       /* from the start of the call; 0: none; not
                                   negative */
} alexnet_limits;
ALEXNET_API void alexnet_limits_init(alexnet_limits* limits, size_t size);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_CANCEL_H_ */
