// Prints the seconds that computing a model's self-check anew takes, the median
// of five:  self_check_seconds MODEL

#include <alexnet/alexnet.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: self_check_seconds MODEL\n", stderr);
    return 2;
  }
  try {
    const alexnet::Model model = alexnet::Model::load(argv[1]);
    const alexnet::ModelBuilder builder(model);
    std::vector<double> seconds;
    for (int i = 0; i < 5; ++i) {
      const auto start = std::chrono::steady_clock::now();
      builder.build();
      const std::chrono::duration<double> took =
          std::chrono::steady_clock::now() - start;
      seconds.push_back(took.count());
    }
    std::sort(seconds.begin(), seconds.end());
    std::printf("%.3f\n", seconds[2]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "self_check_seconds: %s\n", error.what());
    return 1;
  }
}
