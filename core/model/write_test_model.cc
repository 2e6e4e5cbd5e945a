// Writes the file of released/N/model.alexnet, once for each format version:
//   bazel run //core/model:write_test_model --
//   "$PWD/core/model/released/N/model.alexnet"

#include <cstdio>

#include "core/model/save.h"
#include "core/model/test_contents.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: write_test_model FILE\n", stderr);
    return 2;
  }
  const alexnet::testing::TestContents test;
  const alexnet::Status status = alexnet::SaveModel(argv[1], test.contents);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}
