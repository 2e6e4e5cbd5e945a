/* Loads the library by dlopen, asks for its version, lets a session with two
 * threads work, and closes the library, which stays for them; several times:
 *   load_client LIBRARY */
#include <alexnet/alexnet.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* The function called `name`, through a copy since ISO C knows no cast from
 * void* to a function. */
#define LOAD(name)                                           \
  __typeof__(&name) p_##name;                                \
  do {                                                       \
    void* address = dlsym(library, #name);                   \
    if (address == NULL) return fail(#name " is not there"); \
    memcpy(&p_##name, &address, sizeof(address));            \
  } while (0)

/* The version of the headers, as the library spells its own. */
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
#define VERSION               \
  TEXT(ALEXNET_VERSION_MAJOR) \
  "." TEXT(ALEXNET_VERSION_MINOR) "." TEXT(ALEXNET_VERSION_PATCH)

static int fail(const char* why) {
  fprintf(stderr, "load_client: %s\n", why);
  return 1;
}

static int round_trip(const char* path) {
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  alexnet_error* error = NULL;
  alexnet_network* network = NULL;
  alexnet_model* model = NULL;
  alexnet_session* session = NULL;
  alexnet_session_options options;
  alexnet_fully_connected_options layer;
  float view[3] = {1, 2, 3};
  float output[64];
  if (library == NULL) return fail(dlerror());
  LOAD(alexnet_require_version);
  LOAD(alexnet_error_text);
  LOAD(alexnet_error_file);
  LOAD(alexnet_error_free);
  LOAD(alexnet_network_create);
  LOAD(alexnet_network_add_fully_connected);
  LOAD(alexnet_fully_connected_options_init);
  LOAD(alexnet_model_create_initial);
  LOAD(alexnet_session_options_init);
  LOAD(alexnet_session_create);
  LOAD(alexnet_session_run);
  LOAD(alexnet_session_free);
  LOAD(alexnet_model_free);
  LOAD(alexnet_network_free);

  if (p_alexnet_require_version(ALEXNET_VERSION_MAJOR, ALEXNET_VERSION_MINOR,
                                &error)) {
    return fail(p_alexnet_error_text(error));
  }
  if (p_alexnet_require_version(7, 3, &error) != ALEXNET_UNSUPPORTED) {
    return fail("version 7.3 was not refused");
  }
  if (strstr(p_alexnet_error_text(error), "7.3") == NULL ||
      strstr(p_alexnet_error_text(error), VERSION) == NULL ||
      strstr(p_alexnet_error_file(error), "libalexnet.so") == NULL) {
    return fail("the error does not name both versions and the library");
  }
  p_alexnet_error_free(error);

  p_alexnet_fully_connected_options_init(&layer, sizeof(layer));
  layer.out_features = 64;
  p_alexnet_session_options_init(&options, sizeof(options));
  options.threads = 2;
  if (p_alexnet_network_create("loaded", 3, 1, 1, &network, &error) ||
      p_alexnet_network_add_fully_connected(network, "fc", &layer, &error) ||
      p_alexnet_model_create_initial(network, 1, NULL, &model, &error) ||
      p_alexnet_session_create(model, &options, &session, &error) ||
      p_alexnet_session_run(session, view, 3, 1, NULL, output, 64, &error)) {
    return fail(p_alexnet_error_text(error));
  }
  p_alexnet_session_free(session);
  p_alexnet_model_free(model);
  p_alexnet_network_free(network);
  if (dlclose(library) != 0) return fail(dlerror());
  library = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
  if (library == NULL) return fail("it was unloaded under its threads");
  return dlclose(library);
}

int main(int argc, char** argv) {
  int i;
  if (argc != 2) return 2;
  for (i = 0; i < 3; ++i) {
    if (round_trip(argv[1]) != 0) return 1;
  }
  return 0;
}
