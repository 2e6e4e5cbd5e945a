/* Status, errors, memory. */

#ifndef ALEXNET_C_BASE_H_
#define ALEXNET_C_BASE_H_

#include <stdint.h>

#if defined(__GNUC__)
#define ALEXNET_API __attribute__((visibility("default")))
#else
#define ALEXNET_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t alexnet_status;
enum {
  ALEXNET_OK = 0,
  ALEXNET_CANCELLED = 1,           /* a cancel token or a callback said so */
  ALEXNET_INVALID_ARGUMENT = 2,    /* what was passed can never work */
  ALEXNET_NOT_FOUND = 3,           /* a file, layer, tensor, key not there */
  ALEXNET_FAILED_PRECONDITION = 4, /* right call, wrong state or model */
  ALEXNET_DATA_LOSS = 5,           /* a file is cut, changed, inconsistent */
  /* the system refused: rights, full disk, a GPU that is lost to the process */
  ALEXNET_IO = 6,
  ALEXNET_OUT_OF_MEMORY = 7, /* memory, address space or threads ran out */
  ALEXNET_DEADLINE_EXCEEDED = 8,
  ALEXNET_UNSUPPORTED = 9, /* valid, but not with this build or device */
  ALEXNET_DIVERGED = 10,   /* training gave NaN or cannot go on */
  ALEXNET_INTERNAL = 11    /* a defect of the engine */
};

/* The name of a status, e.g. "data loss"; never NULL. */
ALEXNET_API const char* alexnet_status_name(alexnet_status status);

typedef struct alexnet_error alexnet_error;

ALEXNET_API alexnet_status alexnet_error_code(const alexnet_error* error);
/* What was wrong and what to do. Options are named in backquotes, `resume`, as
 * the headers spell them. NULL gives "". */
ALEXNET_API const char* alexnet_error_message(const alexnet_error* error);
/* The file and the field it is about; "" where it is about none. */
ALEXNET_API const char* alexnet_error_file(const alexnet_error* error);
ALEXNET_API const char* alexnet_error_field(const alexnet_error* error);
/* "file: field: message", with the parts that are there. */
ALEXNET_API const char* alexnet_error_text(const alexnet_error* error);
/* An error of the caller's own, for libraries that report as this one does.
 * `file` and `field` may be NULL; ALEXNET_OK gives NULL. */
ALEXNET_API alexnet_error* alexnet_error_create(alexnet_status code,
                                                const char* message,
                                                const char* file,
                                                const char* field);
ALEXNET_API void alexnet_error_free(alexnet_error* error);

/* Frees memory that a function of the library handed out. */
ALEXNET_API void alexnet_free(void* memory);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_BASE_H_ */
