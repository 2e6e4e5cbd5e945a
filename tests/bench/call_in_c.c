/* call_in_c MODEL CALLS: nanoseconds of one call of a session on one view, for
 * JavaOverhead. */
#define _POSIX_C_SOURCE 199309L
#include <alexnet/alexnet.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int argc, char** argv) {
  alexnet_model* model = NULL;
  alexnet_session* session = NULL;
  alexnet_session_options options;
  const float view[3] = {1, 2, 3};
  float row[2];
  if (argc != 3) return 2;
  const long calls = atol(argv[2]);
  alexnet_session_options_init(&options, sizeof(options));
  options.threads = 1;
  if (alexnet_model_load(argv[1], NULL, &model, NULL) ||
      alexnet_session_create(model, &options, &session, NULL)) {
    return 1;
  }
  const double start = now();
  for (long i = 0; i < calls; ++i) {
    if (alexnet_session_run(session, view, 3, 1, NULL, row, 2, NULL)) return 1;
  }
  printf("%f\n", (now() - start) / (double)calls);
  alexnet_session_free(session);
  alexnet_model_free(model);
  return 0;
}
