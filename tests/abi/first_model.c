/* Makes a model file with initial values, and a picture to try it on:
 *   first_model MODEL PICTURE FOLDER */
#include <alexnet/alexnet.h>
#include <stdio.h>

static int fail(alexnet_error* error) {
  fprintf(stderr, "first_model: %s\n", alexnet_error_text(error));
  alexnet_error_free(error);
  return 1;
}

int main(int argc, char** argv) {
  alexnet_error* error = NULL;
  alexnet_network* network = NULL;
  alexnet_model* model = NULL;
  alexnet_dataset* data = NULL;
  alexnet_shapes_options shapes;
  void* bytes = NULL;
  size_t size = 0;
  FILE* file;
  if (argc != 4) return 2;
  alexnet_shapes_options_init(&shapes, sizeof(shapes));
  shapes.train_per_class = 2;
  shapes.held_out_per_class = 1;
  if (alexnet_network_create_preset("alexnet_small", 10, 0, &network, &error) ||
      alexnet_model_create_initial(network, 1, NULL, &model, &error) ||
      alexnet_model_save(model, argv[1], NULL, NULL, &error) ||
      alexnet_draw_shapes(argv[3], &shapes, NULL, &error) ||
      alexnet_dataset_open(argv[3], 0, &data, &error) ||
      alexnet_dataset_read(data, ALEXNET_PART_TRAIN, 0, NULL, NULL, &bytes,
                           &size, &error)) {
    return fail(error);
  }
  file = fopen(argv[2], "wb");
  if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file)) {
    return 1;
  }
  alexnet_free(bytes);
  alexnet_dataset_free(data);
  alexnet_model_free(model);
  alexnet_network_free(network);
  return 0;
}
