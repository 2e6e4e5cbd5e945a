/* Trains a network on a folder of pictures, one folder per class, and tells how
 * often it is right. Ctrl-C stops it; "resume" goes on where it stopped.
 *
 *   train DATA OUT [PRESET [EPOCHS]] [resume]
 */
#include <alexnet/alexnet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static alexnet_cancel_token* token;

/* Once: the next Ctrl-C ends the program as usual. */
static void on_interrupt(int number) {
  alexnet_cancel_token_cancel(token);
  signal(number, SIG_DFL);
}

static int32_t on_step(void* user, const alexnet_step_report* report) {
  (void)user;
  printf("\repoch %lld of %lld, batch %lld of %lld, loss %.3f   ",
         (long long)report->epoch + 1, (long long)report->epochs,
         (long long)report->batch + 1, (long long)report->batches,
         report->mean_loss);
  fflush(stdout);
  return 0;
}

static int32_t on_epoch(void* user, const alexnet_epoch_report* report) {
  (void)user;
  printf("\repoch %lld of %lld: loss %.3f", (long long)report->epoch + 1,
         (long long)report->epochs, report->train_loss);
  if (report->validated) printf(", top-1 error %.2f %%", report->top1_error);
  printf(", %.0f s%24s\n", report->seconds, "");
  return 0;
}

static void on_log(void* user, int32_t level, const char* message) {
  (void)user;
  (void)level;
  fprintf(stderr, "train: %s\n", message);
}

static alexnet_status train(int argc, char** argv, alexnet_context* context,
                            const alexnet_limits* limits,
                            alexnet_error** error) {
  alexnet_recipe recipe;
  alexnet_recipe_init(&recipe, sizeof(recipe));
  alexnet_train_options options;
  alexnet_train_options_init(&options, sizeof(options));
  options.context = context;
  options.data = argv[1];
  options.out = argv[2];
  options.recipe = &recipe;
  if (strcmp(argv[argc - 1], "resume") == 0) {
    options.resume = 1;
    --argc;
  }
  if (argc > 3) options.preset = argv[3];
  if (argc > 4) {
    recipe.fields = ALEXNET_RECIPE_EPOCHS;
    recipe.epochs = atoi(argv[4]);
  }
  alexnet_train_listener listener;
  alexnet_train_listener_init(&listener, sizeof(listener));
  listener.on_step = on_step;
  listener.on_epoch = on_epoch;
  return alexnet_train(&options, &listener, limits, NULL, error);
}

/* Tests the model that training left on the pictures held out. */
static alexnet_status evaluate(const char* data, const char* out,
                               const alexnet_limits* limits,
                               alexnet_error** error) {
  alexnet_model* model = NULL;
  alexnet_dataset* dataset = NULL;
  alexnet_evaluation* evaluation = NULL;
  alexnet_evaluation_info info;
  alexnet_evaluation_info_init(&info, sizeof(info));
  char path[4096];
  snprintf(path, sizeof(path), "%s/last.alexnet", out);
  alexnet_status status = alexnet_model_load(path, NULL, &model, error);
  if (!status) status = alexnet_dataset_open(data, 0, &dataset, error);
  if (!status) {
    status = alexnet_evaluate(model, dataset, NULL, limits, &evaluation, error);
  }
  if (!status) status = alexnet_evaluation_get_info(evaluation, &info, error);
  if (!status) {
    printf("top-1: %.2f %% of %lld pictures are right\n",
           100.0 - info.top1_error, (long long)info.count);
  }
  alexnet_evaluation_free(evaluation);
  alexnet_dataset_free(dataset);
  alexnet_model_free(model);
  return status;
}

int main(int argc, char** argv) {
  if (argc < 3 || argc > 6) {
    fprintf(stderr, "usage: train DATA OUT [PRESET [EPOCHS]] [resume]\n");
    return 2;
  }
  alexnet_error* error = NULL;
  alexnet_context* context = NULL;
  alexnet_context_options context_options;
  alexnet_context_options_init(&context_options, sizeof(context_options));
  context_options.log = on_log;
  context_options.log_level = ALEXNET_LOG_WARNING;
  alexnet_status status =
      alexnet_context_create(&context_options, &context, &error);
  if (!status) status = alexnet_cancel_token_create(&token, &error);
  if (!status) {
    alexnet_limits limits;
    alexnet_limits_init(&limits, sizeof(limits));
    limits.cancel = token;
    signal(SIGINT, on_interrupt);
    status = train(argc, argv, context, &limits, &error);
    if (!status) status = evaluate(argv[1], argv[2], &limits, &error);
    signal(SIGINT, SIG_DFL);
  }
  if (status) {
    fprintf(stderr, "\ntrain: %s\n", alexnet_error_text(error));
    if (status == ALEXNET_CANCELLED) {
      fprintf(stderr, "train: the same command with \"resume\" goes on\n");
    }
  }
  alexnet_error_free(error);
  alexnet_cancel_token_free(token);
  alexnet_context_free(context);
  return status == ALEXNET_OK ? 0 : 1;
}
