/* Lists AlexNet's networks, or shows one:
 *   presets [NAME]
 */
#include <alexnet/alexnet.h>
#include <stdio.h>

int main(int argc, char** argv) {
  alexnet_error* error = NULL;
  alexnet_network* network = NULL;
  char* text = NULL;
  if (argc < 2) {
    printf("alexnet %s\n", alexnet_version_string());
    for (size_t i = 0; i < alexnet_preset_count(); ++i) {
      printf("%-18s %s\n", alexnet_preset_name(i), alexnet_preset_summary(i));
    }
    return 0;
  }
  if (alexnet_network_create_preset(argv[1], 0, 0, &network, &error) ||
      alexnet_network_text(network, &text, &error)) {
    fprintf(stderr, "presets: %s\n", alexnet_error_text(error));
    alexnet_error_free(error);
    alexnet_network_free(network);
    return 1;
  }
  fputs(text, stdout);
  alexnet_free(text);
  alexnet_network_free(network);
  return 0;
}
