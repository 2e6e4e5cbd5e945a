/* ranks DATA OUT: is one of several processes that mpirun starts, and trains
 * with the others. */
#include <alexnet/alexnet.h>
#include <stdio.h>

int main(int argc, char** argv) {
  alexnet_error* error = NULL;
  alexnet_recipe recipe;
  alexnet_train_options options;
  if (argc != 3) return 2;
  printf("rank %d of %d\n", (int)alexnet_launcher_rank(),
         (int)alexnet_launcher_size());
  alexnet_recipe_init(&recipe, sizeof(recipe));
  recipe.fields = ALEXNET_RECIPE_EPOCHS | ALEXNET_RECIPE_BATCH;
  recipe.epochs = 2;
  recipe.batch = 4;
  alexnet_train_options_init(&options, sizeof(options));
  options.data = argv[1];
  options.out = argv[2];
  options.preset = "alexnet_small";
  options.recipe = &recipe;
  options.threads = 1;
  options.parallel = ALEXNET_PARALLEL_HYBRID;
  options.launcher = ALEXNET_LAUNCHER_MPI;
  if (alexnet_train(&options, NULL, NULL, NULL, &error)) {
    fprintf(stderr, "ranks: %s\n", alexnet_error_text(error));
    alexnet_error_free(error);
    return 1;
  }
  return 0;
}
