// usage: options FILE
//
// Prints the file with its regions made anew. Exits with 1 and says why where
// that cannot be done.

#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "tools/build/options/emit.h"
#include "tools/build/options/regions.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: options FILE\n";
    return 2;
  }
  try {
    std::ifstream file(argv[1], std::ios::binary);
    if (!file) throw std::runtime_error("cannot be read");
    const std::string text{std::istreambuf_iterator<char>(file),
                           std::istreambuf_iterator<char>()};
    std::cout << alexnet::options::MakeRegions(text, alexnet::options::Emit);
  } catch (const std::exception& error) {
    std::cerr << argv[1] << ": " << error.what() << "\n";
    return 1;
  }
  return std::cout.flush() ? 0 : 1;
}
