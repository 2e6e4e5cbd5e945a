/* Names what is in pictures.
 *
 *   predict MODEL PICTURE...
 */
#include <alexnet/alexnet.h>
#include <stdio.h>

enum { TOP = 5 };

/* Prints the likeliest classes of one picture. */
static int predict(alexnet_session* session, const char* path) {
  alexnet_error* error = NULL;
  alexnet_prediction top[TOP];
  size_t found = 0;
  if (alexnet_session_predict_file(session, path, NULL, TOP, top, &found,
                                   &error)) {
    fprintf(stderr, "predict: %s\n", alexnet_error_text(error));
    alexnet_error_free(error);
    return 1;
  }
  printf("%s\n", path);
  for (size_t i = 0; i < found; ++i) {
    printf("  %6.2f %%  %s\n", 100.0 * (double)top[i].probability,
           top[i].label);
  }
  return 0;
}

int main(int argc, char** argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: predict MODEL PICTURE...\n");
    return 2;
  }
  alexnet_error* error = NULL;
  alexnet_model* model = NULL;
  alexnet_session* session = NULL;
  int failed = 0;
  if (alexnet_model_load(argv[1], NULL, &model, &error) ||
      alexnet_session_create(model, NULL, &session, &error)) {
    fprintf(stderr, "predict: %s\n", alexnet_error_text(error));
    alexnet_error_free(error);
    failed = 1;
  }
  /* A broken picture does not keep the others from being looked at. */
  for (int i = 2; session && i < argc; ++i) {
    failed |= predict(session, argv[i]);
  }
  alexnet_session_free(session);
  alexnet_model_free(model);
  return failed;
}
