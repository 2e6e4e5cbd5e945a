#include "tests/capi/outcome.h"

#include <cstdio>

namespace alexnet_test {

bool Outcome::Take(const Call& call) {
  alexnet_error* error = nullptr;
  const alexnet_status status = call(&error);
  const char* text = alexnet_error_text(error);
  if (status != ALEXNET_OK) ++failures_;
  if (status != ALEXNET_OK &&
      (status != ALEXNET_OUT_OF_MEMORY || text[0] == '\0')) {
    fprintf(stderr, "%s: %s\n", alexnet_status_name(status), text);
    wrong_ = true;
  }
  alexnet_error_free(error);
  return status == ALEXNET_OK;
}

}  // namespace alexnet_test
