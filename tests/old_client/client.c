/* A program of its time: builds a network, makes and saves a model, loads it,
 * runs it, trains it. It knows the header of its version only. */
#include <alexnet/alexnet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLASSES = 3, SIDE = 8, VIEW = 3 * SIDE * SIDE, BATCH = 4 };

static alexnet_error* error = NULL;

/* Ends the program where a call failed. */
static void must(alexnet_status status, const char* what) {
  if (status == ALEXNET_OK) return;
  fprintf(stderr, "%s: %s\n", what, alexnet_error_text(error));
  exit(1);
}
#define MUST(call) must(call, #call)

static void expect(int truth, const char* what) {
  if (truth) return;
  fprintf(stderr, "not so: %s\n", what);
  exit(1);
}
#define EXPECT(truth) expect(truth, #truth)

static alexnet_network* build(void) {
  alexnet_network* network = NULL;
  alexnet_convolution_options convolution;
  alexnet_pooling_options pooling;
  alexnet_lrn_options lrn;
  alexnet_fully_connected_options full;
  alexnet_convolution_options_init(&convolution, sizeof(convolution));
  alexnet_pooling_options_init(&pooling, sizeof(pooling));
  alexnet_lrn_options_init(&lrn, sizeof(lrn));
  alexnet_fully_connected_options_init(&full, sizeof(full));
  convolution.out_channels = 4;
  convolution.window.kernel_h = 3;
  pooling.window.kernel_h = 3;
  pooling.window.stride_h = 2;
  pooling.window.rounding = ALEXNET_ROUND_CEIL;
  full.out_features = CLASSES;
  MUST(alexnet_network_create("old", 3, SIDE, SIDE, &network, &error));
  MUST(alexnet_network_add_convolution(network, "conv1", &convolution, &error));
  MUST(alexnet_network_add_activation(network, "relu1", ALEXNET_ACTIVATION_RELU,
                                      &error));
  MUST(alexnet_network_add_lrn(network, "norm1", &lrn, &error));
  MUST(alexnet_network_add_pooling(network, "pool1", &pooling, &error));
  MUST(alexnet_network_add_dropout(network, "drop1", 0.1f, &error));
  MUST(alexnet_network_add_fully_connected(network, "fc2", &full, &error));
  MUST(alexnet_network_add_softmax(network, "prob", &error));
  return network;
}

static double run(const alexnet_model* model, const float* view) {
  alexnet_session* session = NULL;
  alexnet_session_options options;
  alexnet_session_info info;
  float output[CLASSES];
  alexnet_session_options_init(&options, sizeof(options));
  options.threads = 1;
  MUST(alexnet_session_create(model, &options, &session, &error));
  alexnet_session_info_init(&info, sizeof(info));
  MUST(alexnet_session_get_info(session, &info, &error));
  EXPECT(info.classes == CLASSES && info.height == SIDE);
  MUST(alexnet_session_run(session, view, VIEW, 1, NULL, output, CLASSES,
                           &error));
  alexnet_session_free(session);
  return output[0] + output[1] + output[2];
}

int main(void) {
  const char* folder = getenv("TEST_TMPDIR");
  char path[4096];
  alexnet_network* network = build();
  alexnet_model* model = NULL;
  alexnet_model* loaded = NULL;
  alexnet_model* none = NULL;
  alexnet_trainer* trainer = NULL;
  alexnet_trainer_options options;
  alexnet_update_rule rule;
  alexnet_step_result result;
  alexnet_model_info info;
  float images[BATCH * VIEW];
  const int32_t labels[BATCH] = {0, 1, 2, 1};
  double first = 0;
  int i;

  MUST(alexnet_require_version(ALEXNET_VERSION_MAJOR, ALEXNET_VERSION_MINOR,
                               &error));
  for (i = 0; i < BATCH * VIEW; ++i) images[i] = (float)sin(0.1 * i * i);
  snprintf(path, sizeof(path), "%s/old.alexnet", folder ? folder : ".");
  MUST(alexnet_model_create_initial(network, 1, NULL, &model, &error));
  MUST(alexnet_model_save(model, path, NULL, NULL, &error));
  MUST(alexnet_model_load(path, NULL, &loaded, &error));
  alexnet_model_info_init(&info, sizeof(info));
  MUST(alexnet_model_get_info(loaded, &info, &error));
  EXPECT(strcmp(info.network, "old") == 0 && info.classes == CLASSES);
  EXPECT(fabs(run(loaded, images) - 1) < 1e-5);

  alexnet_trainer_options_init(&options, sizeof(options));
  options.batch = BATCH;
  options.threads = 1;
  MUST(alexnet_trainer_create(loaded, &options, &trainer, &error));
  alexnet_update_rule_init(&rule, sizeof(rule));
  rule.rate = 0.05f;
  rule.momentum = 0.9f;
  alexnet_step_result_init(&result, sizeof(result));
  for (i = 0; i < 100; ++i) {
    MUST(alexnet_trainer_step(trainer, images, BATCH * VIEW, labels, BATCH,
                              &rule, &result, &error));
    if (i == 0) first = result.loss;
  }
  EXPECT(result.step == 100 && result.loss < first);
  EXPECT(alexnet_model_load("/missing.alexnet", NULL, &none, &error) ==
         ALEXNET_NOT_FOUND);
  EXPECT(strstr(alexnet_error_text(error), "/missing.alexnet") != NULL);
  alexnet_error_free(error);

  alexnet_trainer_free(trainer);
  alexnet_model_free(loaded);
  alexnet_model_free(model);
  alexnet_network_free(network);
  puts("OK");
  return 0;
}
