/* draw FOLDER: a small data set of drawn shapes. */
#include <alexnet/alexnet.h>
#include <stdio.h>

int main(int argc, char** argv) {
  alexnet_error* error = NULL;
  alexnet_shapes_options options;
  if (argc != 2) return 2;
  alexnet_shapes_options_init(&options, sizeof(options));
  options.train_per_class = 8;
  options.held_out_per_class = 2;
  if (alexnet_draw_shapes(argv[1], &options, NULL, &error)) {
    fprintf(stderr, "draw: %s\n", alexnet_error_text(error));
    alexnet_error_free(error);
    return 1;
  }
  return 0;
}
