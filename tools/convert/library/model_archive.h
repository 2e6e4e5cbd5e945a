// ModelArchive: a network with all that belongs to it in one file, as DIGITS
// gives it out: a .tar, .tar.gz or .zip of snapshot_iter_N.caffemodel,
// deploy.prototxt, train_val.prototxt, mean.binaryproto, labels.txt and
// info.json.

#ifndef ALEXNET_TOOLS_CONVERT_LIBRARY_MODEL_ARCHIVE_H_
#define ALEXNET_TOOLS_CONVERT_LIBRARY_MODEL_ARCHIVE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "tools/convert/base/source_file.h"

namespace alexnet::convert {

// Members lie in the archive, which they keep open; null: it has none.
struct ModelArchive {
  std::shared_ptr<SourceFile> weights;   // never null
  std::shared_ptr<SourceFile> network;   // deploy.prototxt
  std::shared_ptr<SourceFile> training;  // train_val.prototxt
  std::shared_ptr<SourceFile> mean;
  std::shared_ptr<SourceFile> labels;
  // Of pictures before they are cropped, where info.json says it: "squash" and
  // the side of the square; "" and 0 otherwise.
  std::string resize_mode;
  int32_t image_size = 0;
  std::string contents;  // what was taken, in words
};

// By the names of its members.
bool LooksLikeModelArchive(Bytes file);

// Nothing is written, and no path in it followed. Throws Unsupported or Damaged
// for what unpacks to more than networks have, links, paths that lead out of
// the archive, members that are there twice and networks of other programs;
// Invalid for several snapshots of which info.json names none.
ModelArchive OpenModelArchive(const std::shared_ptr<SourceFile>& file);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_LIBRARY_MODEL_ARCHIVE_H_
