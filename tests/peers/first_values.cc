// Writes a preset with its first values:  first_values PRESET MODEL

#include <alexnet/alexnet.hpp>
#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: first_values PRESET MODEL\n", stderr);
    return 2;
  }
  try {
    alexnet::Model::initial(alexnet::Network::preset(argv[1])).save(argv[2]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "first_values: %s\n", error.what());
    return 1;
  }
}
