/* probabilities MODEL PICTURE: what a picture's classes get, one per line, as
 * the bits of a float in hexadecimal. */
#include <alexnet/alexnet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(alexnet_error* error) {
  fprintf(stderr, "probabilities: %s\n", alexnet_error_text(error));
  return 1;
}

int main(int argc, char** argv) {
  alexnet_error* error = NULL;
  alexnet_model* model = NULL;
  alexnet_session* session = NULL;
  if (argc != 3) return 2;
  FILE* file = fopen(argv[2], "rb");
  if (file == NULL) return 1;
  static unsigned char bytes[1 << 20];
  const alexnet_encoded picture = {bytes, fread(bytes, 1, sizeof(bytes), file),
                                   NULL};
  fclose(file);
  alexnet_session_options options;
  alexnet_session_options_init(&options, sizeof(options));
  options.threads = 1;
  alexnet_session_info info;
  alexnet_session_info_init(&info, sizeof(info));
  if (alexnet_model_load(argv[1], NULL, &model, &error) ||
      alexnet_session_create(model, &options, &session, &error) ||
      alexnet_session_get_info(session, &info, &error)) {
    return fail(error);
  }
  const size_t classes = (size_t)info.classes;
  float* row = malloc(classes * sizeof(float));
  if (row == NULL) return 1;
  if (alexnet_session_run_encoded(session, &picture, 1, NULL, row, classes,
                                  &error)) {
    return fail(error);
  }
  for (size_t i = 0; i < classes; ++i) {
    uint32_t bits;
    memcpy(&bits, &row[i], sizeof(bits));
    printf("%08x\n", (unsigned)bits);
  }
  free(row);
  alexnet_session_free(session);
  alexnet_model_free(model);
  return 0;
}
