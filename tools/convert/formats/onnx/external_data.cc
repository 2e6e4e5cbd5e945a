#include "tools/convert/formats/onnx/external_data.h"

#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include "tools/convert/base/errors.h"

namespace alexnet::convert::onnx {
namespace {

constexpr size_t kMaxFiles = 100;
constexpr char kRemedy[] =
    "; export the model as one file: torch.onnx.export(..., "
    "external_data=False), or onnx.save_model(onnx.load(\"in.onnx\"), "
    "\"out.onnx\")";

// Names that say nothing about folders.
bool IsPlain(const std::string& name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string("/\\:\0", 4)) == std::string::npos;
}

uint64_t NumberOf(const std::string& text, const std::string& where) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && last == end) return value;
  throw Damaged(where, "has a place in another file that is no number");
}

}  // namespace

External ExternalData::Of(const TensorHeader& tensor,
                          const std::string& where) {
  std::string location;
  uint64_t offset = 0;
  std::string length;
  for (const KeyValue& entry : tensor.external_data()) {
    if (entry.key() == "location") location = entry.value();
    if (entry.key() == "offset") offset = NumberOf(entry.value(), where);
    if (entry.key() == "length") length = entry.value();
  }
  std::shared_ptr<SourceFile> file = FileOf(location, where);
  const Bytes all = file->bytes();
  if (offset > all.size()) {
    throw Damaged(where, "begins behind the end of \"" + location +
                             "\": that file was cut, or is of another model");
  }
  const uint64_t rest = all.size() - offset;
  const uint64_t size = length.empty() ? rest : NumberOf(length, where);
  if (size > rest) {
    throw Damaged(where, "reaches beyond the end of \"" + location +
                             "\": that file was cut, or is of another model");
  }
  return {all.subspan(offset, size), std::move(file)};
}

std::shared_ptr<SourceFile> ExternalData::FileOf(const std::string& location,
                                                 const std::string& where) {
  const auto found = files_.find(location);
  if (found != files_.end()) return found->second;
  if (!IsPlain(location)) {
    throw Unsupported(where, "is kept in another file, \"" + location +
                                 "\", and only a file beside the model, under "
                                 "a name without a folder, is read" +
                                 kRemedy);
  }
  if (!model_->on_disk() || files_.size() == kMaxFiles) {
    throw Unsupported(where, std::string("is kept in another file") + kRemedy);
  }
  const std::filesystem::path path =
      std::filesystem::path(model_->path()).parent_path() / location;
  std::error_code error;
  const auto status = std::filesystem::symlink_status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw Unsupported(where, "is kept in \"" + location +
                                 "\", which is not beside the model: put it "
                                 "there under that name" +
                                 kRemedy);
  }
  if (error) {
    Check(ErrnoError("cannot ask what this is", error.value())
              .WithFile(path.string()));
  }
  if (status.type() != std::filesystem::file_type::regular) {
    throw Unsupported(where, "is kept in another file, \"" + location +
                                 "\", which is a link or no plain file, and "
                                 "links are not followed" +
                                 kRemedy);
  }
  std::shared_ptr<SourceFile> file = SourceFile::Open(path.string());
  files_[location] = file;
  return file;
}

}  // namespace alexnet::convert::onnx
