// A small model and a picture, and what `alexnet inspect --image` makes of
// them.

#ifndef ALEXNET_TESTS_END_TO_END_SEEING_FILES_H_
#define ALEXNET_TESTS_END_TO_END_SEEING_FILES_H_

#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/end_to_end/command.h"
#include "tests/end_to_end/png.h"

namespace alexnet::testing {

// Side of what the network is shown.
inline constexpr int64_t kCrop = 16;

// An empty folder of the test's own.
std::string FreshFolder(const std::string& name);

// Of two towers.
Network SmallNetwork(bool classifies = true);

// What pictures of 24 x 20 are only cropped by.
Preprocessing Cropping(const Model& model);

// Map 1 of "relu1" is nothing but zeros.
Model SmallModel(bool classifies = true);

Picture Photo(uint32_t width, uint32_t height);
// What the network is shown of it.
Picture Centre(const Picture& photo);

struct Files {
  explicit Files(const std::string& name)
      : folder(FreshFolder(name)),
        model(folder + "/model.alexnet"),
        photo(folder + "/photo.png"),
        maps(folder + "/maps") {
    WritePng(photo, Photo(24, 20));
  }

  CommandResult Inspect(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"inspect", model, "--image", photo});
    return RunAlexnet(more);
  }

  std::string folder;
  std::string model;
  std::string photo;
  std::string maps;
};

}  // namespace alexnet::testing

#endif  // ALEXNET_TESTS_END_TO_END_SEEING_FILES_H_
