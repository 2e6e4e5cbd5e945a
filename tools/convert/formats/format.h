// Format: one kind of foreign file. Each format is one folder with a reader
// and, where files of it are written, a writer; formats.cc lists them.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_FORMAT_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_FORMAT_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/convert/base/output_file.h"
#include "tools/convert/base/source_file.h"
#include "tools/convert/model/export_model.h"
#include "tools/convert/model/foreign_model.h"

namespace alexnet::convert {

// What a caller says about a file that is read.
struct ReadOptions {
  // What is computed, as a .prototxt says it; null: the file itself.
  std::shared_ptr<SourceFile> network;
  // A .prototxt that says how pictures are prepared, where neither of them
  // does; may be null.
  std::shared_ptr<SourceFile> training;
};

// What a caller says about a file that is written.
struct WriteOptions {
  std::string network_file;  // where to write a deploy .prototxt, or ""
  std::string mean_file;     // where to write a mean.binaryproto, or ""
};

// A small file that goes with the one that is written.
struct SideFile {
  std::string path;
  std::string content;
};

struct Format {
  // Texts end in a zero.
  std::string_view name;         // "caffe"
  std::string_view description;  // in sentences: "Caffe"
  std::string_view summary;      // one line for a list
  // Endings of file names that choose it for writing, ".pth" first; may be
  // empty.
  std::span<const std::string_view> endings;
  // Types that tensors in it can have; f32 first.
  std::span<const ElementType> types;
  // Whether the bytes are such a file, told by content. No two formats claim
  // the same bytes.
  bool (*matches)(Bytes file);
  // Whether ReadOptions::network can say what is computed in place of the file.
  // Of others it does where the file holds tensors alone.
  bool takes_network;
  // Throws Error. The result borrows from `file` and keeps it.
  ForeignModel (*read)(std::shared_ptr<SourceFile> file,
                       const ReadOptions& options);
  // Writes all of the file but does not commit. Null: is only read.
  void (*write)(const ExportModel& model, const WriteOptions& options,
                OutputFile& file);
  // Null: none.
  std::vector<SideFile> (*beside)(const ExportModel& model,
                                  const WriteOptions& options);
};

// Every format but the engine's own.
std::span<const Format> Formats();

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_FORMAT_H_
